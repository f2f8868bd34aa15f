import type { WebAnswer } from "../../web-exchange.ts";
import type { User } from "../state.ts";
import { type Authorization, readAuthorization } from "./authorization.ts";
import { findSession } from "./browser-sessions.ts";
import type { PageRequest } from "./page-request.ts";
import { recordsOf } from "./sign-in-records.ts";
import { redirectAnswer, withParameters } from "./web-pages.ts";

/** GET /oauth2/authorize: on to the login page, or straight back with a code where the browser has signed in before. */
export function answerAuthorize(request: PageRequest): WebAnswer {
  const authorization = readAuthorization(request.pool, request.query);
  const session = authorization.prompt === "login" ? undefined : findSession(request);
  if (session !== undefined) {
    return redirectAnswer(addressWithCode(request, authorization, session.user, session.authenticatedAt));
  }
  if (authorization.prompt === "none") {
    const { redirectUri, state } = authorization;
    return redirectAnswer(withParameters(redirectUri, { error: "login_required", state }));
  }
  return redirectAnswer(`https://${request.host}/login?${request.query}`);
}

/** The client's address with a new code behind it, and the state it asked to get back. */
export function addressWithCode(
  { world, pool }: PageRequest,
  { client, redirectUri, state, scopes, nonce, challenge }: Authorization,
  user: User,
  authenticatedAt: number,
): string {
  const code = recordsOf(world).codes.put({
    poolId: pool.id,
    clientId: client.id,
    user,
    redirectUri,
    scopes,
    nonce,
    challenge,
    authenticatedAt,
  });
  return withParameters(redirectUri, { code, state });
}
