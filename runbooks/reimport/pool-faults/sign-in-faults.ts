import { formatCount } from "../../runtime/progress.ts";
import type { SetTally, SignInName } from "../set-tally.ts";
import type { TargetPool } from "../target-pool.ts";
import { acceptableFault, type PoolComparison, type PoolFault, usersHave } from "./pool-fault.ts";

/** Who could not be created in the target under the name they sign in with, or not sign in with it any more. */
export function findSignInFaults(pools: PoolComparison): PoolFault[] {
  return [
    ...findLostNames(pools),
    ...findAbsentNames(pools),
    ...findUnfitNames(pools),
    ...findSharedNames(pools),
  ];
}

/** Sign-in names in words. */
const words = {
  username: "a user name",
  email: "an e-mail address",
  phone_number: "a phone number",
  preferred_username: "a preferred user name",
} as const satisfies Record<SignInName, string>;

/** What people may type to sign in. User names that Cognito made up are none of it. */
function namesOf({ usernameAttributes, aliasAttributes }: TargetPool): readonly SignInName[] {
  return usernameAttributes.length > 0 ? usernameAttributes : ["username", ...aliasAttributes];
}

/** Names that people sign in with, and could not in the target: how they may is fixed when a pool is made. */
function findLostNames({ source, target, tally }: PoolComparison): PoolFault[] {
  const kept = namesOf(target);
  return namesOf(source).flatMap((name) => {
    const users = countHolders(name, source, tally);
    if (!kept.includes(name) && users > 0) {
      return [
        lostName(
          name,
          `Nobody signs in to the target with ${words[name]} any more; ${usersHave(users)} one.`,
        ),
      ];
    }
    // As an alias it has to be verified, as a user name not.
    const lost = users - countHolders(name, target, tally);
    if (!kept.includes(name) || lost <= 0) return [];
    return [
      lostName(name, `In the target ${words[name]} signs in only when verified; ${usersHave(lost)} another.`),
    ];
  });
}

function lostName(name: SignInName, message: string): PoolFault {
  return acceptableFault(
    `sign-in-lost:${name}`,
    message,
    "Make another pool",
    "brings them back all the same",
  );
}

/** Users whom this name signs in to the pool. */
function countHolders(name: SignInName, { usernameAttributes }: TargetPool, tally: SetTally): number {
  if (name === "username") return tally.withPassword;
  const holders = tally.attributes.get(name)?.users ?? 0;
  if (name === "preferred_username" || usernameAttributes.includes(name)) return holders;
  return tally.verified[name];
}

function findAbsentNames({ target, tally }: PoolComparison): PoolFault[] {
  if (tally.withoutSignInName === 0) return [];
  const contacts = target.usernameAttributes.map((name) => words[name]);
  const lacked = contacts.length > 1 ? "neither" : "none";
  return [
    acceptableFault(
      "no-sign-in-name",
      `People sign in to the target with ${contacts.join(" or ")}; ${usersHave(tally.withoutSignInName)} ${lacked}.`,
      "Make a pool with user names",
      "leaves those users out",
    ),
  ];
}

/**
 * "If you select email address as an alias, Amazon Cognito doesn't accept a username that matches a valid email address
 * format", and phone numbers likewise (Amazon Cognito Developer Guide, "Customizing sign-in attributes").
 */
function findUnfitNames({ target, tally }: PoolComparison): PoolFault[] {
  if (target.usernameAttributes.length > 0) return [];
  const faults = (["email", "phone_number"] as const).flatMap((contact) => {
    const users = tally.nameLooksLike[contact];
    if (!target.aliasAttributes.includes(contact) || users === 0) return [];
    return [
      acceptableFault(
        `name-looks-like:${contact}`,
        `Where ${contact} is an alias, as in the target, no user name may look like one; ${usersHave(users)} such a name.`,
        "",
        "leaves those users out",
      ),
    ];
  });
  if (tally.unfitNames === 0) return faults;
  const unfit = acceptableFault(
    "unfit-names",
    `User names are 1 to 128 characters without white space or control characters; ${usersHave(tally.unfitNames)} another.`,
    "",
    "leaves those users out",
  );
  return [...faults, unfit];
}

/** "Alias values must be unique in a user pool", user names too (same page), and a pool may fold the case of both. */
function findSharedNames({ target, tally }: PoolComparison): PoolFault[] {
  const rule = target.isCaseSensitive ? "" : ", whatever the case of its letters";
  return [...tally.shared].map(([name, users]) =>
    acceptableFault(
      `shared:${name}`,
      `In the target ${words[name]} is one user's alone${rule}; ${formatCount(users)} users share one with others.`,
      "",
      "leaves out all but the first who has it",
    ),
  );
}
