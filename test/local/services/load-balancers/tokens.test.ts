import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { WebAnswer } from "../../../../local/web-exchange.ts";
import { type Balancer, Browser, failureOf, openBalancer, PAGE, userOf } from "./balancer.ts";
import { ISSUER, json } from "./stand-in-provider.ts";

const KEYS_PATH = "/ap-northeast-1_a/.well-known/jwks.json";
const NOW = Date.parse("2026-11-29T03:00:00Z") / 1_000;

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;
let keys: Keys;
let otherKeys: Keys;
let published: WebAnswer;
let balancer: Balancer;

beforeAll(async () => {
  keys = await generateKeyPair("RS256");
  otherKeys = await generateKeyPair("RS256");
  published = json(200, {
    keys: [{ ...(await exportJWK(keys.publicKey)), kid: "one", alg: "RS256", use: "sig" }],
  });
});

beforeEach(async () => {
  balancer = await openBalancer();
  balancer.provider.instead.set(KEYS_PATH, published);
  await balancer.rule(10, [validate(), balancer.forward]);
});

function validate() {
  return {
    Type: "jwt-validation",
    Order: 1,
    JwtValidationConfig: {
      JwksEndpoint: `${ISSUER}/.well-known/jwks.json`,
      Issuer: ISSUER,
      AdditionalClaims: [
        { Format: "single-string", Name: "client_id", Values: ["batch", "batch_2"] },
        { Format: "space-separated-values", Name: "scope", Values: ["api/read"] },
        { Format: "string-array", Name: "groups", Values: ["staff", "admin"] },
      ],
    },
  };
}

const CLAIMS = {
  iss: ISSUER,
  sub: "batch",
  client_id: "batch",
  scope: "api/write api/read",
  groups: ["admin"],
  exp: NOW + 60,
  iat: NOW,
};

/** A token with these claims; one that is undefined is left out. */
function sign(claims: object, key = keys, kid = "one"): Promise<string> {
  const said = Object.entries(claims).filter(([, value]) => value !== undefined);
  return new SignJWT(Object.fromEntries(said)).setProtectedHeader({ alg: "RS256", kid }).sign(key.privateKey);
}

function send(authorization?: string): Promise<WebAnswer> {
  return new Browser(balancer).go(PAGE, { headers: authorization === undefined ? {} : { authorization } });
}

describe("A rule that verifies tokens", () => {
  test("lets a program in that shows one of the issuer's, for either of two clients", async () => {
    expect(userOf(await send(`Bearer ${await sign(CLAIMS)}`))).toBe("batch");
    expect(userOf(await send(`Bearer ${await sign({ ...CLAIMS, client_id: "batch_2" })}`))).toBe("batch");
  });

  test.each([
    ["has expired", { exp: NOW }, "401 JWTClaimValueInvalid"],
    ["never expires", { exp: undefined }, "401 JWTClaimNotPresent"],
    ["is from later", { iat: NOW + 1 }, "401 JWTClaimValueInvalid"],
    ["is not valid yet", { nbf: NOW + 1 }, "401 JWTClaimValueInvalid"],
    ["is of another issuer", { iss: `${ISSUER}b` }, "401 JWTClaimValueInvalid"],
    ["names no issuer", { iss: undefined }, "401 JWTClaimNotPresent"],
    ["is of another client", { client_id: "web" }, "401 JWTClaimValueInvalid"],
    ["names no client", { client_id: undefined }, "401 JWTClaimNotPresent"],
    ["has another scope", { scope: "api/read-all" }, "401 JWTClaimValueInvalid"],
    ["has a list where a text is wanted", { scope: ["api/read"] }, "401 JWTClaimValueInvalid"],
    ["is in no group", { groups: [] }, "401 JWTClaimValueInvalid"],
    ["has a text where a list is wanted", { groups: "admin" }, "401 JWTClaimValueInvalid"],
  ])("refuses one that %s", async (_, change, failure) => {
    expect(failureOf(await send(`Bearer ${await sign({ ...CLAIMS, ...change })}`))).toBe(failure);
  });

  test("refuses what somebody else signed, or signed otherwise", async () => {
    const failure = "401 JWTSignatureValidationError";
    expect(failureOf(await send(`Bearer ${await sign(CLAIMS, otherKeys)}`))).toBe(failure);
    expect(failureOf(await send(`Bearer ${await sign(CLAIMS, keys, "two")}`))).toBe(failure);
    const symmetric = new SignJWT(CLAIMS).setProtectedHeader({ alg: "HS256", kid: "one" });
    const forged = await symmetric.sign(new TextEncoder().encode(published.body));
    expect(failureOf(await send(`Bearer ${forged}`))).toBe(failure);
    const { publicKey, privateKey } = await generateKeyPair("RS512", { extractable: true });
    const { alg: _, ...key } = await exportJWK(publicKey);
    balancer.provider.instead.set(KEYS_PATH, json(200, { keys: [{ ...key, kid: "one" }] }));
    const long = await new SignJWT(CLAIMS).setProtectedHeader({ alg: "RS512", kid: "one" }).sign(privateKey);
    expect(failureOf(await send(`Bearer ${long}`))).toBe(failure);
  });

  test.each([
    ["no header", undefined, "401 JWTHeaderNotPresent"],
    ["another way to prove oneself", "Basic YTpi", "401 JWTRequestFormatInvalid"],
    ["no token", "Bearer ", "401 JWTRequestFormatInvalid"],
    ["something that is none", "Bearer abc", "401 JWTRequestFormatInvalid"],
  ])("refuses %s", async (_, authorization, failure) => {
    expect(failureOf(await send(authorization))).toBe(failure);
  });

  test.each([
    ["nobody answers for", "nobody"],
    ["are refused", json(404, {})],
    ["are no keys", json(200, { keys: "none" })],
    ["are more than ten", json(200, { keys: Array.from({ length: 11 }, () => ({ kty: "RSA" })) })],
    ["are larger than 150 KB", json(200, { keys: [], note: "x".repeat(150 * 1024) })],
  ] as const)("cannot tell where the keys %s", async (_, answer) => {
    balancer.provider.instead.set(KEYS_PATH, answer);
    expect(failureOf(await send(`Bearer ${await sign(CLAIMS)}`))).toBe("562 JWKSRequestFailed");
  });
});
