import { z } from "zod";
import { AwsFault } from "../../aws-fault.ts";
import { checkAuthentication, describeAction, writeActions } from "./actions.ts";
import { attributesShape, describeAttributes, setAttributes } from "./attributes.ts";
import { type OperationContext, type Operations, operation, readMarkedPage } from "./operation.ts";
import {
  type Action,
  actionShape,
  pageSize,
  port,
  tagsShape,
  validationError,
  type WrittenAction,
} from "./shapes.ts";
import type { Listener, LoadBalancerState } from "./state.ts";

const settings = {
  Protocol: z.enum(["HTTP", "HTTPS"]).optional(),
  Port: port.optional(),
  SslPolicy: z.string().optional(),
  Certificates: z.array(z.object({ CertificateArn: z.string() })).optional(),
  DefaultActions: z.array(actionShape).optional(),
};

/** Listeners; a listener's default actions are its default rule. */
export const listenerOperations: Operations = {
  CreateListener: operation(
    z.object({ LoadBalancerArn: z.string(), ...settings, Tags: tagsShape }),
    async (context, input) => {
      const { state } = context;
      const balancer = state.requireBalancer(input.LoadBalancerArn);
      if (input.Protocol === undefined || input.Port === undefined) {
        throw validationError("A listener must have a protocol and a port");
      }
      checkPort(state, { loadBalancerArn: balancer.arn, port: input.Port });
      const listener: Listener = {
        arn: state.createArn(`listener/${balancer.arn.split(":loadbalancer/")[1]}`),
        loadBalancerArn: balancer.arn,
        port: input.Port,
        protocol: input.Protocol,
        sslPolicy: input.SslPolicy ?? (input.Protocol === "HTTPS" ? DEFAULT_SSL_POLICY : undefined),
        certificateArn: input.Certificates?.[0]?.CertificateArn,
        attributes: new Map(DEFAULT_ATTRIBUTES),
      };
      checkTransport(listener);
      const actions = await writeActions(state, listener, input.DefaultActions ?? [], context);
      addListener(state, listener, actions);
      state.tag(listener.arn, input.Tags);
      return { Listeners: [describeListener(state, listener)] };
    },
  ),

  DescribeListeners: operation(
    z.object({
      LoadBalancerArn: z.string().optional(),
      ListenerArns: z.array(z.string()).optional(),
      Marker: z.string().optional(),
      PageSize: pageSize,
    }),
    ({ state }, { LoadBalancerArn, ListenerArns, Marker, PageSize }) => {
      if (LoadBalancerArn === undefined && ListenerArns === undefined) {
        throw validationError("A load balancer ARN or listener ARNs must be specified");
      }
      const asked = ListenerArns?.map((arn) => state.requireListener(arn));
      const page = readMarkedPage(asked ?? listenersOf(state, LoadBalancerArn ?? ""), ({ arn }) => arn, {
        marker: Marker,
        size: PageSize,
      });
      return {
        Listeners: page.items.map((listener) => describeListener(state, listener)),
        NextMarker: page.NextMarker,
      };
    },
  ),

  ModifyListener: operation(
    z.object({ ListenerArn: z.string(), ...settings }),
    async (context, { ListenerArn, ...changes }) => {
      const { state } = context;
      const listener = state.requireListener(ListenerArn);
      const changed = changeListener(listener, changes);
      checkTransport(changed);
      if (changed.port !== listener.port) checkPort(state, changed);
      const rule = requireDefaultRule(state, listener);
      const actions = await changeDefaultActions(context, changed, rule.actions, changes.DefaultActions);
      Object.assign(listener, changed);
      rule.actions = actions;
      return { Listeners: [describeListener(state, listener)] };
    },
  ),

  DeleteListener: operation(z.object({ ListenerArn: z.string() }), ({ state }, { ListenerArn }) => {
    state.requireListener(ListenerArn);
    state.listeners.delete(ListenerArn);
    for (const rule of state.rulesOf(ListenerArn)) state.rules.delete(rule.arn);
    return {};
  }),

  DescribeListenerAttributes: operation(z.object({ ListenerArn: z.string() }), ({ state }, { ListenerArn }) =>
    describeAttributes(state.requireListener(ListenerArn)),
  ),

  ModifyListenerAttributes: operation(
    z.object({ ListenerArn: z.string(), Attributes: attributesShape }),
    ({ state }, { ListenerArn, Attributes }) => setAttributes(state.requireListener(ListenerArn), Attributes),
  ),
};

/**
 * An HTTPS listener that exists outside, as other people made it: port 443, one certificate, and a default action
 * that answers 404. Throws an AwsFault for an ARN that names no listener of an application load balancer.
 */
