import { translateAwsError } from "./aws-errors.ts";
import { RemoteError } from "./errors.ts";

/** Makes one AWS call: `what` names it for people, `call` sends it with the signal it is given. */
export type AwsCaller = <Answer>(
  what: string,
  call: (abortSignal: AbortSignal) => Promise<Answer>,
) => Promise<Answer>;

/** Longest time one call may take, all its attempts, waits and its place in the queue included. */
const CALL_SECONDS = 120;

/** Gives every call the run's stop signal and a deadline, and its failures a meaning (see translateAwsError). */
export function createAwsCaller(signal: AbortSignal, seconds: number = CALL_SECONDS): AwsCaller {
  return async (what, call) => {
    const deadline = AbortSignal.timeout(seconds * 1_000);
    try {
      return await call(AbortSignal.any([signal, deadline]));
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (deadline.aborted) {
        throw new RemoteError(`${what}: no answer within ${seconds} seconds.`, {
          remedy: "Check the network and run it again.",
          cause: error,
        });
      }
      throw translateAwsError(error, what);
    }
  };
}
