import { z } from "zod";
import { AwsFault } from "../../aws-fault.ts";
import { attributesShape, describeAttributes, setAttributes } from "./attributes.ts";
import { type Operations, operation, readMarkedPage } from "./operation.ts";
import { pageSize, tagsShape, validationError } from "./shapes.ts";
import type { LoadBalancer, LoadBalancerState } from "./state.ts";

const name = z.string().regex(/^(?!internal-)(?!-)[A-Za-z0-9-]{1,32}(?<!-)$/);

/** Load balancers themselves; every one is active at once. */
export const balancerOperations: Operations = {
  CreateLoadBalancer: operation(
    z.object({
      Name: name,
      Subnets: z.array(z.string()).default([]),
      SubnetMappings: z.array(z.object({ SubnetId: z.string() })).default([]),
      SecurityGroups: z.array(z.string()).default([]),
      Scheme: z.enum(["internet-facing", "internal"]).default("internet-facing"),
      Type: z.enum(["application", "network", "gateway"]).default("application"),
      IpAddressType: z.enum(["ipv4", "dualstack", "dualstack-without-public-ipv4"]).default("ipv4"),
      Tags: tagsShape,
    }),
    ({ state }, input) => {
      const subnets = [...input.Subnets, ...input.SubnetMappings.map(({ SubnetId }) => SubnetId)];
      if (input.Type !== "application") throw validationError("Only application load balancers exist here");
      if (new Set(subnets).size < 2) {
        throw validationError("At least two subnets in two different Availability Zones must be specified");
      }
      if ([...state.balancers.values()].some((balancer) => balancer.name === input.Name)) {
        throw new AwsFault(
          "DuplicateLoadBalancerName",
          "A load balancer with the same name exists, but with different settings",
        );
      }
      const arn = state.createArn(`loadbalancer/app/${input.Name}`);
      const balancer: LoadBalancer = {
        arn,
        name: input.Name,
        dnsName: `${input.Name}-${arn.slice(-10)}.${state.world.region}.elb.amazonaws.com`,
        scheme: input.Scheme,
        ipAddressType: input.IpAddressType,
        subnets,
        securityGroups: input.SecurityGroups,
        createdAt: state.world.now(),
        attributes: new Map(DEFAULT_ATTRIBUTES),
      };
      state.balancers.set(arn, balancer);
      state.tag(arn, input.Tags);
      return { LoadBalancers: [describeBalancer(state, balancer)] };
    },
  ),

  DescribeLoadBalancers: operation(
    z.object({
      LoadBalancerArns: z.array(z.string()).optional(),
      Names: z.array(z.string()).optional(),
      Marker: z.string().optional(),
      PageSize: pageSize,
    }),
    ({ state }, input) => {
      const named = (input.Names ?? []).map((wanted) => requireByName(state, wanted));
      const asked = (input.LoadBalancerArns ?? []).map((arn) => state.requireBalancer(arn));
      const isFiltered = input.Names !== undefined || input.LoadBalancerArns !== undefined;
      const wanted = isFiltered ? [...asked, ...named] : [...state.balancers.values()];
      const page = readMarkedPage(wanted, ({ arn }) => arn, { marker: input.Marker, size: input.PageSize });
      return {
        LoadBalancers: page.items.map((balancer) => describeBalancer(state, balancer)),
        NextMarker: page.NextMarker,
      };
    },
  ),

  DeleteLoadBalancer: operation(
    z.object({ LoadBalancerArn: z.string() }),
    ({ state }, { LoadBalancerArn: arn }) => {
      // Deleting what is gone succeeds (API reference, DeleteLoadBalancer).
      const balancer = state.balancers.get(arn);
      if (balancer?.attributes.get("deletion_protection.enabled") === "true") {
        throw new AwsFault(
          "OperationNotPermitted",
          `Load balancer '${arn}' cannot be deleted because deletion protection is enabled`,
        );
      }
      state.balancers.delete(arn);
      for (const listener of state.listeners.values()) {
        if (listener.loadBalancerArn !== arn) continue;
        state.listeners.delete(listener.arn);
        for (const rule of state.rulesOf(listener.arn)) state.rules.delete(rule.arn);
      }
      return {};
    },
  ),

  DescribeLoadBalancerAttributes: operation(
    z.object({ LoadBalancerArn: z.string() }),
    ({ state }, { LoadBalancerArn }) => describeAttributes(state.requireBalancer(LoadBalancerArn)),
  ),

  ModifyLoadBalancerAttributes: operation(
    z.object({ LoadBalancerArn: z.string(), Attributes: attributesShape }),
    ({ state }, { LoadBalancerArn, Attributes }) =>
      setAttributes(state.requireBalancer(LoadBalancerArn), Attributes),
  ),
};

/** What AWS sets at creation (API reference, LoadBalancerAttribute). */
const DEFAULT_ATTRIBUTES: readonly [string, string][] = [
  ["access_logs.s3.enabled", "false"],
  ["access_logs.s3.bucket", ""],
  ["access_logs.s3.prefix", ""],
  ["connection_logs.s3.enabled", "false"],
  ["connection_logs.s3.bucket", ""],
  ["connection_logs.s3.prefix", ""],
  ["client_keep_alive.seconds", "3600"],
  ["deletion_protection.enabled", "false"],
  ["idle_timeout.timeout_seconds", "60"],
  ["ipv6.deny_all_igw_traffic", "false"],
  ["load_balancing.cross_zone.enabled", "true"],
  ["routing.http.desync_mitigation_mode", "defensive"],
  ["routing.http.drop_invalid_header_fields.enabled", "false"],
  ["routing.http.preserve_host_header.enabled", "false"],
  ["routing.http.x_amzn_tls_version_and_cipher_suite.enabled", "false"],
  ["routing.http.xff_client_port.enabled", "false"],
  ["routing.http.xff_header_processing.mode", "append"],
  ["routing.http2.enabled", "true"],
  ["waf.fail_open.enabled", "false"],
  ["zonal_shift.config.enabled", "false"],
];

function requireByName(state: LoadBalancerState, wanted: string): LoadBalancer {
  const found = [...state.balancers.values()].find((balancer) => balancer.name === wanted);
  if (found === undefined) {
    throw new AwsFault("LoadBalancerNotFound", `Load balancers '[${wanted}]' not found`);
  }
  return found;
}

function describeBalancer({ world }: LoadBalancerState, balancer: LoadBalancer): object {
  return {
    LoadBalancerArn: balancer.arn,
    DNSName: balancer.dnsName,
    CanonicalHostedZoneId: "Z14GRHDCWA56QT",
    CreatedTime: new Date(balancer.createdAt).toISOString(),
    LoadBalancerName: balancer.name,
    Scheme: balancer.scheme,
    State: { Code: "active" },
    Type: "application",
    AvailabilityZones: balancer.subnets.map((SubnetId, index) => ({
      ZoneName: `${world.region}${"abcdef"[index % 6]}`,
      SubnetId,
    })),
    SecurityGroups: balancer.securityGroups,
    IpAddressType: balancer.ipAddressType,
  };
}
