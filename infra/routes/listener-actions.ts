import { nameInUse } from "../clients/client-generation.ts";
import type { ClientSettings, RoutesSettings, RuleSettings } from "../settings.ts";
import { REFUSAL } from "./refusal.ts";
import { type PlannedRule, RouteRuleError } from "./route-rules.ts";

/** The pages and endpoints of managed login on one host, each a whole address. */
export interface SignInEndpoints<Value> {
  authorization: Value;
  token: Value;
  userInfo: Value;
}

/**
 * What a rule's actions point at. `Value` is a text that AWS may still have to make (an Output in the program, a plain
 * text wherever rules are only looked at).
 */
export interface ActionTargets<Value> {
  stack: string;
  routes: Pick<RoutesSettings, "authenticate" | "sessionHours" | "targetGroupArn">;
  clients: readonly ClientSettings[];
  userPool: { arn: Value; issuer: Value; jwksEndpoint: Value };
  /** Absent in a stack without a sign-in page. */
  signIn?: { domain: Value; endpoints: SignInEndpoints<Value> } | undefined;
  /** By the client's name in the settings: the id of the generation in use, then of those accepted as well. */
  clientIds: Readonly<Record<string, readonly [Value, ...Value[]]>>;
  /** The secret that is live now; asked for `authenticate: oidc` only. */
  currentSecret: (client: string) => Value;
}

interface Session {
  onUnauthenticatedRequest: "authenticate";
  scope: string;
  sessionCookieName: string;
  /** In seconds. */
  sessionTimeout: number;
}

interface VerifiedClaim<Value> {
  name: string;
  format: "single-string" | "space-separated-values";
  values: Value[];
}

/** One action of a listener rule, in the words of the provider. */
export type ListenerAction<Value> =
  | {
      type: "authenticate-cognito";
      order: number;
      authenticateCognito: Session & { userPoolArn: Value; userPoolClientId: Value; userPoolDomain: Value };
    }
  | {
      type: "authenticate-oidc";
      order: number;
      authenticateOidc: Session & {
        issuer: Value;
        authorizationEndpoint: Value;
        tokenEndpoint: Value;
        userInfoEndpoint: Value;
        clientId: Value;
        clientSecret: Value;
      };
    }
  | {
      type: "jwt-validation";
      order: number;
      jwtValidation: {
        issuer: Value;
        jwksEndpoint: Value;
        additionalClaims: VerifiedClaim<Value | string>[];
      };
    }
  | { type: "forward"; order: number; targetGroupArn: string }
  | { type: "fixed-response"; order: number; fixedResponse: typeof REFUSAL };

/** The actions of one listener rule, in their order. Throws `RouteRuleError` for what cannot be asked of anybody. */
export function actionsOf<Value>(
  { action }: PlannedRule,
  targets: ActionTargets<Value>,
): ListenerAction<Value>[] {
  if (action === "refuse") return [refuse()];
  switch (action.then) {
    case "sign-in":
      return [askForSignIn(action, targets), forward(action, targets, 2)];
    case "verify-token":
      return [verifyToken(action, targets), forward(action, targets, 2)];
    case "forward-without-sign-in":
      return [forward(action, targets, 1)];
    case "deny":
      return [refuse()];
  }
}

function askForSignIn<Value>(rule: RuleSettings, targets: ActionTargets<Value>): ListenerAction<Value> {
  const client = clientOf(rule, targets);
  const { signIn, userPool } = targets;
  if (signIn === undefined) {
    throw new RouteRuleError(
      rule.name,
      "sends people to sign in, and there is no page for it; add sekisho:signInPage",
    );
  }
  const way = rule.authenticate ?? targets.routes.authenticate;
  const session = sessionOf(client, way, targets);
  if (way === "cognito") {
    return {
      type: "authenticate-cognito",
      order: 1,
      authenticateCognito: {
        userPoolArn: userPool.arn,
        userPoolClientId: client.id,
        userPoolDomain: signIn.domain,
        ...session,
      },
    };
  }
  return {
    type: "authenticate-oidc",
    order: 1,
    authenticateOidc: {
      issuer: userPool.issuer,
      authorizationEndpoint: signIn.endpoints.authorization,
      tokenEndpoint: signIn.endpoints.token,
      userInfoEndpoint: signIn.endpoints.userInfo,
      clientId: client.id,
      // The load balancer never tells a secret, so every change of such a rule sends it again: it must be the live one.
      clientSecret: targets.currentSecret(client.name),
      ...session,
    },
  };
}

// One cookie name per client, generation and way of signing in: two that share a host would overwrite each other's
// session, and a session of the generation before would be taken for one of this.
function sessionOf<Value>(
  client: FoundClient<Value>,
  way: RoutesSettings["authenticate"],
  { stack, routes }: ActionTargets<Value>,
): Session {
  return {
    onUnauthenticatedRequest: "authenticate",
    scope: client.scopes.join(" "),
    sessionCookieName: `sekisho-${stack}-${client.nameInUse}${way === "oidc" ? "-oidc" : ""}`,
    sessionTimeout: routes.sessionHours * 3600,
  };
}

function verifyToken<Value>(rule: RuleSettings, targets: ActionTargets<Value>): ListenerAction<Value> {
  const { issuer, jwksEndpoint } = targets.userPool;
  return {
    type: "jwt-validation",
    order: 1,
    jwtValidation: {
      issuer,
      jwksEndpoint,
      // Without the first two the token of any client of the pool would do, an ID token included.
      additionalClaims: [
        { name: "client_id", format: "single-string", values: [...clientOf(rule, targets).ids] },
        { name: "token_use", format: "single-string", values: ["access"] },
        ...(rule.scope === undefined
          ? []
          : [{ name: "scope", format: "space-separated-values" as const, values: [rule.scope] }]),
      ],
    },
  };
}

function forward<Value>(
  rule: RuleSettings,
  { routes }: ActionTargets<Value>,
  order: number,
): ListenerAction<Value> {
  return { type: "forward", order, targetGroupArn: rule.targetGroupArn ?? routes.targetGroupArn };
}

function refuse<Value>(): ListenerAction<Value> {
  return { type: "fixed-response", order: 1, fixedResponse: REFUSAL };
}

interface FoundClient<Value> {
  name: string;
  /** The name of the generation in use. */
  nameInUse: string;
  /** The id of that generation. */
  id: Value;
  /** With those of the generations whose tokens are accepted as well. */
  ids: readonly Value[];
  scopes: string[];
}

function clientOf<Value>(
  rule: RuleSettings,
  { clients, clientIds }: ActionTargets<Value>,
): FoundClient<Value> {
  const client = clients.find(({ name }) => name === rule.client);
  const ids = client && clientIds[client.name];
  if (client === undefined || ids === undefined) {
    const names = clients.map(({ name }) => name).join(", ");
    throw new RouteRuleError(
      rule.name,
      `needs one of the clients under sekisho:clients (${names || "there are none"}), not ${rule.client ?? "none"}`,
    );
  }
  return { name: client.name, nameInUse: nameInUse(client), id: ids[0], ids, scopes: client.scopes };
}
