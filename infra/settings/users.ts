import { z } from "zod";
import { CASE_SENSITIVE, PASSWORD, RECOVERY, SELF_SIGN_UP } from "../defaults.ts";
import { type AttributeSettings, attributesSchema, plainAttribute, sortAttributes } from "./attributes.ts";
import { expecting, group, list, named, oneOf, text, wholeNumber, yesNo } from "./schema.ts";

export type { AttributeSettings } from "./attributes.ts";

export interface GroupSettings {
  name: string;
  /** The lower, the more important; 0 upwards. */
  precedence?: number;
  description?: string;
}

export interface PasswordSettings {
  minLength: number;
  temporaryValidDays: number;
  requireLowercase: boolean;
  requireUppercase: boolean;
  requireNumbers: boolean;
  requireSymbols: boolean;
}

type Contact = "email" | "phone_number";

/** What Cognito calls the ways that people choose from. */
const CONTACT = {
  email: "email",
  phone: "phone_number",
  preferred_username: "preferred_username",
} as const;

/**
 * Cognito takes no code as the first factor of a pool that requires a second one (Amazon Cognito Developer Guide,
 * Adding MFA to a user pool), and no backup holds a passkey.
 */
const NO_FIRST_FACTORS =
  "is not offered: required MFA allows no code as the first factor, and a passkey is lost with its pool; take it out";

/** `sekisho:users`: the user pool. */
export interface UsersSettings {
  /** What users sign in with; empty = a user name. */
  usernameAttributes: Contact[];
  aliasAttributes: (Contact | "preferred_username")[];
  selfSignUp: boolean;
  tier: "lite" | "essentials" | "plus";
  /** 1 upwards; another number builds another pool. */
  generation: number;
  /** Other generations that stay as they are beside it, while people move. Sorted. */
  keep: number[];
  /** The pool's name in AWS where it is not the stack's own: a pool that was made by somebody else keeps its name. */
  poolName?: string;
  /** Whether Ann and ann are two user names. Undefined is not said, as in pools that were made without saying it. */
  caseSensitive: boolean | undefined;
  /** Sorted by name. */
  attributes: AttributeSettings[];
  /** Sorted by name. */
  groups: GroupSettings[];
  password: PasswordSettings;
  /** In order of priority; `["admin"]` = only an administrator can reset a password. */
  recovery: ("email" | "phone" | "admin")[];
  verifyBy: "code";
  /** Derived: the contacts that Cognito verifies with a code of its own. */
  autoVerify: Contact[];
}

/** Reads `sekisho:users`; `tier` is the plan where the section names none. */
export function usersSchema(tier: UsersSettings["tier"]) {
  return group({
    signInWith: signInWith(),
    aliases: list(
      oneOf(["email", "phone", "preferred_username"]),
      "email, phone, preferred_username",
    ).optional(),
    selfSignUp: yesNo().default(SELF_SIGN_UP),
    tier: oneOf(["lite", "essentials", "plus"]).default(tier),
    generation: wholeNumber(1, 99).default(1),
    keep: list(wholeNumber(1, 99), "generations such as 1").default([]),
    poolName: text(
      /^[\w\s+=,.@-]{1,128}$/,
      "the name of a pool: 1 to 128 letters, digits, spaces and +=,.@-",
    ).optional(),
    caseSensitive: caseSensitive(),
    attributes: attributesSchema().prefault({}),
    groups: groups().prefault({}),
    password: password().prefault({}),
    recovery: recovery().default([...RECOVERY]),
    verifyBy: oneOf(["code"]).default("code"),
    firstFactors: z.undefined({ error: NO_FIRST_FACTORS }).optional(),
  }).transform((input, context): UsersSettings => {
    const { signInWith: ways, aliases = [], firstFactors: _refused, attributes, poolName, ...rest } = input;
    if (ways.length > 0 && aliases.length > 0) {
      const message = "only goes with signInWith: username; take aliases out or sign in with a user name";
      context.addIssue({ code: "custom", path: ["aliases"], message });
    }
    if (rest.keep.includes(rest.generation)) {
      const message = `lists generation ${rest.generation}, which is the one in use; keep others, or take it out`;
      context.addIssue({ code: "custom", path: ["keep"], message });
    }
    const names = {
      usernameAttributes: ways.map((way) => CONTACT[way]),
      aliasAttributes: aliases.map((way) => CONTACT[way]),
    };
    const contacts = [
      ...names.usernameAttributes,
      ...names.aliasAttributes,
      ...recoveryContacts(rest.recovery),
    ];
    return {
      ...rest,
      ...names,
      ...(poolName === undefined ? {} : { poolName }),
      keep: rest.keep.toSorted((one, other) => one - other),
      attributes: addMissing(attributes, contacts),
      autoVerify: autoVerify(names, rest.recovery),
    };
  });
}

