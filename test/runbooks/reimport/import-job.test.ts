import { beforeEach, describe, expect, it } from "vitest";
import type { CsvFile } from "../../../runbooks/reimport/csv-file.ts";
import {
  type ImportJobRun,
  runImportJob,
  stopJobs,
  waitForJobs,
} from "../../../runbooks/reimport/import-job.ts";
import type { ImportJobStatus } from "../../../runbooks/reimport/import-service.ts";
import { AwsRefusalError } from "../../../runbooks/runtime/aws-errors.ts";
import { InterruptedError, LockedError, RemoteError } from "../../../runbooks/runtime/errors.ts";
import { createInMemoryImportJobs, type InMemoryImportJobs } from "../../support/in-memory-import-jobs.ts";

const NAME = "run-1-0123456789abcdef";
const file: CsvFile = {
  ordinals: [7, 8, 9],
  body: new Blob(["the file\n"]),
  sha256: `0123456789abcdef${"0".repeat(48)}`,
};

let jobs: InMemoryImportJobs;
let lines: string[];
let pauses: number[];
let stop: AbortController;

beforeEach(() => {
  jobs = createInMemoryImportJobs();
  jobs.course = [{ status: "InProgress" }, { status: "Succeeded", imported: 3 }];
  jobs.logs = [log(2, 3, 4)];
  lines = [];
  pauses = [];
  stop = new AbortController();
});

/** A log in which these lines succeeded. */
function log(...numbers: number[]): string[] {
  return numbers.map((number) => `[SUCCEEDED] Line Number ${number} - The import succeeded.`);
}

function run(values: Partial<ImportJobRun> = {}) {
  return runImportJob(jobs, {
    name: "run-1",
    file,
    pause: async (milliseconds) => {
      pauses.push(milliseconds);
    },
    progress: (line) => lines.push(line),
    signal: stop.signal,
    ...values,
  });
}

function callsOf(kind: string): number {
  return jobs.calls.filter((call) => call === kind).length;
}

describe("an import job", () => {
  it("is made, fed, started, waited for, and tells what became of each user", async () => {
    const result = await run();
    expect(result).toEqual({
      jobId: "import-1",
      status: "Succeeded",
      imported: 3,
      outcomes: new Map(
        [7, 8, 9].map((ordinal) => [ordinal, { status: "imported", reason: "The import succeeded." }]),
      ),
      unknown: [],
    });
    expect(jobs.jobs.map(({ name }) => name)).toEqual([NAME]);
    expect(jobs.uploads.get("import-1")).toEqual(["the file\n"]);
    expect(lines).toEqual([
      "Import job import-1: Pending, 0 of 3 users",
      "Import job import-1: InProgress, 0 of 3 users",
      "Import job import-1: Succeeded, 3 of 3 users",
    ]);
  });

  it("that ended before is only read: a run after a run changes nothing", async () => {
    await run();
    jobs.calls.length = 0;
    const { jobId, unknown } = await run();
    expect({ jobId, unknown }).toEqual({ jobId: "import-1", unknown: [] });
    expect(jobs.calls).toEqual(["list", "readLog"]);
  });

  it.each<ImportJobStatus>(["Pending", "InProgress", "Stopping"])(
    "that is %s is waited for",
    async (status) => {
      jobs.add(NAME, { status });
      expect((await run()).jobId).toBe("import-1");
      expect(callsOf("create") + callsOf("upload") + callsOf("start")).toBe(0);
    },
  );

  it("of another file is left alone, also where its name begins alike", async () => {
    jobs.add("run-1-ffffffffffffffff", { status: "Succeeded", imported: 3 });
    jobs.add(`${NAME}0`, { status: "Succeeded", imported: 3 });
    expect((await run()).jobId).toBe("import-3");
  });

  it("that waits for its file since a run that was killed gets it and is started", async () => {
    jobs.add(NAME);
    expect((await run()).jobId).toBe("import-1");
    expect(callsOf("create")).toBe(0);
  });

  it("whose address is too old is followed by another with a number behind its name", async () => {
    jobs.add(NAME);
    jobs.expired.add("import-1");
    expect((await run()).jobId).toBe("import-2");
    expect(jobs.jobs.map(({ name }) => name)).toEqual([NAME, `${NAME}-2`]);
    jobs.calls.length = 0;
    expect((await run()).jobId).toBe("import-2");
    expect(jobs.calls).toEqual(["list", "readLog"]);
  });

  it.each<ImportJobStatus>(["Expired", "Failed"])(
    "that is %s without a single row is followed by another",
    async (status) => {
      jobs.add(NAME, { status });
      expect((await run()).jobId).toBe("import-2");
    },
  );

  it("that AWS ends half-way tells what it did, and why it ended", async () => {
    const message = "Too many users have failed or been skipped during the import.";
    jobs.course = [{ status: "Failed", imported: 1, failed: 1, message }];
    jobs.logs = [["[SUCCEEDED] Line Number 2 - The import succeeded.", "[FAILED] Line Number 4 - No."]];
    const result = await run();
    expect(result).toEqual({
      jobId: "import-1",
      status: "Failed",
      imported: 1,
      message,
      outcomes: new Map([
        [7, { status: "imported", reason: "The import succeeded." }],
        [9, { status: "failed", reason: "No." }],
      ]),
      unknown: [8],
    });
  });

  it("that somebody stopped is read and not started again", async () => {
    jobs.add(NAME, { status: "Stopped", imported: 1 });
    jobs.logs = [log(4)];
    const { status, unknown } = await run();
    expect({ status, unknown, starts: callsOf("start") }).toEqual({
      status: "Stopped",
      unknown: [7, 8],
      starts: 0,
    });
  });

  it("is not given a name that AWS refuses or that the hash would not fit behind", async () => {
    for (const name of ["", "a/b", "x".repeat(101)]) await expect(run({ name })).rejects.toThrow(RangeError);
    expect(jobs.calls).toEqual([]);
  });
});

