import { type ExitCode, RunbookError, type RunbookErrorOptions } from "../../runbooks/runtime/errors.ts";
import type { Deployment } from "./registration.ts";

/** A local deployment ended before its end, for one cause. `deployment` is what exists now. */
export class DeployError extends RunbookError {
  deployment: Deployment | undefined;

  constructor(message: string, options: RunbookErrorOptions & { exitCode?: ExitCode } = {}) {
    super(message, { exitCode: 2, ...options });
  }
}
