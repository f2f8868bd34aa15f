import { z } from "zod";
import { BadInputError } from "./errors.ts";

/**
 * Watches the answers of a client for AWS's own time. The returned function tells by how many milliseconds this
 * machine's clock was ahead of it (negative: behind) at the last good answer, undefined before there was one.
 */
export function watchClock(client: WatchedClient, now: () => Date) {
  let aheadMs: number | undefined;
  const watch = readAnswerTimes((time) => {
    aheadMs = now().getTime() - time.getTime();
  });
  client.middlewareStack.add(watch, { name: "watchClock", step: "deserialize", override: true });
  return () => aheadMs;
}

/**
 * Watches the answers of a client for AWS's own time, because this machine's clock may be wrong. The returned function
 * tells the latest that a good answer carried since, by the whole second; undefined before there was one.
 */
export function watchTime(client: WatchedClient): () => Date | undefined {
  let latest: Date | undefined;
  const watch = readAnswerTimes((time) => {
    if (latest === undefined || time > latest) latest = time;
  });
  // Without a name, by which a second watch of the same client would take the place of the first.
  client.middlewareStack.add(watch, { step: "deserialize" });
  return () => latest;
}

interface WatchOptions {
  step: "deserialize";
  name?: string;
  override?: boolean;
}

/** Any client of the SDK, as far as its answers can be watched. */
export interface WatchedClient {
  middlewareStack: {
    add: (middleware: ReturnType<typeof readAnswerTimes>, options: WatchOptions) => void;
  };
}

/**
 * A middleware for a client's step "deserialize": hands `listen` the Date header of each good answer, which is when AWS
 * sent it (RFC 9110, section 6.6.1).
 */
export function readAnswerTimes(listen: (time: Date) => void) {
  return <Args, Output extends { response: unknown }>(next: (args: Args) => Promise<Output>) =>
    async (args: Args): Promise<Output> => {
      const result = await next(args);
      const time = Date.parse(goodAnswer.safeParse(result.response).data?.headers.date ?? "");
      if (!Number.isNaN(time)) listen(new Date(time));
      return result;
    };
}

/** Refuses a clock that differs from AWS's by more than `toleranceMs`; one that nothing is known of passes. */
export function refuseWrongClock(aheadMs: number | undefined, toleranceMs: number): void {
  if (aheadMs === undefined || Math.abs(aheadMs) <= toleranceMs) return;
  const side = aheadMs > 0 ? "ahead of" : "behind";
  throw new BadInputError(`This machine's clock is ${describeSpan(Math.abs(aheadMs))} ${side} AWS;`, {
    remedy: "set it, then run again.",
  });
}

const goodAnswer = z.looseObject({
  statusCode: z.number().min(200).max(299),
  headers: z.looseObject({ date: z.string() }),
});

function describeSpan(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes < 120) return `${minutes} minutes`;
  return minutes < 2_880 ? `${Math.round(minutes / 60)} hours` : `${Math.round(minutes / 1_440)} days`;
}
