import type { ImportJob, ImportJobs } from "../../runbooks/reimport/import-service.ts";
import { AwsRefusalError } from "../../runbooks/runtime/aws-errors.ts";
import { NotFoundError, RemoteError } from "../../runbooks/runtime/errors.ts";

/** The calls that a test lets fail. */
type Call = "create" | "upload" | "start" | "describe";

export interface InMemoryImportJobs extends ImportJobs {
  jobs: ImportJob[];
  /** What was uploaded, by the job's id. */
  uploads: Map<string, string[]>;
  /** Every call so far, lists and logs included. */
  calls: string[];
  /** How the next calls of a kind end, oldest first; without an entry they arrive and are answered. */
  fates: Record<Call, ("lost" | "answer-lost" | "refused")[]>;
  /** Job ids whose address is too old. */
  expired: Set<string>;
  /** Whether another job of the account runs, so that none can be started. */
  isLocked: boolean;
  /** What each look at a started job finds, oldest first; the last one for ever. */
  course: Partial<ImportJob>[];
  /** What each reading of the log finds, oldest first; the last one for ever, and undefined while there is none. */
  logs: (string[] | undefined)[];
  /** Puts a job there that somebody made before. */
  add: (name: string, values?: Partial<ImportJob>) => ImportJob;
}

/** The import jobs of a pool in memory, with answers that get lost. */
export function createInMemoryImportJobs(): InMemoryImportJobs {
  const find = (id: string): ImportJob => {
    const job = world.jobs.find((candidate) => candidate.id === id);
    if (job === undefined) throw new NotFoundError(`import job ${id} not found.`);
    return job;
  };
  /** Lets one call take its course, which is its work and then its fate. */
  const run = <Answer>(call: Call, work: () => Answer): Answer => {
    world.calls.push(call);
    const fate = world.fates[call].shift();
    if (fate === "lost") throw new RemoteError(`${call}: no answer.`);
    if (fate === "refused") throw new AwsRefusalError("InvalidParameterException", `${call}: refused.`, {});
    const answer = work();
    if (fate === "answer-lost") throw new RemoteError(`${call}: no answer.`);
    return answer;
  };
  const world: InMemoryImportJobs = {
    jobs: [],
    uploads: new Map(),
    calls: [],
    fates: { create: [], upload: [], start: [], describe: [] },
    expired: new Set(),
    isLocked: false,
    course: [{ status: "Succeeded" }],
    logs: [undefined],
    add: (name, values = {}) => {
      const number = world.jobs.length + 1;
      const job: ImportJob = {
        id: `import-${number}`,
        name,
        status: "Created",
        createdAt: new Date(Date.UTC(2026, 10, 21, 3, number)),
        uploadUrl: `https://example.com/import-${number}`,
        imported: 0,
        skipped: 0,
        failed: 0,
        message: undefined,
        ...values,
      };
      world.jobs.push(job);
      return job;
    },
    header: async () => ["name", "cognito:username"],
    create: async (name) => ({ ...run("create", () => world.add(name)) }),
    upload: async ({ id }, body) => {
      const text = await body.text();
      run("upload", () => {
        if (world.expired.has(id)) throw new AwsRefusalError("AccessDenied", "S3 refused it.", {});
        world.uploads.set(id, [...(world.uploads.get(id) ?? []), text]);
      });
    },
    start: async (id) =>
      run("start", () => {
        const job = find(id);
        if (world.isLocked || job.status !== "Created" || !world.uploads.has(id)) {
          throw new AwsRefusalError("PreconditionNotMetException", `StartUserImportJob, ${id}: refused.`, {});
        }
        job.status = "Pending";
        return { ...job };
      }),
    describe: async (id) =>
      run("describe", () => {
        const job = find(id);
        if (job.status === "Created") return { ...job };
        return { ...Object.assign(job, world.course.length > 1 ? world.course.shift() : world.course[0]) };
      }),
    list: async function* () {
      world.calls.push("list");
      yield world.jobs.toReversed().map((job) => ({ ...job }));
    },
    stop: async (id) => Object.assign(find(id), { status: "Stopping" }),
    readLog: async function* ({ id }) {
      world.calls.push("readLog");
      const messages = world.logs.length > 1 ? world.logs.shift() : world.logs[0];
      if (messages === undefined) throw new NotFoundError(`the log of ${id} not found.`);
      yield messages;
    },
  };
  return world;
}
