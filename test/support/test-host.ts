import type { ExitCode } from "../../runbooks/runtime/errors.ts";
import type { RunbookHost } from "../../runbooks/runtime/runbook.ts";

export interface TestHost extends RunbookHost {
  out: () => string;
  errors: () => string;
  exitCode: () => number | undefined;
  /** What a person was asked, oldest first. */
  questions: string[];
  /** Those of them whose answer is not shown. */
  secretQuestions: string[];
  /** Codes the process was ended with at once. */
  endedAtOnce: ExitCode[];
  /** Sends a signal to whoever listens. */
  raise: (signal: "SIGINT" | "SIGTERM") => void;
}

/** What a person types: a line, one that is only known by then, or the end of the input. */
export type TypedAnswer = string | undefined | (() => string | undefined);

/** What a test makes of the process; with `answers` somebody sits before it and types these lines in turn. */
export interface TestHostValues extends Partial<RunbookHost> {
  answers?: readonly TypedAnswer[];
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
  const secretQuestions: string[] = [];
  const left = [...(answers ?? [])];
  let exitCode: number | undefined;
  let runs = 0;
  const answer = async (question: string) => {
    questions.push(question);
    if (left.length === 0) throw new Error(`Nobody answers "${question}".`);
    const next = left.shift();
    return typeof next === "function" ? next() : next;
  };
  return {
    argv,
    env: {},
    nodeVersion: "24.21.0",
    writeOut: (text) => out.push(text),
    writeError: (text) => errors.push(text),
    isInteractive: answers !== undefined,
    hasTerminal: () => answers !== undefined,
    ask: answer,
    askSecret: (question) => {
      secretQuestions.push(question);
      return answer(question);
    },
    openBrowser: async () => {
      throw new Error("There is no browser.");
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
    secretQuestions,
    endedAtOnce,
    raise: (signal) => {
      for (const listener of listeners) listener(signal);
    },
  };
}
