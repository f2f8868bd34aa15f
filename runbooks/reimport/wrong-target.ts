import type { z } from "zod";
import { REHEARSAL_TAG } from "../../infra/iam-policies/runbook-rehearse-restore.ts";
import type { stackPart } from "../../infra/outputs/outputs.ts";
import { STACK_TAG } from "../../infra/stack-tags.ts";
import { isFromFuture, type ManifestBody } from "../backup/format.ts";
import { formatCount } from "../runtime/progress.ts";
import { firmFault, type PoolFault, showName } from "./pool-faults/pool-fault.ts";
import type { TargetPool } from "./target-pool.ts";

/** What decides whether a pool is the one that a set belongs into. */
export interface TargetFacts {
  manifest: Pick<ManifestBody, "set" | "stack" | "pool" | "account" | "counts">;
  /** The part `stack` of the outputs of the stack that takes the users. */
  stack: Pick<z.infer<typeof stackPart>, "stack" | "account" | "region">;
  /** The stack whose sets are read: the same one, unless another was named. */
  sourceStack: string;
  /** The account of whoever runs the command. */
  callerAccount: string;
  target: Pick<TargetPool, "id" | "arn" | "tags">;
  /** Users who stand in the target, and how many of them the set has too. */
  present: { users: number; known: number };
  /** Sets, as `<pool id>/<set>`, that other runs began to bring into the target and did not finish. */
  unfinished: readonly string[];
  /** --same-pool: users are to go back into the pool that the set was made of. */
  isSamePool: boolean;
  /** Whether this is a drill, which writes to a throw-away pool only. */
  isRehearsal: boolean;
  now: Date;
}

/** Users whom nobody knows that a pool may have which no stack has marked as its own: somebody tried it out. */
const FEW = 5;
/** By how much a pool of the stack may have more users than a set before they are taken for somebody else's. */
const STRANGERS_SHARE = 1.1;

/** Why this pool is not where the set belongs. Nothing of it can be accepted: a wrong target is never meant. */
export function findWrongTarget(facts: TargetFacts): PoolFault[] {
  return [
    ...findPoolMistakes(facts),
    ...findPlaceMistakes(facts),
    ...findTagMistakes(facts),
    ...findSetMistakes(facts),
    ...findOthersAtWork(facts),
  ];
}

function findPoolMistakes({ manifest, target, isSamePool }: TargetFacts): PoolFault[] {
  const isSame = manifest.pool.id === target.id;
  if (isSame && !isSamePool) {
    return [
      firmFault(
        "same-pool",
        `The set was made of the target itself, ${target.id}.`,
        "Name the new pool with --pool, or give --same-pool to bring back who is missing.",
      ),
    ];
  }
  if (isSame || !isSamePool) return [];
  return [
    firmFault(
      "other-pool",
      `--same-pool needs a set of ${target.id}; this one was made of ${manifest.pool.id}.`,
      "Choose another set, or leave --same-pool out.",
    ),
  ];
}

/** A caller with credentials of another account than the stack's: at most one fault. */
export function findOtherCaller(
  callerAccount: string,
  { stack, account }: Pick<TargetFacts["stack"], "stack" | "account">,
): PoolFault[] {
  if (callerAccount === account) return [];
  return [
    firmFault(
      "caller-of-other-account",
      `You are signed in to account ${callerAccount}, and the stack ${stack} is in ${account}.`,
      "Check AWS_PROFILE.",
    ),
  ];
}

function findPlaceMistakes({ manifest, stack, callerAccount, target }: TargetFacts): PoolFault[] {
  const region = target.id.slice(0, Math.max(target.id.indexOf("_"), 0));
  const account = target.arn.split(":")[4] ?? "";
  const faults: PoolFault[] = [];
  if (region !== stack.region) {
    faults.push(
      firmFault(
        "other-region",
        `${target.id} is not in ${stack.region}, where the stack ${stack.stack} is.`,
        "Check --pool and --region.",
      ),
    );
  }
  if (account !== stack.account) {
    faults.push(
      firmFault(
        "other-account",
        `${target.id} is in account ${account}, and the stack ${stack.stack} in ${stack.account}.`,
        "Check --pool and --stack.",
      ),
    );
  }
  faults.push(...findOtherCaller(callerAccount, stack));
  if (manifest.account !== stack.account) {
    faults.push(
      firmFault(
        "set-of-other-account",
        `The set was made in account ${manifest.account}, and the stack ${stack.stack} is in ${stack.account}.`,
        "Choose a set of this stack.",
      ),
    );
  }
  return faults;
}

function findTagMistakes({ stack, target, isRehearsal }: TargetFacts): PoolFault[] {
  const faults: PoolFault[] = [];
  const owner = target.tags[STACK_TAG];
  const rehearsed = target.tags[REHEARSAL_TAG];
  if (owner !== undefined && owner !== stack.stack) {
    faults.push(
      firmFault(
        "pool-of-other-stack",
        `${target.id} is of the stack ${showName(owner)} (tag ${STACK_TAG}), not of ${stack.stack}.`,
        "Check --pool and --stack.",
      ),
    );
  }
  if (isRehearsal && rehearsed !== stack.stack) {
    faults.push(
      firmFault(
        "no-rehearsal-pool",
        `${target.id} is no throw-away pool of ${stack.stack}: it lacks the tag ${REHEARSAL_TAG}.`,
        "A drill writes to no other; report it.",
      ),
    );
  }
  if (!isRehearsal && rehearsed !== undefined) {
    faults.push(
      firmFault(
        "rehearsal-pool",
        `${target.id} is the throw-away pool of a drill (tag ${REHEARSAL_TAG}), and will be deleted.`,
        "Name the pool that people are to sign in to.",
      ),
    );
  }
  return faults;
}

function findSetMistakes({ manifest, sourceStack, now }: TargetFacts): PoolFault[] {
  const faults: PoolFault[] = [];
  if (manifest.stack !== sourceStack) {
    faults.push(
      firmFault(
        "set-of-other-stack",
        `The set was made of the stack ${showName(manifest.stack)}, not of ${sourceStack}.`,
        "Choose a set of that stack.",
      ),
    );
  }
  if (isFromFuture(manifest.set, now)) {
    faults.push(
      firmFault(
        "set-from-future",
        `${manifest.set} says it was made in the future.`,
        "Set this machine's clock right, or choose another set.",
      ),
    );
  }
  return faults;
}

function findOthersAtWork({ manifest, target, present, unfinished, isSamePool }: TargetFacts): PoolFault[] {
  const faults: PoolFault[] = [];
  const most = target.tags[STACK_TAG] === undefined ? FEW : manifest.counts.users * STRANGERS_SHARE;
  if (!isSamePool && present.users > most && present.known === 0) {
    faults.push(
      firmFault(
        "strangers",
        `${target.id} has ${formatCount(present.users)} users, none of them among the set's ${formatCount(manifest.counts.users)}: it is in use by others.`,
        "Check --pool.",
      ),
    );
  }
  const own = `${manifest.pool.id}/${manifest.set}`;
  const [other] = unfinished.filter((set) => set !== own);
  if (other !== undefined) {
    faults.push(
      firmFault(
        "unfinished",
        `Another re-import into ${target.id} is unfinished, of ${other}.`,
        "Finish that one first: run it again with the same set.",
      ),
    );
  }
  return faults;
}