// How people sign in cannot change after the pool is made (Amazon Cognito Developer Guide, Updating user pools).
function signInWith() {
  const sentence = expecting("email, phone, [email, phone] or username");
  return z.unknown().transform((value, context): ("email" | "phone")[] => {
    if (value === "username") return [];
    const ways: unknown[] = Array.isArray(value) ? value : [value];
    const known = ways.filter((way) => way === "email" || way === "phone");
    if (known.length > 0 && known.length === ways.length && new Set(known).size === known.length)
      return known;
    context.addIssue({ code: "custom", message: sentence({ input: value }) });
    return z.NEVER;
  });
}

// A pool that was made without saying it reads back as such, and saying it then would make another pool.
function caseSensitive() {
  const error = expecting("true, false or unsaid");
  return z
    .union([z.boolean(), z.literal("unsaid")], { error })
    .default(CASE_SENSITIVE)
    .transform((value) => (value === "unsaid" ? undefined : value));
}

function groups() {
  const one = group({
    precedence: wholeNumber(0, 2_147_483_647).optional(),
    description: text(/^.{1,2048}$/su, "a text of 1 to 2048 characters").optional(),
  });
  return named(
    /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u,
    "1 to 128 letters, digits, signs and punctuation, without spaces",
    // `admins:` with nothing behind it is a group without settings.
    z.preprocess((value) => value ?? {}, one),
  ).transform((inputs): GroupSettings[] =>
    Object.entries(inputs)
      .map(([name, { precedence, description }]) => ({
        name,
        ...(precedence === undefined ? {} : { precedence }),
        ...(description === undefined ? {} : { description }),
      }))
      .toSorted((one, other) => (one.name < other.name ? -1 : 1)),
  );
}

// Cognito reads 0 days as its default of 7, so 0 is not offered (API reference, PasswordPolicyType).
function password() {
  return group({
    minLength: wholeNumber(6, 99).default(PASSWORD.minLength),
    temporaryValidDays: wholeNumber(1, 365).default(PASSWORD.temporaryValidDays),
    requireLowercase: yesNo().default(PASSWORD.requireLowercase),
    requireUppercase: yesNo().default(PASSWORD.requireUppercase),
    requireNumbers: yesNo().default(PASSWORD.requireNumbers),
    requireSymbols: yesNo().default(PASSWORD.requireSymbols),
  });
}

function recovery() {
  return list(oneOf(["email", "phone", "admin"]), "email, phone, admin").superRefine((ways, context) => {
    if (!ways.includes("admin") || ways.length === 1) return;
    const message = "mixes admin with others; give admin alone, or only email and phone";
    context.addIssue({ code: "custom", path: [], message });
  });
}

function recoveryContacts(ways: UsersSettings["recovery"]): Contact[] {
  return ways.flatMap((way) => (way === "admin" ? [] : [CONTACT[way]]));
}

// Whoever signs in with a contact, or recovers by it, has it, whether or not the stack file lists it.
function addMissing(attributes: AttributeSettings[], contacts: readonly string[]): AttributeSettings[] {
  const known = new Set(attributes.map(({ name }) => name));
  const missing = [...new Set(contacts)].filter((name) => !known.has(name));
  return sortAttributes([...attributes, ...missing.map(plainAttribute)]);
}

// With both contacts on the list Cognito sends its code to the phone alone, and the mail address stays unverified
// (Developer Guide, Verifying updates to email addresses and phone numbers): so the phone is on it only where people
// sign in with it, or where no mail address serves recovery.
function autoVerify(
  names: Pick<UsersSettings, "usernameAttributes" | "aliasAttributes">,
  ways: UsersSettings["recovery"],
): Contact[] {
  const signIn: readonly string[] = [...names.usernameAttributes, ...names.aliasAttributes];
  const needsEmail = signIn.includes("email") || ways.includes("email");
  const needsPhone = signIn.includes("phone_number") || (ways.includes("phone") && !needsEmail);
  return [...(needsEmail ? ["email" as const] : []), ...(needsPhone ? ["phone_number" as const] : [])];
}
