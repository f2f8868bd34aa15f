import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { constants } from "node:fs";
import { access, type FileHandle, mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { StringDecoder } from "node:string_decoder";
import { z } from "zod";
import { RemoteError } from "../../runtime/errors.ts";
import type { PreviewStep } from "./expected-changes.ts";

/** The Pulumi CLI for one stack. */
export interface PulumiCli {
  /**
   * What a deployment with the settings in `configFile` would do; it changes nothing. Throws RemoteError where the CLI
   * fails.
   */
  preview: (configFile: string) => Promise<PreviewStep[]>;
  /** Deploys the stack as its own stack file says. Throws RemoteError where the CLI fails. */
  up: () => Promise<void>;
}

export interface PulumiCliOptions {
  /** The path of the CLI (findPulumi). */
  command: string;
  stack: string;
  /** The folder of Pulumi.yaml. */
  projectDir: string;
  /** What the CLI runs with: a person's own environment, with their credentials for AWS and the state. */
  env: Readonly<Record<string, string | undefined>>;
  progress: (line: string) => void;
  /** Ends the CLI as Ctrl-C does: it finishes what is under way and starts nothing more. */
  signal: AbortSignal;
}

/** The path of the Pulumi CLI on the PATH; undefined where there is none. */
export async function findPulumi(
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  // A relative folder means another place wherever a command is run.
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => isAbsolute(folder));
  for (const folder of folders) {
    const path = join(folder, "pulumi");
    if (await isProgram(path)) return path;
  }
  return undefined;
}

/** Pulumi CLI, "pulumi preview" and "pulumi up": their flags, and those that all commands take. */
export function openPulumiCli(options: PulumiCliOptions): PulumiCli {
  const { stack } = options;
  // Nobody can answer a question here: the CLI fails instead of asking.
  const common = ["--stack", stack, "--non-interactive", "--color", "never"];
  return {
    preview: async (configFile) => {
      const args = ["preview", "--json", "--config-file", configFile, ...common];
      return readSteps(await runForDocument(options, { name: "preview", args }));
    },
    up: () => {
      // The preview was ours, and the person has confirmed. What the stack returns is long, and not for here.
      const args = ["up", "--yes", "--skip-preview", "--suppress-outputs", "--suppress-progress", ...common];
      return runForWork(options, { name: "up", args });
    },
  };
}

interface CliRun {
  name: "preview" | "up";
  args: readonly string[];
}

/** Runs the CLI for what it prints: one JSON document on stdout, and lines for people on stderr. */
async function runForDocument(options: PulumiCliOptions, run: CliRun): Promise<string> {
  const lines = createListener(options);
  const child = start(options, run, ["ignore", "pipe", "pipe"]);
  const [exitCode, output] = await Promise.all([
    waitFor(child, options, run),
    child.stdout === null ? "" : text(child.stdout),
    child.stderr === null ? undefined : readLines(child.stderr, lines.listen),
  ]);
  if (exitCode === 0) return output;
  for (const line of readDiagnostics(output)) lines.listen(line);
  throw failed(run.name, exitCode, lines.heard);
}

/**
 * Runs the CLI for what it does. Whatever it prints goes to a file that is read along: if this process is killed, the CLI
 * must not break off because nobody takes its output any more.
 */
async function runForWork(options: PulumiCliOptions, run: CliRun): Promise<void> {
  const lines = createListener(options);
  const folder = await mkdtemp(join(tmpdir(), "sekisho-pulumi-"));
  const log = await open(join(folder, "output.log"), "wx+", 0o600);
  try {
    const child = start(options, run, ["ignore", log.fd, log.fd]);
    const stopReading = followFile(log, lines.listen);
    const exitCode = await waitFor(child, options, run).finally(stopReading);
    if (exitCode !== 0) throw failed(run.name, exitCode, lines.heard);
  } finally {
    await log.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function start(
  { command, projectDir, env, signal }: PulumiCliOptions,
  { args }: CliRun,
  stdio: StdioOptions,
): ChildProcess {
  signal.throwIfAborted();
  // Out of the terminal's reach: Ctrl-C gets to it through us, once, because twice ends it in the middle of its work.
  return spawn(command, args, { cwd: projectDir, env: cliEnvironment(env), stdio, detached: true });
}

/** The exit code; null after a signal. Throws what stopped the run, once the CLI has ended. */
async function waitFor(
  child: ChildProcess,
  { signal }: PulumiCliOptions,
  { name }: CliRun,
): Promise<number | null> {
  const passStopOn = () => void child.kill("SIGINT");
  signal.addEventListener("abort", passStopOn);
  try {
    return await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve(code));
    });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new RemoteError(`pulumi ${name} could not be run: ${why}.`, {
      remedy: "Check what is found as pulumi on the PATH.",
      cause,
    });
  } finally {
    signal.removeEventListener("abort", passStopOn);
    // Whatever the CLI made of it, the stop is what happened.
    signal.throwIfAborted();
  }
}

