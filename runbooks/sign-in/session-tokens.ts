import { z } from "zod";
import { foreignAnswer } from "../runtime/aws-errors.ts";
import type { Session } from "./session.ts";

/** What Cognito answers when somebody has signed in, or a session was renewed (API Reference, AuthenticationResultType). */
export interface IssuedTokens {
  IdToken?: string | undefined;
  AccessToken?: string | undefined;
  RefreshToken?: string | undefined;
}

/**
 * The session that these tokens make at `now`. A renewal may bring no refresh token: then `before` goes on. Throws
 * MalformedAnswerError where they are no tokens; `what` names the call. Nothing is verified: they came from Cognito.
 */
export function sessionOfTokens(
  what: string,
  issued: IssuedTokens,
  before: { username: string; refreshToken?: string },
  now: number,
): Session {
  const { IdToken: idToken, AccessToken: accessToken } = issued;
  const refreshToken = issued.RefreshToken ?? before.refreshToken;
  if (!idToken || !accessToken || !refreshToken) throw foreignAnswer(what);
  // Lives, not ends, are counted: this machine's clock may be wrong, but not by much within a day.
  const lives = [idToken, accessToken].map((token) => {
    const { exp, iat } = lifetimes.safeParse(readClaims(token)).data ?? {};
    if (exp === undefined || iat === undefined) throw foreignAnswer(what);
    return exp - iat;
  });
  return {
    username: before.username,
    idToken,
    accessToken,
    refreshToken,
    tokensExpireAt: now + Math.min(...lives) * 1_000,
  };
}

/** The claims of a token as it stands, without any check of who signed it; none where it is no token. */
export function readClaims(token: string): Readonly<Record<string, unknown>> {
  try {
    const [, payload = ""] = token.split(".");
    return z.record(z.string(), z.unknown()).parse(JSON.parse(Buffer.from(payload, "base64url").toString()));
  } catch {
    return {};
  }
}

const lifetimes = z.looseObject({ exp: z.number(), iat: z.number() });
