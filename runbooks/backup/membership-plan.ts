export interface MembershipPlan {
  by: "group" | "user";
  /** The calls that are certain; a group with more than 60 members and a user in more than 60 groups take more. */
  leastCalls: number;
}

/**
 * Which way of reading memberships costs fewer calls: one list of members per group, or one list of groups per user.
 * `users` is an estimate. Where both cost the same it is by group: that reads no user one by one.
 */
export function planMemberships({ users, groups }: { users: number; groups: number }): MembershipPlan {
  return groups <= users || users === 0
    ? { by: "group", leastCalls: groups }
    : { by: "user", leastCalls: users };
}
