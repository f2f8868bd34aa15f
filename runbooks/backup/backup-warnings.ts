import { formatCount } from "../runtime/progress.ts";
import type { MembershipChanges } from "./membership-reader.ts";
import { isFarFromEstimate } from "./shrinkage.ts";

/** What a person should know about a set that is good all the same. */
export function findWarnings(seen: {
  users: number;
  estimatedUsers: number;
  changes: MembershipChanges;
}): string[] {
  const { users, estimatedUsers, changes } = seen;
  const warnings: string[] = [];
  if (isFarFromEstimate({ estimated: estimatedUsers, counted: users })) {
    warnings.push(
      `AWS estimates ${formatCount(estimatedUsers)} users, and ${formatCount(users)} were listed.`,
    );
  }
  if (changes.lateMembers > 0) {
    warnings.push(
      `${formatCount(changes.lateMembers)} memberships of users created during the run were left out.`,
    );
  }
  if (changes.lateGroups > 0) {
    warnings.push(
      `${formatCount(changes.lateGroups)} memberships of groups made during the run were left out.`,
    );
  }
  if (changes.goneGroups > 0) {
    warnings.push(`${formatCount(changes.goneGroups)} groups were deleted during the run.`);
  }
  return warnings;
}
