import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAwsCaller } from "../../../runbooks/runtime/aws-calls.ts";
import { clientSettings } from "../../../runbooks/runtime/aws-clients.ts";
import { findCaller } from "../../../runbooks/runtime/caller.ts";
import {
  CredentialsError,
  type ExitCode,
  IntegrityError,
  InterruptedError,
  RemoteError,
} from "../../../runbooks/runtime/errors.ts";
import {
  openRunbookLog,
  type PlannedChange,
  type RunbookLog,
  type RunbookRecord,
  runbookRecord,
  withRunbookLog,
} from "../../../runbooks/runtime/runbook-log.ts";
import { type BackupWorld, startBackupWorld } from "../../support/backup-world.ts";
import { answerRequests, refuseWith, type ScriptedAnswer } from "../../support/scripted-answers.ts";

const CHANGE: PlannedChange = {
  who: { arn: "arn:aws:sts::123456789012:assumed-role/oncall/alice", account: "123456789012" },
  ticket: "INC-1",
  target: "ap-northeast-1_Test12345",
  plan: "ab".repeat(32),
  counts: { users: 300, groups: 2 },
};

const WRITTEN = {
  format: "sekisho-runbook",
  version: 1,
  runbook: "reimport-users",
  stack: "dev",
  run: "0a1b2c3d",
  at: "2026-11-21T03:00:00.000Z",
  who: "arn:aws:sts::123456789012:assumed-role/oncall/alice",
  account: "123456789012",
  ticket: "INC-1",
  target: "ap-northeast-1_Test12345",
  plan: "ab".repeat(32),
};

interface Sent {
  operation: string;
  input: {
    logGroupName: string;
    logStreamName: string;
    logEvents?: { timestamp: number; message: string }[];
  };
}

/** A log behind an AWS client; each operation is answered with what its name is given here, else with success. */
function prepareLog(answers: Record<string, ScriptedAnswer> = {}) {
  const sent: Sent[] = [];
  const client = new CloudWatchLogsClient(
    answerRequests(({ operation, body }) => {
      sent.push({ operation, input: JSON.parse(body) });
      return answers[operation] ?? { body: "{}" };
    }),
  );
  const log = openRunbookLog({
    client,
    logGroup: "/sekisho/dev/runbooks",
    runbook: "reimport-users",
    stack: "dev",
    runId: "0a1b2c3d",
    call: createAwsCaller(new AbortController().signal),
    now: () => new Date("2026-11-21T03:00:00Z"),
  });
  return { log, sent };
}

/** The records of all requests, in order. */
function recordsOf(sent: readonly Sent[]): RunbookRecord[] {
  return sent.flatMap(({ input }) => (input.logEvents ?? []).map(({ message }) => JSON.parse(message)));
}

