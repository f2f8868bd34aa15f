import { z } from "zod";
import { AwsFault } from "../../aws-fault.ts";
import { targetGroupsOf } from "./actions.ts";
import { attributesShape, describeAttributes, setAttributes } from "./attributes.ts";
import { type Operations, operation, readMarkedPage } from "./operation.ts";
import { pageSize, port, tagsShape } from "./shapes.ts";
import type { LoadBalancerState, TargetGroup } from "./state.ts";

const flag = z.enum(["true", "false"]).transform((text) => text === "true");
const targets = z.array(z.object({ Id: z.string(), Port: port.optional() })).min(1);

const healthCheck = {
  HealthCheckProtocol: z.string().optional(),
  HealthCheckPort: z.string().optional(),
  HealthCheckEnabled: flag.optional(),
  HealthCheckPath: z.string().min(1).max(1024).optional(),
  HealthCheckIntervalSeconds: z.coerce.number().int().min(5).max(300).optional(),
  HealthCheckTimeoutSeconds: z.coerce.number().int().min(2).max(120).optional(),
  HealthyThresholdCount: z.coerce.number().int().min(2).max(10).optional(),
  UnhealthyThresholdCount: z.coerce.number().int().min(2).max(10).optional(),
  Matcher: z.object({ HttpCode: z.string().optional(), GrpcCode: z.string().optional() }).optional(),
};

/** Target groups; targets count as healthy as soon as they are registered. */
export const targetGroupOperations: Operations = {
  CreateTargetGroup: operation(
    z.object({
      Name: z.string().regex(/^(?!-)[A-Za-z0-9-]{1,32}(?<!-)$/),
      Protocol: z.string().optional(),
      ProtocolVersion: z.string().optional(),
      Port: port.optional(),
      VpcId: z.string().optional(),
      TargetType: z.enum(["instance", "ip", "lambda", "alb"]).default("instance"),
      IpAddressType: z.enum(["ipv4", "ipv6"]).default("ipv4"),
      ...healthCheck,
      Tags: tagsShape,
    }),
    ({ state }, { Name, Tags, ...given }) => {
      if ([...state.targetGroups.values()].some((group) => group.name === Name)) {
        throw new AwsFault(
          "DuplicateTargetGroupName",
          "A target group with the same name exists, but with different settings",
        );
      }
      const group: TargetGroup = {
        arn: state.createArn(`targetgroup/${Name}`),
        name: Name,
        settings: { ...DEFAULT_HEALTH_CHECK, ...withoutUndefined(given) },
        targets: [],
        attributes: new Map(DEFAULT_ATTRIBUTES),
      };
      state.targetGroups.set(group.arn, group);
      state.tag(group.arn, Tags);
      return { TargetGroups: [describeTargetGroup(state, group)] };
    },
  ),

  DescribeTargetGroups: operation(
    z.object({
      LoadBalancerArn: z.string().optional(),
      TargetGroupArns: z.array(z.string()).optional(),
      Names: z.array(z.string()).optional(),
      Marker: z.string().optional(),
      PageSize: pageSize,
    }),
    ({ state }, input) => {
      const page = readMarkedPage(selectGroups(state, input), ({ arn }) => arn, {
        marker: input.Marker,
        size: input.PageSize,
      });
      return {
        TargetGroups: page.items.map((group) => describeTargetGroup(state, group)),
        NextMarker: page.NextMarker,
      };
    },
  ),

  ModifyTargetGroup: operation(
    z.object({ TargetGroupArn: z.string(), ...healthCheck }),
    ({ state }, { TargetGroupArn, ...changes }) => {
      const group = state.requireTargetGroup(TargetGroupArn);
      group.settings = { ...group.settings, ...withoutUndefined(changes) };
      return { TargetGroups: [describeTargetGroup(state, group)] };
    },
  ),

  DeleteTargetGroup: operation(
    z.object({ TargetGroupArn: z.string() }),
    ({ state }, { TargetGroupArn: arn }) => {
      if ([...state.rules.values()].some((rule) => rule.actions.flatMap(targetGroupsOf).includes(arn))) {
        throw new AwsFault(
          "ResourceInUse",
          `Target group '${arn}' is currently in use by a listener or a rule`,
        );
      }
      state.targetGroups.delete(arn);
      return {};
    },
  ),

  RegisterTargets: operation(
    z.object({ TargetGroupArn: z.string(), Targets: targets }),
    ({ state }, { TargetGroupArn, Targets }) => {
      const group = state.requireTargetGroup(TargetGroupArn);
      const added = Targets.map(({ Id, Port }) => ({ Id, Port }));
      group.targets = [...group.targets.filter((known) => !isAmong(known, added)), ...added];
      return {};
    },
  ),

  DeregisterTargets: operation(
    z.object({ TargetGroupArn: z.string(), Targets: targets }),
    ({ state }, { TargetGroupArn, Targets }) => {
      const group = state.requireTargetGroup(TargetGroupArn);
      group.targets = group.targets.filter((known) => !isAmong(known, Targets));
      return {};
    },
  ),

  DescribeTargetHealth: operation(
    z.object({ TargetGroupArn: z.string() }),
    ({ state }, { TargetGroupArn }) => ({
      TargetHealthDescriptions: state
        .requireTargetGroup(TargetGroupArn)
        .targets.map((target) => ({ Target: target, TargetHealth: { State: "healthy" } })),
    }),
  ),

  DescribeTargetGroupAttributes: operation(
    z.object({ TargetGroupArn: z.string() }),
    ({ state }, { TargetGroupArn }) => describeAttributes(state.requireTargetGroup(TargetGroupArn)),
  ),

  ModifyTargetGroupAttributes: operation(
    z.object({ TargetGroupArn: z.string(), Attributes: attributesShape }),
    ({ state }, { TargetGroupArn, Attributes }) =>
      setAttributes(state.requireTargetGroup(TargetGroupArn), Attributes),
  ),
};

