import { createHash } from "node:crypto";
import { createDigestIndex, type DigestIndex } from "../backup/digest-index.ts";
import type { RateLimiter } from "../runtime/quotas.ts";
import { readIdentities } from "./identities.ts";
import type { JournalState } from "./journal-format.ts";
import type { SetContents, SetUser } from "./set-contents.ts";
import { signInKeys } from "./sign-in-keys.ts";
import { attributesDigest, type StandingUser, type StandingUsers } from "./standing-users.ts";
import type { TargetPool } from "./target-pool.ts";
import { type Decision, decide, type ExistingPolicy, type Scope } from "./user-decision.ts";
import { type NewUser, planUser, type SkipReason, type UserRules } from "./user-plan.ts";

/** Everything a plan is made of; nothing in it changes while it is made. */
export interface PlanInput {
  set: Pick<SetContents, "users" | "groups">;
  target: TargetPool;
  standing: StandingUsers;
  journal: Pick<JournalState, "done" | "refused" | "intended" | "imported">;
  rules: UserRules;
  scope: Scope;
  existing: ExistingPolicy;
  /** Whether the set was made of the target itself: then a `sub` tells who is who, whatever else was changed. */
  isSamePool: boolean;
}

/** What is to be done with one user of the set. */
export type UserAction = { setUser: SetUser } & (
  | { kind: PendingDecision; user: NewUser; standing: StandingUser | undefined }
  | {
      kind: "none";
      decision: "done" | "gone" | "standing";
      user: NewUser;
      standing: StandingUser | undefined;
    }
  | { kind: "clash"; user: NewUser; standing: StandingUser }
  | { kind: "blocked"; decision: "taken" | "unclear"; user: NewUser; standing: StandingUser }
  | { kind: "skip"; reason: SkipReason }
  | { kind: "impossible"; reason: string }
);

/** Decisions that leave something to do. */
export type PendingDecision = "create" | "resume" | "overwrite" | "repair";

/** The plan of a re-import, in numbers; who is who is worked out anew, user by user, when it is carried out. */
export interface ReimportPlan {
  /** SHA-256 over every decision: two plans with the same hash do the same. */
  hash: string;
  /** Users of the set. */
  users: number;
  decisions: Record<Decision, number>;
  skipped: Record<SkipReason, number>;
  impossible: Rejected[];
  /** Users of the set by what creates them. */
  engines: { csv: number; api: number };
  /** Why users who would be created cannot go by CSV, with how many. */
  csvObstacles: Map<string, number>;
  linked: number;
  /** Groups that the target lacks and somebody is in, or that have nobody. */
  groupsToCreate: string[];
  /** Calls that are still to be made, by operation. */
  calls: Record<PlannedCall, number>;
  /** Users whom AWS counts as active this month: if the API makes all, if CSV does what it can, and as planned. */
  activeUsers: { api: number; csv: number; planned: number };
  /** Who has to register a second factor again, by factor. */
  lostFactors: Record<string, number>;
  /** Users without a verified way back: "forgot password" cannot help them. */
  withoutWayBack: number;
  /** Accounts in the target that the set does not have, and the first few of them. */
  strangers: number;
  someStrangers: Pick<StandingUser, "sub" | "created">[];
  /** The first few users whose place is taken, by their `sub` in the set. */
  clashes: string[];
  /** Of the names by which users were chosen, how many users of the set each fits. */
  named: Record<string, number>;
}

export type PlannedCall =
  | "AdminCreateUser"
  | "AdminSetUserPassword"
  | "AdminAddUserToGroup"
  | "AdminDisableUser"
  | "AdminLinkProviderForUser"
  | "AdminSetUserMFAPreference"
  | "AdminUpdateUserAttributes"
  | "CreateGroup";

/** A user who cannot be brought back, and why. */
export interface Rejected {
  ordinal: number;
  sub: string;
  username: string;
  reason: string;
}

/** Names of clashing users that a refusal tells, and accounts of others that a plan does. */
const SHOWN_CLASHES = 5;
const SHOWN_STRANGERS = 10;

