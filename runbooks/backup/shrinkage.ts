/** Users fewer than this are an ordinary day, whatever share of a small pool they are. */
const ORDINARY_LOSS = 10;
/** The share of users that may be gone since the last set before somebody has to look. */
const TOLERATED_SHARE = 0.1;

/** Whether so many users are gone since the previous set that this is more likely a mistake or an attack. */
export function hasShrunk({ before, now }: { before: number; now: number }): boolean {
  if (before > 0 && now === 0) return true;
  return before - now >= ORDINARY_LOSS && now < before * (1 - TOLERATED_SHARE);
}

/**
 * Whether a count is so far from AWS's estimate, which runs behind, that a person should hear of it. Fewer than
 * estimated is what a list looks like that ended too early, so only what people delete meanwhile is let pass: even one
 * page of a large pool is more. More than estimated loses nobody.
 */
export function isFarFromEstimate({ estimated, counted }: { estimated: number; counted: number }): boolean {
  if (counted < estimated) return estimated - counted > ORDINARY_LOSS;
  return counted - estimated > Math.max(ORDINARY_LOSS, estimated * 0.02);
}