describe("a lost answer", () => {
  it("to the making of a job is looked up by name: none is made twice", async () => {
    jobs.fates.create = ["answer-lost"];
    expect((await run()).jobId).toBe("import-1");
    expect(jobs.jobs).toHaveLength(1);
  });

  it("to the making of a job that did not arrive is followed by another attempt", async () => {
    jobs.fates.create = ["lost", "lost"];
    expect((await run()).jobId).toBe("import-1");
  });

  it("to the making of a job ends the run when it keeps being lost", async () => {
    jobs.fates.create = ["lost", "lost", "lost"];
    await expect(run()).rejects.toThrow(new RemoteError("create: no answer."));
    expect(callsOf("create")).toBe(3);
  });

  it("to the start of a job is followed by a look, not by another job", async () => {
    jobs.fates.start = ["answer-lost"];
    expect((await run()).unknown).toEqual([]);
    expect(callsOf("start")).toBe(1);
  });

  it("to a start that did not arrive is followed by another start", async () => {
    jobs.fates.start = ["lost"];
    expect((await run()).unknown).toEqual([]);
    expect(callsOf("start")).toBe(2);
  });
});

describe("a refusal", () => {
  it("to start while another job of the account runs says so, with the exit code of what is locked", async () => {
    jobs.isLocked = true;
    const failure = run();
    await expect(failure).rejects.toThrow(LockedError);
    await expect(failure).rejects.toMatchObject({
      message: "StartUserImportJob, import-1: refused.",
      remedy: "One import job of an account runs at a time; run it again when the other has ended.",
      exitCode: 11,
    });
  });

  it("to start a job that runs already, since an answer was lost, is no failure", async () => {
    jobs.add(NAME);
    jobs.fates.start = ["lost"];
    const started = run({
      pause: async () => {
        // The lost start arrives late.
        for (const job of jobs.jobs) if (job.status === "Created") job.status = "Pending";
      },
    });
    expect((await started).unknown).toEqual([]);
    expect(callsOf("start")).toBe(2);
  });

  it.each(["create", "upload", "start"] as const)(
    "to %s for another reason ends the run with it",
    async (call) => {
      jobs.fates[call] = ["refused"];
      const failure = run();
      await expect(failure).rejects.toThrow(AwsRefusalError);
      await expect(failure).rejects.toThrow(`${call}: refused.`);
      expect(callsOf(call)).toBe(1);
    },
  );
});

describe("the log", () => {
  it("is read again until it tells of as many rows as the job counted", async () => {
    jobs.logs = [undefined, log(2), log(2, 3, 4)];
    expect((await run()).unknown).toEqual([]);
    expect(callsOf("readLog")).toBe(3);
  });

  it("that stays behind is given up after a minute: who is missing in it is unknown, and it is said", async () => {
    jobs.logs = [log(2, 4)];
    expect((await run()).unknown).toEqual([8]);
    expect(callsOf("readLog")).toBe(12);
    expect(lines.at(-1)).toBe("The log of import job import-1 tells of 2 of 3 users; look the others up.");
  });

  it("that never came leaves everybody unknown", async () => {
    jobs.logs = [undefined];
    expect((await run()).unknown).toEqual([7, 8, 9]);
  });

  it("that is another file's ends the run", async () => {
    jobs.logs = [log(2, 3, 40)];
    await expect(run()).rejects.toMatchObject({ exitCode: 13 });
  });
});

