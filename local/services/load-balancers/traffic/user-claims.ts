import { createECDH, createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import type { WebAnswer, WebRequest } from "../../../web-exchange.ts";
import { randomHex, type ServiceWorld } from "../../regional.ts";
import type { Session } from "./sessions.ts";
import { plainAnswer } from "./web-answers.ts";

/** What somebody who has signed in brings to the application. */
export type UserHeaders = Readonly<Record<string, string>>;

/** Seconds that signed claims are good for; each request gets new ones. No page of AWS's says how long. */
const CLAIM_SECONDS = 120;

/** Where the keys of a Region are, by their ids (Application Load Balancers, User claims encoding and signature verification). */
const KEY_HOST = /^public-keys\.auth\.elb\.([a-z0-9-]+)\.amazonaws\.com$/;

/** The Region whose keys a host has; undefined for any other host. */
export function readKeyRegion(host: string): string | undefined {
  return KEY_HOST.exec(host)?.[1];
}

/** The key that the load balancers of a Region sign users' claims with, made when it is first needed. */
export class ClaimKey {
  readonly #world: ServiceWorld;
  #made: { id: string; key: KeyObject } | undefined;

  constructor(world: ServiceWorld) {
    this.#world = world;
  }

  /** Signs a JWT as load balancers do: ES256, and base64url with padding, which no other JWT has (same page). */
  sign(header: object, payload: object): string {
    const { id, key } = this.#require();
    const text = `${encode({ typ: "JWT", kid: id, alg: "ES256", ...header })}.${encode(payload)}`;
    const signature = sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" });
    return `${text}.${padded(signature)}`;
  }

  /** Answers at the host of the keys: the public key of an id, in PEM. */
  answer({ method, path }: WebRequest): WebAnswer {
    const { id, key } = this.#require();
    if (method !== "GET" || path !== `/${id}`) return plainAnswer(403, "403 Forbidden");
    const body = createPublicKey(key).export({ type: "spki", format: "pem" });
    return { status: 200, headers: { "content-type": "text/plain" }, body: String(body) };
  }

  #require(): { id: string; key: KeyObject } {
    this.#made ??= { id: keyId(this.#world), key: privateKey(this.#world) };
    return this.#made;
  }
}

/**
 * The headers that an application gets (same page, "User claims encoding and signature verification"). Payloads also
 * say issuer and expiry, as `aws-jwt-verify` of AWS Labs asks of them.
 */
export function userHeaders(
  { key, world }: { key: ClaimKey; world: ServiceWorld },
  { signer, issuer }: { signer: string; issuer: string },
  { clientId, user, accessToken, claims }: Session,
): UserHeaders {
  const exp = Math.floor(world.now() / 1_000) + CLAIM_SECONDS;
  const header = { signer, iss: issuer, client: clientId, exp };
  return {
    "x-amzn-oidc-accesstoken": accessToken,
    "x-amzn-oidc-identity": user,
    "x-amzn-oidc-data": key.sign(header, { ...claims, exp, iss: issuer }),
  };
}

function encode(part: object): string {
  return padded(Buffer.from(JSON.stringify(part)));
}

function padded(bytes: Buffer): string {
  const text = bytes.toString("base64url");
  return text.padEnd(Math.ceil(text.length / 4) * 4, "=");
}

function keyId(world: ServiceWorld): string {
  return randomHex(world, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// Out of the world's own randomness, hashed into the range of the curve by all but certainty.
function privateKey(world: ServiceWorld): KeyObject {
  const curve = createECDH("prime256v1");
  const d = createHash("sha256").update(world.randomBytes(32)).digest();
  curve.setPrivateKey(d);
  const point = curve.getPublicKey();
  return createPrivateKey({
    format: "jwk",
    key: {
      kty: "EC",
      crv: "P-256",
      d: d.toString("base64url"),
      x: point.subarray(1, 33).toString("base64url"),
      y: point.subarray(33).toString("base64url"),
    },
  });
}
