import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { RemoteError } from "../runbooks/runtime/errors.ts";
import { rootCredentials } from "./gateway/upstream.ts";
import { openLog } from "./log-file.ts";
import { isRunning } from "./processes.ts";
import { type PythonEnvironmentOptions, preparePythonEnvironment } from "./python-environment.ts";

export interface MiniStackOptions extends PythonEnvironmentOptions {
  region: string;
  account: string;
  /** The Node that runs Lambda functions: MiniStack starts whichever `node` comes first on its path. */
  node: string;
}

export interface MiniStack {
  /** http://127.0.0.1:<port> */
  readonly url: string;
  readonly pid: number;
  /** File with everything it printed. */
  readonly log: string;
  /** Ends it, by force if it does not follow, and resolves when it is gone. */
  stop(): Promise<void>;
}

/** How long it may take to answer, and to end. */
const START_LIMIT_MS = 60_000;
const STOP_GRACE_MS = 3_000;
const LOOK_EVERY_MS = 20;
/** Somebody else can take the free port before MiniStack does. */
const ATTEMPTS = 3;

/**
 * Starts MiniStack on a free port of 127.0.0.1 and resolves when it answers. It ends with this process, even when this
 * process is killed. Throws what preparePythonEnvironment throws, and RemoteError when it does not come up.
 */
export async function startMiniStack(options: MiniStackOptions): Promise<MiniStack> {
  const python = await preparePythonEnvironment(options);
  const home = join(options.projectDir, ".sekisho");
  await removeLeftovers(home);
  const scratch = join(home, `${SCRATCH}${options.pid}`);
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  // What starts Lambda functions there is a script of the older module format; the project's own package.json says otherwise.
  await writeFile(join(scratch, "package.json"), `${JSON.stringify({ type: "commonjs" })}\n`);
  const log = join(home, "ministack.log");
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const launched = await launch(python, { port: await findFreePort(), scratch, log }, options);
    try {
      if (await isAnswering(launched, options.signal)) return launched;
    } catch (error) {
      await launched.stop();
      throw error;
    }
    await launched.stop();
  }
  throw new RemoteError(`MiniStack did not start (see ${log}).`, {
    remedy: "Read the end of that file; deleting .sekisho makes everything anew.",
  });
}

const SCRATCH = "ministack-";

/** What MiniStack wrote for a process that was killed. */
async function removeLeftovers(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    const owner = name.startsWith(SCRATCH) ? Number(name.slice(SCRATCH.length)) : Number.NaN;
    if (Number.isInteger(owner) && !isRunning(owner))
      await rm(join(home, name), { recursive: true, force: true });
  }
}

/** Throws a RemoteError when no MiniStack answers at `url`. */
export async function checkMiniStack(url: string, signal?: AbortSignal): Promise<void> {
  if (await isHealthy(url, signal)) return;
  throw new RemoteError(`No MiniStack answers at ${url}.`, {
    remedy: "Start it with AUTH=true and the stack's Region, or leave the address out.",
  });
}

interface Place {
  port: number;
  scratch: string;
  log: string;
}

interface Launched extends MiniStack {
  child: ChildProcess;
}

async function launch(
  python: string,
  { port, scratch, log }: Place,
  options: MiniStackOptions,
): Promise<Launched> {
  const output = await openLog(log);
  try {
    const launcher = join(options.projectDir, "local", "ministack-launcher.py");
    const child = spawn(python, ["-I", launcher], {
      cwd: scratch,
      // Nothing is ever written there: that it closes is the message.
      stdio: ["pipe", output.fd, output.fd],
      env: ministackEnvironment(port, scratch, options),
    });
    const ended = new Promise<void>((resolve) => {
      child.once("exit", () => resolve());
      child.once("error", () => resolve());
    });
    return {
      url: `http://127.0.0.1:${port}`,
      pid: child.pid ?? 0,
      log,
      child,
      stop: async () => {
        await stop(child, ended);
        await rm(scratch, { recursive: true, force: true });
      },
    };
  } finally {
    await output.close();
  }
}

/** Only what MiniStack needs: the person's own AWS settings stay outside, and so does their Docker. */
function ministackEnvironment(
  port: number,
  scratch: string,
  { env, node, region, account }: MiniStackOptions,
) {
  return {
    PATH: [dirname(node), env.PATH ?? ""].join(delimiter),
    HOME: scratch,
    TMPDIR: scratch,
    STATE_DIR: join(scratch, "state"),
    S3_DATA_DIR: join(scratch, "s3"),
    DOCKER_HOST: `unix://${join(scratch, "no-docker.sock")}`,
    AUTH: "true",
    AWS_ACCESS_KEY_ID: rootCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: rootCredentials.secretAccessKey,
    GATEWAY_PORT: String(port),
    BIND_HOST: "127.0.0.1",
    MINISTACK_REGION: region,
    MINISTACK_ACCOUNT_ID: account,
    SFTP_ENABLED: "0",
    IOT_MTLS_ENABLED: "0",
    CLOUDTRAIL_RECORDING: "1",
  };
}

async function isAnswering({ url, child }: Launched, signal: AbortSignal | undefined): Promise<boolean> {
  for (let waited = 0; waited < START_LIMIT_MS; waited += LOOK_EVERY_MS) {
    signal?.throwIfAborted();
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return false;
    if (await isHealthy(url, signal)) return true;
    await wait(LOOK_EVERY_MS);
  }
  return false;
}

async function isHealthy(url: string, signal: AbortSignal | undefined): Promise<boolean> {
  const limit = AbortSignal.timeout(2_000);
  try {
    const answer = await fetch(new URL("/_ministack/health", url), {
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    });
    await answer.body?.cancel();
    return answer.ok;
  } catch (error) {
    signal?.throwIfAborted();
    // Nobody listens yet.
    if (error instanceof Error) return false;
    throw error;
  }
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.stdin?.destroy();
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_GRACE_MS);
  await ended;
  clearTimeout(timer);
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: "127.0.0.1", port: 0 }, resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