export function seedListener(state: LoadBalancerState, arn: string): void {
  const [, prefix, name, balancerId] =
    /^(arn:[^:]+:elasticloadbalancing:[^:]+:\d{12}:)listener\/app\/([^/]+)\/([^/]+)\/[^/]+$/.exec(arn) ?? [];
  if (prefix === undefined || name === undefined || balancerId === undefined) {
    throw validationError(`'${arn}' is not a valid listener ARN`);
  }
  const { region, account, now } = state.world;
  const balancerArn = `${prefix}loadbalancer/app/${name}/${balancerId}`;
  state.balancers.set(balancerArn, {
    arn: balancerArn,
    name,
    dnsName: `${name}-1234567890.${region}.elb.amazonaws.com`,
    scheme: "internet-facing",
    ipAddressType: "ipv4",
    subnets: [],
    securityGroups: [],
    createdAt: now(),
    attributes: new Map([["deletion_protection.enabled", "true"]]),
  });
  const listener: Listener = {
    arn,
    loadBalancerArn: balancerArn,
    port: 443,
    protocol: "HTTPS",
    sslPolicy: DEFAULT_SSL_POLICY,
    certificateArn: `arn:aws:acm:${region}:${account}:certificate/00000000-0000-4000-8000-000000000000`,
    attributes: new Map(DEFAULT_ATTRIBUTES),
  };
  addListener(state, listener, [
    {
      Type: "fixed-response",
      Order: 1,
      FixedResponseConfig: { StatusCode: "404", ContentType: "text/plain" },
    },
  ]);
}

/** What AWS takes when a listener names none (API reference, CreateListener). */
const DEFAULT_SSL_POLICY = "ELBSecurityPolicy-2016-08";

const DEFAULT_ATTRIBUTES: readonly [string, string][] = [
  ["routing.http.response.server.enabled", "true"],
  ["routing.http.response.strict_transport_security.header_value", ""],
  ["routing.http.response.x_content_type_options.header_value", ""],
  ["routing.http.response.x_frame_options.header_value", ""],
  ["routing.http.response.content_security_policy.header_value", ""],
];

function addListener(state: LoadBalancerState, listener: Listener, actions: readonly Action[]): void {
  state.listeners.set(listener.arn, listener);
  const arn = state.createArn(listener.arn.replace(/^.*:listener\//, "listener-rule/"));
  state.rules.set(arn, { arn, listenerArn: listener.arn, priority: undefined, conditions: [], actions });
}

function listenersOf(state: LoadBalancerState, balancerArn: string): Listener[] {
  state.requireBalancer(balancerArn);
  return [...state.listeners.values()].filter(({ loadBalancerArn }) => loadBalancerArn === balancerArn);
}

/** Default actions that a change does not name stay as they were written, secrets included. */
async function changeDefaultActions(
  { state, describeClient }: OperationContext,
  listener: Listener,
  former: readonly WrittenAction[],
  wanted: readonly Action[] | undefined,
): Promise<readonly WrittenAction[]> {
  if (wanted !== undefined) return writeActions(state, listener, wanted, { describeClient, former });
  for (const action of former) checkAuthentication(action, listener);
  return former;
}

function requireDefaultRule(state: LoadBalancerState, { arn }: Listener) {
  const rule = state.rulesOf(arn).find(({ priority }) => priority === undefined);
  if (rule === undefined)
    throw new AwsFault("InternalFailure", `Listener '${arn}' lost its default rule`, { status: 500 });
  return rule;
}

function changeListener(
  listener: Listener,
  changes: z.output<z.ZodObject<Omit<typeof settings, "DefaultActions">>>,
): Listener {
  const protocol = changes.Protocol ?? listener.protocol;
  const isSecure = protocol === "HTTPS";
  return {
    ...listener,
    protocol,
    port: changes.Port ?? listener.port,
    sslPolicy: isSecure ? (changes.SslPolicy ?? listener.sslPolicy ?? DEFAULT_SSL_POLICY) : changes.SslPolicy,
    certificateArn:
      changes.Certificates?.[0]?.CertificateArn ?? (isSecure ? listener.certificateArn : undefined),
  };
}

function checkTransport({ protocol, certificateArn, sslPolicy }: Listener): void {
  if (protocol === "HTTPS" && certificateArn === undefined) {
    throw validationError("A certificate must be specified for HTTPS listeners");
  }
  if (protocol === "HTTP" && (certificateArn !== undefined || sslPolicy !== undefined)) {
    throw validationError("Certificates and security policies can only be specified for HTTPS listeners");
  }
}

function checkPort(
  state: LoadBalancerState,
  { loadBalancerArn, port }: Pick<Listener, "loadBalancerArn" | "port">,
): void {
  if (listenersOf(state, loadBalancerArn).some((listener) => listener.port === port)) {
    throw new AwsFault("DuplicateListener", "A listener already exists on this port for this load balancer");
  }
}

export function describeListener(state: OperationContext["state"], listener: Listener): object {
  return {
    ListenerArn: listener.arn,
    LoadBalancerArn: listener.loadBalancerArn,
    Port: listener.port,
    Protocol: listener.protocol,
    Certificates:
      listener.certificateArn === undefined ? undefined : [{ CertificateArn: listener.certificateArn }],
    SslPolicy: listener.sslPolicy,
    DefaultActions: requireDefaultRule(state, listener).actions.map(describeAction),
    MutualAuthentication: listener.protocol === "HTTPS" ? { Mode: "off" } : undefined,
  };
}
