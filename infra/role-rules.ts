import type { AccessRuleSettings } from "./settings.ts";

/** Most rules one app client may have in an identity pool (Amazon Cognito Developer Guide, Quotas). */
export const MOST_RULES = 25;

/** One mapping as an identity pool takes it, in order; `role` is still the name from the settings. */
export interface RoleRule {
  claim: string;
  matchType: "Equals" | "Contains" | "StartsWith" | "NotEqual";
  value: string;
  role: string;
}

/** A rule that cannot be built; the settings should have been refused before. */
export class RoleRuleError extends Error {
  override name = "RoleRuleError";
}

/**
 * The rules in the order they are written, because the first match wins.
 * Throws a RoleRuleError for a role nobody defined and for more rules than an identity pool takes.
 */
export function buildRoleRules(rules: AccessRuleSettings[], roles: string[]): RoleRule[] {
  if (rules.length > MOST_RULES) {
    throw new RoleRuleError(
      `sekisho:awsAccess.rules has ${rules.length} rules and an identity pool takes ${MOST_RULES}; merge some, or map a group to a role.`,
    );
  }
  return rules.map(({ claim, match, value, role }, index) => {
    if (!roles.includes(role)) {
      throw new RoleRuleError(
        `sekisho:awsAccess.rules[${index}] names the role "${role}", which sekisho:awsAccess.roles does not define.`,
      );
    }
    return { claim, matchType: MATCH_TYPES[match], value, role };
  });
}

/** The claims that decide who gets which role, each once: no client may let users write an attribute of that name. */
export function roleClaims(rules: Pick<AccessRuleSettings, "claim">[]): string[] {
  return [...new Set(rules.map((rule) => rule.claim))].sort();
}

const MATCH_TYPES = {
  equals: "Equals",
  contains: "Contains",
  startsWith: "StartsWith",
  notEqual: "NotEqual",
} as const;
