import {
  type CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { z } from "zod";
import type { AwsCaller } from "./aws-calls.ts";
import { AwsRefusalError, foreignAnswer } from "./aws-errors.ts";
import type { Caller } from "./caller.ts";
import { TICKET } from "./confirmation.ts";
import {
  type ExitCode,
  exitCodeMeanings,
  InterruptedError,
  NotFoundError,
  RemoteError,
  RunbookError,
} from "./errors.ts";

/** Numbers by what they count, such as `created`. */
export type Counts = Readonly<Record<string, number>>;

/** A change as it is written down before it is made. Nothing in it tells of a person but of the one who makes it. */
export interface PlannedChange {
  who: Caller;
  ticket: string;
  /** What is changed, by its id or ARN. */
  target: string;
  /** SHA-256 of the plan, in hexadecimal digits. */
  plan: string;
  /** How much of what the plan has. */
  counts: Counts;
}

/** How a change ended. */
export interface ChangeEnd {
  result: ChangeResult;
  exitCode: ExitCode;
  /** How much was done. */
  counts: Counts;
}

/** Who changed what, in a log group that nobody who changes anything can take a line out of (docs/runbook-log.md). */
export interface RunbookLog {
  /** The log group, for people. */
  where: string;
  /** Writes that a change begins. Resolves only when the record is there. */
  before: (change: PlannedChange) => Promise<void>;
  /** Writes how it ended. Resolves only when the record is there. */
  after: (change: PlannedChange, end: ChangeEnd) => Promise<void>;
}

export interface RunbookLogOptions {
  client: CloudWatchLogsClient;
  logGroup: string;
  /** The command's name. */
  runbook: string;
  stack: string;
  /** Letters, digits, `_` and `-`, another one for each run. */
  runId: string;
  /** Not with the run's own signal: how a run ended is written when it was stopped, too. */
  call: AwsCaller;
  now: () => Date;
}

const CHANGE_RESULTS = ["done", "partly", "failed", "interrupted"] as const;
export type ChangeResult = (typeof CHANGE_RESULTS)[number];

const exitCode = z
  .int()
  .refine((code): code is ExitCode => Object.hasOwn(exitCodeMeanings, code), "is no exit code");

/** One line of the log. Ids and counts alone pass: a mail address or a person's name has no place in any field. */
export const runbookRecord = z.strictObject({
  format: z.literal("sekisho-runbook"),
  version: z.literal(1),
  phase: z.enum(["before", "after"]),
  runbook: z.string().regex(/^[a-z]+(-[a-z]+)*$/),
  stack: z.string(),
  run: z.string().regex(/^[\w-]{1,64}$/),
  at: z.iso.datetime(),
  who: z.string().startsWith("arn:"),
  account: z.string().regex(/^\d{12}$/),
  ticket: z.string().regex(TICKET),
  target: z.string().regex(/^[\w.:/-]{1,200}$/),
  plan: z.string().regex(/^[0-9a-f]{64}$/),
  counts: z.record(z.string().regex(/^[a-z][A-Za-z]{0,39}$/), z.int().nonnegative()),
  result: z.enum(CHANGE_RESULTS).optional(),
  exitCode: exitCode.optional(),
});

export type RunbookRecord = z.infer<typeof runbookRecord>;

/**
 * The log of one run, in the stream `<runbook>/<yyyy-mm-dd>/<run id>` (Amazon CloudWatch Logs API Reference,
 * CreateLogStream and PutLogEvents). Its writes throw NotFoundError where the stack has no such log group, and
 * RemoteError where CloudWatch took the record and then left it out.
 */
export function openRunbookLog(options: RunbookLogOptions): RunbookLog {
  const { client, logGroup, runbook, stack, runId, call, now } = options;
  const logStreamName = `${runbook}/${now().toISOString().slice(0, 10)}/${runId}`;
  const stream = { logGroupName: logGroup, logStreamName };

  const createStream = async (): Promise<void> => {
    try {
      const what = `CreateLogStream in ${logGroup}`;
      const { $metadata } = await call(what, (abortSignal) =>
        client.send(new CreateLogStreamCommand(stream), { abortSignal }),
      );
      checkAnswer(what, $metadata);
    } catch (error) {
      // An earlier request of ours whose answer was lost.
      if (error instanceof AwsRefusalError && error.awsName === "ResourceAlreadyExistsException") return;
      throw error;
    }
  };
  const write = async (record: RunbookRecord, at: Date): Promise<void> => {
    const what = `PutLogEvents to ${logGroup}`;
    const message = JSON.stringify(runbookRecord.parse(record));
    const input = { ...stream, logEvents: [{ timestamp: at.getTime(), message }] };
    const { $metadata, rejectedLogEventsInfo } = await call(what, (abortSignal) =>
      client.send(new PutLogEventsCommand(input), { abortSignal }),
    );
    checkAnswer(what, $metadata);
    // It comes with status 200, and only for events that are too old or too far in the future.
    if (rejectedLogEventsInfo === undefined) return;
    throw new RemoteError(`${what}: CloudWatch left the record out for its time, ${at.toISOString()}.`, {
      remedy: "Check this machine's clock, then run it again.",
    });
  };
  const describe = (phase: RunbookRecord["phase"], { who, ticket, target, plan }: PlannedChange, at: Date) =>
    ({
      format: "sekisho-runbook",
      version: 1,
      phase,
      runbook,
      stack,
      run: runId,
      at: at.toISOString(),
      who: who.arn,
      account: who.account,
      ticket,
      target,
      plan,
    }) as const;

  return {
    where: logGroup,
    before: (change) =>
      orWithoutLog(logGroup, async () => {
        await createStream();
        const at = now();
        await write({ ...describe("before", change, at), counts: change.counts }, at);
      }),
    after: (change, { result, exitCode, counts }) =>
      orWithoutLog(logGroup, async () => {
        const at = now();
        await write({ ...describe("after", change, at), counts, result, exitCode }, at);
      }),
  };
}

/** AWS gives every answer the request's id; what has none came from elsewhere, and nothing was written. */
function checkAnswer(what: string, { requestId }: { requestId?: string | undefined }): void {
  if (requestId !== undefined) return;
  throw foreignAnswer(what);
}

async function orWithoutLog(logGroup: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    throw new NotFoundError(`There is no log group ${logGroup} to write down who changes what.`, {
      remedy: "Deploy the stack again, which makes it.",
      cause: error,
    });
  }
}

