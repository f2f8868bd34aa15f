import { AwsRefusalError, isAnswerLost } from "../runtime/aws-errors.ts";
import { LockedError, NotFoundError, RemoteError } from "../runtime/errors.ts";
import { formatCount } from "../runtime/progress.ts";
import type { CsvFile } from "./csv-file.ts";
import { createImportLog, type ImportLog, type ImportOutcome } from "./import-log.ts";
import type { ImportJob, ImportJobStatus, ImportJobs } from "./import-service.ts";

/** One file that is to go through an import job. */
export interface ImportJobRun {
  /** The same for the same file at every run: 1 to 100 letters, digits and `_+=,.@-`. */
  name: string;
  file: CsvFile;
  pause: (milliseconds: number) => Promise<void>;
  progress: (line: string) => void;
  /** Ends the waiting, never the job. */
  signal: AbortSignal;
}

/** What an import job did. */
export interface ImportResult {
  jobId: string;
  /** `Succeeded`, or how else the job ended; a job that failed may have imported users before. */
  status: ImportJobStatus;
  /** Rows that became users, as the job counts them. */
  imported: number;
  /** Why, in AWS's words; absent where it said nothing. */
  message?: string;
  /** By ordinal. */
  outcomes: Map<number, ImportOutcome>;
  /** Users of the file whose outcome nobody told: they have to be looked up. */
  unknown: number[];
}

/** What AWS takes as a job's name is longer: up to 128 characters, blanks among them (CreateUserImportJob, JobName). */
const NAME = /^[\w+=,.@-]{1,100}$/;
/** Digits of the file's hash that stand in its job's name. */
const HASH_DIGITS = 16;
const CALL_ATTEMPTS = 3;
const PAUSE_MS = 5_000;
/** Looks in a row that may find a job as it was before: an hour. */
const STILL_LOOKS = 720;
/** Times that the log is read until it tells of as many rows as the job counted: a minute. */
const LOG_READINGS = 12;

/**
 * Brings one file through an import job and tells what became of each row. The job's name holds the hash of the file,
 * so a run that follows on a broken one finds its job, and never takes another file's lines for its own: a job that
 * runs is waited for, one that ended is read. Throws LockedError while another job of the account runs.
 */
export async function runImportJob(jobs: ImportJobs, run: ImportJobRun): Promise<ImportResult> {
  if (!NAME.test(run.name)) throw new RangeError(`${run.name} cannot be part of an import job's name`);
  const name = `${run.name}-${run.file.sha256.slice(0, HASH_DIGITS)}`;
  const earlier = await findJobs(jobs, name, FOLLOWERS);
  const job = earlier.find(isUnderWay) ?? earlier.find(hasDoneSomething);
  const begun = job ?? (await beginJob(jobs, name, earlier, run));
  const ended = await waitForEnd(jobs, begun, run, run.file.ordinals.length);
  const log = await readLog(jobs, ended, run);
  return {
    jobId: ended.id,
    status: ended.status,
    imported: ended.imported,
    ...(ended.message !== undefined && { message: ended.message }),
    ...log.decode(run.file.ordinals),
  };
}

/**
 * Waits for jobs that earlier runs began under a name, whatever their files were, and tells whether there were any:
 * then the pool has other users than before. Jobs that wait for their file or have ended are left as they are.
 */
export async function waitForJobs(jobs: ImportJobs, name: string, wait: Wait): Promise<boolean> {
  const running = (await findJobs(jobs, name, ANY_FILE)).filter(isUnderWay);
  for (const job of running) await waitForEnd(jobs, job, wait);
  return running.length > 0;
}

/** Ends for good whatever jobs of a pool run or wait for their turn, and waits for none of them. */
export async function stopJobs(jobs: Pick<ImportJobs, "list" | "stop" | "describe">): Promise<void> {
  const running = new Set<string>();
  for await (const page of jobs.list()) for (const job of page) if (isUnderWay(job)) running.add(job.id);
  for (const id of running) {
    try {
      await jobs.stop(id);
    } catch (error) {
      // It may have ended meanwhile.
      if (!(error instanceof AwsRefusalError) || isUnderWay(await jobs.describe(id))) throw error;
    }
  }
}

type Wait = Pick<ImportJobRun, "pause" | "progress" | "signal">;

/** What stands behind the name in the name of a job of a file, and behind that where jobs follow on one another. */
const ANY_FILE = new RegExp(`^-[0-9a-f]{${HASH_DIGITS}}(-\\d+)?$`);
const FOLLOWERS = /^(-\d+)?$/;

/** All jobs whose names are this one and such an end, the youngest first. */
async function findJobs(jobs: ImportJobs, name: string, end: RegExp): Promise<ImportJob[]> {
  const found = new Map<string, ImportJob>();
  for await (const page of jobs.list()) {
    for (const job of page) {
      if (job.name.startsWith(name) && end.test(job.name.slice(name.length))) found.set(job.id, job);
    }
  }
  return [...found.values()].sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
}

function isUnderWay({ status }: ImportJob): boolean {
  return status === "Pending" || status === "InProgress" || status === "Stopping";
}

