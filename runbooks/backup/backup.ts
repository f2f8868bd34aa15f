import { IntegrityError, NotFoundError, RunbookError } from "../runtime/errors.ts";
import { PageTokenRefusedError } from "../runtime/pages.ts";
import { createProgress, formatCount } from "../runtime/progress.ts";
import { createStallGuard } from "../runtime/stall-guard.ts";
import { runTogether } from "../runtime/together.ts";
import { findWarnings } from "./backup-warnings.ts";
import { createDigestIndex } from "./digest-index.ts";
import {
  FORMAT_VERSION,
  type GroupRecord,
  type ManifestBody,
  type PartEntry,
  type PoolDocument,
  partName,
  setName,
  type UserRecord,
} from "./format.ts";
import { planMemberships } from "./membership-plan.ts";
import { noChanges, readMembershipsByGroup, readMembershipsByUser } from "./membership-reader.ts";
import { type PartWriter, sealDocument, sealRecords } from "./part-writer.ts";
import { findPrevious, refuseShrinkage } from "./previous-set.ts";
import type { SetStore } from "./set-store.ts";
import { createSetWriter } from "./set-writer.ts";
import { chooseShards, type ShardChoice } from "./shards.ts";
import { createUserCollector, StoredUserChangedError } from "./user-collector.ts";
import { listAllUsers, ShardingRefusedError } from "./user-listing.ts";
import type { UserPool } from "./user-pool.ts";

export interface BackupOptions {
  stack: string;
  account: string;
  region: string;
  toolVersion: string;
  /** Read the second factors too, one AdminGetUser per user. */
  withMfa: boolean;
  /** Accept that more than a tenth of the users, groups or memberships is gone since the last set. */
  allowShrink: boolean;
  shards: ShardChoice;
  /** ListUsers pages per second that the quota share allows. */
  pageRate: number;
  /** Plain bytes per part; only tests set it. */
  partBytes?: number;
}

export interface BackupRun extends BackupOptions {
  pool: UserPool;
  describePool: () => Promise<PoolDocument>;
  store: SetStore;
  now: () => Date;
  /** Throws when the clock that `now` reads is known to be wrong; asked once the bucket has answered. */
  checkClock: () => void;
  /** Throws when the run has lost its right to finish a set; asked right before the manifest is written. */
  mayFinish: () => Promise<void>;
  randomBytes: (length: number) => Buffer;
  progress: (line: string) => void;
  warn: (line: string) => void;
  signal: AbortSignal;
}

export interface BackupResult {
  manifest: ManifestBody;
  /** `<pool id>/<set name>`, the place of the set in its bucket. */
  place: string;
  storedBytes: number;
}

/** A list of users that could not be read to its end is read anew at most this often. */
const STARTS = 3;

/**
 * Reads the whole pool into a new set. The set exists only when its manifest does, which is written last: a run that
 * fails leaves parts that everything ignores. Throws a RunbookError; nothing that was there before is touched.
 */
export async function backUpUsers(run: BackupRun): Promise<BackupResult> {
  const previous = await findPrevious(run);
  run.checkClock();
  let shards = run.shards;
  let hadTokenRefused = false;
  for (let start = 1; ; start++) {
    try {
      return await backUpOnce({ ...run, shards }, previous);
    } catch (error) {
      const isTokenRefusal = error instanceof PageTokenRefusedError;
      if (start === STARTS || (isTokenRefusal && hadTokenRefused)) throw toRunbookError(error, run.pool.id);
      if (error instanceof ShardingRefusedError) {
        shards = 1;
        run.progress(
          `Starting anew with one list of users: the filter on sub does not hold (${error.message}).`,
        );
      } else if (isTokenRefusal || error instanceof StoredUserChangedError) {
        hadTokenRefused ||= isTokenRefusal;
        run.progress(`Starting anew, with a new set: ${error.message}`);
      } else throw error;
    }
  }
}

/** What one attempt shares between its steps. */
interface Attempt extends BackupRun {
  startedAt: Date;
  set: string;
  estimatedUsers: number;
}