export interface LoggedWork {
  log: RunbookLog;
  change: PlannedChange;
  /** How much has been done by now; asked when the work has ended, in whichever way. */
  counts: () => Counts;
  /** What stops the work. */
  signal: AbortSignal;
  warn: (line: string) => void;
}

/**
 * Does the work between two records: nothing is done unless the first is written, and the second follows however the
 * work ends. A result that brings exit code 3 counts as partly done, one that brings another than 0 as failed. Throws
 * what the work throws; where only the second record fails, an error that says so, with that failure's exit code.
 */
export async function withRunbookLog<Result extends { exitCode?: ExitCode | undefined }>(
  { log, change, counts, signal, warn }: LoggedWork,
  work: () => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted();
  await log.before(change);
  let result: Result;
  try {
    signal.throwIfAborted();
    result = await work();
  } catch (cause) {
    // Whatever broke because of the stop, the stop is what happened.
    const error: unknown = signal.aborted ? signal.reason : cause;
    try {
      await log.after(change, { ...describeFailure(error), counts: counts() });
    } catch (failure) {
      warn(`how this ended is not in ${log.where}: ${describeError(failure)}`);
    }
    throw error;
  }
  const exitCode = result.exitCode ?? 0;
  try {
    await log.after(change, { result: RESULTS[exitCode] ?? "failed", exitCode, counts: counts() });
  } catch (cause) {
    throw new RunbookError(`The work has ended, but how is not in ${log.where}: ${describeError(cause)}`, {
      exitCode: cause instanceof RunbookError ? cause.exitCode : 1,
      remedy: "Note it with the ticket.",
      cause,
    });
  }
  return result;
}

const RESULTS: Partial<Record<ExitCode, ChangeResult>> = { 0: "done", 3: "partly" };

function describeFailure(error: unknown): Pick<ChangeEnd, "result" | "exitCode"> {
  const exitCode = error instanceof RunbookError ? error.exitCode : 1;
  return { result: error instanceof InterruptedError ? "interrupted" : "failed", exitCode };
}

function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
