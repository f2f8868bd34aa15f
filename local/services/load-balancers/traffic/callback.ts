import type { WebAnswer, WebRequest } from "../../../web-exchange.ts";
import type { Listener, LoadBalancerState, Rule } from "../state.ts";
import { type AuthFailure, authFailure, isFailure } from "./auth-failure.ts";
import { pathOf, queryOf } from "./condition-match.ts";
import { findNonce } from "./cookies.ts";
import { readIdToken } from "./id-token.ts";
import { requestTokens, requestUser } from "./identity-provider.ts";
import type { PendingSignIn } from "./pending-sign-ins.ts";
import type { Session } from "./sessions.ts";
import { CALLBACK_PATH, expiryOf, redirectUri, sessionCookies } from "./sign-in.ts";
import { findSignIn, type SignInSettings } from "./sign-in-settings.ts";
import type { Traffic } from "./traffic.ts";
import { failureAnswer, redirectAnswer } from "./web-answers.ts";

/** Whether the load balancer keeps a request for itself: somebody comes back from signing in. */
export function isCallback(state: LoadBalancerState, { arn }: Listener, request: WebRequest): boolean {
  const signsIn = ({ actions }: Rule) => findSignIn(actions) !== undefined;
  return pathOf(request) === CALLBACK_PATH && state.rulesOf(arn).some(signsIn);
}

/**
 * Ends a sign-in: exchanges the code, asks who it is, and sends the browser where it wanted to go, with a session.
 * The rule counts as it is now, not as it was when the sign-in began; nothing documents which.
 */
export async function answerCallback(
  traffic: Traffic,
  listener: Listener,
  request: WebRequest,
): Promise<WebAnswer> {
  const params = new URLSearchParams(queryOf(request));
  const begun = findBegun(traffic, listener, request, params);
  if (isFailure(begun)) return failureAnswer(begun);
  const { signIn, settings } = begun;
  const code = params.get("code");
  if (code === null) return failureAnswer(missingCode(params));
  const session = await startSession(traffic, settings, { code, host: signIn.host });
  if (isFailure(session)) return failureAnswer(session);
  return redirectAnswer(signIn.originalUrl, { cookies: sessionCookies(traffic, session) });
}

/** The sign-in that a browser comes back from, and how its rule signs people in now. */
function findBegun(
  { pending, state }: Traffic,
  listener: Listener,
  request: WebRequest,
  params: URLSearchParams,
): { signIn: PendingSignIn; settings: SignInSettings } | AuthFailure {
  const given = params.get("state");
  if (given === null) return authFailure("AuthMissingStateParam");
  const signIn = pending.take(given);
  const rule = state.rules.get(signIn?.ruleArn ?? "");
  const settings = rule && findSignIn(rule.actions);
  if (signIn === undefined || settings === undefined) return authFailure("AuthInvalidStateParam");
  if (rule?.listenerArn !== listener.arn || signIn.host !== request.host) {
    return authFailure("AuthInvalidStateParam");
  }
  const nonce = findNonce(request);
  if (nonce === undefined) return authFailure("AuthMissingAWSALBAuthNonce");
  return nonce === signIn.nonce ? { signIn, settings } : authFailure("AuthInvalidAWSALBAuthNonce");
}

/** 561 where the identity provider said an error instead (Troubleshoot your Application Load Balancers, HTTP 561). */
function missingCode(params: URLSearchParams): AuthFailure {
  return params.has("error") ? authFailure("AuthMissingCodeParam", 561) : authFailure("AuthMissingCodeParam");
}

async function startSession(
  { callWeb, world }: Traffic,
  settings: SignInSettings,
  { code, host }: { code: string; host: string },
): Promise<Session | AuthFailure> {
  const tokens = await requestTokens(callWeb, settings, {
    grant_type: "authorization_code",
    code,
    redirect_uri: redirectUri(host),
  });
  if (isFailure(tokens)) return tokens;
  const subject = readIdToken(tokens.id_token, settings, world.now());
  if (subject === undefined) return authFailure("AuthInvalidIdToken");
  const found = await requestUser(callWeb, settings, tokens.access_token);
  if (isFailure(found)) return found;
  // OpenID Connect Core 1.0, section 5.3.2.
  if (found.sub !== subject) return authFailure("AuthInvalidUserinfoResponse");
  return {
    cookieName: settings.cookieName,
    clientId: settings.clientId,
    user: subject,
    claims: found,
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token,
    accessExpiresAt: expiryOf(tokens, world.now()),
    endsAt: world.now() + settings.sessionSeconds * 1_000,
  };
}