/**
 * What becomes of each user of the set, in the set's order: the same for the same input, at every reading. Users who
 * have the sign-in name of somebody earlier in the set are impossible.
 */
export async function* planActions(input: PlanInput): AsyncGenerator<UserAction> {
  const seen = { keys: createDigestIndex(), accounts: new Set<string>() };
  for await (const setUser of input.set.users()) yield planAction(input, setUser, seen);
}

/** Sign-in names of the users so far, and the accounts of the target that are theirs. */
interface Seen {
  keys: DigestIndex;
  accounts: Set<string>;
}

function planAction(input: PlanInput, setUser: SetUser, seen: Seen): UserAction {
  const { scope, rules, target, standing, journal, existing, isSamePool } = input;
  if ("names" in scope && !isChosen(setUser, scope.names)) {
    return { kind: "skip", reason: "not chosen", setUser };
  }
  const plan = planUser(setUser, rules);
  if (plan.kind !== "create") return { ...plan, setUser };
  const { user } = plan;
  const keys = keysOf(target, user);
  if (keys.some((key) => seen.keys.get(key) !== undefined)) {
    return { kind: "impossible", reason: "another user of the set signs in with the same name", setUser };
  }
  for (const key of keys) seen.keys.set(key, 1);
  const own = (isSamePool ? standing.findSub(user.oldSub) : undefined) ?? findMade(user.ordinal, input);
  // Whose attributes are put back is the very person, never somebody who has the name by now.
  const found = own ?? (scope.kind === "attributes" ? undefined : standing.find(keys));
  if (found !== undefined) {
    if (seen.accounts.has(found.sub)) {
      return {
        kind: "impossible",
        reason: "its account in the target is another user's of the set",
        setUser,
      };
    }
    seen.accounts.add(found.sub);
  }
  const decision = decide(user, found, journal, { scope, existing });
  switch (decision) {
    case "create":
    case "resume":
    case "overwrite":
    case "repair":
      return { kind: decision, user, standing: found, setUser };
    case "taken":
    case "unclear":
      if (found === undefined) throw new RangeError("nobody has the name");
      return { kind: "blocked", decision, user, standing: found, setUser };
    case "clash":
      if (found === undefined) throw new RangeError("nobody to clash with");
      return { kind: "clash", user, standing: found, setUser };
    case "done":
    case "gone":
    case "standing":
      return { kind: "none", decision, user, standing: found, setUser };
  }
}

/** Whom an earlier run made or overwrote, under whatever address they sign in by now. */
function findMade(ordinal: number, { journal, standing }: PlanInput): StandingUser | undefined {
  const newSub = journal.done.get(ordinal)?.newSub ?? journal.refused.get(ordinal)?.newSub;
  return newSub === undefined ? undefined : standing.findSub(newSub);
}

/** The sign-in names that a user will have in the target. */
export function keysOf(target: TargetPool, user: NewUser): string[] {
  return signInKeys(target, { username: user.name, attributes: new Map(user.attributes) });
}

function isChosen(setUser: SetUser, names: readonly string[]): boolean {
  return names.some((name) => isNamed(setUser, name));
}

/** Whether a name means this user: it is their user name, `sub`, address or number. */
function isNamed({ record }: SetUser, name: string): boolean {
  const values = new Map(record.attributes);
  return [record.username, record.sub, values.get("email"), values.get("phone_number")].includes(name);
}

function countNames(named: Record<string, number>, setUser: SetUser, names: readonly string[]): void {
  for (const name of names) if (isNamed(setUser, name)) named[name] = (named[name] ?? 0) + 1;
}

