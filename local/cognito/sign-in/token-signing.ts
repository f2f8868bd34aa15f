import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
} from "node:crypto";
import { type JWTPayload, jwtVerify, SignJWT } from "jose";
import { drawUuid } from "../identifiers.ts";
import type { Pool, World } from "../state.ts";
import { notAuthorized } from "./secret-hash.ts";

const SECOND = 1_000;

export function issuerOf(world: World, pool: Pool): string {
  return `https://cognito-idp.${world.region}.amazonaws.com/${pool.id}`;
}

/** Puts a pool's signature under claims, with issuer, id and times; `seconds` is how long the token lives. */
export async function signToken(
  world: World,
  pool: Pool,
  claims: JWTPayload,
  seconds: number,
): Promise<string> {
  const { privateKey, id } = keyOf(pool);
  const issuedAt = Math.floor(world.now() / SECOND);
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "RS256", kid: id })
    .setIssuer(issuerOf(world, pool))
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + seconds)
    .setJti(drawUuid(world.randomBytes))
    .sign(privateKey);
}

/** The claims of a token of one of these pools, or AWS's refusal of a forged or outdated one; `what` names it there. */
export async function verifyToken(world: World, token: string, what: string): Promise<JWTPayload> {
  const pool = issuingPool(world, readClaims(token, what));
  if (pool === undefined) throw notAuthorized(`Invalid ${what}`);
  try {
    const { payload } = await jwtVerify(token, keyOf(pool).publicKey, {
      issuer: issuerOf(world, pool),
      algorithms: ["RS256"],
      currentDate: new Date(world.now()),
    });
    return payload;
  } catch (error) {
    const isExpired = error instanceof Error && "code" in error && error.code === "ERR_JWT_EXPIRED";
    throw notAuthorized(isExpired ? `${what} has expired` : `Invalid ${what}`);
  }
}

/** The pool that a token says it is from. */
export function issuingPool(world: World, claims: JWTPayload): Pool | undefined {
  return world.pools.get(String(claims.iss).split("/").pop() ?? "");
}

/** The public half of a pool's keys, as `jwks.json` shows it (Developer Guide, "Verifying JSON web tokens"). */
export function publicKeys(pool: Pool): { keys: JsonWebKey[] } {
  const { publicKey, id } = keyOf(pool);
  return { keys: [{ ...publicKey.export({ format: "jwk" }), alg: "RS256", kid: id, use: "sig" }] };
}

function readClaims(token: string, what: string): JWTPayload {
  const [, body = ""] = token.split(".");
  try {
    const claims: unknown = JSON.parse(Buffer.from(body, "base64url").toString());
    if (typeof claims === "object" && claims !== null) return { ...claims };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw notAuthorized(`Invalid ${what}`);
}

interface SigningKey {
  id: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

const keys = new WeakMap<Pool, SigningKey>();

/** A pool's signing key, made when the first token is needed: most pools of a test never issue one. */
function keyOf(pool: Pool): SigningKey {
  const known = keys.get(pool);
  if (known !== undefined) return known;
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const publicKey = createPublicKey(privateKey);
  const id = createHash("sha256")
    .update(publicKey.export({ format: "der", type: "spki" }))
    .digest("base64");
  const created = { id, privateKey, publicKey };
  keys.set(pool, created);
  return created;
}
