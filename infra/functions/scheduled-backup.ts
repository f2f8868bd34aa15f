import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import type { Context } from "aws-lambda";
import { z } from "zod";
import {
  countOutcome,
  runScheduledBackup,
  type ScheduledOutcome,
} from "../../runbooks/backup/scheduled-run.ts";
import { createAwsCaller } from "../../runbooks/runtime/aws-calls.ts";
import { InterruptedError, RemoteError, RunbookError } from "../../runbooks/runtime/errors.ts";
import { loadStackOutputs } from "../../runbooks/runtime/stack-outputs.ts";
import { metricLine } from "../backups/backup-metrics.ts";
import { type BackupEnvironment, readOrder } from "./backup-environment.ts";

// The scheduled backup as one file that runs in two places: as a Lambda function (`handler`), and as a command
// (`node index.mjs`) where fifteen minutes are not enough. Both take their orders from the environment.

/** What a call may ask for beyond the environment: a test does not wait for a copy that never comes. */
const callShape = z.looseObject({ copyWaitSeconds: z.int().nonnegative().optional() });

/** Time that is left for writing down how it ended, and for giving the lease back. */
const LAST_SECONDS = 30;

/** Called by the schedule. Throws when no backup was made, so that Lambda counts the call as an error. */
export async function handler(
  event: unknown,
  { getRemainingTimeInMillis }: Pick<Context, "getRemainingTimeInMillis">,
): Promise<object> {
  const call = callShape.safeParse(event).data;
  const environment = readOrders({ ...process.env, ...copyWaitOf(call) });
  const longestSeconds = getRemainingTimeInMillis() / 1_000;
  return runOnce({ ...environment, longestSeconds }, new AbortController());
}

if (import.meta.main === true) await runCommand();

async function runCommand(): Promise<void> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => stop.abort(new InterruptedError(signal)));
  }
  try {
    await runOnce(readOrders(process.env), stop);
  } catch (error) {
    if (!(error instanceof RunbookError)) throw error;
    // Its sentence is in the log already.
    process.exitCode = error.exitCode;
  }
}

/** A refusal is one line of the log: what Node prints by itself begins with the whole bundle. */
function readOrders(variables: Readonly<Record<string, string | undefined>>): BackupEnvironment {
  try {
    return readOrder(variables);
  } catch (error) {
    if (error instanceof RunbookError) logFailure(error);
    throw error;
  }
}

async function runOnce(
  { stack, order, longestSeconds }: BackupEnvironment,
  stop: AbortController,
): Promise<object> {
  // V8 sizes the memory of short-lived objects by the machine; that long runs stay flat matters more.
  setFlagsFromString("--semi-space-growth-factor=1");
  const { signal } = stop;
  const pause = (milliseconds: number) => setTimeout(milliseconds, undefined, { signal });
  const seconds = Math.max(longestSeconds - LAST_SECONDS, 0);
  const timer = globalThis.setTimeout(() => stop.abort(tooLong(seconds)), seconds * 1_000);
  const loadOutputs = () => loadStackOutputs({ stack }, { call: createAwsCaller(signal), pause });
  const context = { signal, pause, now: () => new Date(), randomBytes, progress: inform, warn };
  const outcome = await runScheduledBackup(loadOutputs, order, context);
  clearTimeout(timer);
  writeLine(metricLine(stack, new Date(), countOutcome(outcome)));
  return report(outcome);
}

function report(outcome: ScheduledOutcome): object {
  switch (outcome.kind) {
    case "backed-up": {
      const { set, counts, seconds, unverified, warnings } = outcome;
      for (const why of unverified) warn(`not verified: ${why}`);
      const result = { ok: true, set, ...counts, seconds, isVerified: unverified.length === 0, warnings };
      inform(`Backed up ${counts.users} users to ${set}`, result);
      return result;
    }
    case "skipped":
      warn(`Another backup is under way: ${outcome.why}`);
      return { ok: true, skipped: outcome.why };
    case "failed": {
      const { error } = outcome;
      logFailure(error);
      throw error;
    }
  }
}

function logFailure(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  const remedy = error instanceof RunbookError ? error.remedy : "";
  writeEntry("ERROR", `No backup was made: ${text} ${remedy}`.trim());
}

function tooLong(seconds: number): RemoteError {
  return new RemoteError(`Not finished after ${Math.round(seconds)} seconds.`, {
    remedy: "Set runOn: codebuild under sekisho:backup, or a larger quotaShare.",
  });
}

function copyWaitOf(call: z.infer<typeof callShape> | undefined): Record<string, string> {
  return call?.copyWaitSeconds === undefined
    ? {}
    : { SEKISHO_COPY_WAIT_SECONDS: String(call.copyWaitSeconds) };
}

function inform(message: string, details: object = {}): void {
  writeEntry("INFO", message, details);
}

function warn(message: string): void {
  writeEntry("WARN", message);
}

function writeEntry(level: "INFO" | "WARN" | "ERROR", message: string, details: object = {}): void {
  writeLine(JSON.stringify({ timestamp: new Date().toISOString(), level, message, ...details }));
}

/** Past the console, which Lambda wraps into objects of its own: metrics are read from the line as it is. */
function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}
