import type { AuthenticationResultType } from "@aws-sdk/client-cognito-identity-provider";
import { z } from "zod";
import { foreignAnswer } from "../runtime/aws-errors.ts";
import type { Session } from "./session.ts";

/** Claims of a token, unproven: whose own token it is does not need the proof. Undefined for what is no token. */
export function readClaims(token: string): Readonly<Record<string, unknown>> | undefined {
  const [, body = ""] = token.split(".");
  try {
    return z.record(z.string(), z.unknown()).safeParse(JSON.parse(Buffer.from(body, "base64url").toString()))
      .data;
  } catch {
    return undefined;
  }
}

/** What is kept of a sign-in. Throws MalformedAnswerError where Cognito left a token out. */
export function toSession(username: string, tokens: AuthenticationResultType, now: Date): Session {
  const { IdToken: idToken, AccessToken: accessToken, RefreshToken: refreshToken } = tokens;
  if (!idToken || !accessToken || !refreshToken) throw foreignAnswer("The tokens of this sign-in");
  return {
    username,
    idToken,
    accessToken,
    refreshToken,
    tokensExpireAt: tokensEnd([idToken, accessToken], now),
  };
}

/** When the first of these tokens ends, by this machine's clock: it may differ from the one that wrote them. */
export function tokensEnd(tokens: readonly string[], now: Date): number {
  const lives = tokens.map((token) => {
    const { exp, iat } = readClaims(token) ?? {};
    if (typeof exp !== "number" || typeof iat !== "number") throw foreignAnswer("A token");
    return exp - iat;
  });
  return now.getTime() + Math.min(...lives) * 1_000;
}
