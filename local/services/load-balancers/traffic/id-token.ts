import { decodeJwt, errors, type JWTPayload } from "jose";
import type { SignInSettings } from "./sign-in-settings.ts";

/**
 * The `sub` of an ID token of this issuer, for this client, that has not expired; undefined otherwise. No setting of a
 * rule names the issuer's keys: what counts is that the token came from the token endpoint itself (OpenID Connect Core
 * 1.0, section 3.1.3.7).
 */
export function readIdToken(
  token: string | undefined,
  { issuer, clientId }: Pick<SignInSettings, "issuer" | "clientId">,
  now: number,
): string | undefined {
  const { iss, aud, exp, sub } = token === undefined ? {} : readClaims(token);
  const isMeant = [aud].flat().includes(clientId) && iss === issuer;
  return isMeant && exp !== undefined && exp * 1_000 > now ? sub : undefined;
}

function readClaims(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch (error) {
    if (error instanceof errors.JOSEError) return {};
    throw error;
  }
}
