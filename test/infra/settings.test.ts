import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PASSWORD } from "../../infra/defaults.ts";
import { readStackFile } from "../../infra/settings/stack-file.ts";
import { readSettings } from "../../infra/settings.ts";
import {
  goodSettings,
  readSample,
  SAMPLE_FILE,
  sampleConfig,
  settingsOf,
} from "../support/sample-settings.ts";

// A name of its own: the linter takes an object literal with this key for a promise.
const TREATMENT = "then";

/** The least that every stack says. */
const LEAST = { users: { signInWith: "email" }, mfa: { mode: "off" }, backup: { copyTo: "none" } };
const CERTIFICATE = "arn:aws:acm:ap-northeast-1:123456789012:certificate/1111";
const TARGET = "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:targetgroup/app/0123456789abcdef";

describe("the sample stack file", () => {
  it("is good", () => {
    expect(readSample()).toHaveProperty("settings.stack", "dev");
  });

  it("reads the same after the Pulumi CLI rewrote it", () => {
    const rewritten = readFileSync(new URL("../fixtures/settings/Pulumi.dev.yaml", import.meta.url), "utf8");
    const read = readStackFile(rewritten, "Pulumi.dev.yaml");
    if ("faults" in read) throw new Error(JSON.stringify(read.faults));
    expect(readSettings(read.raw)).toEqual(readSample());
  });

  it("spells every default: without what has one it reads the same", () => {
    const { users, sms, routes, email, clients, backup } = goodSettings();
    const short = goodSettings(
      [["preset"], undefined],
      [["users"], { signInWith: "email", attributes: sampleAttributes(), groups: sampleGroups() }],
      [["sms"], { monthlySpendLimitUsd: 30, ownAccountSettings: true }],
      [["routes", "sessionHours"], undefined],
      [["routes", "authenticate"], undefined],
      [["routes", "otherwise"], undefined],
      [["email", "mailFrom"], undefined],
      [["email", "dmarc", "policy"], undefined],
      [["clients", "web", "validity"], undefined],
      [["clients", "web", "generation"], undefined],
      [["clients", "batch", "validity"], undefined],
      [["clients", "backend", "flows"], undefined],
      [["backup"], { copyTo: "ap-northeast-3", schedule: "cron(0 3 * * ? *)", timezone: "Asia/Tokyo" }],
    );
    expect(short).toMatchObject({ users, sms, routes, email, clients, backup });
  });

  it("switches every section on but those that take something away", () => {
    const text = readFileSync(SAMPLE_FILE, "utf8");
    const commented = [...text.matchAll(/^ {2}# sekisho:(\w+):/gm)].map(([, name]) => name);
    expect(commented).toEqual(["disposable", "letGo"]);
  });
});

describe("the least that a stack file says", () => {
  const read = (config: Record<string, unknown>) =>
    settingsOf(readSettings({ stack: "dev", region: "ap-northeast-1", config }));

  it("is how people sign in, whether there is a second factor, and where backups are copied to", () => {
    expect(readSettings({ stack: "dev", region: undefined, config: {} })).toEqual({
      faults: [
        { path: "aws:region", message: "is missing; give a Region such as ap-northeast-1" },
        {
          path: "sekisho:users.signInWith",
          message: "is missing; give email, phone, [email, phone] or username",
        },
        { path: "sekisho:mfa.mode", message: "is missing; give one of off, optional, required" },
        {
          path: "sekisho:backup.copyTo",
          message: "is missing; give the Region that holds the copy, such as ap-northeast-3, or none",
        },
      ],
    });
  });

  it("becomes a closed, protected stack", () => {
    const { users, mfa, clients, backup, ...rest } = read(LEAST);
    expect(users).toMatchObject({ selfSignUp: false, tier: "essentials", password: PASSWORD });
    expect(users).toMatchObject({
      usernameAttributes: ["email"],
      recovery: ["email"],
      autoVerify: ["email"],
    });
    expect(users.attributes.map(({ name, required }) => [name, required])).toEqual([["email", false]]);
    expect({ mfa, clients, backup }).toEqual({
      mfa: { mode: "off", factors: [] },
      clients: [],
      backup: { keepDays: 35, lock: "governance" },
    });
    expect(rest).toEqual({
      stack: "dev",
      region: "ap-northeast-1",
      preset: "baseline",
      disposable: false,
      messages: { language: "ja", files: {} },
    });
  });

  it.each<[string, Record<string, unknown>, object]>([
    [
      "a user name with aliases",
      { users: { signInWith: "username", aliases: ["email", "preferred_username"], recovery: ["admin"] } },
      {
        users: {
          usernameAttributes: [],
          aliasAttributes: ["email", "preferred_username"],
          autoVerify: ["email"],
        },
      },
    ],
    [
      "a phone number",
      { users: { signInWith: "phone", recovery: ["phone"] }, sms: { monthlySpendLimitUsd: 0 } },
      { users: { usernameAttributes: ["phone_number"], autoVerify: ["phone_number"] } },
    ],
    [
      "a mail address or a phone number",
      { users: { signInWith: ["email", "phone"] }, sms: { monthlySpendLimitUsd: 1 } },
      { users: { usernameAttributes: ["email", "phone_number"], autoVerify: ["email", "phone_number"] } },
    ],
    [
      "codes by mail with recovery by an administrator",
      {
        users: { signInWith: "email", recovery: ["admin"] },
        mfa: { mode: "required", factors: ["email"] },
        email: { from: "support@example.com", domain: "example.com" },
      },
      {
        email: {
          fromAddress: "support@example.com",
          mailFrom: "mail.example.com",
          dmarc: { policy: "none" },
        },
      },
    ],
    [
      "a second factor that is an app",
      { mfa: { mode: "optional", factors: ["totp"] } },
      { mfa: { mode: "optional", factors: ["totp"] } },
    ],
    [
      "a bare off that a reader of older YAML took for false",
      { mfa: { mode: false } },
      { mfa: { mode: "off" } },
    ],
    [
      "a sender with a Japanese name",
      { email: { from: "関所サポート <support@example.com>", domain: "example.com" } },
      { email: { from: "関所サポート <support@example.com>", fromAddress: "support@example.com" } },
    ],
    [
      "a load balancer of its own, open to the world where it says so",
      {
        clients: { web: { kind: "alb", hosts: ["app.example.com"] } },
        signInPage: { domainPrefix: "example-login" },
        routes: {
          create: {
            vpcId: "vpc-01234567",
            subnetIds: ["subnet-01234567", "subnet-76543210"],
            certificateArn: CERTIFICATE,
          },
          targetGroupArn: TARGET,
          rules: [
            rule({ name: "second", slot: 98, from: ["0.0.0.0/0", "::/0"] }),
            rule({ name: "first", slot: 0, paths: ["/first"] }),
          ],
        },
      },
      {
        routes: {
          listener: { kind: "create", vpcId: "vpc-01234567" },
          firstPriority: 100,
          rules: [
            { name: "first", from: [] },
            { name: "second", from: ["0.0.0.0/0", "::/0"] },
          ],
        },
      },
    ],
    [
      "a sign-in page on a domain of its own",
      {
        signInPage: {
          domain: "login.example.com",
          certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/1111",
        },
      },
      { signInPage: { kind: "custom", domain: "login.example.com" } },
    ],
    [
      "a number and a date among the attributes",
      {
        users: {
          signInWith: "email",
          attributes: { "custom:age": { type: "number" }, birthdate: "optional" },
        },
      },
      {
        users: {
          attributes: [
            { name: "birthdate", min: 10, max: 10 },
            { name: "custom:age", min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER },
            { name: "email" },
          ],
        },
      },
    ],
    [
      "a group without settings",
      { users: { signInWith: "email", groups: { 運用: null } } },
      { users: { groups: [{ name: "運用" }] } },
    ],
    [
      "AWS roles for whoever signs up, spelled",
      {
        users: { signInWith: "email", selfSignUp: true, groups: { staff: {} } },
        clients: { cli: { kind: "cli" } },
        awsAccess: {
          client: "cli",
          allowSelfSignUp: true,
          rules: [{ claim: "cognito:groups", contains: "staff", role: "staff" }],
          roles: { staff: { managedPolicies: ["arn:aws:iam::123456789012:policy/staff"] } },
        },
      },
      {
        awsAccess: { rules: [{ claim: "cognito:groups", match: "contains", value: "staff", role: "staff" }] },
      },
    ],
  ])("may add %s", (_title, config, expected) => {
    expect(read({ ...LEAST, ...config })).toMatchObject(expected);
  });
});

describe("a disposable stack", () => {
  it("locks nothing, whatever its sections say, and needs no copy", () => {
    const { backup } = goodSettings(
      [["disposable"], true],
      [["backup", "lock"], "compliance"],
      [["backup", "copyTo"], undefined],
    );
    expect(backup).toMatchObject({ keepDays: 35, lock: "none" });
  });

  it("cannot be one whose name begins with prod", () => {
    const config = sampleConfig([["disposable"], true]);
    expect(readSettings({ stack: "prod-tokyo", region: "ap-northeast-1", config })).toEqual({
      faults: [
        {
          path: "sekisho:disposable",
          message:
            "cannot be true in prod-tokyo: the stack's name begins with prod; take it out, or name the stack otherwise",
        },
      ],
    });
  });
});

describe("reading settings", () => {
  it("lists the faults of all sections and between them at once", () => {
    const result = readSample(
      [["users", "password", "minLength"], 3],
      [
        ["mfa", "factors"],
        ["totp", "passkey"],
      ],
      [["sms", "monthlySpendLimitUsd"], -5],
      [["backup", "copyTo"], "ap-northeast-1"],
      [["signInPage"], undefined],
      [["alarm"], {}],
    );
    expect("faults" in result && result.faults.map(({ path }) => path)).toEqual([
      "sekisho:users.password.minLength",
      "sekisho:mfa.factors[1]",
      "sekisho:sms.monthlySpendLimitUsd",
      "sekisho:alarm",
      "sekisho:routes.rules[3].then",
      "sekisho:backup.copyTo",
    ]);
  });

  it("says of roles whose parameter would not fit, before AWS refuses it at the end of a deployment", () => {
    const names = ["sre", "dev", ...Array.from({ length: 40 }, (_, number) => `role-${number}`)];
    const roles = Object.fromEntries(names.map((name) => [name, { managedPolicies: ["ReadOnlyAccess"] }]));
    expect(readSample([["awsAccess", "roles"], roles])).toEqual({
      faults: [
        {
          path: "sekisho:awsAccess.roles",
          message: expect.stringMatching(
            /^could make the parameter \/sekisho\/dev\/aws-access grow to \d+ bytes, and it holds 4096; name fewer /,
          ),
        },
      ],
    });
  });

  it.each(["Dev", "1dev", "dev-", "a".repeat(25), "dev_1", ""])("refuses the stack name %j", (stack) => {
    const result = readSettings({ stack, region: "ap-northeast-1", config: sampleConfig() });
    const wanted =
      "a stack name of 1 to 24 lower-case letters, digits and hyphens, a letter first and no hyphen last";
    expect(result).toEqual({
      faults: [{ path: "stack", message: `must be ${wanted}, not ${JSON.stringify(stack)}` }],
    });
  });

  it("refuses values nested without end", () => {
    let endless: unknown = "end";
    for (let depth = 0; depth < 100_000; depth += 1) endless = [endless];
    expect(readSample([["users", "recovery"], endless])).toEqual({
      faults: [
        {
          path: "sekisho:users",
          message: "is nested more than 50 levels deep; take out what does not belong",
        },
      ],
    });
  });

  it("refuses keys that JavaScript objects have of their own", () => {
    const config: Record<string, unknown> = JSON.parse(
      '{"users":{"signInWith":"email","__proto__":{},"attributes":{"constructor":{}}},"mfa":{"mode":"off"},"backup":{"copyTo":"none"},"toString":{}}',
    );
    const result = readSettings({ stack: "dev", region: "ap-northeast-1", config });
    expect("faults" in result && result.faults.map(({ path }) => path)).toEqual([
      "sekisho:users.attributes.constructor",
      "sekisho:users.__proto__",
      "sekisho:toString",
    ]);
  });

  it("answers any JSON with settings or faults, and never throws", () => {
    const sections = Object.keys(sampleConfig());
    const anyConfig = fc.dictionary(fc.constantFrom(...sections, "users2", "audits"), fc.jsonValue());
    fc.assert(
      fc.property(anyConfig, (config) => {
        expectAnswer(config);
      }),
      { numRuns: 150 },
    );
  });

  it("answers the sample with any one value replaced, and names faults by a path", () => {
    const places = leaves(sampleConfig());
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.jsonValue(), ([first = "", ...rest], value) => {
        expectAnswer(sampleConfig([[first, ...rest], value]));
      }),
      { numRuns: 150 },
    );
  });
});

