import { afterEach, describe, expect, test } from "vitest";
import { type Gateway, type GatewayOptions, startGateway } from "../../../local/gateway.ts";
import { basic, CALLBACK, HOST, openSignInPages } from "../../support/sign-in-pages.ts";
import { EMAIL, PASSWORD } from "../../support/sign-in-world.ts";
import { openModel } from "../cognito/strict-model.ts";
import { type Seen, send, userPoolsCall } from "./raw-client.ts";

const gateways: Gateway[] = [];
afterEach(async () => {
  for (const gateway of gateways.splice(0)) await gateway.close();
});

async function start(options: GatewayOptions): Promise<Gateway> {
  const gateway = await startGateway(options);
  gateways.push(gateway);
  return gateway;
}

/** Sign-in pages behind a gateway, and a client that is a browser and an application in one. */
async function openPages(options: Partial<GatewayOptions> = {}) {
  const pages = await openSignInPages();
  const gateway = await start({ cognito: pages.model, ...options });
  const ask = (method: string, path: string, body?: Record<string, string>, headers = {}) =>
    send(gateway.url, {
      method,
      path,
      headers: {
        host: `${HOST.toUpperCase()}:443`,
        ...(body && { "content-type": "application/x-www-form-urlencoded" }),
        ...headers,
      },
      ...(body && { body: new URLSearchParams(body).toString() }),
    });
  const redeem = (code: string) =>
    ask(
      "POST",
      "/oauth2/token",
      { grant_type: "authorization_code", code, redirect_uri: CALLBACK },
      basic(pages.clientId, pages.clientSecret),
    );
  return { pages, gateway, ask, redeem };
}

const textOf = ({ body }: Seen) => body.toString("utf8");

