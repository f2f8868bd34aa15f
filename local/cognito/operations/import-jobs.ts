import { AwsFault } from "../../aws-fault.ts";
import { invalidParameter, limitExceeded, resourceNotFound } from "../faults.ts";
import { drawImportJobId } from "../identifiers.ts";
import { csvHeader } from "../import-jobs/csv-header.ts";
import { describeImportJob, endJob, isActive, moveOn, STOPPED } from "../import-jobs/import-job.ts";
import { signUploadUrl } from "../import-jobs/import-upload.ts";
import { limits } from "../limits.ts";
import { continuation, readPage } from "../pages.ts";
import { createImportJob, listImportJobs, oneImportJob } from "../shapes/import-jobs.ts";
import { oneUserPool } from "../shapes/user-pools.ts";
import type { ImportJob, Pool, World } from "../state.ts";
import { type Operations, operation, requirePool } from "./operation.ts";

export const importJobOperations: Operations = {
  GetCSVHeader: operation(oneUserPool, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    return { UserPoolId: pool.id, CSVHeader: csvHeader(pool.schema) };
  }),

  CreateUserImportJob: operation(createImportJob, (world, input, caller) => {
    const pool = requirePool(world, input.UserPoolId);
    if (input.PasswordHashingAlgorithm !== undefined) {
      throw invalidParameter("The local world does not know the setting PasswordHashingAlgorithm yet.");
    }
    if (pool.importJobs.size >= limits.importJobsPerPool) {
      throw limitExceeded(`Maximum of ${limits.importJobsPerPool} import jobs in a user pool.`);
    }
    const id = drawImportJobId(world.randomBytes);
    const job: ImportJob = {
      id,
      name: input.JobName,
      sequence: world.nextSequence(),
      createdAt: world.now(),
      logsRoleArn: input.CloudWatchLogsRoleArn,
      uploadUrl: signUploadUrl(world, { poolId: pool.id, jobId: id, endpoint: caller.endpoint }),
      status: "Created",
      startedAt: undefined,
      completedAt: undefined,
      completionMessage: undefined,
      file: undefined,
      table: undefined,
      imported: 0,
      skipped: 0,
      failed: 0,
      lastStep: Promise.resolve(),
    };
    pool.importJobs.set(id, job);
    return { UserImportJob: describeImportJob(pool, job) };
  }),

  DescribeUserImportJob: operation(oneImportJob, async (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const job = requireJob(pool, input.JobId);
    await moveOn(world, pool, job);
    return { UserImportJob: describeImportJob(pool, job) };
  }),

  ListUserImportJobs: operation(listImportJobs, async (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const page = readPage(
      world,
      newestFirst(pool.importJobs.values()),
      { operation: "ListUserImportJobs", owner: pool.id },
      { limit: input.MaxResults, token: input.PaginationToken },
    );
    for (const job of page.items) await moveOn(world, pool, job);
    return {
      UserImportJobs: page.items.map((job) => describeImportJob(pool, job)),
      ...continuation("PaginationToken", page.nextToken),
    };
  }),

  StartUserImportJob: operation(oneImportJob, async (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const job = requireJob(pool, input.JobId);
    if (job.status === "Created") await moveOn(world, pool, job);
    if (job.status !== "Created")
      throw preconditionNotMet(`${job.id} is ${job.status} and can't be started.`);
    if ((pool.settings.AutoVerifiedAttributes ?? []).length === 0) {
      throw preconditionNotMet("The user pool has no auto-verified attributes.");
    }
    if (job.file === undefined) throw preconditionNotMet(`No csv file was uploaded for ${job.id}`);
    await moveActiveJobsOn(world);
    // Nothing may come between this look and the start.
    if (activeJobs(world).length > 0) {
      throw preconditionNotMet("Only one import job can be active at a time per account.");
    }
    job.status = "Pending";
    job.startedAt = world.now();
    return { UserImportJob: describeImportJob(pool, job) };
  }),

  StopUserImportJob: operation(oneImportJob, async (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const job = requireJob(pool, input.JobId);
    await job.lastStep;
    if (job.status === "Pending") endJob(job, "Stopped", { at: world.now(), message: STOPPED });
    else if (job.status === "InProgress") job.status = "Stopping";
    else throw preconditionNotMet(`${job.id} is ${job.status} and can't be stopped.`);
    return { UserImportJob: describeImportJob(pool, job) };
  }),
};

function requireJob(pool: Pool, id: string): ImportJob {
  const job = pool.importJobs.get(id);
  if (job === undefined) throw resourceNotFound(`User import job ${id} does not exist.`);
  return job;
}

/** A job in progress ends in time; here time is what others ask meanwhile. */
async function moveActiveJobsOn(world: World): Promise<void> {
  for (const { pool, job } of activeJobs(world)) await moveOn(world, pool, job);
}

function activeJobs(world: World): { pool: Pool; job: ImportJob }[] {
  return [...world.pools.values()].flatMap((pool) =>
    [...pool.importJobs.values()].filter(isActive).map((job) => ({ pool, job })),
  );
}

/** "Jobs are listed in chronological order from last created to first created." */
function newestFirst(jobs: Iterable<ImportJob>) {
  const entries = [...jobs].reverse().map((item) => ({
    sequence: Number.MAX_SAFE_INTEGER - item.sequence,
    item,
  }));
  return {
    *after(position: number) {
      for (const entry of entries) if (entry.sequence > position) yield entry;
    },
  };
}

function preconditionNotMet(message: string): AwsFault {
  return new AwsFault("PreconditionNotMetException", message);
}