/** Works the whole plan out. Memory does not grow with the users, but with those who cannot be brought back. */
export async function planReimport(input: PlanInput): Promise<ReimportPlan> {
  const plan = emptyPlan();
  if ("names" in input.scope) plan.named = Object.fromEntries(input.scope.names.map((name) => [name, 0]));
  const hash = createHash("sha256");
  const missing = new Set(
    input.set.groups.map(({ name }) => name).filter((name) => !input.target.groups.has(name)),
  );
  const known = new Set<string>();
  for await (const action of planActions(input)) {
    plan.users += 1;
    if ("names" in input.scope) countNames(plan.named, action.setUser, input.scope.names);
    hash.update(`${describeAction(action)}\n`);
    const standing = findKnown(action, input);
    if (standing) known.add(standing.sub);
    countAction(plan, action, input);
  }
  plan.groupsToCreate =
    input.scope.kind === "everybody"
      ? [...missing]
      : [...plan.groupsNeeded].filter((name) => missing.has(name));
  plan.calls.CreateGroup = plan.groupsToCreate.length;
  const strangers = findStrangers(input.standing, known);
  plan.strangers = strangers.length;
  plan.someStrangers = strangers.slice(0, SHOWN_STRANGERS).map(({ sub, created }) => ({ sub, created }));
  for (const name of plan.groupsToCreate) hash.update(`group ${name}\n`);
  const { groupsNeeded: _, ...rest } = plan;
  return { ...rest, hash: hash.digest("hex") };
}

/** Who stands there of this user, also where the plan leaves the user out. */
export function findKnown(action: UserAction, input: PlanInput): StandingUser | undefined {
  if ("user" in action) return action.standing ?? findMade(action.setUser.ordinal, input);
  const { record } = action.setUser;
  const attributes = new Map(record.attributes.flatMap(([name, value]) => (value ? [[name, value]] : [])));
  const keys = signInKeys(input.target, { username: record.username, attributes });
  const sameSub = input.isSamePool ? input.standing.findSub(record.sub) : undefined;
  return sameSub ?? findMade(action.setUser.ordinal, input) ?? input.standing.find(keys);
}

/** Whoever stands in the target and is nobody of the set. */
export function findStrangers(standing: StandingUsers, known: ReadonlySet<string>): StandingUser[] {
  return [...standing.all()].filter(({ sub }) => !known.has(sub));
}

/** Seconds that the calls of a plan take at the rates of a limiter: lanes run side by side, so the slowest decides. */
export function planSeconds(calls: ReimportPlan["calls"], limiter: Pick<RateLimiter, "rateOf">): number {
  const lanes: Record<string, readonly PlannedCall[]> = {
    creation: ["AdminCreateUser"],
    password: ["AdminSetUserPassword"],
    update: [
      "AdminAddUserToGroup",
      "AdminDisableUser",
      "AdminLinkProviderForUser",
      "AdminUpdateUserAttributes",
    ],
    factors: ["AdminSetUserMFAPreference"],
    groups: ["CreateGroup"],
  };
  return Math.max(
    ...Object.values(lanes).map((operations) => {
      const count = operations.reduce((sum, operation) => sum + calls[operation], 0);
      return count / limiter.rateOf(operations[0] ?? "");
    }),
  );
}

/** Calls to AWS that change something, all together. */
export function countWrites({ calls, engines }: Pick<ReimportPlan, "calls" | "engines">): number {
  return engines.csv + Object.values(calls).reduce((sum, count) => sum + count, 0);
}

type Draft = Omit<ReimportPlan, "hash"> & { groupsNeeded: Set<string> };

function emptyPlan(): Draft {
  return {
    users: 0,
    decisions: {
      create: 0,
      resume: 0,
      overwrite: 0,
      repair: 0,
      done: 0,
      gone: 0,
      standing: 0,
      clash: 0,
      taken: 0,
      unclear: 0,
    },
    skipped: { erased: 0, unconfirmed: 0, "not chosen": 0 },
    impossible: [],
    engines: { csv: 0, api: 0 },
    csvObstacles: new Map(),
    linked: 0,
    groupsToCreate: [],
    groupsNeeded: new Set(),
    calls: {
      AdminCreateUser: 0,
      AdminSetUserPassword: 0,
      AdminAddUserToGroup: 0,
      AdminDisableUser: 0,
      AdminLinkProviderForUser: 0,
      AdminSetUserMFAPreference: 0,
      AdminUpdateUserAttributes: 0,
      CreateGroup: 0,
    },
    activeUsers: { api: 0, csv: 0, planned: 0 },
    lostFactors: {},
    withoutWayBack: 0,
    strangers: 0,
    someStrangers: [],
    clashes: [],
    named: {},
  };
}

