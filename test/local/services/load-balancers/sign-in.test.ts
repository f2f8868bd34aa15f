import { UnsecuredJWT } from "jose";
import { beforeEach, describe, expect, test } from "vitest";
import {
  askCognito,
  type Balancer,
  Browser,
  failureOf,
  HOST,
  hosts,
  locationOf,
  MINUTE,
  openBalancer,
  PAGE,
  paths,
  sources,
  userOf,
} from "./balancer.ts";
import { ISSUER, json, SIGN_IN_HOST } from "./stand-in-provider.ts";

let balancer: Balancer;
beforeEach(async () => {
  balancer = await openBalancer();
});

/** A rule for the page that signs people in, and somebody's browser. */
async function openPage(more: object = {}): Promise<{ browser: Browser; rule: string }> {
  const rule = await balancer.rule(10, [askCognito(more), balancer.forward]);
  return { browser: new Browser(balancer), rule };
}

describe("Somebody who is not signed in", () => {
  test("is sent to the pool's own page, with all it needs to send them back", async () => {
    const { browser } = await openPage({
      Scope: "openid email",
      AuthenticationRequestExtraParams: { lang: "ja" },
    });
    const url = new URL(locationOf(await browser.go(PAGE)));
    expect(url.origin + url.pathname).toBe(`https://${SIGN_IN_HOST}/oauth2/authorize`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      lang: "ja",
      response_type: "code",
      client_id: "web",
      redirect_uri: "https://app.example.com/oauth2/idpresponse",
      scope: "openid email",
      state: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect([...browser.cookies.keys()]).toEqual(["AWSALBAuthNonce"]);
  });

  test("is sent to a domain of one's own where the pool has one", async () => {
    const { browser } = await openPage({ UserPoolDomain: "login.example.com" });
    expect(locationOf(await browser.go(PAGE))).toMatch(/^https:\/\/login\.example\.com\/oauth2\/authorize\?/);
  });

  test("comes back to the very page they wanted, and the application knows them", async () => {
    const { browser } = await openPage();
    const back = await browser.signIn(balancer);
    expect(locationOf(back)).toBe(PAGE);
    expect(back.headers["set-cookie"]).toEqual([
      expect.stringMatching(/^AWSELBAuthSessionCookie-0=[\w-]+; Expires=.+ GMT; Path=\/; Secure; HttpOnly$/),
    ]);
    const answer = await browser.go(PAGE);
    expect(JSON.parse(answer.body)).toMatchObject({ targetGroupArn: balancer.targetGroupArn, user: "taro" });
  });

  test("is denied, or let in as nobody, where the rule says so", async () => {
    const denied = await openPage({ OnUnauthenticatedRequest: "deny" });
    expect(failureOf(await denied.browser.go(PAGE))).toBe("401 without a reason");
    await balancer.modify(denied.rule, {
      Actions: [askCognito({ OnUnauthenticatedRequest: "allow" }), balancer.forward],
    });
    expect(userOf(await denied.browser.go(PAGE))).toBeNull();
  });

  test("cannot be sent anywhere when the request names no host", async () => {
    await balancer.balancers.handle("ModifyListener", {
      ListenerArn: balancer.listenerArn,
      DefaultActions: [askCognito(), balancer.forward],
    });
    expect(failureOf(await new Browser(balancer).go(PAGE, { host: "" }))).toBe("401 AuthMissingHostHeader");
  });
});

describe("Coming back from the sign-in page", () => {
  /** A sign-in up to the address that the provider sends the browser back to. */
  async function begin(): Promise<{ browser: Browser; back: string; rule: string }> {
    const { browser, rule } = await openPage();
    return { browser, rule, back: balancer.provider.signIn(locationOf(await browser.go(PAGE)), "taro") };
  }
  const without = (address: string, name: string) => {
    const url = new URL(address);
    url.searchParams.delete(name);
    return url.href;
  };

  test.each([
    ["without a state", (back: string) => without(back, "state"), "401 AuthMissingStateParam"],
    [
      "with a made-up state",
      (back: string) => `${without(back, "state")}&state=0`,
      "401 AuthInvalidStateParam",
    ],
    ["without a code", (back: string) => without(back, "code"), "401 AuthMissingCodeParam"],
    [
      "with an error of the provider",
      (back: string) => `${without(back, "code")}&error=access_denied`,
      "561 AuthMissingCodeParam",
    ],
    ["with a made-up code", (back: string) => `${without(back, "code")}&code=0`, "401 AuthInvalidGrantError"],
    ["to another host", (back: string) => back.replace(HOST, "www.example.com"), "401 AuthInvalidStateParam"],
  ])("%s is refused", async (_, change, failure) => {
    const { browser, back } = await begin();
    expect(failureOf(await browser.go(change(back)))).toBe(failure);
    expect([...browser.cookies.keys()]).toEqual(["AWSALBAuthNonce"]);
  });

  test("works once", async () => {
    const { browser, back } = await begin();
    expect(locationOf(await browser.go(back))).toBe(PAGE);
    expect(failureOf(await browser.go(back))).toBe("401 AuthInvalidStateParam");
  });

  test("works for fifteen minutes", async () => {
    const first = await begin();
    balancer.pass(15 * MINUTE - 1);
    expect(locationOf(await first.browser.go(first.back))).toBe(PAGE);
    const sent = await new Browser(balancer).go(PAGE);
    balancer.pass(15 * MINUTE);
    const late = balancer.provider.signIn(locationOf(sent), "taro");
    expect(failureOf(await new Browser(balancer).go(late))).toBe("401 AuthInvalidStateParam");
  });

  test("works in the browser that began it, and in no other", async () => {
    const { back } = await begin();
    expect(failureOf(await new Browser(balancer).go(back))).toBe("401 AuthMissingAWSALBAuthNonce");
    const sent = await new Browser(balancer).go(PAGE);
    const other = new Browser(balancer);
    await other.go(PAGE);
    const stolen = balancer.provider.signIn(locationOf(sent), "jiro");
    expect(failureOf(await other.go(stolen))).toBe("401 AuthInvalidAWSALBAuthNonce");
  });

  test("needs none of the rule's own conditions, neither path nor address", async () => {
    await balancer.rule(
      10,
      [askCognito(), balancer.forward],
      [hosts(HOST), paths("/reports"), sources("203.0.113.0/24")],
    );
    const sent = await new Browser(balancer, { sourceIp: "203.0.113.7" }).go(PAGE);
    const nonce = /AWSALBAuthNonce=([^;]+)/.exec(String(sent.headers["set-cookie"]))?.[1] ?? "";
    const elsewhere = new Browser(balancer, { sourceIp: "198.51.100.9" });
    elsewhere.cookies.set("AWSALBAuthNonce", nonce);
    expect(locationOf(await elsewhere.go(balancer.provider.signIn(locationOf(sent), "taro")))).toBe(PAGE);
  });

  test("is a path like any other where no rule signs people in", async () => {
    await balancer.rule(10, [{ ...balancer.forward, Order: 1 }]);
    const answer = await new Browser(balancer).go(`https://${HOST}/oauth2/idpresponse?code=1&state=2`);
    expect(userOf(answer)).toBeNull();
  });

  test("counts the rule as it is by then: its new client does not take the code of the old one", async () => {
    const { browser, back, rule } = await begin();
    await balancer.modify(rule, { Actions: [askCognito({ UserPoolClientId: "web_2" }), balancer.forward] });
    expect(failureOf(await browser.go(back))).toBe("401 AuthInvalidGrantError");
    expect(locationOf(await browser.signIn(balancer))).toBe(PAGE);
  });

  test("counts the rule as it is by then: one that is gone knows nobody", async () => {
    const { browser, back, rule } = await begin();
    await balancer.rule(20, [askCognito(), balancer.forward]);
    await balancer.balancers.handle("DeleteRule", { RuleArn: rule });
    expect(failureOf(await browser.go(back))).toBe("401 AuthInvalidStateParam");
  });

  const idToken = (claims: { iss?: string; aud?: string; sub?: string; exp?: number }) =>
    json(200, {
      access_token: "a",
      id_token: new UnsecuredJWT({
        iss: ISSUER,
        aud: "web",
        sub: "taro",
        exp: 4_000_000_000,
        ...claims,
      }).encode(),
    });
  const token = "/oauth2/token";
  const userInfo = "/oauth2/userInfo";

  test.each([
    ["nobody answers at the token endpoint", token, "nobody", "500 AuthTokenEpRequestTimeout"],
    ["the token endpoint fails", token, json(503, {}), "561 AuthTokenEpRequestFailed"],
    [
      "the client is not known there",
      token,
      json(400, { error: "invalid_client" }),
      "561 AuthTokenEpRequestFailed",
    ],
    ["the answer holds no token", token, json(200, {}), "401 AuthInvalidTokenResponse"],
    ["the answer is no JSON", token, { ...json(200, {}), body: "<html>" }, "401 AuthInvalidTokenResponse"],
    ["there is no ID token", token, json(200, { access_token: "a" }), "401 AuthInvalidIdToken"],
    [
      "the ID token is none",
      token,
      json(200, { access_token: "a", id_token: "b" }),
      "401 AuthInvalidIdToken",
    ],
    ["the ID token is of another issuer", token, idToken({ iss: "https://x" }), "401 AuthInvalidIdToken"],
    ["the ID token is for another client", token, idToken({ aud: "web_2" }), "401 AuthInvalidIdToken"],
    ["the ID token has expired", token, idToken({ exp: 1_000 }), "401 AuthInvalidIdToken"],
    ["nobody answers at the user info endpoint", userInfo, "nobody", "500 AuthUserinfoEpRequestTimeout"],
    ["the user info endpoint refuses", userInfo, json(401, {}), "561 AuthUserinfoEpRequestFailed"],
    ["nobody is named", userInfo, json(200, { name: "x" }), "401 AuthInvalidUserinfoResponse"],
    ["somebody else is named", userInfo, json(200, { sub: "jiro" }), "401 AuthInvalidUserinfoResponse"],
    [
      "there are more than 11K of claims",
      userInfo,
      json(200, { sub: "taro", note: "x".repeat(11 * 1024) }),
      "500 AuthUserinfoResponseSizeExceeded",
    ],
  ] as const)("fails when %s", async (_, path, answer, failure) => {
    const { browser, back } = await begin();
    balancer.provider.instead.set(path, answer);
    expect(failureOf(await browser.go(back))).toBe(failure);
    expect([...browser.cookies.keys()]).toEqual(["AWSALBAuthNonce"]);
  });
});

describe("A session", () => {
  test("lives as long as the rule says", async () => {
    const { browser } = await openPage({ SessionTimeout: 600 });
    await browser.signIn(balancer);
    balancer.pass(10 * MINUTE - 1);
    expect(userOf(await browser.go(PAGE))).toBe("taro");
    balancer.pass(1);
    expect(locationOf(await browser.go(PAGE))).toContain("/oauth2/authorize?");
  });

  test("asks the provider nothing while its access token lives, and refreshes it afterwards", async () => {
    const { browser } = await openPage();
    await browser.signIn(balancer);
    const { offered } = balancer.provider;
    balancer.pass(5 * MINUTE - 1);
    expect(userOf(await browser.go(PAGE))).toBe("taro");
    expect(offered).toHaveLength(1);
    balancer.pass(1);
    const refreshed = await browser.go(PAGE);
    expect(userOf(refreshed)).toBe("taro");
    expect(offered).toHaveLength(2);
    expect(refreshed.headers["set-cookie"]).toEqual([expect.stringMatching(/^AWSELBAuthSessionCookie-0=/)]);
    expect(userOf(await browser.go(PAGE))).toBe("taro");
    expect(offered).toHaveLength(2);
  });

  test("is not made longer by a refresh", async () => {
    const { browser } = await openPage({ SessionTimeout: 600 });
    await browser.signIn(balancer);
    balancer.pass(9 * MINUTE);
    expect(userOf(await browser.go(PAGE))).toBe("taro");
    balancer.pass(MINUTE);
    expect(locationOf(await browser.go(PAGE))).toContain("/oauth2/authorize?");
  });

  test("goes on until it times out where the provider gives no refresh token", async () => {
    const { browser } = await openPage();
    const sent = await browser.go(PAGE);
    const back = balancer.provider.signIn(locationOf(sent), "taro");
    const tokens = { access_token: "a", expires_in: 300 };
    const claims = { iss: ISSUER, aud: "web", sub: "taro", exp: 4_000_000_000 };
    balancer.provider.instead
      .set("/oauth2/token", json(200, { ...tokens, id_token: new UnsecuredJWT(claims).encode() }))
      .set("/oauth2/userInfo", json(200, { sub: "taro" }));
    await browser.go(back);
    balancer.provider.instead.set("/oauth2/token", "nobody");
    balancer.pass(60 * MINUTE);
    expect(userOf(await browser.go(PAGE))).toBe("taro");
  });

  test.each([
    ["authenticate", "302 AuthInvalidGrantError"],
    // "deny" is for strangers: whoever was signed in is sent to sign in again.
    ["deny", "302 AuthInvalidGrantError"],
    ["allow", null],
  ])("ends when the refresh is refused (%s)", async (OnUnauthenticatedRequest, end) => {
    const { browser, rule } = await openPage();
    await browser.signIn(balancer);
    await balancer.modify(rule, { Actions: [askCognito({ OnUnauthenticatedRequest }), balancer.forward] });
    balancer.provider.revoke("taro");
    balancer.pass(5 * MINUTE);
    const answer = await browser.go(PAGE);
    expect(end === null ? userOf(answer) : failureOf(answer)).toBe(end);
  });

  test.each([
    [
      "the secret is dead",
      "/oauth2/token",
      json(400, { error: "invalid_client" }),
      "302 AuthTokenEpRequestFailed",
    ],
    ["nobody answers", "/oauth2/token", "nobody", "302 AuthTokenEpRequestTimeout"],
    ["nobody says who it is", "/oauth2/userInfo", json(401, {}), "302 AuthUserinfoEpRequestFailed"],
    [
      "it is somebody else by now",
      "/oauth2/userInfo",
      json(200, { sub: "jiro" }),
      "302 AuthInvalidUserinfoResponse",
    ],
  ] as const)("ends when %s at a refresh", async (_, path, answer, failure) => {
    const { browser } = await openPage();
    await browser.signIn(balancer);
    balancer.provider.instead.set(path, answer);
    balancer.pass(5 * MINUTE);
    expect(failureOf(await browser.go(PAGE))).toBe(failure);
  });

  test("is refreshed with the secret its rule was written with last", async () => {
    const { browser, rule } = await openPage();
    await browser.signIn(balancer);
    balancer.provider.liveSecrets.add("second-secret").delete("first-secret");
    balancer.client.shownSecret = "second-secret";
    await balancer.modify(rule, { Actions: [askCognito(), balancer.forward] });
    balancer.pass(5 * MINUTE);
    expect(userOf(await browser.go(PAGE))).toBe("taro");
    expect(balancer.provider.offered.at(-1)).toBe("second-secret");
  });

  test.each([
    ["under another cookie name", { SessionCookieName: "other" }],
    ["for another client", { UserPoolClientId: "web_2" }],
  ])("%s is none", async (_, more) => {
    const { browser, rule } = await openPage({ OnUnauthenticatedRequest: "authenticate" });
    await browser.signIn(balancer);
    const deny = { OnUnauthenticatedRequest: "deny" };
    await balancer.modify(rule, { Actions: [askCognito({ ...deny, ...more }), balancer.forward] });
    expect(failureOf(await browser.go(PAGE))).toBe("401 without a reason");
  });

  test("is none under a name that it was not written for, even when its value is moved there", async () => {
    const { browser, rule } = await openPage();
    await browser.signIn(balancer);
    await balancer.modify(rule, {
      Actions: [
        askCognito({ SessionCookieName: "other", OnUnauthenticatedRequest: "deny" }),
        balancer.forward,
      ],
    });
    browser.cookies.set("other-0", browser.cookies.get("AWSELBAuthSessionCookie-0") ?? "");
    expect(failureOf(await browser.go(PAGE))).toBe("401 without a reason");
  });

  test("is shared by the rules of one client and cookie", async () => {
    await balancer.rule(10, [askCognito(), balancer.forward], [paths("/a")]);
    await balancer.rule(20, [askCognito(), balancer.forward], [paths("/b")]);
    const browser = new Browser(balancer);
    await browser.signIn(balancer, "taro", `https://${HOST}/a`);
    expect(userOf(await browser.go(`https://${HOST}/b`))).toBe("taro");
  });

  test.each([
    ["empty", () => ""],
    ["made up", () => "x".repeat(200)],
    ["altered", (value: string) => `${value.slice(0, -2)}${value.endsWith("AA") ? "BB" : "AA"}`],
    ["cut off", (value: string) => value.slice(0, 60)],
  ])("in a cookie that is %s is refused", async (_, change) => {
    const { browser } = await openPage();
    await browser.signIn(balancer);
    const name = "AWSELBAuthSessionCookie-0";
    browser.cookies.set(name, change(browser.cookies.get(name) ?? ""));
    expect(failureOf(await browser.go(PAGE))).toBe("401 AuthInvalidCookie");
  });

  test("shows neither user nor refresh token to whoever reads the cookie", async () => {
    const { browser } = await openPage();
    await browser.signIn(balancer);
    const value = browser.cookies.get("AWSELBAuthSessionCookie-0") ?? "";
    expect(Buffer.from(value, "base64url").toString("latin1")).not.toMatch(/taro|refresh/);
  });
});
