import { createDigestIndex } from "../backup/digest-index.ts";
import type { UserPool } from "../backup/user-pool.ts";
import { IntegrityError } from "../runtime/errors.ts";
import { runTogether } from "../runtime/together.ts";
import type { DoneEntry, JournalState, RefusedEntry } from "./journal-format.ts";
import { findKnown, findStrangers, type PlanInput, planActions } from "./reimport-plan.ts";
import { type StandingUser, type StandingUsers, toStanding } from "./standing-users.ts";
import type { TargetUser } from "./target-pool.ts";
import { compareOverwritten, compareUser, type Memberships } from "./user-comparison.ts";
import { blockedReasons } from "./user-decision.ts";
import type { NewUser } from "./user-plan.ts";
import type { UserWriter } from "./user-writer.ts";

/** A user of the set who is not in the target as planned, and in what. */
export interface Difference {
  ordinal: number;
  sub: string;
  what: string;
}

/** What a comparison of the target with the plan found. */
export interface RestoreCheck {
  /** Users whom the re-import has made, in this run and those before. */
  created: number;
  /** Of those who are there as planned, those who sign in through an identity provider too. */
  linked: number;
  /** Users who are there, as planned to the last character. */
  verified: number;
  differences: Difference[];
  /** Users who were as planned and changed themselves, or were changed, since. */
  changedSince: number;
  /** Users whom a re-import that came to its end had brought back, and whom somebody has deleted since. */
  gone: number;
  /** Users of this plan whom AWS refused, or whose place somebody else has. */
  refused: RefusedEntry[];
  /** Users who stand there and were left alone. */
  leftAlone: number;
  /** Accounts in the target that the set does not have: they are listed, and stay. */
  strangers: StandingUser[];
}

export interface RestoreCheckOptions {
  input: PlanInput;
  journal: JournalState;
  /** The target, read again. */
  standing: StandingUsers;
  memberships: Memberships;
  writer: Pick<UserWriter, "find">;
  /** One user's groups, for whoever seems to lack one: lists of members may be behind. */
  listGroupsOf: UserPool["listGroupsOf"];
  pause: (milliseconds: number) => Promise<void>;
  signal: AbortSignal;
  onUser: () => void;
}

/** Lists are eventually consistent: whoever differs is looked at by name, so often, with such a pause for all of them. */
const LOOKS = 4;
const PAUSE_MS = 5_000;
/** Users who are looked at side by side. */
const LOOKS_AT_ONCE = 16;
/** Milliseconds by which AWS's clocks may disagree about what came first. */
const SAME_MOMENT_MS = 5_000;

/**
 * Compares every user that a re-import is to have brought back with what was planned, against a fresh reading of the
 * target. Whoever seems to differ is looked at by name before it counts; whoever should be there and of whom the journal
 * knows nothing differs, too. Throws IntegrityError when two users of the set have become one.
 */
export async function checkRestore(options: RestoreCheckOptions): Promise<RestoreCheck> {
  const { input, journal, standing, memberships, onUser } = options;
  const found = nothingFound();
  const subs = createDigestIndex();
  const known = new Set<string>();
  const doubtful: Doubt[] = [];
  const checked = { ...input, standing, journal };
  for await (const action of planActions(checked)) {
    const stands = findKnown(action, checked);
    if (stands) known.add(stands.sub);
    const done = journal.done.get(action.setUser.ordinal);
    if (done !== undefined) {
      if (subs.get(done.newSub) !== undefined) throw sharedSub(done.oldSub);
      subs.set(done.newSub, 1);
    }
    if (!("user" in action)) continue;
    const { user } = action;
    if (action.kind === "none" && action.decision === "standing") found.leftAlone += 1;
    const refused = journal.refused.get(user.ordinal);
    if (done === undefined) {
      if (action.kind === "none") continue;
      if (action.kind === "blocked") found.refused.push(blockedEntry(user, blockedReasons[action.decision]));
      else if (refused) found.refused.push(refused);
      else found.differences.push({ ordinal: user.ordinal, sub: user.oldSub, what: "was not brought back" });
      continue;
    }
    if (refused) found.refused.push(refused);
    onUser();
    if (done.how === undefined) found.created += 1;
    const listed = action.standing?.sub === done.newSub ? action.standing : undefined;
    const differences = listed ? compareUser(user, listed, memberships) : [MISSING];
    if (done.how === undefined && differences.length === 0) count(found, user);
    else doubtful.push({ user, done, username: listed?.username ?? user.name, differences });
  }
  await settleDoubts(doubtful, found, options);
  found.strangers = findStrangers(standing, known);
  return found;
}

function blockedEntry({ ordinal, oldSub }: NewUser, reason: string): RefusedEntry {
  return { kind: "refused", user: ordinal, oldSub, reason };
}

function nothingFound(): RestoreCheck {
  return {
    created: 0,
    linked: 0,
    verified: 0,
    differences: [],
    changedSince: 0,
    gone: 0,
    refused: [],
    leftAlone: 0,
    strangers: [],
  };
}

function count(found: RestoreCheck, user: NewUser): void {
  found.verified += 1;
  if (user.links.length > 0) found.linked += 1;
}

