import { RunbookError } from "../../runbooks/runtime/errors.ts";
import { DeployError } from "./deploy-error.ts";

/** Watches over one run: the first failure, or the caller's wish to stop, ends it, and nothing started is left behind. */
export class RunGuard {
  /** Aborted with the one cause of the run's end. */
  readonly signal: AbortSignal;
  readonly #failure = new AbortController();
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(outer: AbortSignal | undefined) {
    this.signal = outer ? AbortSignal.any([outer, this.#failure.signal]) : this.#failure.signal;
  }

  /** Runs work whose failure ends the run. */
  async orFail<Result>(work: () => Promise<Result>): Promise<Result> {
    this.signal.throwIfAborted();
    const started = work();
    this.#underWay.add(started);
    try {
      return await started;
    } catch (error) {
      this.#failure.abort(error);
      throw error;
    } finally {
      this.#underWay.delete(started);
    }
  }

  /** Waits for everything that was started, so that its outcome is known. */
  async settle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled([...this.#underWay]);
  }
}

/** Any failure as the error that `deploy` throws. */
export function toDeployError(error: unknown): DeployError {
  if (error instanceof DeployError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof RunbookError) {
    const { exitCode, remedy } = error;
    return new DeployError(message, { exitCode, remedy, cause: error });
  }
  return new DeployError(`The local deployment failed: ${message}`, { exitCode: 1, cause: error });
}
