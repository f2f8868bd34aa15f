import type { UserRecord } from "../backup/format.ts";
import { findValueFault, isEmailAddress, isPhoneNumber } from "./attribute-faults.ts";
import { findCsvObstacle } from "./csv-eligibility.ts";
import { type LinkedIdentity, readIdentities } from "./identities.ts";
import type { Omissions } from "./omissions.ts";
import { type SetUser, valuesOf } from "./set-contents.ts";
import { GROUPS_PER_USER } from "./set-tally.ts";
import { LEGACY_SUB, type TargetPool } from "./target-pool.ts";
import { findUserNameFault, isFederated, localUserName } from "./user-names.ts";

/** What decides about each user alike. */
export interface UserRules {
  target: TargetPool;
  /** Whether people who never confirmed their sign-up come back. */
  restoresUnconfirmed: boolean;
  /** Whether second factors are switched on again where the set tells them. */
  restoresFactors: boolean;
  engine: "auto" | "csv" | "api";
  /** What is left out of users, because somebody accepted it. */
  leftOut: Omissions;
  isErased: (user: { sub: string; email: string | undefined; created: string }) => boolean;
}

/** What becomes of one user of the set. */
export type UserPlan =
  | { kind: "create"; user: NewUser }
  | { kind: "skip"; reason: SkipReason }
  | { kind: "impossible"; reason: string };

/** Why a user of the set stays away without anything being wrong. */
export type SkipReason = "erased" | "unconfirmed" | "not chosen";

/** A user as the target is to have them. */
export interface NewUser {
  ordinal: number;
  /** In the pool that the set was made of. */
  oldSub: string;
  /** What AdminCreateUser is given as the user name. */
  name: string;
  /** Without what Cognito sets itself. */
  attributes: readonly (readonly [string, string])[];
  isEnabled: boolean;
  groups: readonly string[];
  links: readonly LinkedIdentity[];
  factors: FactorPreference | undefined;
  /** Second factors that nobody can bring back, by AWS's names. */
  lostFactors: readonly string[];
  engine: "csv" | "api";
  /** Why the CSV import cannot carry the user; undefined where it can. */
  csvObstacle: string | undefined;
}

/** Second factors that need nothing but an address or number of the user. */
export interface FactorPreference {
  enabled: readonly ("SMS_MFA" | "EMAIL_OTP")[];
  preferred: "SMS_MFA" | "EMAIL_OTP" | undefined;
}

/** What is to be done about one user, from what the set and the target say alone. */
export function planUser(setUser: SetUser, rules: UserRules): UserPlan {
  const { record } = setUser;
  const values = valuesOf(record);
  if (isErased(record, values, rules)) {
    return { kind: "skip", reason: "erased" };
  }
  if (record.status === "UNCONFIRMED" && !rules.restoresUnconfirmed) {
    return { kind: "skip", reason: "unconfirmed" };
  }
  const identities = readIdentities(values.get("identities"));
  if (identities === undefined) return impossible("its identities are not what Cognito writes");
  const links = identities.filter(({ provider }) => !rules.leftOut.providers.has(provider));
  if (isFederated(record) && links.length === 0) {
    return impossible("it signs in through an identity provider that the target does not have");
  }
  if (links.length > MOST_LINKS) return impossible(`it is linked to more than ${MOST_LINKS} identities`);
  const name = chooseName(rules.target, values, localUserName(record));
  if (name === undefined) return impossible(`it has no ${rules.target.usernameAttributes.join(" or ")}`);
  const attributes = chooseAttributes(values, record.sub, rules);
  const fault = findNameFault(name, rules.target) ?? findAttributeFault(attributes, rules.target);
  if (fault !== undefined) return impossible(fault);
  if (setUser.groups.length > GROUPS_PER_USER) {
    return impossible(`it is in more than ${GROUPS_PER_USER} groups`);
  }
  const draft = {
    ordinal: setUser.ordinal,
    oldSub: record.sub,
    name,
    attributes,
    isEnabled: record.enabled,
    groups: setUser.groups,
    links,
    ...chooseFactors(setUser, values, rules),
  };
  return { kind: "create", user: { ...draft, ...chooseEngine(draft, rules) } };
}

/** Under the `sub` of the set, or the one they had in a pool before that. */
function isErased(
  { sub, created }: UserRecord,
  values: ReadonlyMap<string, string>,
  rules: UserRules,
): boolean {
  const before = values.get(LEGACY_SUB);
  if (before !== undefined && rules.isErased({ sub: before, email: undefined, created })) return true;
  return rules.isErased({ sub, email: values.get("email"), created });
}

/** Identities that one user may be linked to (Amazon Cognito Developer Guide, Quotas). */
const MOST_LINKS = 5;

