import { IntegrityError, NotFoundError } from "../runtime/errors.ts";
import { createStallGuard } from "../runtime/stall-guard.ts";
import { runTogether } from "../runtime/together.ts";
import { createDigestIndex } from "./digest-index.ts";
import type { GroupRecord, MembershipRecord, UserRecord } from "./format.ts";
import type { PartWriter } from "./part-writer.ts";
import type { UserPool } from "./user-pool.ts";

export interface MembershipSource {
  pool: UserPool;
  /** Groups by name, as they were before any membership was read. Groups that vanish meanwhile are taken out. */
  groups: Map<string, GroupRecord>;
  writer: PartWriter;
  signal: AbortSignal;
}

/** What changed while memberships were read, and is therefore not in the set. */
export interface MembershipChanges {
  memberships: number;
  /** Members who joined the pool during the run, after the list of users had passed their place. */
  lateMembers: number;
  /** Groups made during the run. */
  lateGroups: number;
  /** Groups deleted during the run. */
  goneGroups: number;
  /** Users deleted during the run, after the list of users had named them; counted only where each is read. */
  goneUsers: number;
}

export function noChanges(): MembershipChanges {
  return { memberships: 0, lateMembers: 0, lateGroups: 0, goneGroups: 0, goneUsers: 0 };
}

/** Lists of members that are read side by side: enough to hide how long each page takes. */
const GROUPS_AT_ONCE = 4;
/** ListUsers is eventually consistent: somebody created this shortly before the start may not be listed yet. */
const CONSISTENCY_MS = 60_000;
/** As many may be deleted during one run, however few there are; more than that, and than the share, is no chance. */
const ORDINARY_GONE = 3;
const ORDINARY_GONE_SHARE = 0.1;
/** "Not found" has to be said so many times in a row. */
const GONE_ATTEMPTS = 2;

/**
 * Reads the members of every group. Throws IntegrityError when somebody who was there before the start is in a group
 * but was not in the list of users: then that list was not whole; and when more groups are gone than people delete
 * while a backup runs.
 */
export async function readMembershipsByGroup(
  source: MembershipSource & { hasUser: (sub: string) => boolean },
  changes: MembershipChanges,
): Promise<void> {
  const names = [...source.groups.keys()];
  const groups = names.length;
  const readNext = async (signal: AbortSignal): Promise<void> => {
    for (let name = names.shift(); name !== undefined; name = names.shift()) {
      signal.throwIfAborted();
      await readGroup(source, name, changes);
    }
  };
  await runTogether(
    source.signal,
    Array.from({ length: GROUPS_AT_ONCE }, () => readNext),
  );
  refuseLoss(source.pool.id, "groups", { gone: changes.goneGroups, of: groups });
}

/**
 * Reads the groups of each of these users. A user who was deleted meanwhile has none. Throws IntegrityError when a
 * user is in a group that was there before the start but not in the list of groups, and when too many are gone.
 */
export async function readMembershipsByUser(
  source: MembershipSource,
  users: readonly UserRecord[],
  changes: MembershipChanges,
): Promise<void> {
  const found = await runTogether(
    source.signal,
    users.map((user) => async () => readGroupsOf(source, user, changes)),
  );
  const goneBefore = changes.goneUsers;
  changes.goneUsers += found.filter((isThere) => !isThere).length;
  refuseLoss(source.pool.id, "users", { gone: changes.goneUsers - goneBefore, of: users.length });
}

async function readGroup(
  source: MembershipSource & { hasUser: (sub: string) => boolean },
  group: string,
  changes: MembershipChanges,
): Promise<void> {
  const seen = createDigestIndex();
  const isThere = await isStillThere(async () => {
    const guard = createStallGuard(`ListUsersInGroup on ${source.pool.id}, group ${group}`);
    for await (const members of source.pool.listMembers(group)) {
      guard(members.some(({ sub }) => seen.get(sub) === undefined));
      for (const { sub, username, created } of members) {
        if (seen.get(sub) !== undefined) continue;
        seen.set(sub, 1);
        if (source.hasUser(sub))
          await writeMembership(source, { kind: "membership", group, sub, username }, changes);
        else if (isLate(source.pool, created)) changes.lateMembers += 1;
        else throw missingMember(source.pool.id, group, created);
      }
    }
  });
  if (isThere) return;
  // Deleted meanwhile: it stays in the set with the members read so far, or leaves it when there are none.
  if (seen.size() === 0) source.groups.delete(group);
  changes.goneGroups += 1;
}

/** Whether the user still existed. */
async function readGroupsOf(
  source: MembershipSource,
  { sub, username }: UserRecord,
  changes: MembershipChanges,
): Promise<boolean> {
  const seen = new Set<string>();
  return isStillThere(async () => {
    for await (const groups of source.pool.listGroupsOf(username)) {
      for (const { name, created } of groups) {
        if (seen.has(name)) continue;
        seen.add(name);
        const membership = { kind: "membership", group: name, sub, username } as const;
        if (source.groups.has(name)) await writeMembership(source, membership, changes);
        else if (created !== undefined && isLate(source.pool, new Date(created))) {
          changes.lateGroups += 1;
        } else throw unknownGroup(source.pool.id, name);
      }
    }
  });
}

/**
 * Whether AWS made it after the start, and so after what it is missing from was read. AWS's time decides, never this
 * machine's: a clock behind would excuse everything. Where AWS told no time nothing is excused, nor is a date later
 * than the answer that names it.
 */
function isLate(pool: UserPool, created: Date): boolean {
  const { described, latest } = pool.awsTime();
  if (!described || !latest) return false;
  return (
    created.getTime() >= described.getTime() - CONSISTENCY_MS &&
    created.getTime() <= latest.getTime() + CONSISTENCY_MS
  );
}

/** Reads a list of something that may be deleted meanwhile. One answer "not found" is not believed: it is read anew. */
async function isStillThere(readList: () => Promise<void>): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      await readList();
      return true;
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      if (attempt === GONE_ATTEMPTS) return false;
    }
  }
}

function refuseLoss(poolId: string, noun: string, { gone, of }: { gone: number; of: number }): void {
  if (gone <= ORDINARY_GONE || gone <= of * ORDINARY_GONE_SHARE) return;
  throw new IntegrityError(
    `${poolId}: ${gone} of ${of} ${noun} vanished while their memberships were read.`,
    {
      remedy: "Nothing was finished; if they are meant to be gone, run it again.",
    },
  );
}

async function writeMembership(
  { writer }: MembershipSource,
  membership: MembershipRecord,
  changes: MembershipChanges,
): Promise<void> {
  changes.memberships += 1;
  await writer.add(JSON.stringify(membership));
}

function missingMember(poolId: string, group: string, created: Date): IntegrityError {
  return new IntegrityError(
    `${poolId}: a member of group ${group}, created ${created.toISOString()}, is not in the list of users.`,
    { remedy: "Nothing was finished; run it again, and ask AWS support if it stays." },
  );
}

function unknownGroup(poolId: string, group: string): IntegrityError {
  return new IntegrityError(`${poolId}: a user is in group ${group}, which the list of groups lacks.`, {
    remedy: "Nothing was finished; run it again, and ask AWS support if it stays.",
  });
}
