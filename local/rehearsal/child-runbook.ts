import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type ExitCode, exitCodeMeanings, RunbookError } from "../../runbooks/runtime/errors.ts";
import { childEnvironment } from "../child-environment.ts";

export interface ChildRunbook {
  projectDir: string;
  /** File name without its ending, in runbooks/. */
  name: string;
  args: string[];
  environment: Record<string, string>;
  signal: AbortSignal;
  /** Exit codes besides 0 that end with a result, too: the runbook did its work and found something missing. */
  findings?: readonly ExitCode[];
}

/**
 * Runs a runbook as its operator would, in a process of its own with `--json`, and returns what it printed.
 * Its progress goes to this process's stderr. Throws a RunbookError with the runbook's exit code when it fails.
 */
export async function runChildRunbook(runbook: ChildRunbook): Promise<unknown> {
  const { projectDir, name, args, environment, signal, findings = [] } = runbook;
  const child = spawn(
    process.execPath,
    ["--import", "tsx", join(projectDir, "runbooks", `${name}.ts`), ...args, "--json"],
    {
      cwd: projectDir,
      env: childEnvironment(process.env, environment),
      stdio: ["ignore", "pipe", "inherit"],
      signal,
    },
  );
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", resolve);
  });
  const [output, exitCode] = await Promise.all([text(child.stdout), ended]);
  const result = readResult(output, [0, ...findings], exitCode);
  if (result === undefined) {
    throw new RunbookError(`${name} ended with exit code ${exitCode}.`, {
      exitCode: isKnown(exitCode) ? exitCode : 1,
      remedy: "Its own message stands above.",
    });
  }
  return result;
}

/** Undefined where the runbook failed: what it printed then is the failure, which stands on stderr as well. */
function readResult(output: string, good: readonly number[], exitCode: number | null): object | undefined {
  if (exitCode === null || !good.includes(exitCode)) return undefined;
  const printed: object = JSON.parse(output);
  return "error" in printed ? undefined : printed;
}

function isKnown(code: number | null): code is ExitCode {
  return code !== null && code in exitCodeMeanings;
}
