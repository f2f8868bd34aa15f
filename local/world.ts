import { randomBytes } from "node:crypto";
import { RunbookError } from "../runbooks/runtime/errors.ts";
import { createCognitoModel } from "./cognito/model.ts";
import { openCognitoPartners } from "./gateway/cognito-partners.ts";
import { type Gateway, startGateway } from "./gateway.ts";
import { forgetKeptWorld, noteKeptWorld } from "./kept-world.ts";
import { checkMiniStack, type MiniStack, startMiniStack } from "./ministack.ts";
import { orderShape, type Report, type StartOrder } from "./world/messages.ts";
import { logFile } from "./world-client.ts";

// The local AWS as one process, forked by whoever needs it. It obeys its starter's channel: the first message starts it,
// and when the channel closes without the order to stay, however that came about, it ends.

const STOP_LIMIT_MS = 5_000;

let world: { gateway: Gateway; ministack: MiniStack | undefined; order: StartOrder } | undefined;
let isStaying = false;
const stopping = new AbortController();

process.on("message", (message) => void obey(message).catch(fail));
process.on("disconnect", () => {
  if (!isStaying) void end(0);
});
process.on("SIGTERM", () => void end(0));
process.on("SIGINT", () => void end(0));

async function obey(message: unknown): Promise<void> {
  const order = orderShape.parse(message);
  if (order.kind === "start") return start(order.start);
  if (world === undefined) throw new Error("The world was told to stay before it was there.");
  const { projectDir } = world.order;
  await noteKeptWorld(projectDir, { pid: process.pid, url: world.gateway.url, log: logFile(projectDir) });
  isStaying = true;
  send({ kind: "staying" });
}

async function start(order: StartOrder): Promise<void> {
  const { region, account, port, quotas } = order;
  const ministack = order.ministackEndpoint === undefined ? await startOwnMiniStack(order) : undefined;
  try {
    const upstream = ministack?.url ?? order.ministackEndpoint ?? "";
    if (ministack === undefined) await checkMiniStack(upstream, stopping.signal);
    const now = () => new Date();
    const gateway = await startGateway({
      cognito: (place) =>
        createCognitoModel({
          region: place,
          account,
          now,
          randomBytes,
          partners: openCognitoPartners(upstream, place),
        }),
      region,
      account,
      upstream,
      about: { pid: process.pid, ministack: upstream },
      onError: (error, request) => log(`${request}: ${error instanceof Error ? error.stack : String(error)}`),
      ...(port === undefined ? {} : { port }),
      ...(quotas === undefined
        ? {}
        : { quotas: { isEnforced: quotas.isEnforced, rates: quotas.rates ?? {} } }),
    });
    world = { gateway, ministack, order };
    log(`ready at ${gateway.url}`);
    send({ kind: "ready", world: { url: gateway.url, region, account, pid: process.pid } });
  } catch (error) {
    await ministack?.stop();
    throw error;
  }
}

function startOwnMiniStack({ projectDir, region, account }: StartOrder): Promise<MiniStack> {
  return startMiniStack({
    projectDir,
    region,
    account,
    pid: process.pid,
    node: process.execPath,
    env: process.env,
    signal: stopping.signal,
    progress: (line) => send({ kind: "progress", line }),
  });
}

function fail(error: unknown): void {
  if (stopping.signal.aborted) return;
  log(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const { message, remedy, exitCode } =
    error instanceof RunbookError
      ? error
      : { message: error instanceof Error ? error.message : String(error), remedy: "", exitCode: 1 as const };
  send({ kind: "failed", message, remedy, exitCode });
  void end(1);
}

async function end(exitCode: number): Promise<void> {
  if (stopping.signal.aborted) return;
  stopping.abort();
  log("ending");
  await world?.gateway.close();
  await world?.ministack?.stop();
  if (world !== undefined && isStaying) await forgetKeptWorld(world.order.projectDir);
  process.exitCode = exitCode;
  if (process.connected) process.disconnect();
  // Whatever still holds the process then has no business to.
  setTimeout(() => process.exit(exitCode), STOP_LIMIT_MS).unref();
}

function send(report: Report): void {
  if (process.connected) process.send?.(report);
}

/** Standard error is the log file. */
function log(line: string): void {
  process.stderr.write(`${new Date().toISOString()} ${line}\n`);
}