describe("the record of a change", () => {
  it("stands in a stream of the run before anything is done, as one line of JSON", async () => {
    const { log, sent } = prepareLog();
    await log.before(CHANGE);
    const stream = {
      logGroupName: "/sekisho/dev/runbooks",
      logStreamName: "reimport-users/2026-11-21/0a1b2c3d",
    };
    expect(sent.map(({ operation }) => operation)).toEqual(["CreateLogStream", "PutLogEvents"]);
    expect(sent[0]?.input).toEqual(stream);
    expect(sent[1]?.input).toMatchObject(stream);
    expect(sent[1]?.input.logEvents?.map(({ timestamp }) => timestamp)).toEqual([
      Date.parse("2026-11-21T03:00:00Z"),
    ]);
    expect(recordsOf(sent)).toEqual([{ ...WRITTEN, phase: "before", counts: { users: 300, groups: 2 } }]);
  });

  it("says afterwards how it ended and how much was done, in the same stream", async () => {
    const { log, sent } = prepareLog();
    await log.after(CHANGE, { result: "partly", exitCode: 3, counts: { created: 299, rejected: 1 } });
    expect(sent.map(({ operation }) => operation)).toEqual(["PutLogEvents"]);
    expect(recordsOf(sent)).toEqual([
      {
        ...WRITTEN,
        phase: "after",
        counts: { created: 299, rejected: 1 },
        result: "partly",
        exitCode: 3,
      },
    ]);
  });

  it("is written when an earlier request has made the stream already", async () => {
    const { log, sent } = prepareLog({ CreateLogStream: refuseWith("ResourceAlreadyExistsException") });
    await log.before(CHANGE);
    expect(recordsOf(sent)).toHaveLength(1);
  });

  it.each(["CreateLogStream", "PutLogEvents"])(
    "needs a log group: where %s finds none the stack has to be deployed again",
    async (operation) => {
      const { log } = prepareLog({ [operation]: refuseWith("ResourceNotFoundException") });
      await expect(log.before(CHANGE)).rejects.toMatchObject({
        exitCode: 10,
        message: "There is no log group /sekisho/dev/runbooks to write down who changes what.",
        remedy: "Deploy the stack again, which makes it.",
      });
    },
  );

  it.each([
    { tooNewLogEventStartIndex: 0 },
    { tooOldLogEventEndIndex: 1 },
    { expiredLogEventEndIndex: 1 },
    {},
  ])("counts as missing where CloudWatch took it and left it out: %j", async (rejectedLogEventsInfo) => {
    const { log } = prepareLog({ PutLogEvents: { body: JSON.stringify({ rejectedLogEventsInfo }) } });
    await expect(log.before(CHANGE)).rejects.toMatchObject({
      exitCode: 15,
      message:
        "PutLogEvents to /sekisho/dev/runbooks: CloudWatch left the record out for its time, 2026-11-21T03:00:00.000Z.",
      remedy: "Check this machine's clock, then run it again.",
    });
  });

  it.each<[ExitCode, string, ScriptedAnswer]>([
    [12, "without the right", refuseWith("AccessDeniedException")],
    [12, "with expired credentials", refuseWith("ExpiredTokenException")],
    [15, "behind a portal", { body: "<html>Welcome</html>" }],
    [15, "where somebody else answers with nothing", { body: "", isForeign: true }],
    [15, "where somebody else answers well", { body: "{}", isForeign: true }],
    [15, "while CloudWatch is down", refuseWith("ServiceUnavailableException", 503)],
  ])("is missing with exit code %i %s", async (exitCode, _, answer) => {
    for (const operation of ["CreateLogStream", "PutLogEvents"]) {
      const { log } = prepareLog({ [operation]: answer });
      await expect(log.before(CHANGE)).rejects.toMatchObject({ exitCode });
    }
  });

  it.each<[string, Partial<PlannedChange>]>([
    ["a mail address as what is changed", { target: "alice@example.com" }],
    ["a person's name as what is changed", { target: "山田太郎" }],
    ["a mail address as what is counted", { counts: { "alice@example.com": 1 } }],
    ["a mail address as its ticket", { ticket: "alice@example.com" }],
  ])("is never sent with %s", async (_, part) => {
    const { log, sent } = prepareLog();
    await expect(log.before({ ...CHANGE, ...part })).rejects.toMatchObject({ name: "ZodError" });
    expect(recordsOf(sent)).toEqual([]);
  });
});

describe("the record of a change, over a network that loses answers", () => {
  let world: BackupWorld;
  beforeAll(async () => {
    world = await startBackupWorld();
    world.objects.logs.set("/sekisho/test/runbooks", new Map());
  });
  afterAll(() => world.close());

  it("is there before the work and after it, by whom AWS says, in one stream of the run", async () => {
    const settings = {
      ...clientSettings({ region: "ap-northeast-1" }),
      endpoint: world.gateway.url,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    };
    const call = createAwsCaller(new AbortController().signal);
    const lost = { kind: "reset", phase: "after-commit", nth: 1 } as const;
    world.gateway.faults.add({ ...lost, operation: "CreateLogStream" });
    world.gateway.faults.add({ ...lost, operation: "PutLogEvents" });
    const who = await findCaller(new STSClient(settings), call);
    const log = openRunbookLog({
      client: new CloudWatchLogsClient(settings),
      logGroup: "/sekisho/test/runbooks",
      runbook: "reimport-users",
      stack: "test",
      runId: "0a1b2c3d",
      call,
      now: () => new Date("2026-11-21T03:00:00Z"),
    });
    await log.before({ ...CHANGE, who });
    await log.after({ ...CHANGE, who }, { result: "done", exitCode: 0, counts: { created: 300 } });
    const streams = world.objects.logs.get("/sekisho/test/runbooks");
    expect([...(streams?.keys() ?? [])]).toEqual(["reimport-users/2026-11-21/0a1b2c3d"]);
    const [lines = []] = [...(streams?.values() ?? [])];
    const records = [...new Set(lines)].map((line) => runbookRecord.parse(JSON.parse(line)));
    // The first was sent twice: nobody could know that it had arrived.
    expect([lines.length, ...records.map(({ phase }) => phase)]).toEqual([3, "before", "after"]);
    expect(records[0]).toMatchObject({
      who: "arn:aws:sts::123456789012:assumed-role/oncall/alice",
      account: "123456789012",
    });
  });
});

/** A log in memory whose writes fail where an error is given for them. */
function createMemoryLog(failures: { before?: Error; after?: Error } = {}) {
  const lines: string[] = [];
  const log: RunbookLog = {
    where: "/sekisho/dev/runbooks",
    before: async () => {
      if (failures.before) throw failures.before;
      lines.push("before");
    },
    after: async (_, { result, exitCode, counts }) => {
      if (failures.after) throw failures.after;
      lines.push(`${result} ${exitCode} ${JSON.stringify(counts)}`);
    },
  };
  return { log, lines };
}

