import { randomBytes } from "node:crypto";
import { closeSync, openSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import {
  type CommandLine,
  formatHelp,
  type OptionTable,
  type OptionValues,
  parseCommandLine,
} from "./command-line.ts";
import { BadInputError, type ExitCode, InterruptedError, RemoteError, RunbookError } from "./errors.ts";
import { askHidden, askQuestion } from "./question.ts";
import { shortenText, showText } from "./terminal-text.ts";

export interface RunbookContext<Options extends OptionTable> {
  values: OptionValues<Options>;
  positionals: string[];
  isJson: boolean;
  /** How many characters a line of stdout may have; without end where stdout is no terminal. */
  columns: number;
  /** One line for people about how far the work is; goes to stderr. */
  progress: (line: string) => void;
  /** One line for people about something that is not as it should be; goes to stderr. */
  warn: (line: string) => void;
  /** Whether there is a person who can be asked. */
  isInteractive: boolean;
  /** Whether a terminal controls this process and those it starts, wherever their streams lead: Ctrl-C reaches them all. */
  hasTerminal: () => boolean;
  /** The line that a person types after the question, undefined where they end their input instead. */
  ask: (question: string) => Promise<string | undefined>;
  /** The same for a password: what is typed is not shown. Throws BadInputError where nobody can be asked. */
  askSecret: (question: string) => Promise<string | undefined>;
  /** Opens an address in the person's browser; rejects where there is none. */
  openBrowser: (address: string) => Promise<void>;
  /** Lines that are a picture, with colours of the terminal; go to stderr as they are, so never put text from outside in. */
  draw: (lines: readonly string[]) => void;
  /** How many characters a line of stderr may have; without end where stderr is no terminal. */
  errorColumns: number;
  /** Aborted by Ctrl-C, SIGTERM or the deadline: pass it to every call that takes one. */
  signal: AbortSignal;
  /** From now on SIGINT and SIGTERM go to the listener and stop nothing here: for a program that is run for somebody. */
  takeSignals: (listener: (signal: "SIGINT" | "SIGTERM") => void) => void;
  now: () => Date;
  /** Waits so many milliseconds; ends early when the signal aborts. */
  pause: (milliseconds: number) => Promise<void>;
  randomBytes: (length: number) => Buffer;
  env: Readonly<Record<string, string | undefined>>;
}

export interface RunbookResult {
  /** What `--json` prints. */
  json: object;
  /** What people read without `--json`: one entry per line; text from outside must have passed showText. */
  text: readonly string[];
  /** 0 unless given. */
  exitCode?: ExitCode;
  /** The exit code of a program that was run for somebody, passed on in place of one of this project. */
  passedOnExitCode?: number;
}

export interface RunbookDefinition<Options extends OptionTable> extends CommandLine<Options> {
  /** Minutes after which the command stops by itself with exit code 15; absent = no limit of its own. */
  deadlineMinutes?: number;
  run: (context: RunbookContext<Options>) => Promise<RunbookResult>;
}

/** The same definition, with the types of its option values worked out. */
export function defineRunbook<const Options extends OptionTable>(
  definition: RunbookDefinition<Options>,
): RunbookDefinition<Options> {
  return definition;
}

/** What a runbook needs from the process it runs in; tests hand in their own. */
export interface RunbookHost {
  argv: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  nodeVersion: string;
  /** Of the terminal that stdout is; absent where it is none. */
  columns?: number | undefined;
  /** The same of stderr. */
  errorColumns?: number | undefined;
  writeOut: (text: string) => void;
  writeError: (text: string) => void;
  /** Whether stdin and stderr are a terminal, so that a question reaches a person and the answer comes from one. */
  isInteractive: boolean;
  hasTerminal: () => boolean;
  /** Writes the question to stderr and resolves with a line of stdin, undefined at its end; rejects on abort. */
  ask: (question: string, signal: AbortSignal) => Promise<string | undefined>;
  /** The same without showing what is typed; rejects with an InterruptedError on Ctrl-C. */
  askSecret: (question: string, signal: AbortSignal) => Promise<string | undefined>;
  openBrowser: (address: string) => Promise<void>;
  /** Calls back on every SIGINT and SIGTERM until the returned function is called. */
  onSignal: (listener: (signal: "SIGINT" | "SIGTERM") => void) => () => void;
  /** One of ExitCode, but for what a program said that was run for somebody. */
  setExitCode: (code: number) => void;
  /** Ends the process at once, without waiting for anything. */
  exitNow: (code: ExitCode) => void;
  now: () => Date;
  /** Resolves after so many milliseconds; rejects when the signal aborts. */
  pause: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  randomBytes: (length: number) => Buffer;
}

/** The oldest Node the project runs on. */
const OLDEST_NODE = 24;
/** Longest line a failure prints. */
const LONGEST_LINE = 200;

/**
 * Runs one command from its arguments to its exit code: help, result on stdout (text, or one JSON object with
 * `--json`), progress and failures on stderr, stop on signals. It never throws and sets the exit code when done.
 */
export async function runRunbook<const Options extends OptionTable>(
  definition: RunbookDefinition<Options>,
  host: RunbookHost = processHost(),
): Promise<void> {
  const isJson = beforeDoubleDash(host.argv).includes("--json");
  const isDebug = beforeDoubleDash(host.argv).includes("--debug");
  try {
    checkNodeVersion(host.nodeVersion);
    const { values, positionals } = parseCommandLine(definition, host.argv);
    if ((values as { help?: boolean }).help) {
      host.writeOut(`${formatHelp(definition)}\n`);
      return host.setExitCode(0);
    }
    const result = await runUntilStopped(definition, host, { values, positionals, isJson });
    host.writeOut(isJson ? `${JSON.stringify(result.json)}\n` : joinLines(result.text));
    host.setExitCode(result.passedOnExitCode ?? result.exitCode ?? 0);
  } catch (cause) {
    const error = toRunbookError(cause);
    const { message, remedy, exitCode } = error;
    host.writeError(`${formatFailure(definition.name, error)}\n`);
    if (isDebug) host.writeError(`${formatTrace(cause, host.env)}\n`);
    if (isJson) host.writeOut(`${JSON.stringify({ error: { message, remedy, exitCode } })}\n`);
    host.setExitCode(exitCode);
  }
}

async function runUntilStopped<const Options extends OptionTable>(
  definition: RunbookDefinition<Options>,
  host: RunbookHost,
  input: Pick<RunbookContext<Options>, "values" | "positionals" | "isJson">,
): Promise<RunbookResult> {
  const stop = new AbortController();
  let taker: ((signal: "SIGINT" | "SIGTERM") => void) | undefined;
  const ignoreSignals = host.onSignal((signal) => {
    if (taker !== undefined) return taker(signal);
    const interruption = new InterruptedError(signal);
    if (stop.signal.aborted) return host.exitNow(interruption.exitCode);
    host.writeError(`${definition.name}: stopping; press Ctrl-C again to stop at once.\n`);
    stop.abort(interruption);
  });
  const cancelDeadline = startDeadline(definition.deadlineMinutes, stop);
  try {
    return await definition.run({
      ...input,
      // A terminal that does not tell its size says 0.
      columns: host.columns || Number.POSITIVE_INFINITY,
      errorColumns: host.errorColumns || Number.POSITIVE_INFINITY,
      progress: (line) => host.writeError(`${showText(line)}\n`),
      warn: (line) => host.writeError(`warning: ${showText(line)}\n`),
      isInteractive: host.isInteractive,
      hasTerminal: host.hasTerminal,
      ask: (question) => host.ask(showText(question), stop.signal),
      askSecret: async (question) => {
        refuseWithoutTerminal(host, question);
        return host.askSecret(showText(question), stop.signal);
      },
      openBrowser: host.openBrowser,
      draw: (lines) => host.writeError(joinLines(lines)),
      signal: stop.signal,
      takeSignals: (listener) => {
        taker = listener;
      },
      now: host.now,
      pause: (milliseconds) => host.pause(milliseconds, stop.signal),
      randomBytes: host.randomBytes,
      env: host.env,
    });
  } catch (error) {
    // Whatever broke because of the stop, the stop is what happened.
    throw stop.signal.aborted ? stop.signal.reason : error;
  } finally {
    cancelDeadline();
    ignoreSignals();
  }
}

/** A password never comes out of a pipe: whoever fills one has it in a file or a history. */
function refuseWithoutTerminal({ isInteractive }: RunbookHost, question: string): void {
  if (isInteractive) return;
  throw new BadInputError(`There is no terminal to answer "${question.trim()}" at.`, {
    remedy: "Run it in a terminal, with neither input nor messages led elsewhere.",
  });
}

function startDeadline(minutes: number | undefined, stop: AbortController): () => void {
  if (minutes === undefined) return () => {};
  const timer = globalThis.setTimeout(() => {
    stop.abort(new RemoteError(`Not finished after ${minutes} minutes.`, { remedy: "Run it again." }));
  }, minutes * 60_000);
  return () => clearTimeout(timer);
}

function checkNodeVersion(version: string): void {
  if (Number(version.split(".")[0]) >= OLDEST_NODE) return;
  throw new BadInputError(`Node ${version} is too old; this command needs Node ${OLDEST_NODE} or newer.`, {
    remedy: "Start it through npm run, which uses the project's own Node.",
  });
}

function toRunbookError(error: unknown): RunbookError {
  if (error instanceof RunbookError) return error;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new RunbookError(message, {
    exitCode: 1,
    remedy: "This is a fault of the command; run it with --debug and report what it shows.",
    cause: error,
  });
}

/** One line of at most 200 characters; where both do not fit, the middle of the message gives way. */
function formatFailure(name: string, { message, remedy }: RunbookError): string {
  const end = remedy === "" ? "" : ` ${showText(remedy)}`;
  const room = LONGEST_LINE - name.length - 2 - end.length;
  const line = `${name}: ${shortenText(showText(message), Math.max(room, 60))}${end}`;
  return shortenText(line, LONGEST_LINE);
}

/** The stack traces down the chain of causes, without any secret of the environment. */
function formatTrace(error: unknown, env: RunbookHost["env"]): string {
  const traces: string[] = [];
  for (let at = error; at instanceof Error && traces.length < 10; at = at.cause) {
    traces.push(at.stack ?? at.message);
  }
  let text = traces.join("\ncaused by: ");
  for (const name of ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]) {
    const secret = env[name];
    if (secret) text = text.replaceAll(secret, `[${name}]`);
  }
  return text;
}

