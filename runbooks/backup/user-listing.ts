import { AwsRefusalError } from "../runtime/aws-errors.ts";
import { createStallGuard } from "../runtime/stall-guard.ts";
import { runTogether } from "../runtime/together.ts";
import type { UserRecord } from "./format.ts";
import { findFilterFault, findUnionFault, SHARD_PREFIXES } from "./shards.ts";
import type { UserCollector } from "./user-collector.ts";
import type { UserPool } from "./user-pool.ts";

/** The pool does not honour the filter that shards rely on: its users must be read as one list. */
export class ShardingRefusedError extends Error {}

export interface UserListing {
  pool: UserPool;
  collector: UserCollector;
  estimatedUsers: number;
  /** Lists read side by side; 1 = one list without a filter. */
  shards: number;
  signal: AbortSignal;
  /** Called with the users of each page that were new. */
  onUsers: (users: readonly UserRecord[]) => Promise<void>;
}

/** Reads every user of the pool into the collector, as one list or in shards by the beginning of `sub`. */
export async function listAllUsers(listing: UserListing): Promise<void> {
  if (listing.shards === 1) await readList(listing);
  else await readShards(listing);
}

async function readList({ pool, collector, onUsers }: UserListing): Promise<void> {
  const guard = createStallGuard(`ListUsers on ${pool.id}`);
  for await (const page of pool.listUsers({})) {
    const fresh = await collector.addPage(page);
    guard(fresh.length > 0);
    await onUsers(fresh);
  }
}

/** Each shard is a list of its own whose end is read twice, as of every list; the union is checked besides. */
async function readShards(listing: UserListing): Promise<void> {
  const { pool, collector, estimatedUsers, signal } = listing;
  const sample = await proveFilter(pool);
  const waiting: string[] = [...SHARD_PREFIXES];
  const readNext = async (stopped: AbortSignal): Promise<void> => {
    for (let prefix = waiting.shift(); prefix !== undefined; prefix = waiting.shift()) {
      stopped.throwIfAborted();
      await readShard(listing, prefix);
    }
  };
  await runTogether(
    signal,
    Array.from({ length: listing.shards }, () => readNext),
  );
  const fault = findUnionFault({ sample, has: collector.has, users: collector.count(), estimatedUsers });
  if (fault !== undefined) throw new ShardingRefusedError(fault);
}

async function readShard({ pool, collector, onUsers }: UserListing, prefix: string): Promise<void> {
  for await (const page of pool.listUsers({ prefix })) {
    if (!page.every(({ sub }) => sub.startsWith(prefix)))
      throw new ShardingRefusedError("the filter is ignored");
    await onUsers(await collector.addPage(page));
  }
}

/** Tries the filter out; gives back users of the unfiltered list, all of whom the shards must contain. */
async function proveFilter(pool: UserPool): Promise<string[]> {
  const sample = await firstPage(pool, undefined);
  const [first = ""] = sample;
  const prefix = first.slice(0, 1);
  try {
    const filtered = first === "" ? [] : await firstPage(pool, prefix);
    const exact = first === "" ? [] : await firstPage(pool, first);
    const fault = findFilterFault({ sample, prefix, filtered, exact });
    if (fault !== undefined) throw new ShardingRefusedError(fault);
    return sample;
  } catch (error) {
    if (!(error instanceof AwsRefusalError)) throw error;
    throw new ShardingRefusedError(`AWS refuses the filter (${error.awsName})`, { cause: error });
  }
}

async function firstPage(pool: UserPool, prefix: string | undefined): Promise<string[]> {
  for await (const page of pool.listUsers(prefix === undefined ? {} : { prefix })) {
    return page.map(({ sub }) => sub);
  }
  return [];
}
