import type { MfaFactor, Pool, User } from "../state.ts";

/** What follows the password: tokens, one factor, a choice, or the set-up of a factor. */
export type MfaStep =
  | { kind: "done" }
  | { kind: "factor"; factor: MfaFactor }
  | { kind: "choose"; factors: readonly MfaFactor[] }
  | { kind: "set-up" };

/**
 * Which second factor a user is asked for (Developer Guide, "Adding MFA to a user pool", "Details of MFA logic at user
 * runtime"): with optional MFA only a factor the user has switched on, with required MFA any the user can use, and the
 * set-up of one where there is none.
 */
export function decideMfaStep(pool: Pool, user: User): MfaStep {
  if (pool.mfa.mode === "OFF") return { kind: "done" };
  const factors = pool.mfa.mode === "ON" ? usableFactors(pool, user) : chosenFactors(pool, user);
  const preferred = user.mfa?.preferred;
  if (preferred !== undefined && factors.includes(preferred)) return { kind: "factor", factor: preferred };
  const [first, second] = factors;
  if (first === undefined) return { kind: pool.mfa.mode === "ON" ? "set-up" : "done" };
  return second === undefined ? { kind: "factor", factor: first } : { kind: "choose", factors };
}

/** Factors the pool offers and the user has what they need for: a number, an address, a registered authenticator. */
function usableFactors(pool: Pool, user: User): MfaFactor[] {
  return poolFactors(pool).filter((factor) => {
    if (factor === "SMS_MFA") return user.attributes.phone_number !== undefined;
    if (factor === "EMAIL_OTP") return user.attributes.email !== undefined;
    return user.totp?.isVerified === true;
  });
}

/** "Turning TOTP off in the pool does not stop users who have it": the user's choice counts, not the pool's offer. */
function chosenFactors(pool: Pool, user: User): MfaFactor[] {
  const chosen = user.mfa?.enabled ?? [];
  return chosen.filter(
    (factor) => factor === "SOFTWARE_TOKEN_MFA" || usableFactors(pool, user).includes(factor),
  );
}

export function poolFactors(pool: Pool): MfaFactor[] {
  const factors: MfaFactor[] = [];
  if (pool.mfa.sms !== undefined) factors.push("SMS_MFA");
  if (pool.mfa.email !== undefined) factors.push("EMAIL_OTP");
  if (pool.mfa.isTotpEnabled) factors.push("SOFTWARE_TOKEN_MFA");
  return factors;
}