describe("waiting for a job", () => {
  it("ends with Ctrl-C; the job goes on, it is said, and the next run finds it", async () => {
    jobs.course = [{ status: "InProgress", imported: 1 }];
    const interruption = new InterruptedError("SIGINT");
    const stopped = run({
      pause: async () => {
        if (lines.length === 2) stop.abort(interruption);
        stop.signal.throwIfAborted();
      },
    });
    await expect(stopped).rejects.toBe(interruption);
    expect(lines.at(-1)).toBe("Import job import-1 goes on in AWS by itself; the next run finds it.");
    stop = new AbortController();
    jobs.course = [{ status: "Succeeded", imported: 3 }];
    expect((await run()).jobId).toBe("import-1");
    expect(callsOf("create")).toBe(1);
  });

  it("ends when nothing moves for an hour", async () => {
    jobs.course = [{ status: "InProgress", imported: 1 }];
    await expect(run()).rejects.toMatchObject({
      message: "Import job import-1 has not moved for an hour.",
      exitCode: 15,
    });
    const waited = pauses.reduce((sum, milliseconds) => sum + milliseconds, 0);
    expect(Math.floor(waited / 60_000)).toBe(60);
  });

  it("goes on for as long as something moves, however long", async () => {
    const steps = Array.from({ length: 2_000 }, (_, at) => ({
      status: "InProgress" as const,
      imported: Math.floor(at / 500),
    }));
    jobs.course = [...steps, { status: "Succeeded", imported: 3 }];
    expect((await run()).unknown).toEqual([]);
  });
});

describe("jobs that earlier runs began", () => {
  const wait = () =>
    waitForJobs(jobs, "run-1", {
      pause: async () => {},
      progress: (line) => lines.push(line),
      signal: stop.signal,
    });

  it.each<ImportJobStatus>(["Pending", "InProgress", "Stopping"])(
    "are waited for while they are %s, whatever file they have, and it is told that there were some",
    async (status) => {
      jobs.add("run-1-ffffffffffffffff-2", { status });
      expect(await wait()).toBe(true);
      expect(lines).toEqual([
        `Import job import-1: ${status}, 0 users`,
        ...(status === "InProgress" ? [] : ["Import job import-1: InProgress, 0 users"]),
        "Import job import-1: Succeeded, 3 users",
      ]);
    },
  );

  it.each<ImportJobStatus>(["Created", "Succeeded", "Failed", "Stopped", "Expired"])(
    "are not waited for when they are %s",
    async (status) => {
      jobs.add(NAME, { status });
      expect(await wait()).toBe(false);
      expect(jobs.calls).toEqual(["list"]);
    },
  );

  it.each(["run-12-ffffffffffffffff", "other-ffffffffffffffff", "run-1", "run-1-by-hand"])(
    "are left alone where somebody else began them: %s",
    async (name) => {
      jobs.add(name, { status: "InProgress" });
      expect(await wait()).toBe(false);
    },
  );
});

describe("jobs that are to be stopped", () => {
  it("are those under way, and no others", async () => {
    jobs.add("one", { status: "Pending" });
    jobs.add("two", { status: "InProgress" });
    jobs.add("three", { status: "Succeeded" });
    jobs.add("four", { status: "Created" });
    await stopJobs(jobs);
    expect(jobs.jobs.map(({ status }) => status)).toEqual(["Stopping", "Stopping", "Succeeded", "Created"]);
  });

  it("may end by themselves meanwhile", async () => {
    jobs.add("one", { status: "Pending" });
    jobs.course = [{ status: "Succeeded" }];
    await expect(stopJobs({ ...jobs, stop: refuse })).resolves.toBeUndefined();
  });

  it("are told of where AWS does not stop them", async () => {
    jobs.add("one", { status: "Pending" });
    jobs.course = [{ status: "InProgress" }];
    await expect(stopJobs({ ...jobs, stop: refuse })).rejects.toThrow("stop: refused.");
  });

  async function refuse(): Promise<never> {
    throw new AwsRefusalError("PreconditionNotMetException", "stop: refused.", {});
  }
});
