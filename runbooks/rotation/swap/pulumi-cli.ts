import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
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
      const { output } = await run(options, "preview", {
        args: ["preview", "--json", "--config-file", configFile, ...common],
        isJson: true,
      });
      return readSteps(output);
    },
    up: async () => {
      // The preview was ours, and the person has confirmed. Outputs may be long, and one of a later version secret.
      const args = ["up", "--yes", "--skip-preview", "--suppress-outputs", "--suppress-progress", ...common];
      await run(options, "up", { args, isJson: false });
    },
  };
}

interface CliRun {
  args: readonly string[];
  /** Whether stdout is one JSON document, and not for people. */
  isJson: boolean;
}

async function run(
  { command, projectDir, env, progress, signal }: PulumiCliOptions,
  name: "preview" | "up",
  { args, isJson }: CliRun,
): Promise<{ output: string }> {
  signal.throwIfAborted();
  const child = spawn(command, args, {
    cwd: projectDir,
    env: cliEnvironment(env),
    stdio: ["ignore", "pipe", "pipe"],
    // Out of the terminal's reach: Ctrl-C gets to it through us, once, because twice ends it in the middle of its work.
    detached: true,
  });
  const passStopOn = () => void child.kill("SIGINT");
  signal.addEventListener("abort", passStopOn);
  const lines: string[] = [];
  const listen = (line: string) => {
    progress(line);
    if (line.trim() !== "") lines.push(line.trim());
  };
  try {
    const [output, , exitCode] = await Promise.all([
      isJson ? text(child.stdout) : readLines(child.stdout, listen),
      readLines(child.stderr, listen),
      ended(child),
    ]);
    // Whatever the CLI made of it, the stop is what happened.
    signal.throwIfAborted();
    if (exitCode === 0) return { output };
    if (isJson) for (const line of readDiagnostics(output)) listen(line);
    throw failed(name, exitCode, lines);
  } catch (error) {
    if (error instanceof RemoteError || signal.aborted) throw error;
    throw new RemoteError(
      `pulumi ${name} could not be run: ${error instanceof Error ? error.message : error}.`,
      {
        remedy: "Check what is found as pulumi on the PATH.",
        cause: error,
      },
    );
  } finally {
    signal.removeEventListener("abort", passStopOn);
  }
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

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code));
  });
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
