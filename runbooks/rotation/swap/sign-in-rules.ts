import type { Action } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { ClientIdentity, DescribedListener } from "../client-uses.ts";
import { isRuleOf, type SignInRule } from "./swap-state.ts";

/** Whose rules are looked for: a client of a stack, by the ids of all its generations and by its cookies. */
export interface SoughtClient extends Pick<ClientIdentity, "userPoolId" | "issuer"> {
  stack: string;
  client: string;
  ids: readonly string[];
}

/**
 * Every rule and default action that signs people in with a generation of the client, and every one that has its cookie,
 * whichever client it names by now.
 */
export function findSignInRules(listeners: readonly DescribedListener[], sought: SoughtClient): SignInRule[] {
  return listeners.flatMap(({ balancer, rules, defaultActions }) => [
    ...rules.flatMap(({ priority, actions }) => rulesIn(actions, `${balancer}, rule ${priority}`, sought)),
    ...rulesIn(defaultActions, `${balancer}, default action`, sought),
  ]);
}

function rulesIn(actions: readonly Action[], where: string, sought: SoughtClient): SignInRule[] {
  return actions
    .flatMap((action) => readSignIn(action, where, sought) ?? [])
    .filter((rule) => sought.ids.includes(rule.clientId) || isRuleOf(sought, rule));
}

function readSignIn(
  action: Action,
  where: string,
  { userPoolId, issuer }: SoughtClient,
): SignInRule | undefined {
  const { AuthenticateCognitoConfig: cognito, AuthenticateOidcConfig: oidc } = action;
  if (action.Type === "authenticate-cognito" && cognito?.UserPoolArn?.endsWith(`:userpool/${userPoolId}`)) {
    return { where, clientId: cognito.UserPoolClientId ?? "", cookieName: cognito.SessionCookieName };
  }
  if (action.Type === "authenticate-oidc" && oidc?.Issuer === issuer) {
    return { where, clientId: oidc.ClientId ?? "", cookieName: oidc.SessionCookieName };
  }
  return undefined;
}
