import type { ExitCode } from "../../runbooks/runtime/errors.ts";
import type { RunbookHost } from "../../runbooks/runtime/runbook.ts";

export interface TestHost extends RunbookHost {
  out: () => string;
  errors: () => string;
  exitCode: () => ExitCode | undefined;
  /** What a person was asked, oldest first. */
  questions: string[];
  /** Codes the process was ended with at once. */
  endedAtOnce: ExitCode[];
  /** Sends a signal to whoever listens. */
  raise: (signal: "SIGINT" | "SIGTERM") => void;
}

/** What a test makes of the process; with `answers` somebody sits before it and types these lines in turn. */
export interface TestHostValues extends Partial<RunbookHost> {
  /** undefined = the person ends the input. */
  answers?: readonly (string | undefined)[];
}

/** A process that writes into memory; waits of a runbook end at once. */
export function createTestHost(
  argv: readonly string[],
  { answers, ...values }: TestHostValues = {},
): TestHost {
  const out: string[] = [];
  const errors: string[] = [];
  const listeners = new Set<(signal: "SIGINT" | "SIGTERM") => void>();
  const endedAtOnce: ExitCode[] = [];
  const questions: string[] = [];
  const left = [...(answers ?? [])];
  let exitCode: ExitCode | undefined;
  let runs = 0;
  return {
    argv,
    env: {},
    nodeVersion: "24.21.0",
    writeOut: (text) => out.push(text),
    writeError: (text) => errors.push(text),
    isInteractive: answers !== undefined,
    ask: async (question) => {
      questions.push(question);
      if (left.length === 0) throw new Error(`Nobody answers "${question}".`);
      return left.shift();
    },
    onSignal: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setExitCode: (code) => {
      exitCode = code;
    },
    exitNow: (code) => endedAtOnce.push(code),
    now: () => new Date(),
    pause: async (_, signal) => signal.throwIfAborted(),
    randomBytes: (length) => {
      runs += 1;
      return Buffer.alloc(length, runs);
    },
    ...values,
    out: () => out.join(""),
    errors: () => errors.join(""),
    exitCode: () => exitCode,
    questions,
    endedAtOnce,
    raise: (signal) => {
      for (const listener of listeners) listener(signal);
    },
  };
}