function describeAction(action: UserAction): string {
  if (action.kind === "skip" || action.kind === "impossible") {
    return `${action.setUser.ordinal} ${action.kind} ${action.reason}`;
  }
  const { user } = action;
  const what = "decision" in action ? action.decision : action.kind;
  const links = user.links.map(({ provider, userId }) => `${provider} ${userId}`);
  return JSON.stringify([
    user.ordinal,
    what,
    user.engine,
    user.name,
    attributesDigest(user.attributes),
    user.isEnabled,
    user.groups,
    links,
    user.factors ?? null,
  ]);
}

function countAction(plan: Draft, action: UserAction, { target, rules }: PlanInput): void {
  if (action.kind === "skip") {
    plan.skipped[action.reason] += 1;
    return;
  }
  if (action.kind === "impossible") {
    const { ordinal, record } = action.setUser;
    plan.impossible.push({ ordinal, sub: record.sub, username: record.username, reason: action.reason });
    return;
  }
  const { user } = action;
  plan.decisions["decision" in action ? action.decision : action.kind] += 1;
  if (action.kind === "clash" && plan.clashes.length < SHOWN_CLASHES) plan.clashes.push(user.oldSub);
  if (action.kind === "none" || action.kind === "clash" || action.kind === "blocked") return;
  countCalls(plan, user, action);
  for (const group of user.groups) plan.groupsNeeded.add(group);
  if (user.links.length > 0) plan.linked += 1;
  for (const factor of user.lostFactors) plan.lostFactors[factor] = (plan.lostFactors[factor] ?? 0) + 1;
  if (!hasWayBack(user, target)) plan.withoutWayBack += 1;
  if (rules.engine !== "api" && user.csvObstacle !== undefined) {
    plan.csvObstacles.set(user.csvObstacle, (plan.csvObstacles.get(user.csvObstacle) ?? 0) + 1);
  }
}

function countCalls(
  plan: Draft,
  user: NewUser,
  { kind, standing }: Extract<UserAction, { kind: PendingDecision }>,
): void {
  const { calls } = plan;
  const followUps = user.groups.length + user.links.length + Number(!user.isEnabled) + Number(!!user.factors);
  // Whoever is there already takes the API.
  const takesCsv = kind === "create" && followUps === 0;
  plan.activeUsers.api += 1;
  if (!takesCsv || user.csvObstacle !== undefined) plan.activeUsers.csv += 1;
  if (!takesCsv || user.engine === "api") plan.activeUsers.planned += 1;
  if (kind === "create") {
    plan.engines[user.engine] += 1;
    if (user.engine === "api") calls.AdminCreateUser += 1;
  }
  const isNewByApi = kind === "create" && user.engine === "api";
  if (isNewByApi || (kind === "resume" && standing?.status === "FORCE_CHANGE_PASSWORD")) {
    calls.AdminSetUserPassword += 1;
  }
  if (kind === "overwrite" || kind === "repair") calls.AdminUpdateUserAttributes += 1;
  if (kind === "repair") return;
  if (!user.isEnabled && standing?.isEnabled !== false) calls.AdminDisableUser += 1;
  calls.AdminAddUserToGroup += user.groups.length;
  calls.AdminLinkProviderForUser += missingLinks(user, standing?.identities).length;
  if (user.factors) calls.AdminSetUserMFAPreference += 1;
}

/** The accounts at identity providers that a user is to have and does not have yet. */
export function missingLinks(user: Pick<NewUser, "links">, identities: string | undefined): NewUser["links"] {
  const present = readIdentities(identities) ?? [];
  return user.links.filter(
    ({ provider, userId }) =>
      !present.some((other) => other.provider === provider && other.userId === userId),
  );
}

/** Whether "forgot password" can send a code: to a verified contact among the pool's ways back. */
export function hasWayBack(user: NewUser, { recovery }: TargetPool): boolean {
  const values = new Map(user.attributes);
  return recovery.some(
    (contact) =>
      contact !== "admin_only" && values.has(contact) && values.get(`${contact}_verified`) === "true",
  );
}
