import { beforeEach, describe, expect, test } from "vitest";
import {
  askCognito,
  type Balancer,
  Browser,
  failureOf,
  hosts,
  openBalancer,
  PAGE,
  userOf,
} from "./balancer.ts";
import { ISSUER, SIGN_IN_HOST } from "./stand-in-provider.ts";

let balancer: Balancer;
beforeEach(async () => {
  balancer = await openBalancer();
});

const askOidc = (more: object) => ({
  Type: "authenticate-oidc",
  Order: 1,
  AuthenticateOidcConfig: {
    Issuer: ISSUER,
    AuthorizationEndpoint: `https://${SIGN_IN_HOST}/oauth2/authorize`,
    TokenEndpoint: `https://${SIGN_IN_HOST}/oauth2/token`,
    UserInfoEndpoint: `https://${SIGN_IN_HOST}/oauth2/userInfo`,
    ClientId: "web",
    ...more,
  },
});

/** Somebody new signs in: the status and reason when it fails, the application's answer when it does not. */
async function signInAnew(): Promise<string | null> {
  const browser = new Browser(balancer);
  const back = await browser.signIn(balancer);
  return back.status === 302 ? userOf(await browser.go(PAGE)) : failureOf(back);
}

describe("A rule that signs people in with Cognito", () => {
  test("goes on with the secret it was written with, until it is written again", async () => {
    const { provider, client, forward } = balancer;
    const rule = await balancer.rule(10, [askCognito(), forward]);
    provider.liveSecrets.add("second-secret");
    client.shownSecret = "second-secret";
    expect(await signInAnew()).toBe("taro");
    await balancer.modify(rule, { Actions: [askCognito(), forward] });
    expect(await signInAnew()).toBe("taro");
    expect(provider.offered).toEqual(["first-secret", "second-secret"]);
  });

  test("fails with a dead copy, and works again once it is written again", async () => {
    const { provider, client, forward } = balancer;
    const rule = await balancer.rule(10, [askCognito(), forward]);
    provider.liveSecrets.add("second-secret").delete("first-secret");
    expect(await signInAnew()).toBe("561 AuthTokenEpRequestFailed");
    client.shownSecret = "second-secret";
    await balancer.modify(rule, { Actions: [askCognito(), forward] });
    expect(await signInAnew()).toBe("taro");
  });

  test("does not read the client again when only conditions or priority change", async () => {
    const { client, forward, balancers } = balancer;
    const rule = await balancer.rule(10, [askCognito(), forward]);
    expect(client.described).toBe(1);
    client.shownSecret = undefined;
    await balancer.modify(rule, { Conditions: [hosts("app.example.com", "www.example.com")] });
    await balancers.handle("SetRulePriorities", { RulePriorities: [{ RuleArn: rule, Priority: 20 }] });
    expect(client.described).toBe(1);
    expect(await signInAnew()).toBe("taro");
  });

  test("cannot be written again once the client shows no secret, and stays as it was", async () => {
    const { client, forward } = balancer;
    const rule = await balancer.rule(10, [askCognito(), forward]);
    client.shownSecret = undefined;
    await expect(balancer.modify(rule, { Actions: [askCognito(), forward] })).rejects.toThrow(
      "The user pool client must have a client secret",
    );
    expect(await signInAnew()).toBe("taro");
  });

  test("of two, only the one that is written again gets the new secret", async () => {
    const { provider, client, forward } = balancer;
    await balancer.rule(10, [askCognito(), forward], [hosts("old.example.com")]);
    const fresh = await balancer.rule(20, [askCognito(), forward]);
    client.shownSecret = "second-secret";
    provider.liveSecrets.add("second-secret");
    await balancer.modify(fresh, { Actions: [askCognito(), forward] });
    await new Browser(balancer).signIn(balancer, "taro", "https://old.example.com/");
    await new Browser(balancer).signIn(balancer);
    expect(provider.offered).toEqual(["first-secret", "second-secret"]);
  });
});

describe("A listener whose default action signs people in with Cognito", () => {
  const change = (more: object) =>
    balancer.balancers.handle("ModifyListener", { ListenerArn: balancer.listenerArn, ...more });

  test("keeps its copy when something else of the listener changes, even of a client that shows nothing", async () => {
    const { client, forward } = balancer;
    await change({ DefaultActions: [askCognito(), forward] });
    client.shownSecret = undefined;
    await change({ SslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06" });
    expect(client.described).toBe(1);
    expect(await signInAnew()).toBe("taro");
  });

  test("takes the secret that is shown when its default actions are written again", async () => {
    const { provider, client, forward } = balancer;
    await change({ DefaultActions: [askCognito(), forward] });
    client.shownSecret = "second-secret";
    provider.liveSecrets.add("second-secret").delete("first-secret");
    await change({ DefaultActions: [askCognito(), forward] });
    expect(await signInAnew()).toBe("taro");
    client.shownSecret = undefined;
    await expect(change({ DefaultActions: [askCognito(), forward] })).rejects.toThrow(
      "The user pool client must have a client secret",
    );
  });

  test("cannot become an HTTP listener", async () => {
    await change({ DefaultActions: [askCognito(), balancer.forward] });
    await expect(change({ Protocol: "HTTP", Port: 8080 })).rejects.toThrow(
      "Actions of type 'authenticate-cognito' are only supported on HTTPS listeners",
    );
  });
});

describe("A rule that signs people in with OpenID Connect", () => {
  test("uses the secret it was given, keeps it when told to, and takes the next one", async () => {
    const { provider, forward } = balancer;
    const rule = await balancer.rule(10, [askOidc({ ClientSecret: "first-secret" }), forward]);
    expect(await signInAnew()).toBe("taro");
    await balancer.modify(rule, { Actions: [askOidc({ UseExistingClientSecret: "true" }), forward] });
    expect(await signInAnew()).toBe("taro");
    provider.liveSecrets.add("second-secret").delete("first-secret");
    expect(await signInAnew()).toBe("561 AuthTokenEpRequestFailed");
    await balancer.modify(rule, { Actions: [askOidc({ ClientSecret: "second-secret" }), forward] });
    expect(await signInAnew()).toBe("taro");
    expect(provider.offered).toEqual(["first-secret", "first-secret", "first-secret", "second-secret"]);
  });
});

test("No description of rules, listeners or their default actions shows a copy", async () => {
  const { balancers, forward, listenerArn: ListenerArn } = balancer;
  const answers = [
    await balancers.handle("ModifyListener", { ListenerArn, DefaultActions: [askCognito(), forward] }),
    await balancer.modify(await balancer.rule(10, [askCognito(), forward]), {
      Actions: [askOidc({ ClientSecret: "first-secret" }), forward],
    }),
    await balancers.handle("DescribeRules", { ListenerArn }),
    await balancers.handle("DescribeListeners", { ListenerArns: [ListenerArn] }),
  ];
  expect(JSON.stringify(answers)).toContain("authenticate-cognito");
  expect(JSON.stringify(answers)).not.toMatch(/first-secret|clientsecret/i);
});