const MISSING = "is missing";

/** Somebody who has to be looked at by name. */
interface Doubt {
  user: NewUser;
  done: DoneEntry;
  /** The name to look by. */
  username: string;
  differences: string[];
}

/** Looks at all who seem to differ, again and again with one pause for all, until they do not or it is believed. */
async function settleDoubts(
  doubtful: readonly Doubt[],
  found: RestoreCheck,
  options: RestoreCheckOptions,
): Promise<void> {
  let open = [...doubtful];
  for (let look = 1; look <= LOOKS && open.length > 0; look++) {
    if (look > 1) await options.pause(PAUSE_MS);
    const still: Doubt[] = [];
    await forEachOf(open, options.signal, async (doubt) => {
      const { differences, isLater } = await lookAt(doubt, options);
      if (isLater) found.changedSince += 1;
      if (differences.length === 0 || isLater) count(found, doubt.user);
      else still.push({ ...doubt, differences });
    });
    open = still;
  }
  for (const { user, done, differences } of open.sort(
    (one, other) => one.user.ordinal - other.user.ordinal,
  )) {
    const isGone = differences[0] === MISSING && options.journal.settled.has(user.ordinal);
    if (isGone) found.gone += 1;
    else found.differences.push({ ordinal: user.ordinal, sub: done.oldSub, what: differences.join(", ") });
  }
}

async function forEachOf<Item>(
  items: readonly Item[],
  signal: AbortSignal,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  const workNext = async (stopped: AbortSignal): Promise<void> => {
    for (const item of waiting) {
      stopped.throwIfAborted();
      await work(item);
    }
  };
  await runTogether(
    signal,
    Array.from({ length: LOOKS_AT_ONCE }, () => workNext),
  );
}

/** One user by name; `isLater` where they were as planned and changed since. */
async function lookAt(
  { user, done, username }: Doubt,
  options: RestoreCheckOptions,
): Promise<{ differences: string[]; isLater?: boolean }> {
  const again = await options.writer.find(done.how === undefined ? username : done.newSub);
  if (again?.sub !== done.newSub) return { differences: [MISSING] };
  const groups = done.how === "repair" ? undefined : await groupsOf(options, again.username);
  const differences =
    done.how === undefined
      ? compareUser(user, toStanding(again), membershipsOf(groups ?? new Set()))
      : compareOverwritten(user, again, groups);
  const isSettled = options.journal.settled.has(user.ordinal);
  return { differences, isLater: wasChangedLater(differences, { isSettled, again, done }) };
}

/**
 * Whether somebody was as planned and changed since. People change their attributes themselves; whatever else differs
 * counts against the restore, until a re-import has come to its end and found them as planned.
 */
function wasChangedLater(
  differences: readonly string[],
  { isSettled, again, done }: { isSettled: boolean; again: TargetUser; done: DoneEntry },
): boolean {
  if (differences.length === 0 || done.how !== undefined) return false;
  // A change of groups alone leaves the date as it is.
  if (isSettled && differences.every((what) => what === "groups")) return true;
  const isTheirs = isSettled || differences.every((what) => what === "attributes");
  return isTheirs && wasChangedSince(again, done.at);
}

function membershipsOf(groups: ReadonlySet<string>): Memberships {
  return { has: (_, group) => groups.has(group), count: () => groups.size };
}

function wasChangedSince({ modified }: TargetUser, doneAt: string): boolean {
  return Date.parse(modified) > Date.parse(doneAt) + SAME_MOMENT_MS;
}

async function groupsOf(
  { listGroupsOf }: Pick<RestoreCheckOptions, "listGroupsOf">,
  username: string,
): Promise<Set<string>> {
  const own = new Set<string>();
  for await (const page of listGroupsOf(username)) for (const { name } of page) own.add(name);
  return own;
}

/** Lists of members that are read side by side: enough to hide how long each page takes. */
const GROUPS_AT_ONCE = 4;

/** Reads the members of every group of the target. */
export async function readMemberships(
  pool: Pick<UserPool, "listMembers">,
  groups: Iterable<string>,
  signal: AbortSignal,
): Promise<Memberships> {
  const pairs = createDigestIndex();
  const counts = new Map<string, number>();
  const waiting = [...groups];
  const readNext = async (stopped: AbortSignal): Promise<void> => {
    for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
      stopped.throwIfAborted();
      for await (const members of pool.listMembers(group)) {
        for (const { sub } of members) {
          const pair = `${sub} ${group}`;
          if (pairs.get(pair) !== undefined) continue;
          pairs.set(pair, 1);
          counts.set(sub, (counts.get(sub) ?? 0) + 1);
        }
      }
    }
  };
  await runTogether(
    signal,
    Array.from({ length: GROUPS_AT_ONCE }, () => readNext),
  );
  return {
    has: (sub, group) => pairs.get(`${sub} ${group}`) !== undefined,
    count: (sub) => counts.get(sub) ?? 0,
  };
}

function sharedSub(oldSub: string): IntegrityError {
  return new IntegrityError(`The user ${oldSub} of the set shares a user of the target with another one.`, {
    remedy: "Somebody changed the journal, or users of the target; look before you run it again.",
  });
}
