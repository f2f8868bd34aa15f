import type { GroupRecord } from "../../backup/format.ts";
import { formatCount } from "../../runtime/progress.ts";
import { shortenText } from "../../runtime/terminal-text.ts";
import type { SetTally } from "../set-tally.ts";
import type { TargetPool } from "../target-pool.ts";

/** Why users cannot be brought into a pool as things are. Message and remedy are 200 characters together at most. */
export interface PoolFault {
  /** Stable, and typeable after --accept: `missing-attribute:custom:old`. */
  code: string;
  /** One sentence: what does not fit, and how many it concerns. */
  message: string;
  /** What to do in the target, or which option lets it pass. */
  remedy: string;
  /** Whether --accept with the code lets it pass. */
  isAcceptable: boolean;
}

/** A pool that a set was made of, the one that is to take its users, and what somebody decided about them. */
export interface PoolComparison {
  /** The pool that the set was made of (describedPool). */
  source: TargetPool;
  target: TargetPool;
  /** Of the users who are to come back, against the same two pools. */
  tally: SetTally;
  /** The groups of the set. */
  groups: readonly GroupRecord[];
  choices: FaultChoices;
}

/** The options that decide what is a fault. */
export interface FaultChoices {
  /** The codes after --accept. */
  accepted: readonly string[];
  /** --group-role: the role of a group in the set, and the one it is to have. */
  groupRoles: ReadonlyMap<string, string>;
  /** --without-group-roles: groups come back without any. */
  withoutGroupRoles: boolean;
  /** --with-mfa: second factors are to be switched on again. */
  withMfa: boolean;
  engine: "auto" | "csv" | "api";
}

/**
 * A fault that --accept lets pass. `remedy` is what else could be done, as the beginning of a sentence, or empty;
 * `effect` is what becomes of it when it is accepted, as the end of one.
 */
export function acceptableFault(code: string, message: string, remedy: string, effect: string): PoolFault {
  const way = `--accept ${code}`;
  const sentence = remedy === "" ? `${way} ${effect}.` : `${remedy}, or ${way}, which ${effect}.`;
  return { code, message, remedy: sentence, isAcceptable: true };
}

/** A fault that somebody has to mend. */
export function firmFault(code: string, message: string, remedy: string): PoolFault {
  return { code, message, remedy, isAcceptable: false };
}

/** 1 -> "1 user has", 4211 -> "4,211 users have". */
export function usersHave(count: number): string {
  return count === 1 ? "1 user has" : `${formatCount(count)} users have`;
}

/** 1 -> "1 user is", 4211 -> "4,211 users are". */
export function usersAre(count: number): string {
  return count === 1 ? "1 user is" : `${formatCount(count)} users are`;
}

/** A name from outside in a message: at most 40 characters of it, or as many as are said. */
export function showName(name: string, length = 40): string {
  return shortenText(name, length);
}
