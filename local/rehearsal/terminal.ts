import { setTimeout } from "node:timers/promises";
import { type ExitCode, exitCodeMeanings, RunbookError } from "../../runbooks/runtime/errors.ts";
import type { RunbookHost } from "../../runbooks/runtime/runbook.ts";

/** A command as somebody runs it at a terminal who answers whatever it asks. */
export interface TerminalCommand {
  /** Its entry. */
  run: (host: RunbookHost) => Promise<void>;
  /** What it is called in failures. */
  name: string;
  args: readonly string[];
  /** All of its environment. */
  environment: Readonly<Record<string, string>>;
  /** What the person types; `shown` is all that stood on the screen by then. */
  answer: (question: string, shown: string) => Promise<string>;
  signal: AbortSignal;
  now: () => Date;
  randomBytes: (length: number) => Buffer;
}

/** As wide as windows usually are. */
const COLUMNS = 80;

/**
 * Runs a command in this process, with a person before it, and resolves with what it wrote to stdout. Its questions and
 * messages are seen by the person only. Throws a RunbookError with its exit code and last line when it fails.
 */
export async function runAtTerminal(command: TerminalCommand): Promise<string> {
  const { run, name, args, environment, answer, signal, now, randomBytes } = command;
  let [out, shown]: [string, string] = ["", ""];
  let exitCode: number = 0;
  const ask = async (question: string): Promise<string> => {
    shown += question;
    const typed = await answer(question, shown);
    shown += "\n";
    return typed;
  };
  await run({
    argv: args,
    env: environment,
    nodeVersion: process.versions.node,
    columns: COLUMNS,
    errorColumns: COLUMNS,
    writeOut: (text) => {
      out += text;
    },
    writeError: (text) => {
      shown += text;
    },
    isInteractive: true,
    hasTerminal: () => true,
    ask,
    askSecret: ask,
    openBrowser: () => Promise.reject(new Error("There is no browser here.")),
    onSignal: (listener) => {
      const stop = () => listener("SIGINT");
      signal.addEventListener("abort", stop);
      return () => signal.removeEventListener("abort", stop);
    },
    setExitCode: (code) => {
      exitCode = code;
    },
    exitNow: (code) => {
      exitCode = code;
    },
    now,
    pause: (milliseconds, stop) => setTimeout(milliseconds, undefined, { signal: stop }),
    randomBytes,
  });
  signal.throwIfAborted();
  if (exitCode === 0) return out;
  const lastLine = shown.trim().split("\n").at(-1) ?? "";
  throw new RunbookError(`${name} ended with exit code ${exitCode}: ${lastLine}`, {
    exitCode: isKnown(exitCode) ? exitCode : 1,
  });
}

function isKnown(code: number): code is ExitCode {
  return code in exitCodeMeanings;
}
