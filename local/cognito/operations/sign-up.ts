import { AwsFault } from "../../aws-fault.ts";
import { readNewAttributes, refuseMissingRequired } from "../attribute-values.ts";
import { setPassword } from "../credentials.ts";
import { invalidParameter, userNotFound } from "../faults.ts";
import { drawUuid } from "../identifiers.ts";
import { passwordRules, refuseWeakPassword } from "../password-policy.ts";
import { confirmSignUp, signUp, userOfClient, userOfPool } from "../shapes/sign-in.ts";
import { requirePoolClient } from "../sign-in/clients.ts";
import { type CodeDelivery, redeemCode, sendCode } from "../sign-in/codes.ts";
import { notAuthorized, refuseWrongSecretHash } from "../sign-in/secret-hash.ts";
import { aliasExists, findAliasHolders, readUsername, withSignInAttribute } from "../sign-in-names.ts";
import type { Client, Contact, Pool, User, World } from "../state.ts";
import type { MessageOccasion } from "../triggers/message-trigger.ts";
import { announceConfirmation, decideSignUp } from "../triggers/sign-up-triggers.ts";
import { addUser, takeAlias } from "../user-creation.ts";
import { type Operations, operation, requirePool, requireUser } from "./operation.ts";

export const signUpOperations: Operations = {
  SignUp: operation(signUp, async (world, input) => {
    const { pool, client } = requirePoolClient(world, input.ClientId);
    refuseWrongSecretHash(client, input.Username, input.SecretHash);
    if (pool.settings.AdminCreateUserConfig?.AllowAdminCreateUserOnly === true) {
      throw notAuthorized("SignUp is not permitted for this user pool");
    }
    if (input.Password === undefined) throw invalidParameter("Password is required.");
    refuseUnwritable(
      client,
      (input.UserAttributes ?? []).map(({ Name }) => Name),
    );
    const { username, attribute } = readUsername(pool, input.Username);
    const given = readNewAttributes(pool.schema, input.UserAttributes ?? [], "user");
    const attributes = withSignInAttribute(pool, given, attribute, input.Username);
    refuseMissingRequired(pool.schema, attributes);
    refuseWeakPassword(passwordRules(pool), input.Password, "user");
    const sub = drawUuid(world.randomBytes);
    const { isConfirmed, verified } = await decideSignUp(world, pool, client.id, {
      userName: username ?? sub,
      attributes,
      validationData: input.ValidationData,
      metadata: input.ClientMetadata,
    });
    const isTaken =
      (username !== undefined && pool.users.findByUsername(username) !== undefined) ||
      (attribute !== undefined && pool.users.findByAlias(attribute, input.Username) !== undefined);
    if (isTaken) throw new AwsFault("UsernameExistsException", "User already exists");
    const user = addUser(world, pool, { username, sub, attributes, status: "UNCONFIRMED" });
    setPassword(world, pool, user, input.Password, "permanent");
    verifyContacts(world, pool, user, verified);
    const said = { clientId: client.id, metadata: input.ClientMetadata };
    if (isConfirmed) {
      user.status = "CONFIRMED";
      await announceConfirmation(world, pool, user, { source: "PostConfirmation_ConfirmSignUp", ...said });
      return { UserConfirmed: true, UserSub: user.sub };
    }
    const delivery = await sendSignUpCode(world, pool, user, { source: "SignUp", ...said });
    return {
      UserConfirmed: false,
      UserSub: user.sub,
      ...(delivery === undefined ? {} : { CodeDeliveryDetails: delivery }),
    };
  }),

  ConfirmSignUp: operation(confirmSignUp, async (world, input) => {
    const { pool, client } = requirePoolClient(world, input.ClientId);
    refuseWrongSecretHash(client, input.Username, input.SecretHash);
    const user = pool.users.find(input.Username);
    if (user === undefined) throw userNotFound();
    requireUnconfirmed(user);
    const { destination } = redeemCode(world, user, "sign-up", input.ConfirmationCode);
    confirmUser(world, pool, user, verifiedBy(user, destination), input.ForceAliasCreation === true);
    await announceConfirmation(world, pool, user, {
      source: "PostConfirmation_ConfirmSignUp",
      clientId: client.id,
      metadata: input.ClientMetadata,
    });
    return {};
  }),

  AdminConfirmSignUp: operation(userOfPool, async (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const user = requireUser(pool, input.Username);
    requireUnconfirmed(user);
    confirmUser(world, pool, user, undefined, false);
    await announceConfirmation(world, pool, user, {
      source: "PostConfirmation_ConfirmSignUp",
      clientId: undefined,
      metadata: input.ClientMetadata,
    });
    return {};
  }),

  ResendConfirmationCode: operation(userOfClient, async (world, input) => {
    const { pool, client } = requirePoolClient(world, input.ClientId);
    refuseWrongSecretHash(client, input.Username, input.SecretHash);
    const user = pool.users.find(input.Username);
    if (user === undefined) throw userNotFound();
    if (user.status !== "UNCONFIRMED") throw invalidParameter("User is already confirmed.");
    const delivery = await sendSignUpCode(world, pool, user, {
      source: "ResendCode",
      clientId: client.id,
      metadata: input.ClientMetadata,
    });
    if (delivery === undefined) throw invalidParameter("Auto verification not turned on.");
    return { CodeDeliveryDetails: delivery };
  }),
};

