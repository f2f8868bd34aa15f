import { createDigestIndex } from "../backup/digest-index.ts";
import type { UserPool } from "../backup/user-pool.ts";
import { IntegrityError } from "../runtime/errors.ts";
import { runTogether } from "../runtime/together.ts";
import type { DoneEntry, JournalState } from "./journal-format.ts";
import { findKnown, findStrangers, type PlanInput, planActions } from "./reimport-plan.ts";
import type { StandingUser, StandingUsers } from "./standing-users.ts";
import { compareOverwritten, compareUser, type Memberships } from "./user-comparison.ts";
import type { NewUser } from "./user-plan.ts";
import { findStanding, type UserWriter } from "./user-writer.ts";

/** A user of the set who is not in the target as planned. */
export interface Difference {
  ordinal: number;
  sub: string;
  name: string;
  what: string;
}

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
  onUser: () => void;
}

/** ListUsers is eventually consistent; what differs is looked at by itself, so often and with such a pause. */
const LOOKS = 4;
const PAUSE_MS = 5_000;
/** Seconds by which AWS's clocks may disagree about what came first. */
const SAME_MOMENT_MS = 5_000;

/**
 * Compares every user that a re-import has brought back with what was planned, against a fresh reading of the target.
 * Whoever seems to differ is looked at by name before it counts. No two users of the set may have become one.
 */
export async function checkRestore(options: RestoreCheckOptions): Promise<RestoreCheck> {
  const { input, journal, standing } = options;
  const found: RestoreCheck = {
    created: 0,
    linked: 0,
    verified: 0,
    differences: [],
    changedSince: 0,
    strangers: [],
  };
  const subs = createDigestIndex();
  const known = new Set<string>();
  const checked = { ...input, standing, journal };
  for await (const action of planActions(checked)) {
    const stands = findKnown(action, checked);
    if (stands) known.add(stands.sub);
    if (!("user" in action)) continue;
    const { user } = action;
    const done = journal.done.get(user.ordinal);
    if (done === undefined) continue;
    options.onUser();
    if (subs.get(done.newSub) !== undefined) throw sharedSub(done.oldSub);
    subs.set(done.newSub, 1);
    if (done.how === undefined) found.created += 1;
    const check =
      done.how === undefined
        ? await checkUser(user, action.standing, done, options)
        : await checkOverwritten(user, done, options);
    if (check.wasChangedSince) found.changedSince += 1;
    if (check.differences.length === 0) {
      found.verified += 1;
      if (user.links.length > 0) found.linked += 1;
    } else {
      const what = check.differences.join(", ");
      found.differences.push({ ordinal: user.ordinal, sub: done.oldSub, name: user.name, what });
    }
  }
  found.strangers = findStrangers(standing, known);
  return found;
}

interface UserCheck {
  differences: string[];
  wasChangedSince?: boolean;
}

/** Whoever seems to differ in the lists is looked at by name, several times: lists may be behind. */
async function checkUser(
  user: NewUser,
  listed: StandingUser | undefined,
  { newSub, at }: DoneEntry,
  options: RestoreCheckOptions,
): Promise<UserCheck> {
  const there = listed?.sub === newSub ? listed : undefined;
  let differences = there ? compareUser(user, there, options.memberships) : ["is missing"];
  for (let look = 1; differences.length > 0 && look <= LOOKS; look++) {
    if (look > 1) await options.pause(PAUSE_MS);
    const again = await findStanding(options.writer, there?.username ?? user.name);
    if (again?.sub !== newSub) continue;
    const own = await groupsOf(options, again.username);
    differences = compareUser(user, again, { has: (_, group) => own.has(group), count: () => own.size });
    if (differences.length > 0 && wasChangedSince(again, at))
      return { differences: [], wasChangedSince: true };
  }
  return { differences };
}

async function checkOverwritten(
  user: NewUser,
  { how, newSub }: DoneEntry,
  options: RestoreCheckOptions,
): Promise<UserCheck> {
  const found = await options.writer.find(newSub);
  if (found === undefined) return { differences: ["is missing"] };
  const groups = how === "overwrite" ? await groupsOf(options, found.username) : undefined;
  return { differences: compareOverwritten(user, found, groups) };
}

function wasChangedSince({ modified }: StandingUser, doneAt: string): boolean {
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
