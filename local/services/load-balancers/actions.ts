import { AwsFault } from "../../aws-fault.ts";
import { type Action, validationError, type WrittenAction } from "./shapes.ts";
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
 * with the load balancer's own copy of its client's secret: as the request says it (OIDC), or as the client shows it at
 * this moment (Cognito). `former` are the actions that a change replaces.
 */
export async function writeActions(
  state: LoadBalancerState,
  listener: Pick<Listener, "protocol">,
  actions: readonly Action[],
  { describeClient, former = [] }: { describeClient: DescribeClient; former?: readonly WrittenAction[] },
): Promise<WrittenAction[]> {
  const ordered = inOrder(actions).map((action) => withGivenSecret(action, former));
  checkSequence(ordered);
  const written: WrittenAction[] = [];
  for (const action of ordered) {
    checkConfig(action);
    checkAuthentication(action, listener);
    for (const arn of targetGroupsOf(action)) state.requireTargetGroup(arn);
    written.push(await withShownSecret(action, describeClient));
  }
  return written;
}

/** Refuses actions that sign people in where nothing is encrypted. */
export function checkAuthentication(
  { Type }: Pick<Action, "Type">,
  { protocol }: Pick<Listener, "protocol">,
): void {
  if (AUTHENTICATING.includes(Type) && protocol !== "HTTPS") {
    throw invalidAction(`Actions of type '${Type}' are only supported on HTTPS listeners`);
  }
}

/** An action as AWS shows it back: never with the secret of its client. */
export function describeAction({ clientSecret: _, ...action }: WrittenAction): object {
  const { AuthenticateCognitoConfig: cognito, AuthenticateOidcConfig: oidc, ...plain } = action;
  return {
    ...plain,
    ...(action.Type === "forward" ? describeForward(action) : {}),
    ...(cognito ? { AuthenticateCognitoConfig: withMap(cognito) } : {}),
    ...(oidc ? { AuthenticateOidcConfig: withMap(oidc) } : {}),
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
function withGivenSecret(action: Action, former: readonly WrittenAction[]): WrittenAction {
  const { AuthenticateOidcConfig: oidc } = action;
  if (oidc === undefined) return action;
  const { UseExistingClientSecret: isKept = false, ClientSecret: given, ...config } = oidc;
  if (isKept && given !== undefined) {
    throw invalidAction("You cannot both specify a client secret and set UseExistingClientSecret to true");
  }
  const kept = former.find(({ Type }) => Type === action.Type)?.clientSecret;
  const secret = isKept ? kept : given;
  if (secret === undefined || secret === "") {
    throw invalidAction("You must either specify a client secret or set UseExistingClientSecret to true");
  }
  return { ...action, AuthenticateOidcConfig: config, clientSecret: secret };
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

/**
 * The secret as DescribeUserPoolClient shows it to whoever writes the rule. Nothing documents that the load balancer
 * asks again later, so it does not here (Application Load Balancers, Authenticate users).
 */
async function withShownSecret(
  action: WrittenAction,
  describeClient: DescribeClient,
): Promise<WrittenAction> {
  const { AuthenticateCognitoConfig: config } = action;
  if (config === undefined) return action;
  const { poolId } = readUserPoolArn(config.UserPoolArn);
  const client = await describeClient(poolId, config.UserPoolClientId).catch((cause: unknown) => {
    if (!(cause instanceof AwsFault)) throw cause;
    throw new AwsFault("InvalidLoadBalancerAction", cause.message, { cause });
  });
  if (client.ClientSecret === undefined || client.ClientSecret === "") {
    throw invalidAction("The user pool client must have a client secret");
  }
  return { ...action, clientSecret: client.ClientSecret };
}

/** Region and id of a user pool. */
export function readUserPoolArn(arn: string): { region: string; poolId: string } {
  const [, region, poolId] = /^arn:[^:]+:cognito-idp:([^:]+):\d{12}:userpool\/(.+)$/.exec(arn) ?? [];
  if (region === undefined || poolId === undefined)
    throw validationError(`'${arn}' is not a valid user pool ARN`);
  return { region, poolId };
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