/** A target group that exists outside: the stack only names it. */
export function seedTargetGroup(state: LoadBalancerState, arn: string): void {
  const name = /:targetgroup\/([^/]+)\/[^/]+$/.exec(arn)?.[1];
  if (name === undefined) throw new AwsFault("ValidationError", `'${arn}' is not a valid target group ARN`);
  state.targetGroups.set(arn, {
    arn,
    name,
    settings: {
      ...DEFAULT_HEALTH_CHECK,
      Protocol: "HTTP",
      Port: 80,
      TargetType: "ip",
      IpAddressType: "ipv4",
    },
    targets: [],
    attributes: new Map(DEFAULT_ATTRIBUTES),
  });
}

const DEFAULT_HEALTH_CHECK = {
  HealthCheckProtocol: "HTTP",
  HealthCheckPort: "traffic-port",
  HealthCheckEnabled: true,
  HealthCheckPath: "/",
  HealthCheckIntervalSeconds: 30,
  HealthCheckTimeoutSeconds: 5,
  HealthyThresholdCount: 5,
  UnhealthyThresholdCount: 2,
  Matcher: { HttpCode: "200" },
} as const;

const DEFAULT_ATTRIBUTES: readonly [string, string][] = [
  ["deregistration_delay.timeout_seconds", "300"],
  ["load_balancing.algorithm.type", "round_robin"],
  ["load_balancing.algorithm.anomaly_mitigation", "off"],
  ["load_balancing.cross_zone.enabled", "use_load_balancer_configuration"],
  ["slow_start.duration_seconds", "0"],
  ["stickiness.enabled", "false"],
  ["stickiness.type", "lb_cookie"],
  ["stickiness.lb_cookie.duration_seconds", "86400"],
  ["stickiness.app_cookie.cookie_name", ""],
  ["stickiness.app_cookie.duration_seconds", "86400"],
  ["target_group_health.dns_failover.minimum_healthy_targets.count", "1"],
  ["target_group_health.dns_failover.minimum_healthy_targets.percentage", "off"],
  ["target_group_health.unhealthy_state_routing.minimum_healthy_targets.count", "1"],
  ["target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage", "off"],
];

function selectGroups(
  state: LoadBalancerState,
  input: {
    LoadBalancerArn?: string | undefined;
    TargetGroupArns?: string[] | undefined;
    Names?: string[] | undefined;
  },
): TargetGroup[] {
  if (input.TargetGroupArns !== undefined)
    return input.TargetGroupArns.map((arn) => state.requireTargetGroup(arn));
  const all = [...state.targetGroups.values()];
  if (input.Names !== undefined) {
    return input.Names.map((wanted) => {
      const found = all.find(({ name }) => name === wanted);
      if (found === undefined) {
        throw new AwsFault("TargetGroupNotFound", `Target groups '[${wanted}]' not found`);
      }
      return found;
    });
  }
  const { LoadBalancerArn: balancer } = input;
  return balancer === undefined ? all : all.filter((group) => balancersOf(state, group).includes(balancer));
}

function balancersOf(state: LoadBalancerState, { arn }: TargetGroup): string[] {
  const using = [...state.rules.values()].filter((rule) =>
    rule.actions.flatMap(targetGroupsOf).includes(arn),
  );
  const balancers = using.map((rule) => state.listeners.get(rule.listenerArn)?.loadBalancerArn ?? "");
  return [...new Set(balancers)];
}

function describeTargetGroup(state: LoadBalancerState, group: TargetGroup): object {
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    ...group.settings,
    LoadBalancerArns: balancersOf(state, group),
  };
}

function isAmong(
  target: TargetGroup["targets"][number],
  others: readonly { Id: string; Port?: number | undefined }[],
) {
  return others.some(({ Id, Port }) => Id === target.Id && Port === target.Port);
}

function withoutUndefined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
