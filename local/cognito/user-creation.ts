import { AwsFault } from "../aws-fault.ts";
import { readNewAttributes, refuseMissingRequired, refuseVerifiedWithoutValue } from "./attribute-values.ts";
import { setPassword } from "./credentials.ts";
import { limitExceeded, userNotFound } from "./faults.ts";
import { drawUuid } from "./identifiers.ts";
import { sendInvitation } from "./invitations.ts";
import { limits } from "./limits.ts";
import { drawTemporaryPassword, passwordRules, refuseWeakPassword } from "./password-policy.ts";
import type { AdminCreateUserInput } from "./shapes/users.ts";
import { aliasExists, findAliasHolders, readUsername, withSignInAttribute } from "./sign-in-names.ts";
import type { Pool, User, UserStatus, World } from "./state.ts";
import { announceAdminUser } from "./triggers/sign-up-triggers.ts";

/** AdminCreateUser for a new user. */
export async function createUser(world: World, pool: Pool, input: AdminCreateUserInput): Promise<User> {
  const { username, attribute } = readUsername(pool, input.Username);
  const given = readNewAttributes(pool.schema, input.UserAttributes ?? [], "administrator");
  const attributes = withSignInAttribute(pool, given, attribute, input.Username);
  refuseVerifiedWithoutValue(attributes);
  const sub = drawUuid(world.randomBytes);
  await announceAdminUser(world, pool, {
    userName: username ?? sub,
    attributes,
    validationData: input.ValidationData,
    metadata: input.ClientMetadata,
  });
  if (username !== undefined && pool.users.findByUsername(username) !== undefined) throw usernameExists();
  const password = choosePassword(world, pool, input);
  if (password === undefined) refuseMissingRequired(pool.schema, attributes);
  if (pool.users.size >= limits.usersPerPool) {
    throw limitExceeded(`Maximum of ${limits.usersPerPool} users in a user pool.`);
  }
  for (const taken of findAliasHolders(pool, attributes)) {
    if (taken.attribute === attribute) throw usernameExists();
    const isVerified = attributes[`${taken.attribute}_verified`] === "true";
    if (input.ForceAliasCreation !== true || !isVerified) throw aliasExists(taken.attribute);
    takeAlias(world, pool, taken.holder, taken.attribute);
  }
  const user = addUser(world, pool, {
    username,
    sub,
    attributes,
    status: password === undefined ? "CONFIRMED" : "FORCE_CHANGE_PASSWORD",
  });
  if (password !== undefined) setPassword(world, pool, user, password, "temporary");
  if (input.MessageAction !== "SUPPRESS") await invite(world, pool, user, password, input);
  return user;
}

/** AdminCreateUser with RESEND: a new temporary password and a new period for a user who never signed in. */
export async function resendInvitation(world: World, pool: Pool, input: AdminCreateUserInput): Promise<User> {
  const user = pool.users.find(input.Username);
  if (user === undefined) throw userNotFound();
  if (user.status !== "FORCE_CHANGE_PASSWORD") {
    throw new AwsFault(
      "UnsupportedUserStateException",
      `Resend not possible. ${input.Username} status is not FORCE_CHANGE_PASSWORD`,
    );
  }
  const password = choosePassword(world, pool, input) ?? drawFor(world, pool);
  setPassword(world, pool, user, password, "temporary");
  user.modifiedAt = world.now();
  await invite(world, pool, user, password, input);
  return user;
}

async function invite(
  world: World,
  pool: Pool,
  user: User,
  password: string | undefined,
  input: AdminCreateUserInput,
): Promise<void> {
  const media = input.DesiredDeliveryMediums ?? ["SMS"];
  await sendInvitation(world, pool, user, password, { media, metadata: input.ClientMetadata });
}

/** Puts a user into the pool; names and aliases have been found free. Every way to create a user ends here. */
export function addUser(
  world: World,
  pool: Pool,
  input: {
    /** undefined: the generated sub is the name. */
    username: string | undefined;
    attributes: Readonly<Record<string, string>>;
    status: UserStatus;
    sub?: string | undefined;
    isEnabled?: boolean | undefined;
    createdAt?: number | undefined;
  },
): User {
  const sub = input.sub ?? drawUuid(world.randomBytes);
  const createdAt = input.createdAt ?? world.now();
  return pool.users.add((sequence) => ({
    sequence,
    username: input.username ?? sub,
    sub,
    createdAt,
    modifiedAt: createdAt,
    isEnabled: input.isEnabled ?? true,
    status: input.status,
    attributes: input.attributes,
    pendingContacts: undefined,
    credential: undefined,
    passwordHistory: undefined,
    mfa: undefined,
    totp: undefined,
    memberships: undefined,
  }));
}

/** "This moves the alias from the previous account, and it also marks the attribute unverified there" (Developer Guide). */
export function takeAlias(world: World, pool: Pool, holder: User, attribute: string): void {
  if (attribute === "preferred_username") {
    const { preferred_username: _, ...rest } = holder.attributes;
    pool.users.replaceAttributes(holder, rest);
  } else {
    pool.users.replaceAttributes(holder, { ...holder.attributes, [`${attribute}_verified`]: "false" });
  }
  holder.modifiedAt = world.now();
}

/** The request's temporary password, a generated one, or none where users can sign in by e-mailed or texted codes. */
function choosePassword(world: World, pool: Pool, input: AdminCreateUserInput): string | undefined {
  const given = input.TemporaryPassword ?? "";
  if (given !== "") {
    refuseWeakPassword(passwordRules(pool), given, "administrator");
    return given;
  }
  return isPasswordless(pool) ? undefined : drawFor(world, pool);
}

function drawFor(world: World, pool: Pool): string {
  return drawTemporaryPassword(passwordRules(pool), world.randomBytes);
}

function isPasswordless(pool: Pool): boolean {
  const factors = pool.settings.Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? [];
  return factors.some((factor) => factor === "EMAIL_OTP" || factor === "SMS_OTP");
}

function usernameExists(): AwsFault {
  return new AwsFault("UsernameExistsException", "User account already exists");
}
