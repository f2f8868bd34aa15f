import { AwsFault } from "../aws-fault.ts";
import { isEmailAddress, isPhoneNumber } from "./contact-formats.ts";
import { invalidParameter } from "./faults.ts";
import type { Pool, SignInAttribute, User } from "./state.ts";
import { hasAliases } from "./user-directory.ts";

/**
 * What a requested user name means in this pool. Where users sign in with an address or number, it fills that attribute and
 * the user gets a generated name; elsewhere it is the name, and must not look like an alias (Developer Guide, "Customizing
 * sign-in attributes").
 */
export function readUsername(
  pool: Pool,
  requested: string,
): { username: string | undefined; attribute: SignInAttribute | undefined } {
  if (pool.usernameAttributes.length > 0)
    return { username: undefined, attribute: requireContact(pool, requested) };
  if (pool.aliasAttributes.includes("email") && isEmailAddress(requested)) {
    throw invalidParameter(
      "Username cannot be of email format, since user pool is configured for email alias.",
    );
  }
  if (pool.aliasAttributes.includes("phone_number") && isPhoneNumber(requested)) {
    throw invalidParameter(
      "Username cannot be of phone number format, since user pool is configured for phone number alias.",
    );
  }
  return { username: requested, attribute: undefined };
}

/** The attributes of a new user with the one its user name stands for; a different value beside it is refused. */
export function withSignInAttribute(
  pool: Pool,
  attributes: Record<string, string>,
  attribute: SignInAttribute | undefined,
  requested: string,
): Record<string, string> {
  if (attribute === undefined) return attributes;
  const given = attributes[attribute];
  if (given !== undefined && !isSameName(pool, given, requested)) {
    throw invalidParameter(`The ${attribute} attribute does not match the username.`);
  }
  return { ...attributes, [attribute]: given ?? requested };
}

/** Users other than `self` who already sign in with one of these names. */
export function findAliasHolders(
  pool: Pool,
  attributes: Readonly<Record<string, string>>,
  self?: User,
): { attribute: SignInAttribute; value: string; holder: User }[] {
  if (self !== undefined && !hasAliases(self)) return [];
  return pool.users.aliasesOf(attributes).flatMap(([attribute, value]) => {
    const holder = pool.users.findByAlias(attribute, value);
    return holder === undefined || holder === self ? [] : [{ attribute, value, holder }];
  });
}

/** An address or number that signs somebody else in already. */
export function aliasExists(attribute: SignInAttribute): AwsFault {
  return new AwsFault("AliasExistsException", `An account with the given ${attribute} already exists.`);
}

function requireContact(pool: Pool, requested: string): SignInAttribute {
  const takesEmail = pool.usernameAttributes.includes("email");
  const takesPhone = pool.usernameAttributes.includes("phone_number");
  if (takesEmail && isEmailAddress(requested)) return "email";
  if (takesPhone && isPhoneNumber(requested)) return "phone_number";
  if (takesEmail && takesPhone) {
    throw invalidParameter("Username should be either an email or a phone number.");
  }
  throw invalidParameter(takesEmail ? "Username should be an email." : "Username should be a phone number.");
}

function isSameName(pool: Pool, one: string, other: string): boolean {
  return pool.isCaseSensitive ? one === other : one.toLowerCase() === other.toLowerCase();
}
