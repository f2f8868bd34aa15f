import type { AccessRuleSettings } from "../settings.ts";
import { isMatch } from "./role-coverage.ts";

/** What a rule of a role mapping compares. */
export type ClaimRule = Pick<AccessRuleSettings, "claim" | "match" | "value">;

type Claims = Readonly<Record<string, unknown>>;

/**
 * Whether a rule matches these claims of an ID token. A claim that is absent matches nothing, notEqual included (Amazon
 * Cognito Developer Guide, "Using role-based access control").
 */
export function matchesClaim(rule: ClaimRule, claims: Claims): boolean {
  const claim = claims[rule.claim];
  return claim !== undefined && claim !== null && isMatch(rule, claimText(claim));
}

/** A claim as it is compared: a list as one text, so that `contains: admin` also matches admin-readonly. */
export function claimText(claim: unknown): string {
  if (typeof claim === "string") return claim;
  return Array.isArray(claim) ? `[${claim.map(String).join(", ")}]` : JSON.stringify(claim);
}