/** What is told of a user, or set, by Cognito alone. */
const SET_BY_COGNITO: ReadonlySet<string> = new Set(["sub", "identities"]);

/** The name to create somebody by: where people sign in with an address or number, that, elsewhere the user name. */
function chooseName(
  { usernameAttributes }: TargetPool,
  values: ReadonlyMap<string, string>,
  username: string,
): string | undefined {
  if (usernameAttributes.length === 0) return username;
  return usernameAttributes.map((name) => values.get(name)).find((value) => value !== undefined);
}

function chooseAttributes(
  values: ReadonlyMap<string, string>,
  oldSub: string,
  { target, leftOut }: UserRules,
): (readonly [string, string])[] {
  const kept = [...values].filter(
    ([name, value]) =>
      !SET_BY_COGNITO.has(name) &&
      !leftOut.attributes.has(name) &&
      !isIdleFlag(name, values) &&
      !(leftOut.unfitValues.has(name) && isUnfit(target, name, value)),
  );
  const keepsSub =
    target.schema.has(LEGACY_SUB) && !values.has(LEGACY_SUB) && !leftOut.attributes.has(LEGACY_SUB);
  return keepsSub ? [...kept, [LEGACY_SUB, oldSub]] : kept;
}

function isUnfit({ schema }: TargetPool, name: string, value: string): boolean {
  const attribute = schema.get(name);
  return attribute !== undefined && findValueFault(attribute, value) !== undefined;
}

/** A flag about an address or number that is not there, which Cognito refuses. */
function isIdleFlag(name: string, values: ReadonlyMap<string, string>): boolean {
  return (
    (name === "email_verified" && !values.has("email")) ||
    (name === "phone_number_verified" && !values.has("phone_number"))
  );
}

/** A user name may not have the form of an alias (Amazon Cognito Developer Guide, "Customizing sign-in attributes"). */
function findNameFault(name: string, { aliasAttributes }: TargetPool): string | undefined {
  const fault = findUserNameFault(name);
  if (fault !== undefined) return fault;
  if (aliasAttributes.includes("email") && isEmailAddress(name)) return "its user name looks like an address";
  if (aliasAttributes.includes("phone_number") && isPhoneNumber(name)) {
    return "its user name looks like a phone number";
  }
  return undefined;
}

function findAttributeFault(
  attributes: readonly (readonly [string, string])[],
  { schema }: TargetPool,
): string | undefined {
  for (const [name, value] of attributes) {
    const attribute = schema.get(name);
    if (attribute === undefined) return `it has ${name}, which the target's schema lacks`;
    const fault = findValueFault(attribute, value);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Codes by message need an address alone; authenticators, passkeys and devices are secrets that AWS gives to nobody. */
function chooseFactors(
  { mfa }: SetUser,
  values: ReadonlyMap<string, string>,
  { target, restoresFactors }: UserRules,
): Pick<NewUser, "factors" | "lostFactors"> {
  if (mfa === undefined || mfa.factors.length === 0) return { factors: undefined, lostFactors: [] };
  const offers = {
    SMS_MFA: target.mfa.hasSms && values.has("phone_number"),
    EMAIL_OTP: target.mfa.hasEmail && values.has("email"),
  };
  const isOffered = (factor: string): factor is keyof typeof offers =>
    target.mfa.mode !== "OFF" && Object.hasOwn(offers, factor) && offers[factor as keyof typeof offers];
  const enabled = restoresFactors ? mfa.factors.filter(isOffered) : [];
  const { preferred } = mfa;
  const lostFactors = mfa.factors.filter((factor) => !(enabled as string[]).includes(factor));
  if (enabled.length === 0) return { factors: undefined, lostFactors };
  const stays = preferred !== undefined && isOffered(preferred) ? preferred : undefined;
  return { factors: { enabled, preferred: stays }, lostFactors };
}

type EngineDraft = Omit<NewUser, "engine" | "csvObstacle">;

function chooseEngine(
  draft: EngineDraft,
  { target, engine }: UserRules,
): Pick<NewUser, "engine" | "csvObstacle"> {
  const csvObstacle = findCsvObstacle({ username: draft.name, ...draft }, target);
  // Whatever else is to be done takes the API, which makes the user active this month: then CSV would save nothing.
  const isWorthwhile = draft.groups.length === 0 && draft.links.length === 0 && !draft.factors;
  const usesCsv = csvObstacle === undefined && (engine === "csv" || (engine === "auto" && isWorthwhile));
  return { engine: usesCsv ? "csv" : "api", csvObstacle };
}

function impossible(reason: string): UserPlan {
  return { kind: "impossible", reason };
}