/** Runs work that counts one user as created and then ends as it is told. */
async function runLogged(
  end: (stop: AbortController) => Promise<{ exitCode?: ExitCode }>,
  failures: { before?: Error; after?: Error } = {},
) {
  const { log, lines } = createMemoryLog(failures);
  const warnings: string[] = [];
  const stop = new AbortController();
  let created = 0;
  const outcome = await withRunbookLog(
    {
      log,
      change: CHANGE,
      counts: () => ({ created }),
      signal: stop.signal,
      warn: (line) => warnings.push(line),
    },
    async () => {
      lines.push("work");
      created += 1;
      return end(stop);
    },
  ).then(
    (result) => ({ result }),
    (error: Error & { exitCode?: ExitCode; remedy?: string }) => ({ error }),
  );
  return { lines, warnings, outcome };
}

const NO_LOG = new CredentialsError("PutLogEvents: AWS credentials missing, expired or wrong.");

describe("work between two records", () => {
  it.each<[ExitCode | undefined, string]>([
    [undefined, "done 0"],
    [0, "done 0"],
    [3, "partly 3"],
    [20, "failed 20"],
  ])("that ends with exit code %s is logged as %s", async (exitCode, logged) => {
    const { lines, outcome } = await runLogged(async () => (exitCode === undefined ? {} : { exitCode }));
    expect(lines).toEqual(["before", "work", `${logged} {"created":1}`]);
    expect(outcome).toEqual({ result: exitCode === undefined ? {} : { exitCode } });
  });

  it.each<[string, Error]>([
    ["failed 15", new RemoteError("AWS is gone.")],
    ["failed 13", new IntegrityError("They contradict themselves.")],
    ["failed 1", new TypeError("undefined is not a function")],
  ])(
    "that fails is logged as %s with what was done, and the failure stays what it is",
    async (logged, error) => {
      const { lines, outcome } = await runLogged(async () => Promise.reject(error));
      expect(lines).toEqual(["before", "work", `${logged} {"created":1}`]);
      expect(outcome).toEqual({ error });
    },
  );

  it.each<["SIGINT" | "SIGTERM", ExitCode]>([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ])("that %s stops is logged as interrupted, whatever broke because of it", async (signal, code) => {
    const { lines, outcome } = await runLogged(async (stop) => {
      stop.abort(new InterruptedError(signal));
      throw new Error("broke off somewhere");
    });
    expect(lines).toEqual(["before", "work", `interrupted ${code} {"created":1}`]);
    expect(outcome).toMatchObject({ error: { exitCode: code, message: `Stopped by ${signal}.` } });
  });

  it("is not begun where the record before it cannot be written", async () => {
    const { lines, outcome } = await runLogged(async () => ({}), { before: NO_LOG });
    expect([lines, outcome]).toEqual([[], { error: NO_LOG }]);
  });

  it("is neither logged nor begun after the stop", async () => {
    const { log, lines } = createMemoryLog();
    const run = withRunbookLog(
      {
        log,
        change: CHANGE,
        counts: () => ({}),
        signal: AbortSignal.abort(new InterruptedError("SIGINT")),
        warn: () => {},
      },
      async () => ({}),
    );
    await expect(run).rejects.toMatchObject({ exitCode: 130 });
    expect(lines).toEqual([]);
  });

  it("that a stop reaches while the first record is written is not begun, and that is logged", async () => {
    const stop = new AbortController();
    const { log, lines } = createMemoryLog();
    const before = async (change: PlannedChange) => {
      await log.before(change);
      stop.abort(new InterruptedError("SIGINT"));
    };
    const run = withRunbookLog(
      {
        log: { ...log, before },
        change: CHANGE,
        counts: () => ({ created: 0 }),
        signal: stop.signal,
        warn: () => {},
      },
      async () => {
        lines.push("work");
        return {};
      },
    );
    await expect(run).rejects.toMatchObject({ exitCode: 130 });
    expect(lines).toEqual(["before", 'interrupted 130 {"created":0}']);
  });

  it("that is done is a failure where its end is not in the log", async () => {
    const { outcome } = await runLogged(async () => ({}), { after: NO_LOG });
    expect(outcome).toMatchObject({
      error: {
        exitCode: 12,
        message:
          "The work has ended, but how is not in /sekisho/dev/runbooks: PutLogEvents: AWS credentials missing, expired or wrong.",
        remedy: "Note it with the ticket.",
      },
    });
  });

  it("that fails where its end cannot be logged either keeps its failure, and the other is said", async () => {
    const error = new RemoteError("AWS is gone.");
    const { outcome, warnings } = await runLogged(async () => Promise.reject(error), { after: NO_LOG });
    expect(outcome).toEqual({ error });
    expect(warnings).toEqual([
      "how this ended is not in /sekisho/dev/runbooks: PutLogEvents: AWS credentials missing, expired or wrong.",
    ]);
  });
});
