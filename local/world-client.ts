import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { z } from "zod";
import { LockedError, RemoteError, RunbookError } from "../runbooks/runtime/errors.ts";
import { childEnvironment } from "./child-environment.ts";
import { rootCredentials } from "./gateway/upstream.ts";
import { findKeptWorld } from "./kept-world.ts";
import { openLog } from "./log-file.ts";
import type { QuotaSettings } from "./quotas.ts";
import { type Order, type Report, reportShape } from "./world/messages.ts";

export interface WorldOptions {
  projectDir: string;
  region: string;
  /** 123456789012 unless given. */
  account?: string | undefined;
  /** Whether `leaveRunning` is going to be called: then no other world may be left running already. */
  keep: boolean;
  /** A free port is taken unless given. */
  port?: number | undefined;
  /** A MiniStack that runs already, instead of one of our own. */
  ministackEndpoint?: string | undefined;
  /** Off unless given. */
  quotas?: QuotaSettings | undefined;
  signal?: AbortSignal | undefined;
  /** Hears what takes long. */
  progress?: ((line: string) => void) | undefined;
}

/** A local AWS that runs: the gateway and MiniStack in a process of their own. */
export interface World {
  readonly url: string;
  readonly region: string;
  readonly account: string;
  readonly pid: number;
  /** File with what the world had to say. */
  readonly log: string;
  /** What leads AWS SDKs and the AWS CLI to this world, and to nowhere else. */
  readonly environment: Record<string, string>;
  /** Puts users into a pool in any state, past the API. */
  seedUsers(poolId: string, users: readonly object[]): Promise<void>;
  /** A listener that other people made, and target groups that exist already. */
  addListener(arn: string, targetGroupArns?: readonly string[]): Promise<void>;
  /** Target groups that exist already, for rules of our own listener. */
  addTargetGroups(arns: readonly string[]): Promise<void>;
  /** Mails and text messages that went to users of the home Region's pools, oldest first; the newest 10,000. */
  readMessages(): Promise<SentMessage[]>;
  /** Ends the world and resolves when it is gone. */
  stop(): Promise<void>;
  /** Lets the world outlive this process; `npm stop` ends it. */
  leaveRunning(): Promise<void>;
}

/** A message to a user, as far as a person could read it. */
export type SentMessage = z.infer<typeof sentMessage>;

const sentMessage = z.object({
  medium: z.enum(["EMAIL", "SMS"]),
  /** Address or number; absent when the user has none. */
  destination: z.string().optional(),
  subject: z.string().optional(),
  /** HTML in mails of the message function. */
  body: z.string(),
});

/** How long a world may take to end before it is killed. */
const STOP_LIMIT_MS = 10_000;

/**
 * Starts a local AWS and resolves when it answers. It ends with this process, however this process ends, until
 * `leaveRunning`. Throws a RunbookError: no Python (16), port taken (2), another one was left running (11), or it did not start (15).
 */
export async function startWorld(options: WorldOptions): Promise<World> {
  const { projectDir, signal } = options;
  if (options.keep) await refuseSecondKeptWorld(projectDir);
  signal?.throwIfAborted();
  const child = await forkWorld(projectDir);
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  try {
    const ready = await start(child, options);
    return connect(child, ended, { ...ready, log: logFile(projectDir) });
  } catch (error) {
    await stop(child, ended);
    signal?.throwIfAborted();
    throw error;
  }
}

/** Where the world of a project writes what it has to say. */
export function logFile(projectDir: string): string {
  return join(projectDir, ".sekisho", "world.log");
}

async function refuseSecondKeptWorld(projectDir: string): Promise<void> {
  const kept = await findKeptWorld(projectDir);
  if (kept === undefined) return;
  throw new LockedError(`A local AWS is already running at ${kept.url} (process ${kept.pid}).`, {
    remedy: "Use it, or stop it with npm stop.",
  });
}

async function forkWorld(projectDir: string): Promise<ChildProcess> {
  const log = await openLog(logFile(projectDir));
  try {
    return fork(join(import.meta.dirname, "world.ts"), [], {
      cwd: projectDir,
      execArgv: ["--import", "tsx"],
      // A group of its own: a terminal's Ctrl-C is for the command, which then ends the world in order.
      detached: true,
      env: childEnvironment(process.env),
      stdio: ["ignore", log.fd, log.fd, "ipc"],
    });
  } finally {
    await log.close();
  }
}

