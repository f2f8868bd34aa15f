import { RunError } from "@pulumi/pulumi";
import type { AccessRuleSettings } from "../settings.ts";

/** One mapping as an identity pool takes it. */
export interface RoleRule<Arn> {
  claim: string;
  matchType: "Equals" | "Contains" | "StartsWith" | "NotEqual";
  value: string;
  roleArn: Arn;
}

/** A rule that cannot be built; the settings should have been refused before. */
export class RoleRuleError extends RunError {}

/**
 * The rules in the order they are written, because the first match wins, each with the ARN of its role.
 * Throws a RoleRuleError for a role nobody defined.
 */
export function buildRoleRules<Arn>(
  rules: AccessRuleSettings[],
  roleArns: Readonly<Record<string, Arn>>,
): RoleRule<Arn>[] {
  const arns = new Map(Object.entries(roleArns));
  return rules.map(({ claim, match, value, role }, index) => {
    const roleArn = arns.get(role);
    if (roleArn === undefined) {
      throw new RoleRuleError(
        `sekisho:awsAccess.rules[${index}] names the role "${role}", which sekisho:awsAccess.roles does not define.`,
      );
    }
    return { claim, matchType: MATCH_TYPES[match], value, roleArn };
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
