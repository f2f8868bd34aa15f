import { createDigestIndex, type DigestIndex } from "../backup/digest-index.ts";
import { findMisfit, isEmailAddress, isPhoneNumber, type Misfit } from "./attribute-faults.ts";
import { readIdentities } from "./identities.ts";
import { type SetUser, valuesOf } from "./set-contents.ts";
import { signInKeys } from "./sign-in-keys.ts";
import type { SignInContact, TargetAttribute, TargetPool } from "./target-pool.ts";
import { findUserNameFault, isFederated, localUserName } from "./user-names.ts";

/** What may sign somebody in. */
export type SignInName = "username" | SignInContact | "preferred_username";

/** Counts of the users of a set, as far as they decide whether a pool can take them. Holds no value of anybody. */
export interface SetTally {
  users: number;
  /** Users by UserStatus. */
  statuses: ReadonlyMap<string, number>;
  /** By the attribute's full name; `sub` and `identities`, which Cognito sets, are not among them. */
  attributes: ReadonlyMap<string, AttributeTally>;
  /** Users whose e-mail address or phone number is verified. */
  verified: Readonly<Record<SignInContact, number>>;
  /** Users with a value that the set's own pool does not take either; no target can be blamed for them. */
  broken: number;
  /** Users who sign in with a password: all but EXTERNAL_PROVIDER. The four counts that follow are of these alone. */
  withPassword: number;
  /** Those who have no verified contact among the target's ways back. */
  withoutWayBack: number;
  /** Those who have no contact that the target's second factors by message could use. */
  withoutFactor: number;
  /** Those whose user name has the form of an e-mail address or phone number. */
  nameLooksLike: Readonly<Record<SignInContact, number>>;
  /** Those whose user name is none that Username takes. */
  unfitNames: number;
  /** Users whose sign-in name in the target, folded where that folds case, somebody else has too. */
  shared: ReadonlyMap<SignInName, number>;
  /** Users without any of the contacts that people sign in with in the target; 0 where they have user names. */
  withoutSignInName: number;
  /** Users linked to an identity provider, by its name. */
  providers: ReadonlyMap<string, number>;
  /** Members by group. */
  groups: ReadonlyMap<string, number>;
  /** The most groups of one user. */
  mostGroups: number;
  /** Users in more groups than Cognito allows. */
  overGroupLimit: number;
  /** Users whose second factors the set tells, none included. */
  withKnownFactors: number;
  /** Characters of the longest `sub`. */
  longestSub: number;
}

/** What users have in one attribute. Characters are UTF-16 code units; AWS does not say what it counts. */
export interface AttributeTally {
  /** Users who have a value. */
  users: number;
  /** Characters of the longest and of the shortest value. */
  longest: number;
  shortest: number;
  /** The greatest and the least of the values that are numbers; undefined where there is none. */
  highest?: number;
  lowest?: number;
  /** Users whose value the target does not take, and the set's pool did. */
  misfits: ReadonlyMap<Misfit, number>;
}

/** Groups that one user may be in (Amazon Cognito Developer Guide, Quotas). */
export const GROUPS_PER_USER = 100;

/** A tally under way: `add` takes each user who is to come back once, `read` may be asked at any time. */
export interface TallyCount {
  add: (user: SetUser) => void;
  read: () => SetTally;
}

/**
 * Counts users for findPoolFaults: against the pool they were in and the one they are to be in. Memory does not grow
 * with the users but for some 40 bytes a sign-in name.
 */
