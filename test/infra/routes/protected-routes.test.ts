import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { ProtectedRoutes, type ProtectedRoutesArgs } from "../../../infra/routes/protected-routes.ts";
import { RouteRuleError } from "../../../infra/routes/route-rules.ts";
import type { ClientSettings, RoutesSettings } from "../../../infra/settings.ts";
import { type DeclaredResource, declare } from "../../support/pulumi-mocks.ts";
import { ownRoutes, routeRule, sharedRoutes } from "../../support/route-settings.ts";

const RULE = "aws:lb/listenerRule:ListenerRule";

function client(name: string, kind: ClientSettings["kind"], scopes: string[]): ClientSettings {
  return {
    name,
    kind,
    generation: 1,
    alsoAccept: [],
    hosts: [],
    callbackUrls: [],
    logoutUrls: [],
    flows: [],
    scopes,
    validity: { authSessionMinutes: 15, accessMinutes: 60, idMinutes: 60, refreshMinutes: 720 },
    reads: [],
    writes: [],
  };
}

function clientsOf(generation: number): ClientSettings[] {
  const clients = [client("web", "alb", ["openid", "email"]), client("batch", "machine", ["api/read"])];
  return clients.map((one) => ({ ...one, generation }));
}

function declareRoutes(routes: RoutesSettings, overrides: Partial<ProtectedRoutesArgs> = {}, generation = 1) {
  return declare(() => {
    const component = new ProtectedRoutes("routes", {
      settings: {
        stack: "dev",
        disposable: false,
        letGo: undefined,
        clients: clientsOf(generation),
        routes,
      },
      userPool: {
        arn: "arn:aws:cognito-idp:ap-northeast-1:123456789012:userpool/ap-northeast-1_AbCdEfGhI",
        issuer: "https://cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_AbCdEfGhI",
      },
      signIn: {
        ruleDomain: "example-login",
        host: "example-login.auth.ap-northeast-1.amazoncognito.com",
      },
      clientIds: { web: ["web-client-id"], batch: ["batch-client-id"] },
      currentSecret: () => {
        throw new Error("nobody asked for a sign-in with a secret");
      },
      ...overrides,
    });
    return { listenerArn: component.listenerArn };
  });
}

function byPriority(resources: DeclaredResource[]): DeclaredResource[] {
  return resources.toSorted((one, other) => Number(one.inputs.priority) - Number(other.inputs.priority));
}

