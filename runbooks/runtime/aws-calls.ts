import { translateAwsError } from "./aws-errors.ts";
import { RemoteError } from "./errors.ts";

/**
 * Makes one AWS call: `what` names it for people, `call` sends it with the signal it is given. AWS's refusals like to
 * repeat what they were sent: the texts in `hidden` do not show in the failure, nor in its causes; what is empty or
 * undefined hides nothing.
 */
export type AwsCaller = <Answer>(
  what: string,
  call: (abortSignal: AbortSignal) => Promise<Answer>,
  hidden?: readonly (string | undefined)[],
) => Promise<Answer>;

/** Longest time one call may take, all its attempts, waits and its place in the queue included. */
const CALL_SECONDS = 120;

/** Gives every call the run's stop signal and a deadline, and its failures a meaning (see translateAwsError). */
export function createAwsCaller(
  signal: AbortSignal,
  seconds: number = CALL_SECONDS,
  translate: (cause: unknown, what: string) => unknown = translateAwsError,
): AwsCaller {
  return async (what, call, hidden = []) => {
    signal.throwIfAborted();
    // Undone by hand after each call: signals of the platform that join others or time out would be kept, with all
    // that listens to them, until their time has come.
    const stop = new AbortController();
    const passStopOn = () => stop.abort(signal.reason);
    signal.addEventListener("abort", passStopOn);
    const timer = setTimeout(() => stop.abort(), seconds * 1_000);
    try {
      return await call(stop.signal);
    } catch (error) {
      hideTexts(error, hidden);
      if (signal.aborted) throw signal.reason;
      if (stop.signal.aborted) {
        throw new RemoteError(`${what}: no answer within ${seconds} seconds.`, {
          remedy: "Check the network and run it again.",
          cause: error,
        });
      }
      throw translate(error, what);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", passStopOn);
    }
  };
}

function hideTexts(error: unknown, hidden: readonly (string | undefined)[]): void {
  // The longest first: a text that holds another one would else be seen in part.
  const texts = hidden
    .filter((text) => text !== undefined)
    .filter((text) => text !== "")
    .toSorted((one, other) => other.length - one.length);
  for (let at = error; at instanceof Error; at = at.cause) {
    for (const text of texts) {
      at.message = hideText(at.message, text);
      if (at.stack !== undefined) at.stack = hideText(at.stack, text);
    }
  }
}

/** A text of one to three characters is hidden but not inside a Latin word, which would tell it by its gaps. */
function hideText(said: string, text: string): string {
  if (text.length > 3) return said.replaceAll(text, HIDDEN);
  const escaped = text.replaceAll(/\W/g, "\\$&");
  return said.replaceAll(new RegExp(`(?<![A-Za-z0-9])${escaped}(?![A-Za-z0-9])`, "g"), HIDDEN);
}

const HIDDEN = "[hidden]";
