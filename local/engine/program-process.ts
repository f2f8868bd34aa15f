import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { PulumiProject } from "./pulumi-project.ts";

export interface ProgramRun {
  project: PulumiProject;
  stack: string;
  /** Full keys, such as `aws:region`; values as text, objects as JSON. */
  config: Record<string, string>;
  secretConfigKeys: readonly string[];
  /** Where ResourceMonitor and Engine are served. */
  engineAddress: string;
  /** How many resources the program registers at once. */
  parallel: number;
  /** Lines the program prints itself. */
  onLine: (stream: "stdout" | "stderr", line: string) => void;
}

/** A program under way. */
export interface RunningProgram {
  /** Resolves with the exit code when the process and its output have ended; -1 when a signal ended it. */
  ended: Promise<number>;
  /** Ends the process at once. */
  kill: () => void;
}

// What a program may see of the machine: enough to run, and no credentials or settings of whoever runs it.
const PASSED_ON = ["PATH", "HOME", "TMPDIR", "TMP", "TEMP", "LANG", "LC_ALL", "TZ", "SystemRoot"];

/** Starts the program with Pulumi's own runner, as the Pulumi CLI does. */
export function startProgram(run: ProgramRun): RunningProgram {
  const { project } = run;
  const child = spawn(process.execPath, [...project.nodeArgs, runnerPath(), ...runnerArguments(run)], {
    cwd: project.programDir,
    env: programEnvironment(run),
    stdio: ["ignore", "pipe", "pipe"],
  });
  readLines(child.stdout, (line) => run.onLine("stdout", line));
  readLines(child.stderr, (line) => run.onLine("stderr", line));
  return {
    ended: new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve(code ?? -1));
    }),
    kill: () => void child.kill("SIGKILL"),
  };
}

function runnerPath(): string {
  return createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run");
}

function runnerArguments({ project, stack, engineAddress, parallel }: ProgramRun): string[] {
  const flags = {
    monitor: engineAddress,
    engine: engineAddress,
    organization: "organization",
    project: project.name,
    "root-directory": project.rootDir,
    stack,
    pwd: project.programDir,
    parallel: String(parallel),
  };
  return [...Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value]), project.entryPoint];
}

function programEnvironment({ project, config, secretConfigKeys }: ProgramRun): Record<string, string> {
  const inherited = PASSED_ON.flatMap((name): [string, string][] => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return {
    ...Object.fromEntries(inherited),
    PULUMI_CONFIG: JSON.stringify(config),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(secretConfigKeys),
    ...(project.usesTypescriptLoader ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
  };
}

function readLines(stream: Readable, onLine: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on("line", onLine);
}
