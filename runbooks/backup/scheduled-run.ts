import type { BackupMetric } from "../../infra/backups/backup-metrics.ts";
import type { StackOutputs } from "../../infra/outputs/outputs.ts";
import { LockedError, NotFoundError, RunbookError } from "../runtime/errors.ts";
import { ageInHours } from "./copy-check.ts";
import type { ManifestBody } from "./format.ts";
import { ShrunkError } from "./previous-set.ts";
import { backUpStack, type RunContext, type StackBackup } from "./stack-backup.ts";
import { isCopyComplete, verifyStackBackup } from "./stack-verification.ts";

/** What the schedule of a stack asks for. */
export interface ScheduledOrder {
  /** 0.1 to 1: how much of AWS's request quotas may be used. */
  share: number;
  /** How long the run waits for the new set to arrive in the other Region before it takes an older one. */
  copyWaitSeconds: number;
  /** What is older than this in the other Region is no copy to rely on. */
  longestCopyAgeHours: number;
}

export type ScheduledOutcome =
  | {
      kind: "backed-up";
      set: string;
      counts: ManifestBody["counts"];
      warnings: readonly string[];
      seconds: number;
      /** Why the set counts as unverified, one sentence each; empty when it was read back everywhere. */
      unverified: readonly string[];
    }
  | { kind: "skipped"; why: string }
  | { kind: "failed"; error: unknown; seconds: number };

/**
 * What runs every night: a backup of the stack, read back here and in the Region of the copy. Never throws: how it
 * ended is what it answers.
 */
export async function runScheduledBackup(
  loadOutputs: () => Promise<StackOutputs>,
  order: ScheduledOrder,
  context: RunContext,
): Promise<ScheduledOutcome> {
  const startedAt = context.now().getTime();
  const elapsed = () => (context.now().getTime() - startedAt) / 1_000;
  try {
    const outputs = await loadOutputs();
    const backup = await backUpStack(
      outputs,
      {
        share: order.share,
        raised: {},
        shards: "auto",
        withMfa: false,
        allowShrink: false,
        holder: "The schedule",
      },
      context,
    );
    const unverified = await findUnverified(outputs, backup, order, context);
    const { manifest, set } = backup;
    const { counts, warnings } = manifest;
    return { kind: "backed-up", set, counts, warnings, seconds: elapsed(), unverified };
  } catch (error) {
    if (error instanceof LockedError) return { kind: "skipped", why: error.message };
    return { kind: "failed", error, seconds: elapsed() };
  }
}

/** What alarms look at. */
export function countOutcome(outcome: ScheduledOutcome): Partial<Record<BackupMetric, number>> {
  switch (outcome.kind) {
    case "backed-up":
      return {
        BackupSucceeded: 1,
        BackupFailed: 0,
        BackupShrunk: 0,
        BackupUsers: outcome.counts.users,
        BackupVerified: outcome.unverified.length === 0 ? 1 : 0,
        BackupSeconds: outcome.seconds,
      };
    case "skipped":
      return { BackupSkipped: 1 };
    case "failed":
      return {
        BackupFailed: 1,
        BackupShrunk: outcome.error instanceof ShrunkError ? 1 : 0,
        BackupSeconds: outcome.seconds,
      };
  }
}

async function findUnverified(
  outputs: StackOutputs,
  { manifest }: StackBackup,
  order: ScheduledOrder,
  context: RunContext,
): Promise<string[]> {
  const here = await tryTo(async () => {
    await verifyStackBackup(outputs, { set: manifest.set, inCopy: false, withOriginal: false }, context);
  });
  const there = outputs.backup.copy
    ? await tryTo(() => verifyCopy(outputs, manifest, order, context))
    : undefined;
  return [here, there].filter((why) => why !== undefined);
}

/** The reason why it failed, as a sentence for people; a run that was told to stop stops. */
async function tryTo(verify: () => Promise<void>): Promise<string | undefined> {
  try {
    await verify();
    return undefined;
  } catch (error) {
    // What is no RunbookError is a fault of the program, and fails the run.
    if (!(error instanceof RunbookError)) throw error;
    return `${error.message} ${error.remedy}`.trim();
  }
}

/** The new set if it arrives in time, else the newest that has; that must not be too old. */
async function verifyCopy(
  outputs: StackOutputs,
  original: ManifestBody,
  { copyWaitSeconds, longestCopyAgeHours }: ScheduledOrder,
  context: RunContext,
): Promise<void> {
  const hasArrived = await waitForCopy(outputs, original, copyWaitSeconds, context);
  const set = hasArrived ? original.set : "latest";
  const { manifest } = await verifyStackBackup(outputs, { set, inCopy: true, withOriginal: false }, context);
  const age = ageInHours(manifest, context.now());
  if (age <= longestCopyAgeHours) return;
  throw new NotFoundError(`The newest whole set of the copy is ${Math.floor(age)} hours old.`, {
    remedy: "Look at the bucket's replication.",
  });
}

const LOOK_EVERY_SECONDS = 15;

async function waitForCopy(
  outputs: StackOutputs,
  manifest: ManifestBody,
  seconds: number,
  context: RunContext,
): Promise<boolean> {
  for (let waited = 0; ; waited += LOOK_EVERY_SECONDS) {
    if (await isCopyComplete(outputs, manifest, context)) return true;
    if (waited + LOOK_EVERY_SECONDS > seconds) return false;
    await context.pause(LOOK_EVERY_SECONDS * 1_000);
  }
}
