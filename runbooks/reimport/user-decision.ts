import type { JournalState } from "./journal-format.ts";
import type { StandingUser } from "./standing-users.ts";
import { attributesDigest } from "./standing-users.ts";
import type { NewUser } from "./user-plan.ts";

/** What a re-import is about. */
export type Scope =
  | { kind: "everybody" }
  /** Whoever is missing; nobody who stands there is touched. */
  | { kind: "missing" }
  /** These people, by user name, `sub` or address, if they are missing. */
  | { kind: "users"; names: readonly string[] }
  /** One person who stands there: their attributes, and nothing else of them. */
  | { kind: "attributes"; names: readonly [string] };

/** What happens to users of the set who stand in the target already and are not ours. */
export type ExistingPolicy = "fail" | "skip" | "overwrite";

/** What is to be done about a user whom the set can bring back. */
export type Decision =
  | "create"
  /** Ours, but an earlier run did not come to its end with them. */
  | "resume"
  | "overwrite"
  /** Their attributes alone. */
  | "repair"
  /** Nothing: an earlier run did it all. */
  | "done"
  /** Nothing: an earlier run did it all, and somebody has deleted them since. */
  | "gone"
  /** Nothing: they stand there, and are to be left alone. */
  | "standing"
  /** Somebody else has their sign-in name, which stops the whole plan. */
  | "clash"
  /** The same where only those who are missing are brought back: they alone are rejected. */
  | "taken"
  /** Perhaps ours, from a run that broke off, and no longer as it was meant: rejected, for a person to look at. */
  | "unclear";

/** Why somebody whose place is not free is rejected. */
export const blockedReasons = {
  clash: "somebody else has its sign-in name",
  taken: "somebody else has its sign-in name",
  unclear:
    "an earlier run may have half made it, and it has changed since: bring it into order by hand, or delete it and run again",
} as const;

/**
 * Decides by what stands in the target and what earlier runs noted down. Ours is who the journal names, whom an import
 * job of ours made, or who looks to the last character as we meant to create them after we noted that we would; whoever
 * else has the name then may be ours or not. Everybody else is a stranger.
 */
export function decide(
  user: NewUser,
  standing: StandingUser | undefined,
  journal: Pick<JournalState, "done" | "refused" | "intended" | "imported">,
  { scope, existing }: { scope: Scope; existing: ExistingPolicy },
): Decision {
  const done = journal.done.get(user.ordinal);
  if (scope.kind === "attributes") return standing === undefined ? "gone" : "repair";
  if (standing === undefined) return done === undefined || scope.kind !== "everybody" ? "create" : "gone";
  if (done?.newSub === standing.sub) return "done";
  if (isOurs(user, standing, journal)) return "resume";
  if (standing.sub === user.oldSub) return "standing";
  if (journal.intended.has(user.ordinal) && standing.status !== "UNCONFIRMED") return "unclear";
  return scope.kind === "everybody" ? strangerDecisions[existing] : "taken";
}

const strangerDecisions: Record<ExistingPolicy, Decision> = {
  fail: "clash",
  skip: "standing",
  overwrite: "overwrite",
};

/** Whether a user who stands there is one whom we created. */
export function isOurs(
  user: NewUser,
  standing: StandingUser,
  { refused, intended, imported }: Pick<JournalState, "refused" | "intended" | "imported">,
): boolean {
  const before = refused.get(user.ordinal);
  if (before?.newSub === standing.sub) return before.how === undefined;
  // Whoever signs up by themselves is unconfirmed at first; nobody whom we make ever is.
  if (standing.status === "UNCONFIRMED") return false;
  if (imported.has(user.ordinal)) return true;
  return intended.has(user.ordinal) && attributesDigest(user.attributes) === standing.digest;
}
