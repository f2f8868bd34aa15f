import { createPublicKey, verify } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import type { WebRequest } from "../../../../local/web-exchange.ts";
import { askCognito, type Balancer, Browser, HOST, MINUTE, openBalancer, PAGE } from "./balancer.ts";
import { ISSUER, json } from "./stand-in-provider.ts";

// Source of all that is said here: Application Load Balancers, Authenticate users using an Application Load Balancer,
// "User claims encoding and signature verification".

const KEY_HOST = "public-keys.auth.elb.ap-northeast-1.amazonaws.com";

let balancer: Balancer;
let passed: WebRequest[];
beforeEach(async () => {
  passed = [];
  balancer = await openBalancer((request) => {
    passed.push(request);
    return { status: 200, headers: {}, body: "" };
  });
});

/** Somebody signs in; what the application gets of the page they wanted. */
async function visit(browser: Browser, more: Partial<WebRequest> = {}): Promise<WebRequest["headers"]> {
  const before = passed.length;
  const { status } = await browser.go(PAGE, more);
  const { headers } = passed[before] ?? {};
  if (headers === undefined) throw new Error(`the application was not asked: ${status}`);
  return headers;
}

async function signedIn(): Promise<Browser> {
  await balancer.rule(10, [askCognito(), balancer.forward]);
  const browser = new Browser(balancer);
  await browser.signIn(balancer);
  return browser;
}

function partsOf(token: string | undefined): {
  header: Record<string, unknown>;
  payload: Record<string, unknown>;
} {
  const [header = "", payload = ""] = (token ?? "").split(".");
  const read = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  return { header: read(header), payload: read(payload) };
}

function getKey(path: string, method = "GET") {
  return balancer.balancers.answerKey({ method, host: KEY_HOST, path, headers: {}, body: "" });
}

describe("An application behind a rule that signs people in", () => {
  test("gets the access token and the subject as they are", async () => {
    const headers = await visit(await signedIn());
    expect(headers).toMatchObject({
      "x-amzn-oidc-accesstoken": expect.stringMatching(/^access-\d+$/),
      "x-amzn-oidc-identity": "taro",
    });
  });

  test("gets what the user info endpoint said, in a token that names its load balancer and its client", async () => {
    const { header, payload } = partsOf((await visit(await signedIn()))["x-amzn-oidc-data"]);
    const exp = balancer.now() / 1_000 + 120;
    expect(header).toEqual({
      typ: "JWT",
      alg: "ES256",
      kid: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      signer: balancer.arn,
      iss: ISSUER,
      client: "web",
      exp,
    });
    expect(payload).toEqual({ sub: "taro", email: "taro@example.com", exp, iss: ISSUER });
  });

  test("can verify it with the key that the key's id names, over the padded text as it came", async () => {
    const token = (await visit(await signedIn()))["x-amzn-oidc-data"] ?? "";
    const { status, body } = getKey(`/${partsOf(token).header.kid}`);
    expect(status).toBe(200);
    const text = token.slice(0, token.lastIndexOf("."));
    const signature = Buffer.from(token.slice(token.lastIndexOf(".") + 1), "base64url");
    const key = { key: createPublicKey(body), dsaEncoding: "ieee-p1363" } as const;
    expect(verify("sha256", Buffer.from(text), key, signature)).toBe(true);
    expect(verify("sha256", Buffer.from(`${text}A`), key, signature)).toBe(false);
  });

  test("gets base64url that is filled up to fours, which libraries for JWTs refuse", async () => {
    const token = (await visit(await signedIn()))["x-amzn-oidc-data"] ?? "";
    const parts = token.split(".");
    expect(parts).toHaveLength(3);
    for (const part of parts) expect(part).toMatch(/^([\w-]{4})*([\w-]{2}==|[\w-]{3}=)?$/);
    // 64 bytes never fill up.
    expect(parts[2]).toMatch(/==$/);
  });

  test("gets a token of its own for each request", async () => {
    const browser = await signedIn();
    const first = partsOf((await visit(browser))["x-amzn-oidc-data"]).payload.exp;
    balancer.pass(MINUTE);
    expect(partsOf((await visit(browser))["x-amzn-oidc-data"]).payload.exp).toBe(Number(first) + 60);
  });

  test("gets the new access token once the load balancer has renewed it", async () => {
    const browser = await signedIn();
    const first = (await visit(browser))["x-amzn-oidc-accesstoken"];
    balancer.pass(6 * MINUTE);
    const second = (await visit(browser))["x-amzn-oidc-accesstoken"];
    expect(second).not.toBe(first);
    expect((await visit(browser))["x-amzn-oidc-accesstoken"]).toBe(second);
  });

  test("never gets what the browser made up in their place", async () => {
    const made = {
      "x-amzn-oidc-identity": "root",
      "x-amzn-oidc-data": "e30=.e30=.",
      "x-amzn-oidc-accesstoken": "a",
    };
    const headers = await visit(await signedIn(), { headers: made });
    expect(headers["x-amzn-oidc-identity"]).toBe("taro");
    expect(headers["x-amzn-oidc-data"]).not.toBe(made["x-amzn-oidc-data"]);
    expect(headers["x-amzn-oidc-accesstoken"]).not.toBe("a");
  });

  test("keeps claims that need more than one cookie, and forgets those of a longer session before", async () => {
    const browser = await signedIn();
    balancer.provider.instead.set("/oauth2/userInfo", json(200, { sub: "taro", profile: "p".repeat(6_000) }));
    await browser.go(`https://${HOST}/oauth2/idpresponse`);
    browser.cookies.clear();
    await browser.signIn(balancer);
    expect([...browser.cookies.keys()].filter((name) => name.startsWith("AWSELB"))).toHaveLength(3);
    expect(partsOf((await visit(browser))["x-amzn-oidc-data"]).payload.profile).toHaveLength(6_000);
    balancer.provider.instead.clear();
    balancer.pass(6 * MINUTE);
    expect(partsOf((await visit(browser))["x-amzn-oidc-data"]).payload).not.toHaveProperty("profile");
    expect((await visit(browser))["x-amzn-oidc-identity"]).toBe("taro");
  });
});

describe("An application behind a rule that signs nobody in", () => {
  test("must not trust the headers: no page says that made-up ones are taken away", async () => {
    await balancer.rule(10, [balancer.forward]);
    const made = { "x-amzn-oidc-identity": "root" };
    expect(await visit(new Browser(balancer), { headers: made })).toMatchObject(made);
  });
});

describe("The host of the keys", () => {
  test("knows no other key, and only answers GET", async () => {
    const id = partsOf((await visit(await signedIn()))["x-amzn-oidc-data"]).header.kid;
    expect(getKey("/11111111-2222-3333-4444-555555555555").status).toBe(403);
    expect(getKey("/").status).toBe(403);
    expect(getKey(`/${id}`, "POST").status).toBe(403);
  });
});
