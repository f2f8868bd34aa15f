import { describe, expect, test } from "vitest";
import {
  type MappingRule,
  matchesRule,
  type RoleMapping,
  type RoleQuestion,
  resolveRole,
} from "../../../local/services/identity-roles.ts";

const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const rule = (
  Claim: string,
  MatchType: MappingRule["MatchType"],
  Value: string,
  name = "sre",
): MappingRule => ({
  Claim,
  MatchType,
  Value,
  RoleARN: role(name),
});

describe("A rule of an identity pool", () => {
  test.each<[MappingRule["MatchType"], string, unknown, boolean]>([
    ["Equals", "sre", "sre", true],
    ["Equals", "sre", "SRE", false],
    ["Equals", "sre", "sre-readonly", false],
    ["StartsWith", "sre", "sre-readonly", true],
    ["StartsWith", "sre", "not-sre", false],
    ["Contains", "sre", "the-sre-team", true],
    ["Contains", "admin", ["admin-readonly"], true],
    ["Contains", "admin", ["users"], false],
    ["NotEqual", "sre", "sales", true],
    ["NotEqual", "sre", "sre", false],
    ["NotEqual", "sre", undefined, false],
    ["Equals", "sre", undefined, false],
    ["Equals", "true", true, true],
    ["Equals", "7", 7, true],
  ])("%s %j on %j: %s", (MatchType, Value, claim, expected) => {
    expect(matchesRule(rule("custom:team", MatchType, Value), { "custom:team": claim })).toBe(expected);
  });
});

const mapping = (more: Partial<RoleMapping>): RoleMapping => ({
  Type: "Rules",
  AmbiguousRoleResolution: "Deny",
  ...more,
});
const rules = (...Rules: MappingRule[]) => ({ RulesConfiguration: { Rules } });
const byTeam = rules(
  rule("custom:team", "Equals", "sre", "sre"),
  rule("custom:team", "StartsWith", "s", "staff"),
  rule("custom:level", "NotEqual", "0", "levelled"),
);

describe("The role of a signed-in person", () => {
  test.each<[string, Partial<RoleQuestion>, ReturnType<typeof resolveRole>]>([
    [
      "the first rule that matches",
      { mapping: mapping(byTeam), claims: { "custom:team": "sre" } },
      { role: role("sre") },
    ],
    [
      "a later rule, where only that matches",
      { mapping: mapping(byTeam), claims: { "custom:team": "sales" } },
      { role: role("staff") },
    ],
    [
      "none, where no rule matches",
      { mapping: mapping(byTeam), claims: { "custom:team": "ops" } },
      { refused: "ambiguous" },
    ],
    [
      "the authenticated role, where no rule matches and the pool says so",
      { mapping: mapping({ ...byTeam, AmbiguousRoleResolution: "AuthenticatedRole" }), claims: {} },
      { role: role("authenticated") },
    ],
    [
      "the one they ask for, if a rule that matches offers it",
      { mapping: mapping(byTeam), claims: { "custom:team": "sre" }, customRole: role("staff") },
      { role: role("staff") },
    ],
    [
      "none, if they ask for one that no rule offers them",
      { mapping: mapping(byTeam), claims: { "custom:team": "sales" }, customRole: role("sre") },
      { refused: "custom role not allowed" },
    ],
    [
      "the preferred role of the token",
      {
        mapping: mapping({ Type: "Token" }),
        claims: { "cognito:preferred_role": role("a"), "cognito:roles": [role("b"), role("a")] },
      },
      { role: role("a") },
    ],
    [
      "the only role of the token",
      { mapping: mapping({ Type: "Token" }), claims: { "cognito:roles": [role("b")] } },
      { role: role("b") },
    ],
    [
      "none, where the token offers two and prefers none",
      { mapping: mapping({ Type: "Token" }), claims: { "cognito:roles": [role("b"), role("a")] } },
      { refused: "ambiguous" },
    ],
    [
      "the authenticated role, without any mapping",
      { mapping: undefined, claims: {} },
      { role: role("authenticated") },
    ],
    [
      "none, where there is no authenticated role either",
      { mapping: undefined, claims: {}, authenticatedRole: undefined },
      { refused: "no role" },
    ],
    [
      "a role of the token they ask for, without any mapping",
      { mapping: undefined, claims: { "cognito:roles": [role("b")] }, customRole: role("b") },
      { role: role("b") },
    ],
  ])("is %s", (_, question, expected) => {
    expect(
      resolveRole({ mapping: undefined, claims: {}, authenticatedRole: role("authenticated"), ...question }),
    ).toEqual(expected);
  });
});
