import { AwsRefusalError, isUserMissing } from "../runtime/aws-errors.ts";
import { createLostPassword } from "./lost-password.ts";
import { missingLinks, type PendingDecision } from "./reimport-plan.ts";
import { attributesDigest, type StandingUser } from "./standing-users.ts";
import type { TargetPool, TargetUser } from "./target-pool.ts";
import { changedAttributes } from "./user-comparison.ts";
import { blockedReasons } from "./user-decision.ts";
import type { NewUser } from "./user-plan.ts";
import { findStanding, type UserWriter } from "./user-writer.ts";

/** What became of one user; a refusal is AWS's word about this user alone. */
export type UserOutcome =
  | { kind: "done"; newSub: string }
  | { kind: "refused"; newSub: string | undefined; reason: string };

export interface RestorerOptions {
  writer: UserWriter;
  target: Pick<TargetPool, "passwordLength" | "schema">;
  randomBytes: (length: number) => Buffer;
}

/** A user for whom something is left to do, or whose place somebody else took meanwhile. */
export interface PendingAction {
  kind: PendingDecision | "clash" | "blocked";
  /** Of somebody who is blocked: why. */
  decision?: "taken" | "unclear";
  user: NewUser;
  /** Who stands there; undefined where nobody does. */
  standing: StandingUser | undefined;
  /** Whether an import job says that it made this user: lists may be behind. */
  isImported?: boolean;
}

/**
 * Brings one user to the planned state, from wherever they stand: created, shut out where they were, given a password
 * that nobody knows, linked, grouped. Every step may be repeated. A password is set only where the user still has the
 * temporary one, so that nobody who has chosen one loses it. Throws what concerns more than this user.
 */
export async function restoreUser(action: PendingAction, options: RestorerOptions): Promise<UserOutcome> {
  if (action.kind === "clash" || action.kind === "blocked") {
    return { kind: "refused", newSub: undefined, reason: blockedReasons[action.decision ?? "clash"] };
  }
  let newSub = action.standing?.sub;
  try {
    const standing =
      action.kind === "create" ? await createUser(action, options) : (action.standing ?? missing());
    newSub = standing.sub;
    if (action.kind === "overwrite" || action.kind === "repair") {
      await overwriteAttributes(action.user, standing, options);
    }
    if (action.kind !== "repair")
      await bringToState(action, await refresh(action, standing, options), options);
    return { kind: "done", newSub };
  } catch (error) {
    if (error instanceof RefusedUserError) return { kind: "refused", newSub, reason: error.message };
    const refusal = findRefusal(error);
    if (refusal === undefined) throw error;
    return { kind: "refused", newSub, reason: refusal };
  }
}

/**
 * Somebody who was found in a list may have been changed since, by a late request of the run before for one. Whoever
 * needs nothing more, as most whom an import job made, is not asked for.
 */
async function refresh(
  { kind, user }: PendingAction,
  standing: StandingUser,
  { writer }: RestorerOptions,
): Promise<StandingUser> {
  if (kind !== "resume" || !isIncomplete(user, standing)) return standing;
  const now = await findStanding(writer, standing.username);
  if (now?.sub === standing.sub) return now;
  throw new RefusedUserError("it was deleted meanwhile");
}

function isIncomplete(user: NewUser, standing: StandingUser): boolean {
  return (
    standing.status === "FORCE_CHANGE_PASSWORD" ||
    (standing.isEnabled && !user.isEnabled) ||
    user.groups.length > 0 ||
    user.factors !== undefined ||
    missingLinks(user, standing.identities).length > 0
  );
}

/** This one user cannot be brought back; the message says why. */
class RefusedUserError extends Error {}

async function createUser(
  { user, isImported }: PendingAction,
  { writer, target, randomBytes }: RestorerOptions,
): Promise<StandingUser> {
  try {
    const temporaryPassword = createLostPassword(target.passwordLength, randomBytes);
    const { username, sub } = await writer.create(user, temporaryPassword);
    return { ...JUST_CREATED, username, sub, digest: attributesDigest(user.attributes) };
  } catch (error) {
    if (!(error instanceof AwsRefusalError) || error.awsName !== "UsernameExistsException") throw error;
    // The user may be ours, from an attempt whose answer was lost: look, never guess.
    const found = await findStanding(writer, user.name);
    const isJustMade =
      found?.status === "FORCE_CHANGE_PASSWORD" && found.digest === attributesDigest(user.attributes);
    const isOurs = isJustMade || (isImported === true && found?.status !== "UNCONFIRMED");
    if (found === undefined || !isOurs) throw new RefusedUserError(blockedReasons.taken);
    return found;
  }
}

