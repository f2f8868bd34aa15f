import { readUserPoolArn } from "../actions.ts";
import type { Action, WrittenAction } from "../shapes.ts";

/** How a rule signs people in, whichever kind of action says it. */
export interface SignInSettings {
  clientId: string;
  /** The load balancer's own copy. */
  clientSecret: string;
  issuer: string;
  authorizationEndpoint: string;
  tokenEndpoint: string;
  userInfoEndpoint: string;
  cookieName: string;
  scope: string;
  sessionSeconds: number;
  extraParams: Readonly<Record<string, string>>;
  onUnauthenticated: "deny" | "allow" | "authenticate";
}

/** The sign-in of a rule's actions, if one of them asks for it. */
export function findSignIn(actions: readonly WrittenAction[]): SignInSettings | undefined {
  return actions.map(readSignIn).find((settings) => settings !== undefined);
}

/** What an action that signs people in says; undefined for any other. */
export function readSignIn(action: WrittenAction): SignInSettings | undefined {
  const { AuthenticateCognitoConfig: cognito, AuthenticateOidcConfig: oidc, clientSecret } = action;
  if (cognito === undefined && oidc === undefined) return undefined;
  if (clientSecret === undefined)
    throw new Error(`an action of type ${action.Type} was kept without its secret`);
  if (cognito !== undefined) return { ...cognitoEndpoints(cognito), ...sessionOf(cognito), clientSecret };
  if (oidc === undefined) return undefined;
  return {
    clientId: oidc.ClientId,
    clientSecret,
    issuer: oidc.Issuer,
    authorizationEndpoint: oidc.AuthorizationEndpoint,
    tokenEndpoint: oidc.TokenEndpoint,
    userInfoEndpoint: oidc.UserInfoEndpoint,
    ...sessionOf(oidc),
  };
}

type CognitoConfig = NonNullable<Action["AuthenticateCognitoConfig"]>;
type OidcConfig = NonNullable<Action["AuthenticateOidcConfig"]>;

/** A pool's domain is a prefix or a whole name (API reference, AuthenticateCognitoActionConfig). */
function cognitoEndpoints({ UserPoolArn, UserPoolClientId, UserPoolDomain: domain }: CognitoConfig) {
  const { region, poolId } = readUserPoolArn(UserPoolArn);
  const host = domain.includes(".") ? domain : `${domain}.auth.${region}.amazoncognito.com`;
  return {
    clientId: UserPoolClientId,
    issuer: `https://cognito-idp.${region}.amazonaws.com/${poolId}`,
    authorizationEndpoint: `https://${host}/oauth2/authorize`,
    tokenEndpoint: `https://${host}/oauth2/token`,
    userInfoEndpoint: `https://${host}/oauth2/userInfo`,
  };
}

function sessionOf(config: CognitoConfig | OidcConfig) {
  return {
    cookieName: config.SessionCookieName,
    scope: config.Scope,
    sessionSeconds: config.SessionTimeout,
    extraParams: config.AuthenticationRequestExtraParams ?? {},
    onUnauthenticated: config.OnUnauthenticatedRequest,
  };
}
