import { AwsFault } from "../aws-fault.ts";
import { drawText } from "./identifiers.ts";
import { limits } from "./limits.ts";
import type { Pool, World } from "./state.ts";

export interface PasswordRules {
  minLength: number;
  requireUppercase: boolean;
  requireLowercase: boolean;
  requireNumbers: boolean;
  requireSymbols: boolean;
  historySize: number;
  temporaryValidDays: number;
}

/** A pool's rules, defaults filled in; 0 days mean the default (API reference, PasswordPolicyType). */
export function passwordRules(pool: Pool): PasswordRules {
  const policy = pool.settings.Policies?.PasswordPolicy;
  return {
    minLength: policy?.MinimumLength ?? limits.defaultPasswordLength,
    requireUppercase: policy?.RequireUppercase ?? false,
    requireLowercase: policy?.RequireLowercase ?? false,
    requireNumbers: policy?.RequireNumbers ?? false,
    requireSymbols: policy?.RequireSymbols ?? false,
    historySize: policy?.PasswordHistorySize ?? 0,
    temporaryValidDays: policy?.TemporaryPasswordValidityDays || limits.defaultTemporaryPasswordDays,
  };
}

/**
 * Refuses a password that breaks the policy, naming the first rule only, as Cognito does. Administrators and users get
 * differently worded sentences.
 */
export function refuseWeakPassword(
  rules: PasswordRules,
  password: string,
  writer: "administrator" | "user",
): void {
  const fault = findPasswordFault(rules, password);
  if (fault === undefined) return;
  const opening =
    writer === "user"
      ? "Password did not conform with policy"
      : "Password did not conform with password policy";
  throw new AwsFault("InvalidPasswordException", `${opening}: ${fault}`);
}

/** The first rule a password breaks, in AWS's words. */
export function findPasswordFault(rules: PasswordRules, password: string): string | undefined {
  if (password.length < rules.minLength) return "Password not long enough";
  if (rules.requireUppercase && !/[A-Z]/.test(password)) return "Password must have uppercase characters";
  if (rules.requireLowercase && !/[a-z]/.test(password)) return "Password must have lowercase characters";
  if (rules.requireNumbers && !/[0-9]/.test(password)) return "Password must have numeric characters";
  if (rules.requireSymbols && ![...password].some((character) => symbols.includes(character))) {
    return "Password must have symbol characters";
  }
  return undefined;
}

/** A temporary password that keeps the rules: one character of each kind, then any, in drawn order. */
export function drawTemporaryPassword(rules: PasswordRules, randomBytes: World["randomBytes"]): string {
  const kinds = [upperCase, lowerCase, digits, drawnSymbols];
  const length = Math.max(rules.minLength, limits.defaultPasswordLength);
  const required = kinds.map((kind) => drawText(1, kind, randomBytes)).join("");
  const rest = drawText(length - kinds.length, kinds.join(""), randomBytes);
  return shuffle(required + rest, randomBytes);
}

const lowerCase = "abcdefghijklmnopqrstuvwxyz";
const upperCase = lowerCase.toUpperCase();
const digits = "0123456789";
/** What counts as a symbol (Developer Guide, "Adding user pool password requirements"). */
const symbols = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-";
/** Those that survive quoting in a shell, a mail or a phone call. */
const drawnSymbols = "*.?!@#%_+-";

function shuffle(text: string, randomBytes: World["randomBytes"]): string {
  return [...text]
    .map((character, index) => ({ character, key: drawText(8, digits, randomBytes), index }))
    .sort((a, b) => a.key.localeCompare(b.key) || a.index - b.index)
    .map(({ character }) => character)
    .join("");
}
