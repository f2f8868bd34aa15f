import { DeployError } from "./deploy-error.ts";
import type { Severity } from "./engine-service.ts";
import { readProgramError } from "./program-messages.ts";
import { type ProgramRun, startProgram } from "./program-process.ts";

/** How many lines of a program that died without a word are shown. */
const LAST_LINES = 5;

/** Collects what the program says, so that its end can be explained. */
export class ProgramListener {
  readonly #errors: string[] = [];
  readonly #printed: string[] = [];
  readonly #onMessage: (severity: Severity, message: string) => void;

  constructor(onMessage: (severity: Severity, message: string) => void) {
    this.#onMessage = onMessage;
  }

  /** Takes what came through Pulumi's log. Its debug messages hold secrets in clear and go nowhere. */
  hear(severity: Severity, message: string): void {
    if (severity === "error") this.#errors.push(message);
    else if (severity !== "debug") this.#onMessage(severity, message);
  }

  /** Takes a line the program printed itself. */
  read(line: string): void {
    this.#printed.push(line);
    if (this.#printed.length > LAST_LINES) this.#printed.shift();
    this.#onMessage("info", line);
  }

  /** Why the program failed, in its own words; the whole of them, stacks included, is the error's cause. */
  explain(exitCode: number): DeployError {
    const errors = this.#errors.map(readProgramError);
    if (errors.length > 0) {
      const messages = [...new Set(errors.map(({ message }) => message))];
      return new DeployError(messages.join("\n"), {
        exitCode: errors.every(({ isForPeople }) => isForPeople) ? 2 : 1,
        cause: this.#errors.join("\n"),
      });
    }
    const last = this.#printed.join("\n").trim();
    return new DeployError(
      `The program ended with exit code ${exitCode} and gave no reason${last === "" ? "." : `; the last it printed:\n${last}`}`,
      { exitCode: 1 },
    );
  }
}

/** Runs the program to its end. Throws what ended it: the abort's reason, or what the program said. */
export async function runProgram(
  run: Omit<ProgramRun, "onLine">,
  listener: ProgramListener,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const program = startProgram({ ...run, onLine: (_stream, line) => listener.read(line) });
  signal.addEventListener("abort", program.kill, { once: true });
  try {
    const exitCode = await program.ended;
    signal.throwIfAborted();
    if (exitCode !== 0) throw listener.explain(exitCode);
  } finally {
    signal.removeEventListener("abort", program.kill);
  }
}
