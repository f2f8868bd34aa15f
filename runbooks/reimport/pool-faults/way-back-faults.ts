import { formatCount } from "../../runtime/progress.ts";
import type { SignInContact, TargetMfa, TargetPool } from "../target-pool.ts";
import { acceptableFault, type PoolComparison, type PoolFault, usersHave } from "./pool-fault.ts";

/** The share of users without a way back that one warning is enough for. */
const TOLERATED_SHARE = 0.5;

/** Who could not set a new password, or not pass the second factor: everybody comes back without either. */
export function findWayBackFaults(pools: PoolComparison): PoolFault[] {
  if (pools.tally.withPassword === 0) return [];
  return [...findRecoveryFaults(pools), ...findFactorFaults(pools), ...findClash(pools)];
}

/** Whether so few can set a new password by themselves that a person has to decide about it. */
export function hasTooFewWaysBack({ withPassword, withoutWayBack }: PoolComparison["tally"]): boolean {
  return withoutWayBack > withPassword * TOLERATED_SHARE;
}

/** The contacts among a pool's ways back, as a person reads them. */
export function describeRecovery({ recovery }: TargetPool): string {
  return recovery.map((way) => (way === "admin_only" ? way : `verified ${way}`)).join(" or ");
}

function findRecoveryFaults({ target, tally }: PoolComparison): PoolFault[] {
  if (target.recovery.every((way) => way === "admin_only")) {
    return [
      acceptableFault(
        "recovery-by-admin-only",
        "Nobody can set a new password in the target: its account recovery is admin_only.",
        "Let it send codes",
        "leaves that to administrators",
      ),
    ];
  }
  if (!hasTooFewWaysBack(tally)) return [];
  const { withoutWayBack, withPassword } = tally;
  return [
    acceptableFault(
      "few-ways-back",
      `${formatCount(withoutWayBack)} of ${formatCount(withPassword)} users have no ${describeRecovery(target)}, and cannot set a new password.`,
      "Change the account recovery",
      "brings them back all the same",
    ),
  ];
}

/**
 * Where a second factor is demanded, whoever has no contact for one registers an authenticator at the first sign-in, if
 * the pool offers that (Amazon Cognito Developer Guide, "Details of MFA logic at user runtime").
 */
function findFactorFaults({ target, tally }: PoolComparison): PoolFault[] {
  const channels = factorChannels(target.mfa);
  if (target.mfa.mode !== "ON" || target.mfa.hasTotp || tally.withoutFactor === 0) return [];
  const lacked = channels.length > 1 ? "neither" : "none";
  return [
    acceptableFault(
      "no-second-factor",
      `The target demands a second factor by ${channels.join(" or ")}; ${usersHave(tally.withoutFactor)} ${lacked}.`,
      "Offer authenticator apps too",
      "brings them back, unable to sign in",
    ),
  ];
}

/**
 * A message that proves the second factor cannot also reset the password of the same person (Amazon Cognito Developer
 * Guide, "Adding MFA to a user pool").
 */
function findClash({ target }: PoolComparison): PoolFault[] {
  const channels = factorChannels(target.mfa);
  const { recovery, mfa } = target;
  if (mfa.mode !== "ON" || mfa.hasTotp || channels.length !== 1) return [];
  if (recovery.length !== 1 || recovery[0] !== channels[0]) return [];
  return [
    acceptableFault(
      "recovery-is-the-factor",
      `${channels[0]} is the target's only second factor and its only way to a new password; Cognito sends nobody both.`,
      "Add another",
      "brings them back all the same",
    ),
  ];
}

function factorChannels({ hasSms, hasEmail }: TargetMfa): SignInContact[] {
  return [...(hasSms ? (["phone_number"] as const) : []), ...(hasEmail ? (["email"] as const) : [])];
}
