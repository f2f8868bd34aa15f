import { spawn } from "node:child_process";
import { constants } from "node:os";
import { RunbookError } from "../runtime/errors.ts";

/** The command cannot be started; 127 where there is none of that name, else 126, as shells and env(1) have it. */
export class CommandStartError extends RunbookError {
  constructor(message: string, exitCode: 126 | 127, cause: unknown) {
    super(message, { exitCode, remedy: "Check the name behind -- and PATH.", cause });
  }
}

export interface ChildCommand {
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  /** Hands over what to do with signals that reach this process meanwhile. */
  takeSignals: (listener: (signal: "SIGINT" | "SIGTERM") => void) => void;
  /** Whether Ctrl-C reaches the command by itself, because the terminal tells all that run in front of it. */
  sharesTerminal: boolean;
}

/**
 * Runs a command in our place: it has our input and outputs, gets the signals we get, and its exit code is the result;
 * 128 and the number of the signal where one ended it. Throws CommandStartError.
 */
export async function runChildCommand(child: ChildCommand): Promise<number> {
  const { command, args, env, takeSignals, sharesTerminal } = child;
  const running = spawn(command, [...args], { stdio: "inherit", env: { ...env } });
  takeSignals((signal) => {
    if (signal === "SIGINT" && sharesTerminal) return;
    running.kill(signal);
  });
  return new Promise((resolve, reject) => {
    running.once("error", (error) => reject(explainStart(command, error)));
    running.once("exit", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

function explainStart(command: string, error: Error): Error {
  const code = "code" in error ? String(error.code) : error.name;
  if (code === "ENOENT") return new CommandStartError(`There is no command ${command}.`, 127, error);
  return new CommandStartError(`${command} cannot be run (${code}).`, 126, error);
}

/** Names that lead AWS's tools to other credentials, or to an endpoint made of another account's id. */
export const OTHER_SOURCES = [
  "AWS_ACCESS_KEY",
  "AWS_ACCOUNT_ID",
  "AWS_BEARER_TOKEN_BEDROCK",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CREDENTIAL_FILE",
  "AWS_DEFAULT_PROFILE",
  "AWS_PROFILE",
  "AWS_ROLE_ARN",
  "AWS_ROLE_SESSION_NAME",
  "AWS_SECRET_KEY",
  "AWS_SECURITY_TOKEN",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
] as const;

/** The environment of a command that is to use these credentials, and no others (AWS SDKs and Tools Reference Guide). */
export function environmentOfChild(
  env: Readonly<Record<string, string | undefined>>,
  credentials: Readonly<Record<string, string>>,
): Record<string, string> {
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !(OTHER_SOURCES as readonly string[]).includes(entry[0]),
  );
  return { ...Object.fromEntries(kept), ...credentials };
}
