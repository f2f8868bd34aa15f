import { BadInputError } from "../runtime/errors.ts";

/** How many lists of users are read side by side; "auto" leaves it to chooseShards. */
export type ShardChoice = number | "auto";

/** Every `sub` that Cognito makes begins with one of these; a pool where one does not is not read in shards. */
export const SHARD_PREFIXES = [..."0123456789abcdef"] as const;

/** Below this many users one list is read so soon that proving the filter would take longer. */
const SMALL_POOL = 6_000;
/** Seconds that one page is assumed to take; with the rate this says how many must be under way at once. */
const PAGE_SECONDS = 0.2;
/** Enough for the whole quota of 30 requests a second at 130 ms a page; each list more holds 8 MB more in memory. */
const AUTO_MOST = 4;

/** Reads `--shards`: auto, or 1 to 16. */
export function parseShards(text: string | undefined): ShardChoice {
  if (text === undefined || text === "auto") return "auto";
  const shards = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (shards >= 1 && shards <= SHARD_PREFIXES.length) return shards;
  throw new BadInputError(
    `--shards ${text} is neither auto nor a number from 1 to ${SHARD_PREFIXES.length}.`,
  );
}

/**
 * How many lists to read at once: all share one quota, so more of them only hide how long each page takes.
 * `rate` is what the quota allows, in pages per second.
 */
export function chooseShards(choice: ShardChoice, pool: { estimatedUsers: number; rate: number }): number {
  if (choice !== "auto") return choice;
  if (pool.estimatedUsers < SMALL_POOL) return 1;
  return Math.min(AUTO_MOST, Math.max(1, Math.ceil(pool.rate * PAGE_SECONDS)));
}

/** What is read once without and with the filter, before anything relies on it. */
export interface FilterProbe {
  /** The first users of the whole list. */
  sample: readonly string[];
  /** The prefix that was asked for: the first character of the first user. */
  prefix: string;
  /** The first users of the list with that prefix. */
  filtered: readonly string[];
  /** What came back when the whole `sub` of the first user was the prefix. */
  exact: readonly string[];
}

/** Why this pool cannot be trusted to honour `sub ^=`, which AWS documents nowhere; undefined when it can. */
export function findFilterFault({ sample, prefix, filtered, exact }: FilterProbe): string | undefined {
  const [first] = sample;
  if (first === undefined) return "it has no users";
  const isKnown = (sub: string) => SHARD_PREFIXES.some((known) => sub.startsWith(known));
  if (!sample.every(isKnown)) return "a sub begins with something else than 0 to f";
  if (filtered.length === 0) return "a prefix that exists finds nobody";
  if (!filtered.every((sub) => sub.startsWith(prefix))) return "the filter is ignored";
  if (exact.length !== 1 || exact[0] !== first)
    return "a whole sub as prefix does not find exactly that user";
  return undefined;
}

/** Why the union of all shards cannot be everybody; undefined when nothing speaks against it. */
export function findUnionFault(union: {
  sample: readonly string[];
  has: (sub: string) => boolean;
  users: number;
  estimatedUsers: number;
}): string | undefined {
  const missing = union.sample.filter((sub) => !union.has(sub)).length;
  if (missing > 0) return `${missing} users of the unfiltered list are in no shard`;
  if (union.users < union.estimatedUsers * 0.99) {
    return `the shards hold ${union.users} users, and AWS estimates ${union.estimatedUsers}`;
  }
  return undefined;
}
