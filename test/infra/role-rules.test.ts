import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildRoleRules, MOST_RULES, RoleRuleError, roleClaims } from "../../infra/role-rules.ts";

const rule = fc.record({
  claim: fc.constantFrom("custom:department", "cognito:groups", "email"),
  match: fc.constantFrom("equals" as const, "contains" as const, "startsWith" as const, "notEqual" as const),
  value: fc.string({ minLength: 1, maxLength: 128 }),
  role: fc.constantFrom("sre", "auditor"),
});

describe("rules that choose a role", () => {
  test("keep the order they are written in, because the first match wins", () => {
    fc.assert(
      fc.property(fc.array(rule, { maxLength: MOST_RULES }), (rules) => {
        const built = buildRoleRules(rules, ["sre", "auditor"]);
        expect(built.map(({ claim, value, role }) => ({ claim, value, role }))).toEqual(
          rules.map(({ claim, value, role }) => ({ claim, value, role })),
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
    expect(buildRoleRules([{ claim: "c", match, value: "v", role: "r" }], ["r"])).toEqual([
      { claim: "c", matchType, value: "v", role: "r" },
    ]);
  });

  test("refuse a role that nobody defined", () => {
    const rules = [
      { claim: "c", match: "equals" as const, value: "v", role: "sre" },
      { claim: "c", match: "equals" as const, value: "w", role: "srr" },
    ];
    expect(() => buildRoleRules(rules, ["sre"])).toThrow(
      new RoleRuleError(
        'sekisho:awsAccess.rules[1] names the role "srr", which sekisho:awsAccess.roles does not define.',
      ),
    );
  });

  test("refuse more than an identity pool takes, instead of leaving the last ones out", () => {
    const one = { claim: "c", match: "equals" as const, value: "v", role: "r" };
    expect(buildRoleRules(Array(MOST_RULES).fill(one), ["r"])).toHaveLength(25);
    expect(() => buildRoleRules(Array(MOST_RULES + 1).fill(one), ["r"])).toThrow(
      "sekisho:awsAccess.rules has 26 rules and an identity pool takes 25; merge some, or map a group to a role.",
    );
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
