import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import { z } from "zod";
import type { WebRequest } from "../../../web-exchange.ts";
import type { Action } from "../shapes.ts";
import { type AuthFailure, authFailure, isFailure } from "./auth-failure.ts";
import { ask, type CallWeb, isSuccess, readJson } from "./identity-provider.ts";

type ValidationConfig = NonNullable<Action["JwtValidationConfig"]>;
type WantedClaim = NonNullable<ValidationConfig["AdditionalClaims"]>[number];

/** Application Load Balancers, Verify JWTs, JWT validation limits. */
const MOST_KEYS = 10;
const MOST_BYTES = 150 * 1024;

const keysShape = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(MOST_KEYS) });

/** The claims of the token that a request carries, or why it does not pass (Application Load Balancers, Verify JWTs). */
export async function validateToken(
  callWeb: CallWeb,
  config: ValidationConfig,
  { headers }: WebRequest,
  now: number,
): Promise<{ claims: JWTPayload } | AuthFailure> {
  if (headers.authorization === undefined) return authFailure("JWTHeaderNotPresent");
  const token = /^Bearer +(\S+)$/i.exec(headers.authorization)?.[1];
  if (token === undefined) return authFailure("JWTRequestFormatInvalid");
  const keys = await requestKeys(callWeb, config.JwksEndpoint);
  if (keys === undefined) return authFailure("JWKSRequestFailed");
  const verified = await verify(token, keys, config.Issuer, now);
  if (isFailure(verified)) return verified;
  return findClaimFailure(verified.claims, config.AdditionalClaims ?? []) ?? verified;
}

async function requestKeys(callWeb: CallWeb, endpoint: string): Promise<JSONWebKeySet | undefined> {
  const answer = await ask(callWeb, "GET", endpoint, { headers: {}, body: "" });
  if (answer === undefined || !isSuccess(answer) || Buffer.byteLength(answer.body) > MOST_BYTES)
    return undefined;
  return keysShape.safeParse(readJson(answer)).data;
}

async function verify(
  token: string,
  keys: JSONWebKeySet,
  issuer: string,
  now: number,
): Promise<{ claims: JWTPayload } | AuthFailure> {
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
      issuer,
      algorithms: ["RS256"],
      requiredClaims: ["exp"],
      currentDate: new Date(now),
    });
    const isFromLater = payload.iat !== undefined && payload.iat * 1_000 > now;
    return isFromLater ? authFailure("JWTClaimValueInvalid") : { claims: payload };
  } catch (error) {
    if (error instanceof errors.JOSEError) return authFailure(reasonOf(error));
    throw error;
  }
}

function reasonOf(error: errors.JOSEError) {
  if (error instanceof errors.JWTExpired) return "JWTClaimValueInvalid";
  if (error instanceof errors.JWTClaimValidationFailed) {
    return error.reason === "missing" ? "JWTClaimNotPresent" : "JWTClaimValueInvalid";
  }
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid)
    return "JWTRequestFormatInvalid";
  return "JWTSignatureValidationError";
}

function findClaimFailure(claims: JWTPayload, wanted: readonly WantedClaim[]): AuthFailure | undefined {
  for (const claim of wanted) {
    if (claims[claim.Name] === undefined) return authFailure("JWTClaimNotPresent");
    if (!hasValue(claims[claim.Name], claim)) return authFailure("JWTClaimValueInvalid");
  }
  return undefined;
}

/** One of the wanted values suffices (API reference, JwtValidationActionAdditionalClaim). */
function hasValue(value: unknown, { Format, Values }: WantedClaim): boolean {
  switch (Format) {
    case "single-string":
      return typeof value === "string" && Values.includes(value);
    case "space-separated-values":
      return typeof value === "string" && value.split(" ").some((part) => Values.includes(part));
    case "string-array":
      return Array.isArray(value) && value.some((part) => Values.includes(part));
  }
}
