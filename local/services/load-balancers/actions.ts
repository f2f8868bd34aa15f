import { AwsFault } from "../../aws-fault.ts";
import { type Action, validationError } from "./shapes.ts";
import type { Listener, LoadBalancerState } from "./state.ts";

/**
 * Reads an app client as DescribeUserPoolClient shows it to whoever writes a rule: that is where the load balancer gets
 * the client secret from (Application Load Balancers, Authenticate users). Throws Cognito's refusal.
 */
export type DescribeClient = (
  userPoolId: string,
  clientId: string,
) => Promise<{ ClientSecret?: string | undefined }>;

const TERMINAL: readonly string[] = ["forward", "redirect", "fixed-response"];
const AUTHENTICATING: readonly string[] = ["authenticate-cognito", "authenticate-oidc", "jwt-validation"];

const CONFIGS = {
  "authenticate-cognito": "AuthenticateCognitoConfig",
  "authenticate-oidc": "AuthenticateOidcConfig",
  "jwt-validation": "JwtValidationConfig",
  redirect: "RedirectConfig",
  "fixed-response": "FixedResponseConfig",
} as const;

/**
 * Refuses actions that Elastic Load Balancing refuses (API reference, Action), and returns them in their order, each
 * with its own copy of its OIDC client's secret. `former` are the actions that a change replaces.
 */
export async function checkActions(
  state: LoadBalancerState,
  listener: Pick<Listener, "protocol">,
  actions: readonly Action[],
  { describeClient, former = [] }: { describeClient: DescribeClient; former?: readonly Action[] },
): Promise<Action[]> {
  const ordered = inOrder(actions).map((action) => withSecret(action, former));
  checkSequence(ordered);
  for (const action of ordered) {
    checkConfig(action);
    if (AUTHENTICATING.includes(action.Type) && listener.protocol !== "HTTPS") {
      throw invalidAction(`Actions of type '${action.Type}' are only supported on HTTPS listeners`);
    }
    for (const arn of targetGroupsOf(action)) state.requireTargetGroup(arn);
    await checkClient(action, describeClient);
  }
  return ordered;
}

/** An action as AWS shows it back: never with the secret of an OIDC client. */
export function describeAction(action: Action): object {
  const { AuthenticateCognitoConfig: cognito, AuthenticateOidcConfig: oidc, ...plain } = action;
  return {
    ...plain,
    ...(action.Type === "forward" ? describeForward(action) : {}),
    ...(cognito ? { AuthenticateCognitoConfig: withMap(cognito) } : {}),
    ...(oidc ? { AuthenticateOidcConfig: withMap({ ...oidc, ClientSecret: undefined }) } : {}),
  };
}

/** The target groups an action forwards to. */
export function targetGroupsOf({ TargetGroupArn, ForwardConfig }: Action): string[] {
  const arns = ForwardConfig?.TargetGroups.map((group) => group.TargetGroupArn) ?? [];
  return arns.length > 0 ? arns : TargetGroupArn === undefined ? [] : [TargetGroupArn];
}

/**
 * The secret comes with the request or stays as it was, never both and never neither; the sentences are AWS's own
 * (ansible-collections/amazon.aws issue 1877, pull request 1270).
 */
function withSecret(action: Action, former: readonly Action[]): Action {
  const { AuthenticateOidcConfig: oidc } = action;
  if (oidc === undefined) return action;
  const { UseExistingClientSecret: isKept = false, ClientSecret: given, ...config } = oidc;
  if (isKept && given !== undefined) {
    throw invalidAction("You cannot both specify a client secret and set UseExistingClientSecret to true");
  }
  const kept = former.find(({ Type }) => Type === action.Type)?.AuthenticateOidcConfig?.ClientSecret;
  const secret = isKept ? kept : given;
  if (secret === undefined || secret === "") {
    throw invalidAction("You must either specify a client secret or set UseExistingClientSecret to true");
  }
  return { ...action, AuthenticateOidcConfig: { ...config, ClientSecret: secret } };
}

/** By Order; a single action needs none. */
function inOrder(actions: readonly Action[]): Action[] {
  if (actions.length === 0) throw validationError("A rule must have at least one action");
  if (actions.length === 1) return actions.map((action) => ({ ...action, Order: action.Order ?? 1 }));
  const orders = actions.map(({ Order }) => Order);
  if (orders.includes(undefined) || new Set(orders).size !== orders.length) {
    throw validationError("Every action of a rule with more than one action must have an order of its own");
  }
  return actions.toSorted((one, other) => (one.Order ?? 0) - (other.Order ?? 0));
}

function checkSequence(actions: readonly Action[]): void {
  const terminal = actions.filter(({ Type }) => TERMINAL.includes(Type));
  if (terminal.length !== 1 || terminal[0] !== actions.at(-1)) {
    throw invalidAction(`The last action must be one of '${TERMINAL.join(", ")}', and only the last`);
  }
  if (actions.filter(({ Type }) => AUTHENTICATING.includes(Type)).length > 1) {
    throw invalidAction(`A rule can only have one of '${AUTHENTICATING.join(", ")}'`);
  }
}

function checkConfig(action: Action): void {
  if (action.Type === "forward") {
    if (targetGroupsOf(action).length === 0)
      throw validationError("A forward action must name a target group");
    return;
  }
  if (action[CONFIGS[action.Type]] === undefined) {
    throw validationError(`${CONFIGS[action.Type]} must be specified for actions of type '${action.Type}'`);
  }
}

async function checkClient(
  { AuthenticateCognitoConfig: config }: Action,
  describeClient: DescribeClient,
): Promise<void> {
  if (config === undefined) return;
  const poolId = /^arn:[^:]+:cognito-idp:[^:]+:\d{12}:userpool\/(.+)$/.exec(config.UserPoolArn)?.[1];
  if (poolId === undefined) throw validationError(`'${config.UserPoolArn}' is not a valid user pool ARN`);
  const client = await describeClient(poolId, config.UserPoolClientId).catch((cause: unknown) => {
    if (!(cause instanceof AwsFault)) throw cause;
    throw new AwsFault("InvalidLoadBalancerAction", cause.message, { cause });
  });
  if (client.ClientSecret === undefined || client.ClientSecret === "") {
    throw invalidAction("The user pool client must have a client secret");
  }
}

function describeForward(action: Action): object {
  const [first, ...others] = targetGroupsOf(action);
  const groups = action.ForwardConfig?.TargetGroups.length
    ? action.ForwardConfig.TargetGroups
    : [{ TargetGroupArn: first }];
  return {
    TargetGroupArn: others.length === 0 ? first : undefined,
    ForwardConfig: {
      TargetGroups: groups.map((group) => ({ Weight: 1, ...group })),
      TargetGroupStickinessConfig: action.ForwardConfig?.TargetGroupStickinessConfig ?? { Enabled: false },
    },
  };
}

function withMap<Config extends { AuthenticationRequestExtraParams?: Record<string, string> | undefined }>(
  config: Config,
): object {
  const { AuthenticationRequestExtraParams: params, ...others } = config;
  return params === undefined
    ? others
    : { ...others, AuthenticationRequestExtraParams: new Map(Object.entries(params)) };
}

function invalidAction(message: string): AwsFault {
  return new AwsFault("InvalidLoadBalancerAction", message);
}