describe("The web servers behind the gateway", () => {
  test("take a browser from the application to its tokens, over HTTP and by Host", async () => {
    const { pages, gateway, ask, redeem } = await openPages();
    const asked = await ask("GET", `/oauth2/authorize?${new URLSearchParams(pages.authorization())}`);
    const login = new URL(asked.headers.location ?? "");
    expect([asked.status, login.host, login.pathname]).toEqual([302, HOST, "/login"]);
    const form = await ask("GET", `/login${login.search}`);
    expect([form.status, form.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    const done = await ask("POST", `/login${login.search}`, { username: EMAIL, password: PASSWORD });
    const back = new URL(done.headers.location ?? "");
    expect([done.status, `${back.origin}${back.pathname}`]).toEqual([302, CALLBACK]);
    expect(done.headers["set-cookie"]).toHaveLength(1);
    const tokens = JSON.parse(textOf(await redeem(back.searchParams.get("code") ?? "")));
    expect(tokens).toHaveProperty("id_token");
    const bearer = { authorization: `Bearer ${tokens.access_token}` };
    const info = await ask("GET", "/oauth2/userInfo", undefined, bearer);
    expect(JSON.parse(textOf(info))).toMatchObject({ sub: pages.sub });

    expect(gateway.history.entries.map(({ at: _, ...entry }) => entry)).toEqual(
      [
        ["GET /oauth2/authorize", 302],
        ["GET /login", 200],
        ["POST /login", 302],
        ["POST /oauth2/token", 200],
        ["GET /oauth2/userInfo", 200],
      ].map(([operation, status]) => ({
        service: "sign-in",
        operation,
        region: "ap-northeast-1",
        isSigned: false,
        status,
      })),
    );
  });

  test("leave no code, state, password, secret or token in the history", async () => {
    const { pages, gateway, ask, redeem } = await openPages();
    const code = pages.code();
    const tokens = JSON.parse(textOf(await redeem(code)));
    await ask(
      "GET",
      `/oauth2/authorize?${new URLSearchParams(pages.authorization({ state: "canary-state" }))}`,
    );
    await ask("GET", `/oauth2/token?code=${code}&client_secret=${pages.clientSecret}`);
    const kept = JSON.stringify(gateway.history.entries);
    for (const secret of [code, "canary-state", PASSWORD, pages.clientSecret, ...Object.values(tokens)]) {
      expect(kept).not.toContain(String(secret));
    }
  });

  test("can be cut off like every other service", async () => {
    const { pages, gateway, redeem } = await openPages();
    const code = pages.code();
    gateway.faults.add({ kind: "503", service: "sign-in", operation: "POST /oauth2/token", nth: 1 });
    expect(await redeem(code)).toHaveProperty("status", 503);
    gateway.faults.add({ kind: "reset", service: "sign-in", nth: 1 });
    await expect(redeem(code)).rejects.toThrow(/ECONNRESET/);
    expect(await redeem(code)).toHaveProperty("status", 200);
    expect(gateway.history.entries.map(({ fault }) => fault)).toEqual(["503", "reset", undefined]);
  });

  test("have done their work when the answer is lost afterwards: the code is spent", async () => {
    const { pages, gateway, redeem } = await openPages();
    const code = pages.code();
    gateway.faults.add({ kind: "fin", service: "sign-in", phase: "after-commit", nth: 1 });
    await expect(redeem(code)).rejects.toThrow();
    expect(textOf(await redeem(code))).toBe('{"error":"invalid_grant"}');
  });

  test("are found at a domain of one's own, in whichever Region its pool is", async () => {
    const models = new Map([
      ["ap-northeast-1", openModel()],
      ["ap-northeast-3", (await openSignInPages()).model],
    ]);
    const gateway = await start({ cognito: (region) => models.get(region) ?? openModel() });
    const [poolId = ""] = models.get("ap-northeast-3")?.pools.keys() ?? [];
    const ask = () =>
      send(gateway.url, { method: "GET", path: "/logout", headers: { host: "login.example.com" } });
    expect(textOf(await ask())).toContain("No application");
    const CustomDomainConfig = { CertificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/x" };
    const input = { UserPoolId: poolId, Domain: "login.example.com", CustomDomainConfig };
    expect(
      await send(gateway.url, userPoolsCall("CreateUserPoolDomain", input, "ap-northeast-3")),
    ).toHaveProperty("status", 200);
    expect(textOf(await ask())).toContain("client_id names no app client");
    expect(gateway.history.entries.at(-1)).toMatchObject({ service: "sign-in", region: "ap-northeast-3" });
  });

  test("publish the keys of a pool at the host of its issuer", async () => {
    const { pages, gateway } = await openPages();
    const ask = (host: string, headers = {}) =>
      send(gateway.url, {
        method: "GET",
        path: `/${pages.poolId}/.well-known/jwks.json`,
        headers: { host, ...headers },
      });
    const keys = await ask("cognito-idp.ap-northeast-1.amazonaws.com");
    expect([keys.status, JSON.parse(textOf(keys)).keys.length]).toEqual([200, 1]);
    expect(gateway.history.entries.at(-1)).toMatchObject({
      service: "sign-in",
      operation: `GET /${pages.poolId}/.well-known/jwks.json`,
    });
  });

  test("are none at a prefix that no pool has, nor at an application that no load balancer serves", async () => {
    const { gateway } = await openPages();
    const ask = (host: string) => send(gateway.url, { method: "GET", path: "/", headers: { host } });
    const prefix = await ask("nobody.auth.ap-northeast-1.amazoncognito.com");
    expect([prefix.status, textOf(prefix)]).toEqual([
      404,
      expect.stringContaining("No user pool has the domain nobody.auth.ap-northeast-1.amazoncognito.com."),
    ]);
    const application = await ask("app.example.com:8443");
    expect([application.status, textOf(application)]).toEqual([
      404,
      "No application of the local load balancers answers at app.example.com.\n",
    ]);
    expect(gateway.history.entries.map(({ service }) => service)).toEqual(["sign-in", "application"]);
  });

  test("are not asked for by calls of an API, whatever host these come to", async () => {
    const { pages, gateway } = await openPages();
    const call = userPoolsCall("DescribeUserPool", { UserPoolId: pages.poolId });
    for (const host of ["cognito-idp.ap-northeast-1.amazonaws.com", "app.example.com", HOST]) {
      const seen = await send(gateway.url, { ...call, headers: { ...call.headers, host } });
      expect(seen.status).toBe(200);
    }
    expect(gateway.history.count("DescribeUserPool")).toBe(3);
  });

  test("count against the quotas, once these are on: forms as sign-ins, codes and refresh tokens apart", async () => {
    const rates = { UserAuthentication: 2, CodeRedemption: 1 };
    const { pages, redeem, ask } = await openPages({
      quotas: { isEnforced: true, rates },
      now: () => new Date(0),
    });
    const codes = [pages.code(), pages.code()] as const;
    const login = () =>
      ask("POST", `/login?${new URLSearchParams(pages.authorization())}`, { username: "x" });
    expect([await login(), await login(), await login()].map(({ status }) => status)).toEqual([
      200, 200, 429,
    ]);
    expect(await redeem(codes[0])).toHaveProperty("status", 200);
    expect(await redeem(codes[1])).toHaveProperty("status", 429);
  });

  test("that the user pools do not have are refused aloud", async () => {
    const gateway = await start({ cognito: { handle: async () => ({}) } });
    const seen = await send(gateway.url, { method: "GET", path: "/login", headers: { host: HOST } });
    expect([seen.status, JSON.parse(textOf(seen))]).toEqual([
      501,
      { message: "These user pools have no sign-in pages." },
    ]);
  });

  test("are named without the query when the gateway itself fails", async () => {
    const heard: string[] = [];
    const gateway = await start({
      cognito: {
        handle: async () => ({}),
        answerWeb: () => Promise.reject(new TypeError("a bug")),
      },
      onError: (_, request) => heard.push(request),
    });
    const path = "/oauth2/authorize?state=canary";
    const seen = await send(gateway.url, { method: "GET", path, headers: { host: HOST } });
    expect([seen.status, textOf(seen).includes("canary")]).toEqual([500, false]);
    expect(heard).toEqual(["sign-in GET /oauth2/authorize"]);
  });
});