/** Refuses attributes the client may not write; a client that names none may write every one. */
export function refuseUnwritable(client: Client, names: readonly string[]): void {
  const writable = client.settings.WriteAttributes;
  if (writable === undefined || names.every((name) => writable.includes(name))) return;
  throw notAuthorized("A client attempted to write unauthorized attribute");
}

/** With both channels to verify, the phone number gets the code (Developer Guide, "Verifying contact information at sign-up"). */
async function sendSignUpCode(
  world: World,
  pool: Pool,
  user: User,
  occasion: MessageOccasion,
): Promise<CodeDelivery | undefined> {
  const channels = pool.settings.AutoVerifiedAttributes ?? [];
  const attribute = (["phone_number", "email"] as const).find(
    (name) => channels.includes(name) && user.attributes[name] !== undefined,
  );
  return attribute === undefined
    ? undefined
    : sendCode(world, pool, user, { purpose: "sign-up", attribute, occasion });
}

/** What a function vouches for is verified, and taken from whoever had it as an alias (Developer Guide, Pre sign-up). */
function verifyContacts(world: World, pool: Pool, user: User, contacts: readonly Contact[]): void {
  if (contacts.length === 0) return;
  const flags = Object.fromEntries(contacts.map((contact) => [`${contact}_verified`, "true"]));
  const attributes = { ...user.attributes, ...flags };
  for (const { attribute, holder } of findAliasHolders(pool, attributes, user)) {
    takeAlias(world, pool, holder, attribute);
  }
  pool.users.replaceAttributes(user, attributes);
}

function requireUnconfirmed(user: User): void {
  if (user.status !== "UNCONFIRMED") {
    throw notAuthorized(`User cannot be confirmed. Current status is ${user.status}`);
  }
}

function verifiedBy(user: User, destination: string): "email" | "phone_number" | undefined {
  return (["phone_number", "email"] as const).find((name) => user.attributes[name] === destination);
}

/** The code proved one contact: it is verified, and from now on an alias where the pool uses it as one. */
function confirmUser(
  world: World,
  pool: Pool,
  user: User,
  verified: "email" | "phone_number" | undefined,
  mayTakeAlias: boolean,
): void {
  const attributes =
    verified === undefined ? user.attributes : { ...user.attributes, [`${verified}_verified`]: "true" };
  for (const { attribute, holder } of findAliasHolders(pool, attributes, user)) {
    if (!mayTakeAlias) throw aliasExists(attribute);
    takeAlias(world, pool, holder, attribute);
  }
  pool.users.replaceAttributes(user, attributes);
  user.status = "CONFIRMED";
  user.modifiedAt = world.now();
}
