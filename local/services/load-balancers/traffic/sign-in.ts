import type { WebAnswer, WebRequest } from "../../../web-exchange.ts";
import type { Rule } from "../state.ts";
import { type AuthFailure, authFailure, isFailure } from "./auth-failure.ts";
import { findSessionCookies, writeNonceCookie, writeSessionCookies } from "./cookies.ts";
import { requestTokens, requestUser } from "./identity-provider.ts";
import type { Session } from "./sessions.ts";
import type { SignInSettings } from "./sign-in-settings.ts";
import type { Traffic } from "./traffic.ts";
import { type UserHeaders, userHeaders } from "./user-claims.ts";
import { failureAnswer, plainAnswer, redirectAnswer } from "./web-answers.ts";

export const CALLBACK_PATH = "/oauth2/idpresponse";

/** Who somebody is, with cookies for them to keep; or the answer that ends the request. */
export type Passage =
  | { user: string | null; cookies: readonly string[]; headers?: UserHeaders }
  | { answer: WebAnswer };

/** Performs an action that signs people in (Application Load Balancers, Authenticate users, Authentication flow). */
export async function authenticate(
  traffic: Traffic,
  rule: Pick<Rule, "arn" | "listenerArn">,
  settings: SignInSettings,
  request: WebRequest,
): Promise<Passage> {
  if (request.host === "") return { answer: failureAnswer(authFailure("AuthMissingHostHeader")) };
  const shards = findSessionCookies(request, settings.cookieName);
  const session = openSession(traffic, shards);
  if (shards.length > 0 && session === undefined) {
    return { answer: failureAnswer(authFailure("AuthInvalidCookie")) };
  }
  // A session of another client is not one that has expired: nobody was ever signed in here.
  if (session === undefined || !isMadeFor(session, settings))
    return meetStranger(traffic, rule, settings, request);
  if (traffic.world.now() >= session.endsAt) return meetFormerUser(traffic, rule, settings, request);
  if (!needsRefresh(session, traffic.world.now())) return letThrough(traffic, rule, settings, session);
  const refreshed = await refreshSession(traffic, settings, session);
  if (isFailure(refreshed)) return meetFormerUser(traffic, rule, settings, request, refreshed);
  return letThrough(traffic, rule, settings, refreshed, sessionCookies(traffic, refreshed));
}

/** The cookies that keep a session. */
export function sessionCookies({ sessions, world }: Traffic, session: Session): string[] {
  return writeSessionCookies(session.cookieName, sessions.seal(session), world.now());
}

function letThrough(
  traffic: Traffic,
  { listenerArn }: Pick<Rule, "listenerArn">,
  { issuer }: SignInSettings,
  session: Session,
  cookies: readonly string[] = [],
): Passage {
  const signer = traffic.state.listeners.get(listenerArn)?.loadBalancerArn;
  if (signer === undefined) throw new Error(`rule of listener ${listenerArn}, which is gone, still serves`);
  return { user: session.user, cookies, headers: userHeaders(traffic, { signer, issuer }, session) };
}

// Cookies of an earlier, longer session may still be there: only those that belong together open.
function openSession({ sessions }: Traffic, shards: readonly string[]): Session | undefined {
  for (let count = shards.length; count > 0; count -= 1) {
    const session = sessions.open(shards.slice(0, count).join(""));
    if (session !== undefined) return session;
  }
  return undefined;
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
  if (found.sub !== session.user) return authFailure("AuthInvalidUserinfoResponse");
  return {
    ...session,
    claims: found,
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token ?? session.refreshToken,
    accessExpiresAt: expiryOf(tokens, world.now()),
  };
}

/** When an access token expires, in milliseconds since the epoch, where its issuer says. */
export function expiryOf({ expires_in: seconds }: { expires_in?: number | undefined }, now: number) {
  return seconds === undefined ? undefined : now + seconds * 1_000;
}
