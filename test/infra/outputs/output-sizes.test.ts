import { describe, expect, test } from "vitest";
import {
  estimatePartBytes,
  findOversizedParts,
  LARGEST_PARAMETER_BYTES,
} from "../../../infra/outputs/output-sizes.ts";
import { plainAttribute } from "../../../infra/settings/attributes.ts";
import type { AccessRoleSettings, ClientSettings, Settings } from "../../../infra/settings.ts";

const fullSettings: Settings = {
  stack: "dev",
  region: "ap-northeast-1",
  preset: "baseline",
  disposable: false,
  letGo: undefined,
  users: {
    usernameAttributes: ["email"],
    aliasAttributes: [],
    selfSignUp: false,
    tier: "essentials",
    generation: 1,
    keep: [],
    caseSensitive: false,
    attributes: [],
    groups: [],
    password: {
      minLength: 14,
      temporaryValidDays: 7,
      requireLowercase: true,
      requireUppercase: true,
      requireNumbers: true,
      requireSymbols: true,
    },
    recovery: ["email"],
    verifyBy: "code",
    autoVerify: ["email"],
  },
  mfa: { mode: "required", factors: ["totp"] },
  messages: { language: "ja", files: {} },
  email: {
    from: "サポート <support@example.com>",
    fromAddress: "support@example.com",
    domain: "example.com",
    mailFrom: "mail.example.com",
    dmarc: { policy: "none" },
  },
  sms: {
    monthlySpendLimitUsd: 30,
    successSamplingPercent: 100,
    logRetentionDays: 365,
    ownAccountSettings: true,
  },
  clients: [client("api", "server"), client("web", "alb")],
  signInPage: { kind: "prefix", prefix: "example-login" },
  routes: {
    listener: { kind: "create", vpcId: "vpc-1", subnetIds: ["subnet-1"], certificateArn: "arn:aws:acm:x" },
    firstPriority: 100,
    targetGroupArn: "arn:aws:elasticloadbalancing:x",
    authenticate: "cognito",
    sessionHours: 8,
    rules: [],
    otherwise: "deny",
  },
  awsAccess: { client: "cli", allowSelfSignUp: false, rules: [], roles: roles(3) },
  backup: { keepDays: 35, lock: "governance", copyTo: "ap-northeast-3" },
};

/** As long as names and limits of custom attributes can be. */
function longAttributes(count: number): Settings["users"]["attributes"] {
  return Array.from({ length: count }, (_, number) => ({
    ...plainAttribute(`custom:${String(number).padStart(20, "n")}`),
    type: "number" as const,
    mutable: false,
    min: Number.MIN_SAFE_INTEGER + 1,
    max: Number.MAX_SAFE_INTEGER - 1,
  }));
}