async function backUpOnce(run: BackupRun, previous: ManifestBody | undefined): Promise<BackupResult> {
  const startedAt = run.now();
  const set = setName(startedAt, run.randomBytes(4));
  const place = `${run.pool.id}/${set}`;
  const writer = createSetWriter(run.store, place, run.partBytes);
  const { name, estimatedUsers } = await run.pool.describe();
  const attempt: Attempt = { ...run, startedAt, set, estimatedUsers };
  const document = await run.describePool();
  const groups = await readGroups(run.pool);
  const plan = planMemberships({ users: estimatedUsers, groups: groups.size });
  run.progress(
    `Backing up ${run.pool.id} (about ${formatCount(estimatedUsers)} users, ${formatCount(groups.size)} groups; ` +
      `memberships by ${plan.by}) to s3://${run.store.bucket}/${place}/`,
  );

  const changes = noChanges();
  const users = writer.openParts("users");
  const memberships = writer.openParts("memberships");
  const mfa = run.withMfa ? writer.openParts("mfa") : undefined;
  const membershipSource = { pool: run.pool, groups, writer: memberships, signal: run.signal };
  const factors = { count: 0 };
  const collector = createUserCollector(users);
  const checkName = createNameCheck();
  await readUsers(attempt, collector, async (fresh) => {
    for (const user of fresh) checkName(user);
    if (plan.by === "user") await readMembershipsByUser(membershipSource, fresh, changes);
    if (mfa) factors.count += await readFactors(attempt, fresh, mfa);
  });
  const userParts = await users.finish();
  if (plan.by === "group") {
    await readMembershipsByGroup({ ...membershipSource, hasUser: collector.has }, changes);
  }
  const membershipParts = await memberships.finish();
  const mfaParts = mfa ? await mfa.finish() : [];

  const after = await run.pool.describe();
  const counted = { users: collector.count(), groups: groups.size, memberships: changes.memberships };
  refuseShrinkage(run, previous, counted);
  const warnings = findWarnings({ users: collector.count(), estimatedUsers: after.estimatedUsers, changes });
  for (const warning of warnings) run.warn(warning);
  const groupPart = await sealRecords(partName("groups", 0), toLines(groups));
  const poolPart = await sealDocument(partName("pool", 0), document);
  await writer.storePart(groupPart);
  await writer.storePart(poolPart);
  const parts = [...userParts, groupPart.entry, ...membershipParts, ...mfaParts, poolPart.entry];
  const manifest: ManifestBody = {
    format: "sekisho-backup",
    formatVersion: FORMAT_VERSION,
    set,
    stack: run.stack,
    pool: { id: run.pool.id, name },
    account: run.account,
    region: run.region,
    toolVersion: run.toolVersion,
    startedAt: startedAt.toISOString(),
    // A clock may be set back meanwhile; no set was finished before it was begun.
    finishedAt: new Date(Math.max(run.now().getTime(), startedAt.getTime())).toISOString(),
    estimatedUsers,
    counts: {
      ...counted,
      ...(mfa && { mfa: factors.count }),
    },
    membershipsReadBy: plan.by,
    parts,
    warnings,
  };
  run.signal.throwIfAborted();
  await run.mayFinish();
  await writer.finish(manifest);
  return { manifest, place, storedBytes: sumStoredBytes(parts) };
}

async function readGroups(pool: UserPool): Promise<Map<string, GroupRecord>> {
  const groups = new Map<string, GroupRecord>();
  const guard = createStallGuard(`ListGroups on ${pool.id}`);
  for await (const page of pool.listGroups()) {
    guard(page.some(({ name }) => !groups.has(name)));
    for (const group of page) groups.set(group.name, group);
  }
  return groups;
}

async function readUsers(
  attempt: Attempt,
  collector: ReturnType<typeof createUserCollector>,
  onFresh: (users: readonly UserRecord[]) => Promise<void>,
): Promise<void> {
  const { pool, estimatedUsers, pageRate, signal, now } = attempt;
  const shards = chooseShards(attempt.shards, { estimatedUsers, rate: pageRate });
  const progress = createProgress({
    noun: "users",
    expected: estimatedUsers,
    now,
    writeLine: attempt.progress,
  });
  await listAllUsers({
    pool,
    collector,
    estimatedUsers,
    shards,
    signal,
    onUsers: async (fresh) => {
      await onFresh(fresh);
      progress.add(fresh.length);
    },
  });
}

/** Throws when a user's name comes with another sub: the user was deleted and made anew while the list was read. */
function createNameCheck(): (user: UserRecord) => void {
  const names = createDigestIndex();
  return ({ username }) => {
    if (names.get(username) !== undefined) throw new StoredUserChangedError("a user name came twice");
    names.set(username, 1);
  };
}

/** Gives back how many of these users still existed. */
async function readFactors(
  attempt: Attempt,
  users: readonly UserRecord[],
  writer: PartWriter,
): Promise<number> {
  const found = await runTogether(
    attempt.signal,
    users.map((user) => async () => {
      try {
        await writer.add(JSON.stringify(await attempt.pool.readMfa(user)));
        return true;
      } catch (error) {
        // Deleted since the list named the user.
        if (error instanceof NotFoundError) return false;
        throw error;
      }
    }),
  );
  return found.filter(Boolean).length;
}

function toLines(groups: ReadonlyMap<string, GroupRecord>): string[] {
  return Array.from(groups.values(), (group) => JSON.stringify(group));
}

function sumStoredBytes(parts: readonly PartEntry[]): number {
  return parts.reduce((sum, part) => sum + part.storedBytes, 0);
}

function toRunbookError(error: unknown, poolId: string): unknown {
  if (error instanceof RunbookError || !(error instanceof Error)) return error;
  if (!(error instanceof ShardingRefusedError || error instanceof StoredUserChangedError)) return error;
  return new IntegrityError(
    `${poolId}: its list of users contradicts itself every time (${error.message}).`,
    {
      remedy: "Nothing was finished; run it again with --shards 1.",
      cause: error,
    },
  );
}