/** Hands each line on, and keeps those with something in them for what failed. */
function createListener({ progress }: PulumiCliOptions): { listen: (line: string) => void; heard: string[] } {
  const heard: string[] = [];
  return {
    heard,
    listen: (line) => {
      progress(line);
      if (line.trim() !== "") heard.push(line.trim());
    },
  };
}

/** Milliseconds between two looks at a file that grows. */
const LOOK_MS = 200;

/** Reads the lines of a file while somebody writes them; the returned function reads to the end and stops. */
function followFile(file: FileHandle, listen: (line: string) => void): () => Promise<void> {
  const buffer = Buffer.alloc(64 * 1024);
  const decoder = new StringDecoder("utf8");
  let at = 0;
  let rest = "";
  const readOn = async (): Promise<void> => {
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      const lines = (rest + decoder.write(buffer.subarray(0, bytesRead))).split(/\r?\n/);
      rest = lines.pop() ?? "";
      for (const line of lines) listen(line);
    }
  };
  let reading = Promise.resolve();
  const timer = setInterval(() => {
    // What cannot be read now is tried again, at the end for the last time.
    reading = reading.then(readOn).catch(() => {});
  }, LOOK_MS);
  return async () => {
    clearInterval(timer);
    await reading;
    await readOn();
    if (rest !== "") listen(rest);
  };
}

/** A person's own, with this Node first: the program needs one that is new enough (infra/node-version.ts). */
function cliEnvironment(env: PulumiCliOptions["env"]): Record<string, string | undefined> {
  return {
    ...env,
    PATH: [dirname(process.execPath), env.PATH].filter((part) => part !== undefined).join(delimiter),
    // One document, not a stream of events.
    PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "false",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}

async function readLines(stream: Readable, listen: (line: string) => void): Promise<string> {
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }))
    listen(line);
  return "";
}

function failed(name: string, exitCode: number | null, lines: readonly string[]): RemoteError {
  const why = findReason(lines);
  const code = exitCode === null ? "was ended by a signal" : `ended with exit code ${exitCode}`;
  return new RemoteError(`pulumi ${name} ${code}${why === undefined ? "" : `: ${why}`}`, {
    remedy: "Its own words stand above; solve that, then run this again.",
  });
}

/** The last line that says what is wrong; the very last often is a duration, or that there was an error. */
function findReason(lines: readonly string[]): string | undefined {
  const errors = lines.filter((line) => /\berror: /i.test(line));
  return (
    errors.findLast((line) => !/^error: (update|preview) failed\b/.test(line)) ??
    errors.at(-1) ??
    lines.at(-1)
  );
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

// The document has the states of resources, too: nothing but this is ever looked at.
const previewDigest = z.object({
  steps: z
    .array(
      z.object({
        op: z.string(),
        urn: z.string().startsWith("urn:pulumi:"),
        diffReasons: z.array(z.string()).nullish(),
      }),
    )
    .nullish(),
  diagnostics: z.array(z.object({ message: z.string(), severity: z.string() })).nullish(),
});

function readSteps(output: string): PreviewStep[] {
  const digest = previewDigest.safeParse(parseJson(output));
  if (!digest.success) {
    throw new RemoteError("pulumi preview printed no plan that can be read, so nothing was deployed.", {
      remedy: "Check its version: pulumi version tells it, and README.md which one is needed.",
    });
  }
  return (digest.data.steps ?? []).map(({ op, urn, diffReasons }) => ({
    op,
    urn,
    changed: diffReasons ?? [],
  }));
}

function readDiagnostics(output: string): string[] {
  const diagnostics = previewDigest.safeParse(parseJson(output)).data?.diagnostics ?? [];
  return diagnostics
    .filter(({ severity }) => severity === "error" || severity === "warning")
    .flatMap(({ message, severity }) =>
      message
        .split("\n")
        .filter((line) => line.trim() !== "")
        .map((line) => (line.includes(`${severity}: `) ? line : `${severity}: ${line.trim()}`)),
    );
}

function parseJson(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    return undefined;
  }
}