type Ready = Extract<Report, { kind: "ready" }>["world"];

async function start(child: ChildProcess, options: WorldOptions): Promise<Ready> {
  const { projectDir, region, account = "123456789012", port, ministackEndpoint, quotas } = options;
  const order: Order = {
    kind: "start",
    start: {
      projectDir,
      region,
      account,
      ...(port === undefined ? {} : { port }),
      ...(ministackEndpoint === undefined ? {} : { ministackEndpoint }),
      ...(quotas === undefined
        ? {}
        : { quotas: { isEnforced: quotas.isEnforced, rates: { ...quotas.rates } } }),
    },
  };
  const report = await ask(child, order, "ready", options);
  return report.world;
}

function connect(child: ChildProcess, ended: Promise<void>, ready: Ready & { log: string }): World {
  const { url, region } = ready;
  return {
    ...ready,
    environment: {
      AWS_ENDPOINT_URL: url,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: rootCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: rootCredentials.secretAccessKey,
      // The person's own session or profile would win over the keys.
      AWS_SESSION_TOKEN: "",
      AWS_PROFILE: "",
    },
    seedUsers: async (poolId, users) => void (await control(url, "seed-users", { poolId, users })),
    addListener: async (arn, targetGroupArns = []) =>
      void (await control(url, "listeners", { arn, targetGroupArns })),
    addTargetGroups: async (targetGroupArns) => void (await control(url, "listeners", { targetGroupArns })),
    readMessages: async () => messagesShape.parse(await control(url, "messages")).messages,
    stop: () => stop(child, ended),
    leaveRunning: async () => {
      await ask(child, { kind: "stay" }, "staying", {});
      child.disconnect();
      child.unref();
    },
  };
}

type ReportOf<Kind extends Report["kind"]> = Extract<Report, { kind: Kind }>;

/** Sends an order and resolves with the report of this kind; rejects when the world fails or goes away instead. */
async function ask<Kind extends "ready" | "staying">(
  child: ChildProcess,
  order: Order,
  kind: Kind,
  { progress, signal }: Pick<WorldOptions, "progress" | "signal">,
): Promise<ReportOf<Kind>> {
  const answered = Promise.withResolvers<ReportOf<Kind>>();
  const onMessage = (message: unknown) => {
    const report = reportShape.parse(message);
    if (report.kind === "progress") progress?.(report.line);
    else if (report.kind === "failed") answered.reject(new RunbookError(report.message, report));
    else if (isReportOf(report, kind)) answered.resolve(report);
  };
  const onExit = () => {
    answered.reject(new RemoteError("The local AWS ended by itself.", { remedy: "Look into its log." }));
  };
  const onAbort = () => answered.reject(signal?.reason);
  child.on("message", onMessage);
  child.on("error", answered.reject);
  child.on("exit", onExit);
  signal?.addEventListener("abort", onAbort);
  try {
    child.send(order);
    return await answered.promise;
  } finally {
    child.off("message", onMessage);
    child.off("error", answered.reject);
    child.off("exit", onExit);
    signal?.removeEventListener("abort", onAbort);
  }
}

function isReportOf<Kind extends Report["kind"]>(report: Report, kind: Kind): report is ReportOf<Kind> {
  return report.kind === kind;
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  if (child.connected) child.disconnect();
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
  await ended;
  clearTimeout(timer);
}

const messagesShape = z.object({ messages: z.array(sentMessage) });
const refusalShape = z.object({ error: z.object({ message: z.string() }) });

/** Sends the input to a control route, or only asks where there is none, and resolves with its answer. */
async function control(url: string, route: string, input?: object): Promise<unknown> {
  const request = input === undefined ? {} : { method: "POST", body: JSON.stringify(input) };
  const answer = await fetch(new URL(`/_sekisho/${route}`, url), request);
  const output: unknown = await answer.json();
  if (answer.ok) return output;
  const reason = refusalShape.safeParse(output).data?.error.message ?? `status ${answer.status}`;
  throw new RemoteError(`The local AWS refused ${route}: ${reason}`);
}
