import type { WebAnswer, WebRequest } from "../../../web-exchange.ts";
import type { Rule } from "../state.ts";
import { type AuthFailure, authFailure, isFailure } from "./auth-failure.ts";
import { findSessionCookie, writeNonceCookie, writeSessionCookie } from "./cookies.ts";
import { requestTokens, requestUser } from "./identity-provider.ts";
import type { Session } from "./sessions.ts";
import type { SignInSettings } from "./sign-in-settings.ts";
import type { Traffic } from "./traffic.ts";
import { failureAnswer, plainAnswer, redirectAnswer } from "./web-answers.ts";

export const CALLBACK_PATH = "/oauth2/idpresponse";

/** Who somebody is, with cookies for them to keep; or the answer that ends the request. */
export type Passage = { user: string | null; cookies: readonly string[] } | { answer: WebAnswer };

/** Performs an action that signs people in (Application Load Balancers, Authenticate users, Authentication flow). */
export async function authenticate(
  traffic: Traffic,
  rule: Pick<Rule, "arn">,
  settings: SignInSettings,
  request: WebRequest,
): Promise<Passage> {
  if (request.host === "") return { answer: failureAnswer(authFailure("AuthMissingHostHeader")) };
  const value = findSessionCookie(request, settings.cookieName);
  const session = value === undefined ? undefined : traffic.sessions.open(value);
  if (value !== undefined && session === undefined) {
    return { answer: failureAnswer(authFailure("AuthInvalidCookie")) };
  }
  // A session of another client is not one that has expired: nobody was ever signed in here.
  if (session === undefined || !isMadeFor(session, settings))
    return meetStranger(traffic, rule, settings, request);
  if (traffic.world.now() >= session.endsAt) return meetFormerUser(traffic, rule, settings, request);
  if (!needsRefresh(session, traffic.world.now())) return { user: session.user, cookies: [] };
  const refreshed = await refreshSession(traffic, settings, session);
  if (isFailure(refreshed)) return meetFormerUser(traffic, rule, settings, request, refreshed);
  return { user: refreshed.user, cookies: [sessionCookie(traffic, refreshed)] };
}

/** The cookie that keeps a session. */
export function sessionCookie({ sessions, world }: Traffic, session: Session): string {
  return writeSessionCookie(session.cookieName, sessions.seal(session), world.now());
}

function isMadeFor(session: Session, { cookieName, clientId }: SignInSettings): boolean {
  return session.cookieName === cookieName && session.clientId === clientId;
}

function needsRefresh({ refreshToken, accessExpiresAt }: Session, now: number): boolean {
  return refreshToken !== undefined && accessExpiresAt !== undefined && now >= accessExpiresAt;
}

function meetStranger(
  traffic: Traffic,
  rule: Pick<Rule, "arn">,
  settings: SignInSettings,
  request: WebRequest,
): Passage {
  switch (settings.onUnauthenticated) {
    case "allow":
      return { user: null, cookies: [] };
    case "deny":
      return { answer: plainAnswer(401, "401 Authorization Required") };
    case "authenticate":
      return { answer: sendToSignIn(traffic, rule, settings, request) };
  }
}

/** Whoever was signed in may sign in again even where strangers are denied (Authenticate users, `deny`). */
function meetFormerUser(
  traffic: Traffic,
  rule: Pick<Rule, "arn">,
  settings: SignInSettings,
  request: WebRequest,
  failure?: AuthFailure,
): Passage {
  if (settings.onUnauthenticated === "allow") return { user: null, cookies: [] };
  return { answer: sendToSignIn(traffic, rule, settings, request, failure) };
}

function sendToSignIn(
  { pending, world }: Traffic,
  { arn: ruleArn }: Pick<Rule, "arn">,
  { authorizationEndpoint, clientId, scope, extraParams }: SignInSettings,
  { host, path }: WebRequest,
  failure?: AuthFailure,
): WebAnswer {
  const { state, nonce } = pending.begin({ ruleArn, host, originalUrl: `https://${host}${path}` });
  const url = new URL(authorizationEndpoint);
  const params = {
    ...extraParams,
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirectUri(host),
    scope,
    state,
  };
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return redirectAnswer(url.href, { cookies: [writeNonceCookie(nonce, world.now())], failure });
}

/** Where the identity provider sends people back to. */
export function redirectUri(host: string): string {
  return `https://${host}${CALLBACK_PATH}`;
}

async function refreshSession(
  { callWeb, world }: Traffic,
  settings: SignInSettings,
  session: Session,
): Promise<Session | AuthFailure> {
  const tokens = await requestTokens(callWeb, settings, {
    grant_type: "refresh_token",
    refresh_token: session.refreshToken ?? "",
  });
  if (isFailure(tokens)) return tokens;
  const found = await requestUser(callWeb, settings, tokens.access_token);
  if (isFailure(found)) return found;
  if (found.user !== session.user) return authFailure("AuthInvalidUserinfoResponse");
  return {
    ...session,
    refreshToken: tokens.refresh_token ?? session.refreshToken,
    accessExpiresAt: expiryOf(tokens, world.now()),
  };
}

/** When an access token expires, in milliseconds since the epoch, where its issuer says. */
export function expiryOf({ expires_in: seconds }: { expires_in?: number | undefined }, now: number) {
  return seconds === undefined ? undefined : now + seconds * 1_000;
}