function expectAnswer(config: Record<string, unknown>): void {
  const result = readSettings({ stack: "dev", region: "ap-northeast-1", config });
  if ("settings" in result) {
    expect(result.settings.stack).toBe("dev");
    return;
  }
  expect(result.faults.length).toBeGreaterThan(0);
  for (const { path, message } of result.faults) {
    expect(path).toMatch(/^sekisho:/);
    expect(message).toMatch(/^\S[^\n]*$/);
    expect(message).not.toMatch(/undefined|\[object|Invalid input/);
  }
}

function leaves(value: unknown, keys: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [keys];
  return [keys, ...Object.entries(value).flatMap(([key, child]) => leaves(child, [...keys, key]))].filter(
    ({ length }) => length > 0,
  );
}

function rule(changes: object): object {
  const signIn = { client: "web", hosts: ["app.example.com"], allowAnywhere: true };
  return { ...signIn, [TREATMENT]: "sign-in", ...changes };
}

function sampleAttributes(): object {
  return {
    email: "required",
    phone_number: "required",
    family_name: "optional",
    given_name: "optional",
    "custom:department": { min: 1, max: 64 },
  };
}

function sampleGroups(): object {
  return {
    admins: { precedence: 1, description: "May administer the applications" },
    members: { precedence: 10 },
  };
}