/** A job that failed before its first row, for want of a role for example, stands in nobody's way. */
function hasDoneSomething(job: ImportJob): boolean {
  if (job.status === "Failed") return countRows(job) > 0;
  return job.status === "Succeeded" || job.status === "Stopped";
}

/** Uploads the file and starts its job: the one that waits for it, while its address holds, or else a new one. */
async function beginJob(
  jobs: ImportJobs,
  name: string,
  earlier: readonly ImportJob[],
  run: ImportJobRun,
): Promise<ImportJob> {
  const waiting = earlier.find(isWaiting);
  if (waiting !== undefined && (await isUploaded(jobs, waiting, run))) return startJob(jobs, waiting, run);
  const job = await createJob(jobs, earlier.length === 0 ? name : `${name}-${earlier.length + 1}`, run);
  await jobs.upload(job, run.file.body);
  return startJob(jobs, job, run);
}

function isWaiting({ status, uploadUrl }: ImportJob): boolean {
  return status === "Created" && uploadUrl !== undefined;
}

/** Whether the address of an earlier run's job still takes the file. */
async function isUploaded(jobs: ImportJobs, job: ImportJob, { file }: ImportJobRun): Promise<boolean> {
  try {
    await jobs.upload(job, file.body);
    return true;
  } catch (error) {
    if (error instanceof AwsRefusalError) return false;
    throw error;
  }
}

async function createJob(jobs: ImportJobs, name: string, { pause }: ImportJobRun): Promise<ImportJob> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await jobs.create(name);
    } catch (error) {
      if (!isAnswerLost(error)) throw error;
      // It may be there, from a call whose answer was lost: look, never guess.
      await pause(PAUSE_MS);
      const found = (await findJobs(jobs, name, FOLLOWERS)).find(isWaiting);
      if (found !== undefined) return found;
      if (attempt === CALL_ATTEMPTS) throw error;
    }
  }
}

async function startJob(jobs: ImportJobs, { id }: ImportJob, { pause }: ImportJobRun): Promise<ImportJob> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await jobs.start(id);
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      // A start whose answer was lost makes the next one be refused.
      const job = await jobs.describe(id);
      if (job.status !== "Created") return job;
      if (error instanceof AwsRefusalError) throw isLocked(error) ? otherJobRuns(error) : error;
      if (attempt === CALL_ATTEMPTS) throw error;
      await pause(PAUSE_MS);
    }
  }
}

async function waitForEnd(
  jobs: ImportJobs,
  begun: ImportJob,
  { pause, progress, signal }: Wait,
  users?: number,
): Promise<ImportJob> {
  let job = begun;
  let stillLooks = 0;
  try {
    while (isUnderWay(job) || job.status === "Created") {
      if (stillLooks === STILL_LOOKS) throw stuck(job);
      if (stillLooks === 0) progress(formatState(job, users));
      await pause(PAUSE_MS);
      signal.throwIfAborted();
      const next = await jobs.describe(job.id);
      stillLooks = formatState(next) === formatState(job) ? stillLooks + 1 : 0;
      job = next;
    }
  } catch (error) {
    if (signal.aborted) progress(`Import job ${job.id} goes on in AWS by itself; the next run finds it.`);
    throw error;
  }
  progress(formatState(job, users));
  return job;
}

/** Reads the log, which may come later than the job's end. */
async function readLog(jobs: ImportJobs, job: ImportJob, run: ImportJobRun): Promise<ImportLog> {
  for (let reading = 1; ; reading++) {
    const log = createImportLog(`The log of import job ${job.id}`);
    await fillLog(log, jobs, job);
    if (log.rows() >= countRows(job)) return log;
    if (reading === LOG_READINGS) {
      const [told, counted] = [log.rows(), countRows(job)].map(formatCount);
      run.progress(
        `The log of import job ${job.id} tells of ${told} of ${counted} users; look the others up.`,
      );
      return log;
    }
    await run.pause(PAUSE_MS);
    run.signal.throwIfAborted();
  }
}

async function fillLog(log: ImportLog, jobs: ImportJobs, job: ImportJob): Promise<void> {
  try {
    for await (const messages of jobs.readLog(job)) for (const message of messages) log.add(message);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
}

function countRows({ imported, skipped, failed }: ImportJob): number {
  return imported + skipped + failed;
}

function formatState(job: ImportJob, users?: number): string {
  const of = users === undefined ? "" : ` of ${formatCount(users)}`;
  return `Import job ${job.id}: ${job.status}, ${formatCount(countRows(job))}${of} users`;
}

/** What StartUserImportJob says while another job runs, and where a file or an auto-verified attribute is missing. */
function isLocked({ awsName }: AwsRefusalError): boolean {
  return awsName === "PreconditionNotMetException";
}

function otherJobRuns(cause: AwsRefusalError): LockedError {
  return new LockedError(cause.message, {
    remedy: "One import job of an account runs at a time; run it again when the other has ended.",
    cause,
  });
}

function stuck({ id }: ImportJob): RemoteError {
  return new RemoteError(`Import job ${id} has not moved for an hour.`, {
    remedy: "It goes on by itself; run it again to wait for it, or stop it in the console.",
  });
}