describe("how large a parameter can become", () => {
  test("knows every parameter of a stack before anything is declared", () => {
    expect(Object.keys(estimatePartBytes(fullSettings))).toEqual([
      "stack",
      "users",
      "sign-in-page",
      "routes",
      "aws-access",
      "sms",
      "email",
      "backup",
      "runbook-log",
      "restore",
      "sign-outs",
      "fixed",
      "groups",
      "clients/api",
      "clients/web",
    ]);
  });

  test("says nothing about parts that the settings leave out", () => {
    const { email, sms, signInPage, routes, awsAccess, ...least } = fullSettings;
    expect(Object.keys(estimatePartBytes({ ...least, clients: [] }))).toEqual([
      "stack",
      "users",
      "backup",
      "runbook-log",
      "restore",
      "sign-outs",
      "fixed",
      "groups",
    ]);
  });

  test("leaves out the names of groups where one parameter cannot hold them, instead of refusing the groups", () => {
    const groups = Array.from({ length: 400 }, (_, number) => ({ name: `department-${number}` }));
    const bytes = estimatePartBytes({ ...fullSettings, users: { ...fullSettings.users, groups } });
    expect(bytes).not.toHaveProperty("groups");
    expect(findOversizedParts({ ...fullSettings, users: { ...fullSettings.users, groups } })).toEqual([]);
  });

  test("has room for fifty attributes of ordinary limits", () => {
    const attributes = longAttributes(50).map((attribute) => ({
      ...attribute,
      type: "string" as const,
      min: 1,
      max: 256,
    }));
    const users = { ...fullSettings.users, attributes };
    expect(findOversizedParts({ ...fullSettings, users })).toEqual([]);
    const triggers = {
      customMessage: true,
      allowMailDomains: ["example.com"],
      groupOnSignUp: "members",
      secretQuestion: true,
      logRetentionDays: 90,
    };
    expect(findOversizedParts({ ...fullSettings, preset: "strict", users, triggers })).toEqual([]);
  });

  test("counts bytes, not letters, of a Japanese sender", () => {
    const latin = estimatePartBytes(withSender("Help <support@example.com>")).email;
    const japanese = estimatePartBytes(withSender("サポート <support@example.com>")).email;
    expect(japanese).toBe(Number(latin) + 8);
  });

  test("grows with what it stands for", () => {
    const smaller = estimatePartBytes(fullSettings);
    const larger = estimatePartBytes({
      ...fullSettings,
      signInPage: {
        kind: "custom",
        domain: `${"long.".repeat(30)}example.com`,
        certificateArn: "arn:aws:acm:x",
      },
      routes: { ...routesOf(fullSettings), listener: { kind: "existing", arn: `arn:${"x".repeat(500)}` } },
    });
    expect(larger["sign-in-page"]).toBeGreaterThan(Number(smaller["sign-in-page"]));
    expect(larger.routes).toBeGreaterThan(Number(smaller.routes));
  });

  test("lets every part of an ordinary stack through", () => {
    expect(findOversizedParts(fullSettings)).toEqual([]);
  });

  test("refuses so many roles that their parameter would not fit, and says so in one sentence", () => {
    const settings = {
      ...fullSettings,
      awsAccess: { client: "cli", allowSelfSignUp: false, rules: [], roles: roles(40) },
    };
    const bytes = estimatePartBytes(settings)["aws-access"];
    expect(bytes).toBeGreaterThan(LARGEST_PARAMETER_BYTES);
    expect(findOversizedParts(settings)).toEqual([
      {
        path: "sekisho:awsAccess.roles",
        message: `could make the parameter /sekisho/dev/aws-access grow to ${bytes} bytes, and it holds 4096; name fewer or shorter roles`,
      },
    ]);
  });

  test.each<[string, Partial<Settings>, string, string]>([
    [
      "a sender's name",
      withSender(`${"長".repeat(1500)} <a@example.com>`),
      "sekisho:email.from",
      "shorten the sender's name",
    ],
    [
      "a client's name",
      { clients: [client("c".repeat(4000), "cli")] },
      "sekisho:clients",
      "shorten the client's name",
    ],
    [
      "attributes of which there are many with limits of their own",
      { users: { ...fullSettings.users, attributes: longAttributes(50) } },
      "sekisho:users.attributes",
      "shorten names of attributes, or leave out their limits",
    ],
    [
      "too much that is let go at once",
      { letGo: { generations: [], clients: [], parts: [], groups: ["g".repeat(4100)] } },
      "sekisho:letGo",
      "let fewer things go at a time",
    ],
    [
      "the site's address",
      { messages: { language: "ja", files: {}, siteUrl: `https://example.com/${"a".repeat(4000)}` } },
      "sekisho:messages.siteUrl",
      "shorten it",
    ],
    ["a stack's name", { stack: "s".repeat(4100), clients: [] }, "stack", "shorten the stack's name"],
  ])("points at %s that is too long", (_, change, path, remedy) => {
    const faults = findOversizedParts({ ...fullSettings, ...change });
    expect([...new Set(faults.map((fault) => fault.path))]).toEqual([path]);
    expect(faults[0]?.message.endsWith(`; ${remedy}`)).toBe(true);
  });

  test("refuses from the first byte that does not fit, and not before", () => {
    const room = LARGEST_PARAMETER_BYTES - Number(estimatePartBytes(withSender("")).email);
    expect(findOversizedParts(withSender("x".repeat(room)))).toEqual([]);
    expect(findOversizedParts(withSender("x".repeat(room + 1)))).toHaveLength(1);
  });
});

function withSender(from: string): Settings {
  if (!fullSettings.email) throw new Error("the full settings have a sender");
  return { ...fullSettings, email: { ...fullSettings.email, from } };
}

function routesOf({ routes }: Settings) {
  if (!routes) throw new Error("the full settings have routes");
  return routes;
}

function roles(count: number): Record<string, AccessRoleSettings> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`role-${index}`, { managedPolicies: [] }]),
  );
}

function client(name: string, kind: ClientSettings["kind"]): ClientSettings {
  return {
    name,
    kind,
    generation: 1,
    alsoAccept: [],
    hosts: [],
    callbackUrls: [],
    logoutUrls: [],
    flows: [],
    scopes: [],
    validity: { authSessionMinutes: 15, accessMinutes: 60, idMinutes: 60, refreshMinutes: 720 },
    reads: ["email"],
    writes: ["email"],
  };
}