export function createSetTally({ source, target }: { source: TargetPool; target: TargetPool }): TallyCount {
  const statuses = createCounter<string>();
  const attributes = new Map<string, AttributeCount>();
  const verified = { email: 0, phone_number: 0 };
  const nameLooksLike = { email: 0, phone_number: 0 };
  const shared = createCounter<SignInName>();
  const indexes = signInNames(target).map((name) => ({ ...name, index: createDigestIndex() }));
  const providers = createCounter<string>();
  const groups = createCounter<string>();
  const counts = {
    users: 0,
    broken: 0,
    withPassword: 0,
    withoutWayBack: 0,
    withoutFactor: 0,
    unfitNames: 0,
    withoutSignInName: 0,
    mostGroups: 0,
    overGroupLimit: 0,
    withKnownFactors: 0,
    longestSub: 0,
  };

  const addAttributes = (values: ReadonlyMap<string, string>): void => {
    let isBroken = false;
    for (const [name, value] of values) {
      if (name === "sub" || name === "identities") continue;
      const count = attributes.get(name) ?? createAttributeCount();
      attributes.set(name, count);
      countValue(count, value);
      const [own, other] = [source, target].map(({ schema }) => misfitIn(schema.get(name), value));
      if (own !== undefined) isBroken = true;
      else if (other !== undefined) count.misfits.add(other);
    }
    if (isBroken) counts.broken += 1;
  };

  const addPasswordUser = (username: string, has: Has): void => {
    counts.withPassword += 1;
    if (!target.recovery.some((way) => way !== "admin_only" && has.verified(way))) counts.withoutWayBack += 1;
    const { hasSms, hasEmail } = target.mfa;
    if (!(hasSms && has.value("phone_number")) && !(hasEmail && has.value("email"))) {
      counts.withoutFactor += 1;
    }
    if (isEmailAddress(username)) nameLooksLike.email += 1;
    if (isPhoneNumber(username)) nameLooksLike.phone_number += 1;
    if (findUserNameFault(username) !== undefined) counts.unfitNames += 1;
  };

  return {
    add: ({ record, groups: memberships, mfa }) => {
      const values = valuesOf(record);
      const has: Has = {
        value: (name) => values.has(name),
        verified: (name) => values.has(name) && values.get(`${name}_verified`) === "true",
      };
      counts.users += 1;
      counts.longestSub = Math.max(counts.longestSub, record.sub.length);
      if (mfa !== undefined) counts.withKnownFactors += 1;
      statuses.add(record.status);
      addAttributes(values);
      if (has.verified("email")) verified.email += 1;
      if (has.verified("phone_number")) verified.phone_number += 1;
      if (!isFederated(record)) addPasswordUser(record.username, has);
      if (target.usernameAttributes.length > 0 && !target.usernameAttributes.some(has.value)) {
        counts.withoutSignInName += 1;
      }
      const user = { username: localUserName(record), attributes: values };
      for (const { kind, keysOf, index } of indexes) {
        for (const key of keysOf(user)) shared.add(kind, countShared(index, key));
      }
      const names = (readIdentities(values.get("identities")) ?? []).map(({ provider }) => provider);
      for (const provider of new Set(names)) providers.add(provider);
      for (const group of memberships) groups.add(group);
      counts.mostGroups = Math.max(counts.mostGroups, memberships.length);
      if (memberships.length > GROUPS_PER_USER) counts.overGroupLimit += 1;
    },
    read: () => ({
      ...counts,
      verified: { ...verified },
      nameLooksLike: { ...nameLooksLike },
      statuses: statuses.read(),
      attributes: new Map(
        [...attributes].map(([name, count]) => [name, { ...count, misfits: count.misfits.read() }]),
      ),
      shared: shared.read(),
      providers: providers.read(),
      groups: groups.read(),
    }),
  };
}

/** What one user has. */
interface Has {
  value: (name: string) => boolean;
  verified: (name: SignInContact) => boolean;
}

interface AttributeCount extends Omit<AttributeTally, "misfits"> {
  misfits: Counter<Misfit>;
}

interface Counter<Key> {
  add: (key: Key, count?: number) => void;
  read: () => Map<Key, number>;
}

/** How often each key came; keys that came 0 times are not in it. */
function createCounter<Key>(): Counter<Key> {
  const counts = new Map<Key, number>();
  return {
    add: (key, count = 1) => {
      if (count > 0) counts.set(key, (counts.get(key) ?? 0) + count);
    },
    read: () => new Map(counts),
  };
}

function createAttributeCount(): AttributeCount {
  return { users: 0, longest: 0, shortest: Infinity, misfits: createCounter() };
}

function countValue(count: AttributeCount, value: string): void {
  count.users += 1;
  count.longest = Math.max(count.longest, value.length);
  count.shortest = Math.min(count.shortest, value.length);
  const number = value.trim() === "" ? Number.NaN : Number(value);
  if (Number.isNaN(number)) return;
  count.highest = Math.max(count.highest ?? number, number);
  count.lowest = Math.min(count.lowest ?? number, number);
}

function misfitIn(attribute: TargetAttribute | undefined, value: string): Misfit | undefined {
  return attribute && findMisfit(attribute, value);
}

interface SignInRule {
  kind: SignInName;
  keysOf: (user: { username: string; attributes: ReadonlyMap<string, string> }) => string[];
}

/** What the target tells people apart by, each alone. User names differ as they are; only folding makes them the same. */
function signInNames({ usernameAttributes, aliasAttributes, isCaseSensitive }: TargetPool): SignInRule[] {
  const none = { usernameAttributes: [], aliasAttributes: [], isCaseSensitive };
  if (usernameAttributes.length > 0) {
    return usernameAttributes.map((kind) => ({
      kind,
      keysOf: (user) => signInKeys({ ...none, usernameAttributes: [kind] }, user),
    }));
  }
  const names: SignInRule[] = isCaseSensitive
    ? []
    : [{ kind: "username", keysOf: (user) => signInKeys(none, user) }];
  const aliases = aliasAttributes.map(
    (kind): SignInRule => ({
      kind,
      // Without the user name, which comes first.
      keysOf: (user) => signInKeys({ ...none, aliasAttributes: [kind] }, user).slice(1),
    }),
  );
  return [...names, ...aliases];
}

/** By how many the users who share a name become more, now that one more has this one. */
function countShared(index: DigestIndex, key: string): number {
  switch (index.get(key)) {
    case undefined:
      index.set(key, 1);
      return 0;
    case 1:
      index.set(key, 2);
      return 2;
    default:
      return 1;
  }
}
