import { CognitoJwtVerifier } from "aws-jwt-verify";
import {
  CognitoJwtInvalidClientIdError,
  CognitoJwtInvalidTokenUseError,
  JwtBaseError,
  JwtInvalidIssuerError,
  JwtInvalidSignatureAlgorithmError,
  JwtInvalidSignatureError,
  JwtParseError,
  JwtWithoutValidKidError,
  KidNotFoundInJwksError,
} from "aws-jwt-verify/error";
import type { Jwks } from "aws-jwt-verify/jwk";
import { readClaims } from "./session-tokens.ts";
import type { SignInFile } from "./sign-in-file.ts";

/** What a token says, once it is proven that the pool said it. */
export interface GoodToken {
  tokenUse: string;
  issuer: string;
  clientId: string;
  subject: string;
  issuedAt: Date;
  expiresAt: Date;
}

/**
 * Whether this is a token of the stack's pool for the command line's client, signed by one of these keys and not
 * outdated; a sentence that says what is wrong otherwise, without any part of the token.
 */
export function judgeToken(
  token: string,
  { userPoolId, clientId }: Pick<SignInFile, "userPoolId" | "clientId">,
  keys: Jwks,
  now: Date,
): { token: GoodToken } | { fault: string } {
  // Before the signature, which the keys of this pool could not have made: the more telling of the two.
  const { iss } = readClaims(token);
  if (typeof iss === "string" && iss.split("/").at(-1) !== userPoolId) return { fault: OTHER_POOL };
  const verifier = CognitoJwtVerifier.create({ userPoolId, clientId, tokenUse: null });
  verifier.cacheJwks(keys);
  try {
    // The library asks the system what time it is; the token's own end is looked at below, by the run's clock.
    const payload = verifier.verifySync(token, { graceSeconds: A_CENTURY });
    const expiresAt = new Date(payload.exp * 1_000);
    if (expiresAt <= now) return { fault: `it is outdated since ${expiresAt.toISOString()}` };
    return {
      token: {
        tokenUse: payload.token_use,
        issuer: payload.iss,
        clientId,
        subject: payload.sub,
        issuedAt: new Date(payload.iat * 1_000),
        expiresAt,
      },
    };
  } catch (error) {
    const [, fault] = faults.find(([Kind]) => error instanceof Kind) ?? [];
    if (fault === undefined) throw error;
    return { fault };
  }
}

const OTHER_POOL = "another user pool issued it";
const A_CENTURY = 100 * 365 * 24 * 60 * 60;

/** The most particular first: some of them are kinds of others. */
const faults = [
  [JwtParseError, "it is no token (a JWT)"],
  [JwtWithoutValidKidError, "it does not say which key signed it"],
  [KidNotFoundInJwksError, "none of the pool's keys signed it"],
  [JwtInvalidSignatureAlgorithmError, "it is signed by a method that the pool does not use"],
  [JwtInvalidSignatureError, "its signature is wrong"],
  [JwtInvalidIssuerError, OTHER_POOL],
  [CognitoJwtInvalidClientIdError, "it is for another client"],
  [CognitoJwtInvalidTokenUseError, "it is neither an ID nor an access token"],
  [JwtBaseError, "it is none that this pool issues"],
] as const;
