/** Wrong answers in a row and until when the user is locked (milliseconds). */
export interface Attempts {
  failures: number;
  lastAt: number;
  lockedUntil: number;
}

const FREE_FAILURES = 5;
const FIRST_LOCK_MILLISECONDS = 1_000;
const LONGEST_LOCK_MILLISECONDS = 15 * 60_000;

export const noAttempts: Attempts = { failures: 0, lastAt: 0, lockedUntil: 0 };

/**
 * After five wrong answers the user is locked for a second, twice as long after each further one, up to about 15 minutes;
 * 15 quiet minutes forgive (Amazon Cognito Developer Guide, "Lockout behavior for failed sign-in attempts").
 */
export function countFailure(attempts: Attempts, now: number): Attempts {
  const isForgiven = now - attempts.lastAt > LONGEST_LOCK_MILLISECONDS;
  const failures = (isForgiven ? 0 : attempts.failures) + 1;
  const lock = failures < FREE_FAILURES ? 0 : FIRST_LOCK_MILLISECONDS * 2 ** (failures - FREE_FAILURES);
  return { failures, lastAt: now, lockedUntil: now + Math.min(lock, LONGEST_LOCK_MILLISECONDS) };
}

/** Attempts made while locked are refused without being counted. */
export function isLocked(attempts: Attempts, now: number): boolean {
  return now < attempts.lockedUntil;
}
