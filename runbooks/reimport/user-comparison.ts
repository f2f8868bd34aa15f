import { missingLinks } from "./reimport-plan.ts";
import { attributesDigest, type StandingUser } from "./standing-users.ts";
import { LEGACY_SUB, type TargetUser } from "./target-pool.ts";
import type { NewUser } from "./user-plan.ts";

/** Statuses in which somebody can come back by "forgot password" (Amazon Cognito Developer Guide, "Password reset"). */
const USABLE: ReadonlySet<string> = new Set(["CONFIRMED", "RESET_REQUIRED"]);

/** Who is in which group of the target. */
export interface Memberships {
  has: (sub: string, group: string) => boolean;
  /** How many groups a user is in. */
  count: (sub: string) => number;
}

/**
 * In what a user who stands in the target differs from what was planned, one word or phrase each; empty = in nothing.
 * Values are compared to the last character.
 */
export function compareUser(user: NewUser, standing: StandingUser, memberships: Memberships): string[] {
  const differences: string[] = [];
  if (attributesDigest(user.attributes) !== standing.digest) differences.push("attributes");
  if (user.isEnabled !== standing.isEnabled) differences.push(user.isEnabled ? "is disabled" : "is enabled");
  if (!USABLE.has(standing.status)) differences.push(`status ${standing.status}`);
  if (missingLinks(user, standing.identities).length > 0) differences.push("linked identities");
  const isMember = user.groups.every((group) => memberships.has(standing.sub, group));
  if (!isMember || memberships.count(standing.sub) !== user.groups.length) differences.push("groups");
  return differences;
}

/**
 * The same for somebody who stood there before: what the set does not say of them is theirs. Without groups, their
 * attributes alone.
 */
export function compareOverwritten(user: NewUser, found: TargetUser, groups?: ReadonlySet<string>): string[] {
  const differences: string[] = [];
  const lost = changedAttributes(user, found);
  if (lost.length > 0) differences.push("attributes");
  if (groups === undefined) return differences;
  if (user.isEnabled !== found.isEnabled) differences.push(user.isEnabled ? "is disabled" : "is enabled");
  if (!USABLE.has(found.status)) differences.push(`status ${found.status}`);
  if (missingLinks(user, found.attributes.get("identities")).length > 0)
    differences.push("linked identities");
  if (!user.groups.every((group) => groups.has(group))) differences.push("groups");
  return differences;
}

/**
 * The values of the set that somebody who stands there has not. A former `sub` is none of the set's, an absent flag is
 * false, and addresses that differ by case alone are the same.
 */
export function changedAttributes({ attributes }: NewUser, found: TargetUser): NewUser["attributes"] {
  return attributes.filter(([name, value]) => {
    if (name === LEGACY_SUB) return false;
    const there = found.attributes.get(name) ?? (name.endsWith("_verified") ? "false" : undefined);
    if (name === "email") return there?.toLowerCase() !== value.toLowerCase();
    return there !== value;
  });
}
