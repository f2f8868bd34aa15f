import { beforeAll, describe, expect, test } from "vitest";
import { findLosses } from "../../local/loss-check.ts";
import { type DeclaredProgram, declareProgram } from "../support/declared-program.ts";
import { declare } from "./engine/fake-makers.ts";

const POOL = "aws:cognito/userPool:UserPool";

/** A stack with everything that holds users or their identities, in few words. */
const stack: Record<string, unknown> = {
  users: {
    signInWith: "email",
    attributes: { email: "required", phone_number: "required", "custom:department": { max: 64 } },
    groups: { admins: { precedence: 1 }, members: {} },
  },
  mfa: { mode: "required", factors: ["sms", "totp"] },
  email: { from: "Support <support@example.com>", domain: "example.com" },
  sms: { monthlySpendLimitUsd: 30, ownAccountSettings: true },
  clients: {
    web: { kind: "alb", hosts: ["app.example.com"] },
    cli: { kind: "cli" },
    api: { kind: "server" },
  },
  signInPage: { domainPrefix: "example-login" },
  awsAccess: {
    client: "cli",
    rules: [{ claim: "custom:department", equals: "sre", role: "sre" }],
    roles: { sre: { managedPolicies: ["ReadOnlyAccess"] } },
  },
  backup: { copyTo: "ap-northeast-3" },
};

/** The stack with some sections changed; undefined takes one out. */
function edit(change: (users: Record<string, unknown>) => Record<string, unknown>): Record<string, unknown> {
  const changed = { ...stack, ...change({ ...Object(stack.users) }) };
  return Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined));
}

type Row = readonly [what: string, wanted: Record<string, unknown>];

describe("what the engine would refuse half-way", () => {
  let standing: DeclaredProgram;
  let pools: string[];
  beforeAll(async () => {
    standing = await declareProgram(stack);
    pools = [JSON.parse(standing.parameters["/sekisho/dev/users"] ?? "{}").userPoolId];
  });

  /** The same edit once past the guard, as if nothing stood, and once before its eyes. */
  async function deployAgain(wanted: Record<string, unknown>) {
    const unguarded = await declareProgram(wanted);
    const guarded = await declareProgram(wanted, { parameters: standing.parameters, pools });
    return {
      losses: findLosses(standing.declarations, unguarded.declarations),
      refused: guarded.refused,
      declared: guarded.declarations.length,
    };
  }

  test.each<Row>([
    ["how people sign in", edit((users) => ({ users: { ...users, signInWith: "phone" } }))],
    ["whether case matters", edit((users) => ({ users: { ...users, caseSensitive: true } }))],
    ["the name of the pool", edit((users) => ({ users: { ...users, poolName: "other" } }))],
    [
      "another generation alone",
      edit((users) => ({ users: { ...users, generation: 2 }, signInPage: { domainPrefix: "example-2" } })),
    ],
    [
      "a limit of an attribute",
      edit((users) => ({
        users: {
          ...users,
          attributes: { email: "required", phone_number: "required", "custom:department": { max: 32 } },
        },
      })),
    ],
    [
      "an attribute that is no longer required",
      edit((users) => ({
        users: { ...users, attributes: { email: "required", "custom:department": { max: 64 } } },
      })),
    ],
    ["a group that goes", edit((users) => ({ users: { ...users, groups: { admins: { precedence: 1 } } } }))],
    [
      "a client that goes",
      edit(() => ({ clients: { web: { kind: "alb", hosts: ["app.example.com"] }, cli: { kind: "cli" } } })),
    ],
    [
      "a client that loses its secret",
      edit(() => ({ clients: { ...Object(stack.clients), api: { kind: "cli" } } })),
    ],
    [
      "text messages that are left out",
      edit(() => ({ mfa: { mode: "required", factors: ["totp"] }, sms: undefined })),
    ],
    ["the account's SMS settings given up", edit(() => ({ sms: { monthlySpendLimitUsd: 30 } }))],
    ["AWS access that goes", edit(() => ({ awsAccess: undefined }))],
    ["the sender that goes", edit(() => ({ email: undefined }))],
    ["another sender", edit(() => ({ email: { from: "help@example.org", domain: "example.org" } }))],
    ["copies in another Region", edit(() => ({ backup: { copyTo: "us-west-2" } }))],
    ["no copies", edit(() => ({ backup: { copyTo: "none" } }))],
  ])("is stopped by the guard before anything is declared: %s", async (_what, wanted) => {
    const { losses, refused, declared } = await deployAgain(wanted);
    expect(losses).not.toEqual([]);
    expect(refused).toMatch(/^Pulumi\.dev\.yaml asks for /);
    expect(declared).toBe(0);
  });

  test.each<Row>([
    ["nothing", stack],
    [
      "the password policy and the plan",
      edit((users) => ({ users: { ...users, tier: "plus", password: { minLength: 20 } } })),
    ],
    ["MFA made optional", edit(() => ({ mfa: { mode: "optional", factors: ["sms", "totp"] } }))],
    ["MFA switched off, while text messages stay possible", edit(() => ({ mfa: { mode: "off" } }))],
    [
      "a new attribute, group and client",
      edit((users) => ({
        users: {
          ...users,
          attributes: { ...Object(users.attributes), "custom:team": {} },
          groups: { ...Object(users.groups), guests: {} },
        },
        clients: { ...Object(stack.clients), other: { kind: "cli" } },
      })),
    ],
    ["another sign-in address", edit(() => ({ signInPage: { domainPrefix: "example-other" } }))],
    [
      "what is about to be let go",
      edit(() => ({ letGo: { groups: ["members"], clients: ["api"], parts: ["email", "backupCopy"] } })),
    ],
    [
      "a second pool beside the first",
      edit((users) => ({
        users: { ...users, generation: 2, keep: [1], signInWith: "username", caseSensitive: true },
        signInPage: { domainPrefix: "example-2" },
      })),
    ],
  ])("does not lie behind what the guard lets through: %s", async (_what, wanted) => {
    const again = await declareProgram(wanted, { parameters: standing.parameters, pools });
    expect(again.refused).toBeUndefined();
    expect(findLosses(standing.declarations, again.declarations)).toEqual([]);
  });
});

describe("losses", () => {
  const pool = { name: "users", usernameAttributes: ["email"], schemas: [{ name: "team" }] };
  const kept = declare(POOL, "users", pool, { protect: true });

  test.each([
    ["deleted", [], ["users (aws:cognito/userPool:UserPool) would be deleted."]],
    [
      "replaced",
      [declare(POOL, "users", { ...pool, usernameAttributes: ["phone_number"] }, { protect: true })],
      ["users (aws:cognito/userPool:UserPool) would be replaced, because of usernameAttributes."],
    ],
    [
      "changed as the provider declines",
      [declare(POOL, "users", { ...pool, schemas: [] }, { protect: true })],
      [
        "users (aws:cognito/userPool:UserPool) cannot change: AWS can add entries to schemas but neither change nor " +
          "remove any: team.",
      ],
    ],
    ["only updated", [declare(POOL, "users", { ...pool, userPoolTier: "PLUS" }, { protect: true })], []],
  ])("are told of a protected pool that would be %s", (_what, after, sentences) => {
    expect(findLosses([kept], after)).toEqual(sentences);
  });

  test("are not made up of what nothing protected", () => {
    expect(findLosses([declare(POOL, "users", pool)], [])).toEqual([]);
  });
});
