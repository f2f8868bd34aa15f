import type { Action } from "@aws-sdk/client-elastic-load-balancing-v2";

/** A listener of an application load balancer with its rules, as AWS describes them. */
export interface DescribedListener {
  listenerArn: string;
  /** The load balancer's name. */
  balancer: string;
  defaultActions: readonly Action[];
  /** All but the default one. */
  rules: readonly DescribedRule[];
}

export interface DescribedRule {
  ruleArn: string;
  priority: string;
  actions: readonly Action[];
}

/** What tells an app client from every other: its id, and the issuer of its pool. */
export interface ClientIdentity {
  clientId: string;
  userPoolId: string;
  /** `https://cognito-idp.<region>.amazonaws.com/<pool id>`. */
  issuer: string;
}

/** Actions that may carry an app client. Two of them carry its secret, each in its own way; the last carries none. */
export type UseKind = "authenticate-cognito" | "authenticate-oidc" | "jwt-validation";

/** One place at a load balancer that carries the client. */
export interface ClientUse {
  kind: UseKind;
  /** Undefined = the listener's default action. */
  ruleArn: string | undefined;
  listenerArn: string;
  /** For people: "web-balancer, rule 100" or "web-balancer, default action". */
  where: string;
}

/** The issuer in the tokens of a user pool (Amazon Cognito Developer Guide, "Verifying JSON web tokens"). */
export function issuerOf(region: string, userPoolId: string): string {
  return `https://cognito-idp.${region}.amazonaws.com/${userPoolId}`;
}

/** Every place at these listeners that carries the client, in their order; default actions after the rules. */
export function findClientUses(listeners: readonly DescribedListener[], client: ClientIdentity): ClientUse[] {
  return listeners.flatMap(({ listenerArn, balancer, rules, defaultActions }) => [
    ...rules.flatMap(({ ruleArn, priority, actions }) =>
      kindsOf(actions, client).map((kind) => ({
        kind,
        ruleArn,
        listenerArn,
        where: `${balancer}, rule ${priority}`,
      })),
    ),
    ...kindsOf(defaultActions, client).map((kind) => ({
      kind,
      ruleArn: undefined,
      listenerArn,
      where: `${balancer}, default action`,
    })),
  ]);
}

/** Whether this action signs people in with a secret of the client that it was given (authenticate-oidc). */
export function carriesSecret(action: Action, client: ClientIdentity): boolean {
  return kindOf(action, client) === "authenticate-oidc";
}

function kindsOf(actions: readonly Action[], client: ClientIdentity): UseKind[] {
  return actions.flatMap((action) => kindOf(action, client) ?? []);
}

function kindOf(action: Action, { clientId, issuer, userPoolId }: ClientIdentity): UseKind | undefined {
  const {
    AuthenticateCognitoConfig: cognito,
    AuthenticateOidcConfig: oidc,
    JwtValidationConfig: jwt,
  } = action;
  if (action.Type === "authenticate-cognito") {
    const isPool = cognito?.UserPoolArn?.endsWith(`:userpool/${userPoolId}`) ?? false;
    return isPool && cognito?.UserPoolClientId === clientId ? action.Type : undefined;
  }
  if (action.Type === "authenticate-oidc") {
    return oidc?.ClientId === clientId && oidc.Issuer === issuer ? action.Type : undefined;
  }
  if (action.Type !== "jwt-validation" || jwt?.Issuer !== issuer) return undefined;
  const isAsked = jwt.AdditionalClaims?.some(
    ({ Name, Values }) => Name === "client_id" && Values?.includes(clientId),
  );
  return isAsked ? action.Type : undefined;
}
