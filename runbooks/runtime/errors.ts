/** Every exit code a command of this project may end with, and what it means; an unknown code is a failure. */
export const exitCodeMeanings = {
  0: "done",
  1: "unexpected: a fault of the command itself",
  2: "bad input, or a check before the work failed",
  3: "partly done; the rejected records are written down",
  10: "not found: the stack, bucket, Region, set or user that was named",
  11: "locked, or already in progress",
  12: "credentials missing, expired, or without the right",
  13: "integrity: something is incomplete, altered, or contradicts itself",
  14: "not confirmed",
  15: "AWS did not answer as it should, retries included",
  16: "local file or output could not be read or written",
  20: "a check-up found failures",
  21: "a check-up found warnings, and --strict was given",
  126: "the command that was to be run cannot be run",
  127: "the command that was to be run is not there",
  130: "interrupted (Ctrl-C)",
  143: "stopped by SIGTERM",
} as const;

export type ExitCode = keyof typeof exitCodeMeanings;

export interface RunbookErrorOptions {
  /** What the person does next, as a sentence; empty when the message says it already. */
  remedy?: string;
  cause?: unknown;
}

/** A failure a person can act on: the message says what and where, the remedy what next. Subclasses set the exit code. */
export class RunbookError extends Error {
  readonly exitCode: ExitCode;
  readonly remedy: string;

  constructor(message: string, options: RunbookErrorOptions & { exitCode: ExitCode }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.exitCode = options.exitCode;
    this.remedy = options.remedy ?? "";
  }
}

/** An argument, a settings file or a precondition is wrong: the person changes it and runs again. */
export class BadInputError extends RunbookError {
  constructor(message: string, options: RunbookErrorOptions = {}) {
    super(message, { ...options, exitCode: 2 });
  }
}

/** What was named is not there. */
export class NotFoundError extends RunbookError {
  constructor(message: string, options: RunbookErrorOptions = {}) {
    super(message, { ...options, exitCode: 10 });
  }
}

/** Somebody else holds the lease, or the same work is under way. */
export class LockedError extends RunbookError {
  constructor(message: string, options: RunbookErrorOptions = {}) {
    super(message, { ...options, exitCode: 11 });
  }
}

/** No credentials, expired ones, or ones without the right that is needed. */
export class CredentialsError extends RunbookError {
  constructor(message: string, options: RunbookErrorOptions = {}) {
    super(message, { ...options, exitCode: 12 });
  }
}

/** Data is incomplete, altered, or contradicts itself; never used for a mere transport failure. */
export class IntegrityError extends RunbookError {
  constructor(message: string, options: RunbookErrorOptions = {}) {
    super(message, { ...options, exitCode: 13 });
  }
}

/** A destructive step was not confirmed. */
export class NotConfirmedError extends RunbookError {
  constructor(message: string, options: RunbookErrorOptions = {}) {
    super(message, { ...options, exitCode: 14 });
  }
}

/** AWS refused, timed out or broke the connection after every retry. */
export class RemoteError extends RunbookError {
  constructor(message: string, options: RunbookErrorOptions = {}) {
    super(message, { ...options, exitCode: 15 });
  }
}

/** A local file, folder or output stream failed. */
export class LocalFileError extends RunbookError {
  constructor(message: string, options: RunbookErrorOptions = {}) {
    super(message, { ...options, exitCode: 16 });
  }
}

/** A person or a supervisor asked the command to stop. */
export class InterruptedError extends RunbookError {
  constructor(signal: "SIGINT" | "SIGTERM") {
    super(`Stopped by ${signal}.`, { exitCode: signal === "SIGINT" ? 130 : 143 });
  }
}
