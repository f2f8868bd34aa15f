/** Users fewer than this are an ordinary day, whatever share of a small pool they are. */
const ORDINARY_LOSS = 10;
/** The share of users that may be gone since the last set before somebody has to look. */
const TOLERATED_SHARE = 0.1;

/** Whether so many users are gone since the previous set that this is more likely a mistake or an attack. */
export function hasShrunk({ before, now }: { before: number; now: number }): boolean {
  if (before > 0 && now === 0) return true;
  return before - now >= ORDINARY_LOSS && now < before * (1 - TOLERATED_SHARE);
}

/** Whether a count is so far from AWS's estimate, which runs behind, that a person should hear of it. */
export function isFarFromEstimate({ estimated, counted }: { estimated: number; counted: number }): boolean {
  const difference = Math.abs(estimated - counted);
  return difference > 10 && difference > estimated * 0.02;
}
