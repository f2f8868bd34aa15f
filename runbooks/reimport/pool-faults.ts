import { formatCount } from "../runtime/progress.ts";
import { findGroupFaults } from "./pool-faults/group-faults.ts";
import {
  acceptableFault,
  firmFault,
  type PoolComparison,
  type PoolFault,
  showName,
  usersHave,
} from "./pool-faults/pool-fault.ts";
import { findSchemaFaults } from "./pool-faults/schema-faults.ts";
import { findSignInFaults } from "./pool-faults/sign-in-faults.ts";
import { findWayBackFaults } from "./pool-faults/way-back-faults.ts";

export type { FaultChoices, PoolComparison, PoolFault } from "./pool-faults/pool-fault.ts";

/** Users of one pool (Amazon Cognito Developer Guide, Quotas). */
const USERS_PER_POOL = 40_000_000;

/**
 * Everything that makes a pool unfit to take the users of a set, in one list, before anything is written. What was
 * accepted is left out; a code that fits no fault is one itself. What single users have against the rules of their own
 * pool is no fault of a target: they are rejected one by one.
 */
export function findPoolFaults(pools: PoolComparison): PoolFault[] {
  const faults = [
    ...findSchemaFaults(pools),
    ...findSignInFaults(pools),
    ...findWayBackFaults(pools),
    ...findGroupFaults(pools),
    ...findProviderFaults(pools),
    ...findLimitFaults(pools),
  ];
  const accepted = new Set(pools.choices.accepted);
  const codes = new Set(faults.map(({ code }) => code));
  const idle = [...accepted].filter((code) => !codes.has(code)).map(idleAcceptance);
  return [...faults.filter(({ code, isAcceptable }) => !isAcceptable || !accepted.has(code)), ...idle];
}

function idleAcceptance(code: string): PoolFault {
  return firmFault(
    `accepts-nothing:${code}`,
    `--accept ${showName(code)} fits no fault of this set and target.`,
    "Leave it out, or check how it is spelled.",
  );
}

function findProviderFaults({ target, tally }: PoolComparison): PoolFault[] {
  const missing = [...tally.providers].filter(([name]) => !target.identityProviders.includes(name));
  return missing.map(([name, users]) =>
    acceptableFault(
      `missing-provider:${name}`,
      `The target has no identity provider ${name}; ${usersHave(users)} an account there.`,
      "Make it",
      "leaves those links out",
    ),
  );
}

function findLimitFaults({ target, tally, choices }: PoolComparison): PoolFault[] {
  const faults: PoolFault[] = [];
  const all = target.estimatedUsers + tally.users;
  if (all > USERS_PER_POOL) {
    faults.push(
      firmFault(
        "too-many-users",
        `With those of the set the target would have ${formatCount(all)} users; Cognito allows ${formatCount(USERS_PER_POOL)}.`,
        "Ask AWS to raise the quota, or choose an empty pool.",
      ),
    );
  }
  if (choices.engine === "csv" && target.autoVerified.length === 0) {
    faults.push(
      firmFault(
        "csv-without-auto-verified",
        "--engine csv needs a pool that verifies addresses or numbers by itself, and the target does not.",
        "Leave --engine out, or let the pool verify email.",
      ),
    );
  }
  if (choices.withMfa && tally.users > 0 && tally.withKnownFactors === 0) {
    faults.push(
      firmFault(
        "no-factors-in-set",
        "--with-mfa needs a set that tells which second factors people had, and this one does not.",
        "Leave --with-mfa out, or choose a set that was made with it.",
      ),
    );
  }
  return faults;
}
