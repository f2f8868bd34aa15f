import { RunError } from "@pulumi/pulumi";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildRoleRules, RoleRuleError, roleClaims } from "../../../infra/aws-access/role-rules.ts";

const rule = fc.record({
  claim: fc.constantFrom("custom:department", "cognito:groups", "email"),
  match: fc.constantFrom("equals" as const, "contains" as const, "startsWith" as const, "notEqual" as const),
  value: fc.string({ minLength: 1, maxLength: 128 }),
  role: fc.constantFrom("sre", "auditor"),
});

describe("rules that choose a role", () => {
  test("keep the order they are written in, because the first match wins", () => {
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 25 }), (rules) => {
        const built = buildRoleRules(rules, { sre: "arn-of-sre", auditor: "arn-of-auditor" });
        expect(built.map(({ claim, value, roleArn }) => ({ claim, value, roleArn }))).toEqual(
          rules.map(({ claim, value, role }) => ({ claim, value, roleArn: `arn-of-${role}` })),
        );
      }),
    );
  });

  test.each([
    ["equals", "Equals"],
    ["contains", "Contains"],
    ["startsWith", "StartsWith"],
    ["notEqual", "NotEqual"],
  ] as const)("say %s as AWS says it: %s", (match, matchType) => {
    expect(buildRoleRules([{ claim: "c", match, value: "v", role: "r" }], { r: "arn" })).toEqual([
      { claim: "c", matchType, value: "v", roleArn: "arn" },
    ]);
  });

  test("refuse a role that nobody defined", () => {
    const rules = [
      { claim: "c", match: "equals" as const, value: "v", role: "sre" },
      { claim: "c", match: "equals" as const, value: "w", role: "srr" },
    ];
    // The engine shows a RunError as it is, without a stack trace.
    expect(() => buildRoleRules(rules, { sre: "arn" })).toThrow(RunError);
    expect(() => buildRoleRules(rules, { sre: "arn" })).toThrow(
      new RoleRuleError(
        'sekisho:awsAccess.rules[1] names the role "srr", which sekisho:awsAccess.roles does not define.',
      ),
    );
  });

  test("does not take a word of JavaScript's for a role", () => {
    const rules = [{ claim: "c", match: "equals" as const, value: "v", role: "constructor" }];
    expect(() => buildRoleRules(rules, { sre: "arn" })).toThrow(RoleRuleError);
  });

  test("name each claim that decides a role once", () => {
    fc.assert(
      fc.property(fc.array(rule), (rules) => {
        const claims = roleClaims(rules);
        expect(new Set(claims).size).toBe(claims.length);
        expect(new Set(claims)).toEqual(new Set(rules.map(({ claim }) => claim)));
      }),
    );
  });
});
