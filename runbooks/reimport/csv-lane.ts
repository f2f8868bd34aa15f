import { RemoteError } from "../runtime/errors.ts";
import { createCsvFiles } from "./csv-file.ts";
import { runImportJob } from "./import-job.ts";
import type { ImportJobs } from "./import-service.ts";
import type { Journal } from "./journal.ts";
import type { NewUser } from "./user-plan.ts";

export interface CsvLaneOptions {
  jobs: ImportJobs;
  journal: Journal;
  /** Begins the names of the jobs: tells this re-import from every other. */
  jobName: string;
  /** Throws when the run has lost its right to write. */
  mayWrite: () => void;
  pause: (milliseconds: number) => Promise<void>;
  progress: (line: string) => void;
  signal: AbortSignal;
}

/** What import jobs did not do, by ordinal, in AWS's words; who is not in it has to be looked up. */
export type ImportRefusals = Map<number, string>;

/**
 * Creates users by CSV import jobs, one after another, as AWS allows. The journal names the users of each job before it
 * is made. Who was imported is told by the target itself afterwards; what is told here is why somebody was not.
 */
export async function importUsers(
  users: AsyncIterable<NewUser>,
  options: CsvLaneOptions,
): Promise<ImportRefusals> {
  const { jobs, journal, jobName, mayWrite, progress } = options;
  const refusals: ImportRefusals = new Map();
  const header = await jobs.header();
  for await (const file of createCsvFiles(header, toRows(users))) {
    await journal.append([{ kind: "job", name: jobName, users: [...file.ordinals] }]);
    mayWrite();
    const result = await runImportJob(jobs, { ...options, name: jobName, file });
    const made: number[] = [];
    for (const [ordinal, { status, reason }] of result.outcomes) {
      if (status === "imported") made.push(ordinal);
      else refusals.set(ordinal, reason);
    }
    if (made.length > 0) await journal.append([{ kind: "imported", users: made }]);
    const { status, imported, message = "AWS says no more" } = result;
    if (imported === 0 && status !== "Succeeded") throw idleJob(status, message);
    if (status !== "Succeeded") progress(`The import job ended as ${status}: ${message}`);
  }
  return refusals;
}

/** What was planned as an import is not made by the API unasked: AWS bills that. */
function idleJob(status: string, why: string): RemoteError {
  return new RemoteError(`The import job ended as ${status} and made nobody: ${why}`, {
    remedy: "Mend that and run it again; --engine api makes them one by one.",
  });
}

async function* toRows(users: AsyncIterable<NewUser>) {
  for await (const { ordinal, name, attributes } of users) yield { ordinal, username: name, attributes };
}