function beforeDoubleDash(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf("--");
  return end === -1 ? argv : argv.slice(0, end);
}

function joinLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

/** The process that this runs in, as a runbook's host. */
export function processHost(): RunbookHost {
  // V8 sizes the memory of short-lived objects by the machine, up to 128 MB; that long runs stay flat matters more.
  setFlagsFromString("--semi-space-growth-factor=1");
  process.stdout.on("error", onBrokenOutput);
  process.stderr.on("error", onBrokenErrors);
  return {
    argv: process.argv.slice(2),
    env: process.env,
    nodeVersion: process.versions.node,
    columns: process.stdout.columns,
    errorColumns: process.stderr.columns,
    writeOut: (text) => process.stdout.write(text),
    writeError: (text) => process.stderr.write(text),
    isInteractive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    hasTerminal: () =>
      [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY) || canOpenTerminal(),
    ask: (question, signal) =>
      askQuestion(question, { input: process.stdin, output: process.stderr, signal }),
    askSecret: (question, signal) =>
      askHidden(question, { input: process.stdin, output: process.stderr, signal }),
    openBrowser: async (address) => {
      const { default: open } = await import("open");
      const opener = await open(address);
      // What the opener has to say, or that it is not there, must not end this run.
      opener.on("error", () => {});
      opener.unref();
    },
    onSignal: (listener) => {
      process.on("SIGINT", listener);
      process.on("SIGTERM", listener);
      return () => {
        process.off("SIGINT", listener);
        process.off("SIGTERM", listener);
      };
    },
    setExitCode: (code) => {
      // An output that broke on the way (disk full) outranks a success.
      if (code !== 0 || process.exitCode === undefined) process.exitCode = code;
    },
    exitNow: (code) => process.exit(code),
    now: () => new Date(),
    pause: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }),
    randomBytes,
  };
}

/** `/dev/tty` is the terminal that controls a process, and cannot be opened where there is none (tty(4)). */
function canOpenTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}

/** A reader that went away (`| head -1`) is not a failure; an output that cannot be written is. */
function onBrokenOutput(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") return;
  if (process.exitCode !== OUTPUT_FAILED) {
    process.stderr.write(
      `The output cannot be written (${error.code}); free some space, or write elsewhere.\n`,
    );
  }
  process.exitCode = OUTPUT_FAILED;
}

/** Where nothing can be written about it any more, the exit code has to tell. */
function onBrokenErrors(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") process.exitCode = OUTPUT_FAILED;
}

const OUTPUT_FAILED = 16 satisfies ExitCode;
