import { createHash, timingSafeEqual } from "node:crypto";
import { AwsFault } from "../aws-fault.ts";
import { passwordRules } from "./password-policy.ts";
import type { Credential, Pool, User, World } from "./state.ts";

const dayMilliseconds = 86_400_000;

/** Gives a user a password; a temporary one ends after the days the policy allows. */
export function setPassword(
  world: World,
  pool: Pool,
  user: User,
  password: string,
  lasting: "permanent" | "temporary",
): void {
  const rules = passwordRules(pool);
  const setAt = world.now();
  const previous = user.credential?.expiresAt === undefined ? user.credential?.hash : undefined;
  if (previous !== undefined && rules.historySize > 0) {
    user.passwordHistory = [previous, ...(user.passwordHistory ?? [])].slice(0, rules.historySize);
  }
  user.credential = {
    hash: hashPassword(pool.id, user.username, password),
    setAt,
    expiresAt: lasting === "permanent" ? undefined : setAt + rules.temporaryValidDays * dayMilliseconds,
  };
}

/** Whether this is the user's password. */
export function isPassword(pool: Pool, user: User, password: string): boolean {
  return (
    user.credential !== undefined && isSame(user.credential, hashPassword(pool.id, user.username, password))
  );
}

/** Refuses one of the last passwords, the current one included, where the pool keeps a history (PasswordPolicyType). */
export function refuseReusedPassword(pool: Pool, user: User, password: string): void {
  const { historySize } = passwordRules(pool);
  if (historySize === 0) return;
  const hash = hashPassword(pool.id, user.username, password);
  const current = user.credential === undefined ? [] : [user.credential.hash];
  const known = [...current, ...(user.passwordHistory ?? [])].slice(0, historySize);
  if (known.some((old) => timingSafeEqual(old, hash))) {
    throw new AwsFault(
      "PasswordHistoryPolicyViolationException",
      "The new password matches a previous password and doesn't comply with the password-history policy.",
    );
  }
}

/**
 * SRP's inner hash: SHA-256 of the pool id behind its underscore, the user's SRP name and ":" + password. It compares
 * passwords and yields an SRP verifier (x = H(salt | this)) without the password being kept.
 */
export function hashPassword(poolId: string, username: string, password: string): Uint8Array {
  const poolName = poolId.slice(poolId.indexOf("_") + 1);
  return createHash("sha256").update(`${poolName}${username}:${password}`).digest();
}

function isSame(credential: Credential, hash: Uint8Array): boolean {
  return timingSafeEqual(credential.hash, hash);
}