describe("what the checkpoint does with a request", () => {
  test("asks people to sign in, then lets them through, for the hours of the settings", async () => {
    const declared = await declareRoutes(sharedRoutes([routeRule("sign-in")]));
    expect(declared.one(RULE, "routes-slot-1-0").inputs.actions).toEqual([
      {
        type: "authenticate-cognito",
        order: 1,
        authenticateCognito: {
          userPoolArn: "arn:aws:cognito-idp:ap-northeast-1:123456789012:userpool/ap-northeast-1_AbCdEfGhI",
          userPoolClientId: "web-client-id",
          userPoolDomain: "example-login",
          onUnauthenticatedRequest: "authenticate",
          scope: "openid email",
          sessionCookieName: "sekisho-dev-web",
          sessionTimeout: 28_800,
        },
      },
      { type: "forward", order: 2, targetGroupArn: sharedRoutes([]).targetGroupArn },
    ]);
  });

  test("signs people in with OpenID Connect where the settings say so, with the secret that is live now", async () => {
    const asked: string[] = [];
    const declared = await declareRoutes(sharedRoutes([routeRule()], { authenticate: "oidc" }), {
      currentSecret: (name) => {
        asked.push(name);
        return pulumi.secret("live-secret");
      },
    });
    const rule = declared.one(RULE, "routes-slot-1-0");
    expect(rule.inputs.actions).toEqual([
      {
        type: "authenticate-oidc",
        order: 1,
        authenticateOidc: {
          issuer: "https://cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_AbCdEfGhI",
          authorizationEndpoint:
            "https://example-login.auth.ap-northeast-1.amazoncognito.com/oauth2/authorize",
          tokenEndpoint: "https://example-login.auth.ap-northeast-1.amazoncognito.com/oauth2/token",
          userInfoEndpoint: "https://example-login.auth.ap-northeast-1.amazoncognito.com/oauth2/userInfo",
          clientId: "web-client-id",
          clientSecret: "live-secret",
          onUnauthenticatedRequest: "authenticate",
          scope: "openid email",
          sessionCookieName: "sekisho-dev-web-oidc",
          sessionTimeout: 28_800,
        },
      },
      { type: "forward", order: 2, targetGroupArn: sharedRoutes([]).targetGroupArn },
    ]);
    expect(rule.secretInputs).toEqual(["actions"]);
    expect(asked).toEqual(["web"]);
  });

  test("lets one rule sign in another way than the rest, with a session of its own", async () => {
    const declared = await declareRoutes(
      sharedRoutes([routeRule(), routeRule("sign-in", { name: "next", slot: 2, authenticate: "oidc" })]),
      { currentSecret: () => "live-secret" },
    );
    expect(declared.one(RULE, "routes-slot-1-0").inputs.actions).toMatchObject([
      { type: "authenticate-cognito", authenticateCognito: { sessionCookieName: "sekisho-dev-web" } },
      { type: "forward" },
    ]);
    expect(declared.one(RULE, "routes-slot-2-0").inputs.actions).toMatchObject([
      { type: "authenticate-oidc", authenticateOidc: { sessionCookieName: "sekisho-dev-web-oidc" } },
      { type: "forward" },
    ]);
  });

  test("asks for a scope beside the client where a rule names one", async () => {
    const declared = await declareRoutes(sharedRoutes([routeRule("verify-token", { scope: "api/read" })]));
    const [verify] = declared.one(RULE, "routes-slot-1-0").inputs.actions as [
      { jwtValidation: { additionalClaims: unknown[] } },
    ];
    expect(verify.jwtValidation.additionalClaims).toEqual([
      { name: "client_id", format: "single-string", values: ["batch-client-id"] },
      { name: "token_use", format: "single-string", values: ["access"] },
      { name: "scope", format: "space-separated-values", values: ["api/read"] },
    ]);
  });

  test("lets a machine through only with an access token of its own client", async () => {
    const target = "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:targetgroup/api/1";
    const declared = await declareRoutes(
      sharedRoutes([routeRule("verify-token", { name: "api", targetGroupArn: target })]),
    );
    expect(declared.one(RULE, "routes-slot-1-0").inputs.actions).toEqual([
      {
        type: "jwt-validation",
        order: 1,
        jwtValidation: {
          issuer: "https://cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_AbCdEfGhI",
          jwksEndpoint:
            "https://cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_AbCdEfGhI/.well-known/jwks.json",
          additionalClaims: [
            { name: "client_id", format: "single-string", values: ["batch-client-id"] },
            { name: "token_use", format: "single-string", values: ["access"] },
          ],
        },
      },
      { type: "forward", order: 2, targetGroupArn: target },
    ]);
  });

  test.each(["cognito", "oidc"] as const)(
    "signs people in (%s) with the generation in use, whose cookie no other generation shares",
    async (authenticate) => {
      const rule = { ...routeRule(), authenticate };
      const declared = await declareRoutes(
        sharedRoutes([rule]),
        { clientIds: { web: ["web_2-client-id", "web-client-id"] }, currentSecret: () => "live-secret" },
        2,
      );
      const [signIn] = declared.one(RULE, "routes-slot-1-0").inputs.actions as [
        Record<string, Record<string, string>>,
      ];
      const session = signIn.authenticateCognito ?? signIn.authenticateOidc;
      expect(session?.userPoolClientId ?? session?.clientId).toBe("web_2-client-id");
      expect(session?.sessionCookieName).toBe(
        authenticate === "oidc" ? "sekisho-dev-web_2-oidc" : "sekisho-dev-web_2",
      );
    },
  );

  test("takes tokens of every generation that is accepted, of the one in use first", async () => {
    const declared = await declareRoutes(
      sharedRoutes([routeRule("verify-token")]),
      { clientIds: { batch: ["batch_2-client-id", "batch-client-id"] } },
      2,
    );
    const [verify] = declared.one(RULE, "routes-slot-1-0").inputs.actions as [
      { jwtValidation: { additionalClaims: unknown[] } },
    ];
    expect(verify.jwtValidation.additionalClaims[0]).toEqual({
      name: "client_id",
      format: "single-string",
      values: ["batch_2-client-id", "batch-client-id"],
    });
  });

  test("forwards without a sign-in only where a rule spells it", async () => {
    const declared = await declareRoutes(sharedRoutes([routeRule("forward-without-sign-in")]));
    expect(declared.one(RULE, "routes-slot-1-0").inputs.actions).toEqual([
      { type: "forward", order: 1, targetGroupArn: sharedRoutes([]).targetGroupArn },
    ]);
  });

  test("answers 403 where a rule denies", async () => {
    const declared = await declareRoutes(sharedRoutes([routeRule("deny")]));
    expect(declared.one(RULE, "routes-slot-1-0").inputs.actions).toMatchObject([
      { type: "fixed-response", order: 1, fixedResponse: { statusCode: "403", contentType: "text/html" } },
    ]);
  });

  test("an address outside every list gets 403, on a listener of our own and on a shared one", async () => {
    const own = await declareRoutes(ownRoutes([routeRule()]));
    expect(own.one("aws:lb/listener:Listener", "https").inputs.defaultActions).toMatchObject([
      { type: "fixed-response", fixedResponse: { statusCode: "403" } },
    ]);
    const shared = await declareRoutes(sharedRoutes([routeRule()]));
    const last = byPriority(shared.all(RULE)).at(-1);
    expect(last?.inputs).toMatchObject({
      priority: 1090,
      conditions: [{ hostHeader: { values: ["app.example.com"] } }],
      actions: [{ type: "fixed-response", fixedResponse: { statusCode: "403" } }],
    });
  });
});

