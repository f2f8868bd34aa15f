import { AwsFault } from "../../aws-fault.ts";
import { limits } from "../limits.ts";
import { aliasExists, findAliasHolders } from "../sign-in-names.ts";
import type { ImportJob, Pool, World } from "../state.ts";
import { toTimestamp } from "../timestamp.ts";
import { addUser } from "../user-creation.ts";
import { csvHeader } from "./csv-header.ts";
import { readImportRow } from "./import-row.ts";
import { readImportTable } from "./import-table.ts";

/** Whether the job keeps others of the account from starting. */
export function isActive({ status }: ImportJob): boolean {
  return status === "Pending" || status === "InProgress" || status === "Stopping";
}

/**
 * Moves a job on by one step; whoever looks at it calls this first, so that a job makes progress without a clock of its own: a
 * pending one begins and imports the first half of its rows, one in progress imports the rest and ends, a stopping one has
 * stopped, and one that nobody started within a day has expired.
 */
export function moveOn(world: World, pool: Pool, job: ImportJob): Promise<void> {
  const step = job.lastStep.then(() => takeStep(world, pool, job));
  // Whoever asked for the step hears how it failed; the next one must still be able to follow.
  job.lastStep = step.catch(() => {});
  return step;
}

/** The job as every operation shows it (UserImportJobType). */
export function describeImportJob(pool: Pool, job: ImportJob): object {
  return {
    JobName: job.name,
    JobId: job.id,
    UserPoolId: pool.id,
    PreSignedUrl: job.uploadUrl,
    CreationDate: toTimestamp(job.createdAt),
    ...(job.startedAt === undefined ? {} : { StartDate: toTimestamp(job.startedAt) }),
    ...(job.completedAt === undefined ? {} : { CompletionDate: toTimestamp(job.completedAt) }),
    Status: job.status,
    CloudWatchLogsRoleArn: job.logsRoleArn,
    ImportedUsers: job.imported,
    SkippedUsers: job.skipped,
    FailedUsers: job.failed,
    ...(job.completionMessage === undefined ? {} : { CompletionMessage: job.completionMessage }),
  };
}

/** Ends a job, as AWS words it; its file is deleted. */
export function endJob(
  job: ImportJob,
  status: "Stopped" | "Succeeded" | "Failed" | "Expired",
  end: { at: number; message: string },
): void {
  job.status = status;
  job.completedAt = end.at;
  job.completionMessage = end.message;
  job.file = undefined;
  job.table = undefined;
}

/** AWS's sentence (StopUserImportJob, API reference). */
export const STOPPED = "The Import Job was stopped by the developer.";

async function takeStep(world: World, pool: Pool, job: ImportJob): Promise<void> {
  switch (job.status) {
    case "Created":
      return expire(world, job);
    case "Pending":
      return begin(world, pool, job);
    case "InProgress":
      return importRows(world, pool, job, "to the end");
    case "Stopping":
      return endJob(job, "Stopped", { at: world.now(), message: STOPPED });
  }
}

function expire(world: World, job: ImportJob): void {
  const at = job.createdAt + limits.importStartSeconds * 1_000;
  if (world.now() >= at) endJob(job, "Expired", { at, message: "The user import job has expired." });
}

async function begin(world: World, pool: Pool, job: ImportJob): Promise<void> {
  job.status = "InProgress";
  const table = readImportTable(job.file ?? Buffer.alloc(0), csvHeader(pool.schema));
  if (table.kind === "unreadable") {
    return endJob(job, "Failed", { at: world.now(), message: table.reason });
  }
  job.table = table;
  // Before the first result the stream says so twice, as seen on AWS.
  const test = "Cognito User Pools Import - Test Log";
  if (await isLogged(world, pool, job, [test, test])) await importRows(world, pool, job, "the first half");
}

async function importRows(
  world: World,
  pool: Pool,
  job: ImportJob,
  part: "the first half" | "to the end",
): Promise<void> {
  const { columns, rows } = job.table ?? { columns: [], rows: [] };
  const from = job.imported + job.skipped + job.failed;
  const to = part === "to the end" ? rows.length : Math.ceil(rows.length / 2);
  const lines: string[] = [];
  for (const [index, row] of rows.slice(from, to).entries()) {
    const number = from + index + world.behaviour.importLineOfFirstUser;
    lines.push(importRow(world, pool, job, { columns, row, number }));
  }
  if (!(await isLogged(world, pool, job, lines))) return;
  const { importFailureShare: share } = world.behaviour;
  const at = world.now();
  if (share !== "off" && job.failed + job.skipped > share * rows.length) {
    endJob(job, "Failed", {
      at,
      message: "Too many users have failed or been skipped during the import.",
    });
  } else if (part === "to the end") {
    endJob(job, "Succeeded", { at, message: "Import Job Completed Successfully." });
  }
}

/** Imports one user, without function or message, and returns the line for the log. */
function importRow(
  world: World,
  pool: Pool,
  job: ImportJob,
  { columns, row, number }: { columns: readonly string[]; row: string; number: number },
): string {
  try {
    const { mfa, signInAttribute, ...user } = readImportRow(pool, columns, row);
    const taken = findAliasHolders(pool, user.attributes);
    const isThere =
      (user.username !== undefined && pool.users.findByUsername(user.username) !== undefined) ||
      taken.some(({ attribute }) => attribute === signInAttribute);
    if (isThere) {
      job.skipped += 1;
      return `[SKIPPED] Line Number ${number} - The user already exists.`;
    }
    if (taken[0] !== undefined) throw aliasExists(taken[0].attribute);
    addUser(world, pool, user).mfa = mfa;
    job.imported += 1;
    return `[SUCCEEDED] Line Number ${number} - The import succeeded.`;
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error;
    job.failed += 1;
    return `[FAILED] Line Number ${number} - ${error.message.trim()}`;
  }
}

/** "The import job will fail when the CloudWatch Logs role cannot be assumed or doesn't have the correct access policy." */
async function isLogged(
  world: World,
  pool: Pool,
  job: ImportJob,
  lines: readonly string[],
): Promise<boolean> {
  try {
    await world.partners.writeLog({
      logGroup: `/aws/cognito/userpools/${pool.id}/${pool.name}`,
      logStream: `${job.id}/${job.name}`,
      lines,
      at: world.now(),
    });
    return true;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.name : String(cause);
    endJob(job, "Failed", { at: world.now(), message: `The log could not be written: ${reason}.` });
    return false;
  }
}