/** What AdminCreateUser makes (Amazon Cognito user pools API reference). */
const JUST_CREATED = {
  status: "FORCE_CHANGE_PASSWORD",
  isEnabled: true,
  created: "",
  modified: "",
  identities: undefined,
} as const;

async function bringToState(
  { kind, user }: PendingAction,
  standing: StandingUser,
  { writer, target, randomBytes }: RestorerOptions,
): Promise<void> {
  const { username } = standing;
  // Before the password: with one, somebody who was shut out could come in by "forgot password".
  if (!user.isEnabled && standing.isEnabled) await writer.disable(username);
  if (kind !== "overwrite" && standing.status === "FORCE_CHANGE_PASSWORD") {
    await setLostPassword(writer, username, createLostPassword(target.passwordLength, randomBytes));
  }
  const steps = [
    ...user.groups.map((group) => () => writer.addToGroup(username, group)),
    ...missingLinks(user, standing.identities).map((identity) => () => link(writer, username, identity)),
    ...(user.factors ? [() => writer.setFactors(username, user.factors ?? missing())] : []),
  ];
  const ends = await Promise.allSettled(steps.map((step) => step()));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}

/** A repeated request may be refused as a password used before; what counts is that it was set. */
async function setLostPassword(writer: UserWriter, username: string, password: string): Promise<void> {
  try {
    await writer.setPassword(username, password);
  } catch (error) {
    if (!(error instanceof AwsRefusalError)) throw error;
    const found = await findStanding(writer, username);
    if (found?.status !== "CONFIRMED") throw error;
  }
}

/** A repeated request may be refused because the account is linked already; what counts is to whom. */
async function link(writer: UserWriter, username: string, identity: NewUser["links"][number]): Promise<void> {
  try {
    await writer.link(username, identity);
  } catch (error) {
    if (!(error instanceof AwsRefusalError)) throw error;
    const found = await findStanding(writer, username);
    if (missingLinks({ links: [identity] }, found?.identities).length > 0) throw error;
  }
}

/** Puts the set's values back; what can be written at creation alone, and what the set does not have, stays. */
async function overwriteAttributes(
  user: NewUser,
  standing: StandingUser,
  { writer, target }: RestorerOptions,
): Promise<void> {
  const found = await writer.find(standing.username);
  if (found === undefined) throw new RefusedUserError("it was deleted meanwhile");
  // In the same pool the very person is known by the sub; elsewhere an address that was proven there has to tell.
  if (found.sub !== user.oldSub && !isProven(user, found)) {
    throw new RefusedUserError(
      "whoever has its sign-in name has not proven the address: it may be somebody else",
    );
  }
  const changed = changedAttributes(user, found);
  const unproven = changed.find(([name]) => isContact(name) && !isVerified(user.attributes, name));
  if (unproven !== undefined) {
    throw new RefusedUserError(
      `its ${unproven[0]} is not verified in the set: Cognito would send a code there`,
    );
  }
  const fixed = changed.find(([name]) => target.schema.get(name)?.isMutable === false);
  if (fixed !== undefined) throw new RefusedUserError(`its ${fixed[0]} differs and cannot be changed`);
  if (changed.length > 0) await writer.updateAttributes(standing.username, withFlags(changed, user));
}

/** A new address or number goes with its flag: alone, Cognito would take it for unverified. */
function withFlags(changed: NewUser["attributes"], { attributes }: NewUser): NewUser["attributes"] {
  const names = new Set(changed.map(([name]) => name));
  const isFlagOfChanged = (name: string) =>
    name.endsWith("_verified") && names.has(name.slice(0, -"_verified".length)) && !names.has(name);
  return [...changed, ...attributes.filter(([name]) => isFlagOfChanged(name))];
}

/** AWS's word about one user, for the list of rejects; undefined for whatever concerns the whole run. */
function findRefusal(error: unknown): string | undefined {
  if (error instanceof AwsRefusalError) return error.message;
  return isUserMissing(error) ? error.message : undefined;
}

function missing(): never {
  throw new RangeError("the user to go on with is not known");
}

/** Whether an address or number that Cognito has verified is the same here and there. */
function isProven({ attributes }: NewUser, { attributes: found }: TargetUser): boolean {
  return CONTACTS.some((name) => {
    const value = attributes.find(([own]) => own === name)?.[1];
    const there = found.get(name);
    const isSame = value !== undefined && value.toLowerCase() === there?.toLowerCase();
    return isSame && isVerified(attributes, name) && found.get(`${name}_verified`) === "true";
  });
}

const CONTACTS = ["email", "phone_number"];

function isContact(name: string): boolean {
  return CONTACTS.includes(name);
}

function isVerified(attributes: NewUser["attributes"], name: string): boolean {
  return attributes.some(([flag, value]) => flag === `${name}_verified` && value === "true");
}