describe("where the rules are put", () => {
  test("a shared listener gets rules for our hosts and nothing else", async () => {
    const routes = sharedRoutes([
      routeRule(),
      routeRule("deny", { name: "admin", slot: 0, paths: ["/admin/*"] }),
    ]);
    const declared = await declareRoutes(routes);
    expect(declared.resources.filter(({ isCustom }) => isCustom).every(({ type }) => type === RULE)).toBe(
      true,
    );
    for (const { inputs } of declared.all(RULE)) {
      expect(inputs.listenerArn).toBe(routes.listener.kind === "existing" && routes.listener.arn);
      expect(inputs.conditions).toContainEqual({ hostHeader: { values: ["app.example.com"] } });
    }
    expect(declared.outputs.listenerArn).toBe(routes.listener.kind === "existing" && routes.listener.arn);
  });

  test("a listener of our own gets them once it is there", async () => {
    const declared = await declareRoutes(ownRoutes([routeRule()]));
    const { inputs } = declared.one(RULE);
    expect(inputs.listenerArn).toBe("arn:aws:lb:ap-northeast-1:123456789012:https-id");
    expect(declared.outputs.listenerArn).toBe(inputs.listenerArn);
  });

  test("divides many networks among rules that the console shows by name", async () => {
    const from = [
      "198.51.100.0/25",
      "198.51.100.128/25",
      "203.0.113.0/26",
      "203.0.113.64/26",
      "2001:db8::/32",
    ];
    const declared = await declareRoutes(sharedRoutes([routeRule("sign-in", { from })]));
    const rules = byPriority(declared.all(RULE)).slice(0, 2);
    expect(rules.map(({ name, inputs }) => [name, inputs.priority, inputs.tags])).toEqual([
      ["routes-slot-1-0", 110, { Name: "office-0", "sekisho:stack": "dev" }],
      ["routes-slot-1-1", 111, { Name: "office-1", "sekisho:stack": "dev" }],
    ]);
    for (const { inputs } of rules) {
      expect(inputs.conditions).toMatchObject([
        { hostHeader: { values: ["app.example.com"] } },
        { sourceIp: { values: expect.any(Array) } },
      ]);
    }
  });

  test("two clients on one host keep their sessions apart", async () => {
    const declared = await declareRoutes(
      sharedRoutes([
        routeRule(),
        routeRule("sign-in", { name: "admin", slot: 0, paths: ["/admin/*"], client: "batch" }),
      ]),
    );
    const cookies = ["routes-slot-0-0", "routes-slot-1-0"].map(
      (name) => declared.one(RULE, name).inputs.actions,
    );
    expect(JSON.stringify(cookies[0])).toContain("sekisho-dev-batch");
    expect(JSON.stringify(cookies[1])).toContain("sekisho-dev-web");
  });
});

describe("the access logs of a load balancer of our own", () => {
  test("are kept in the bucket that is given, and not at all without one", async () => {
    const kept = await declareRoutes(ownRoutes([routeRule()]), { accessLogsBucket: "logs-bucket" });
    expect(kept.one("aws:lb/loadBalancer:LoadBalancer").inputs.accessLogs).toEqual({
      bucket: "logs-bucket",
      enabled: true,
    });
    const none = await declareRoutes(ownRoutes([routeRule()]));
    expect(none.one("aws:lb/loadBalancer:LoadBalancer").inputs).not.toHaveProperty("accessLogs");
  });
});

describe("what the checkpoint refuses to declare", () => {
  test.each<[string, Partial<ProtectedRoutesArgs>, string]>([
    [
      "a rule whose client is not there",
      { clientIds: { batch: ["batch-client-id"] } },
      "Rule office of sekisho:routes: needs one of the clients under sekisho:clients (web, batch), not web",
    ],
    [
      "a sign-in without a page to sign in",
      { signIn: undefined },
      "Rule office of sekisho:routes: sends people to sign in, and there is no page for it; add sekisho:signInPage",
    ],
  ])("%s", async (_, overrides, sentence) => {
    const failing = declareRoutes(sharedRoutes([routeRule()]), overrides);
    await expect(failing).rejects.toThrow(RouteRuleError);
    await expect(failing).rejects.toThrow(sentence);
  });
});
