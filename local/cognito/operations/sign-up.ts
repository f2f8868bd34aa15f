import { AwsFault } from "../../aws-fault.ts";
import { readNewAttributes, refuseMissingRequired } from "../attribute-values.ts";
import { setPassword } from "../credentials.ts";
import { invalidParameter, userNotFound } from "../faults.ts";
import { passwordRules, refuseWeakPassword } from "../password-policy.ts";
import { confirmSignUp, signUp, userOfClient, userOfPool } from "../shapes/sign-in.ts";
import { requirePoolClient } from "../sign-in/clients.ts";
import { type CodeDelivery, redeemCode, sendCode } from "../sign-in/codes.ts";
import { notAuthorized, refuseWrongSecretHash } from "../sign-in/secret-hash.ts";
import { aliasExists, findAliasHolders, readUsername, withSignInAttribute } from "../sign-in-names.ts";
import type { Client, Pool, User, World } from "../state.ts";
import { addUser, takeAlias } from "../user-creation.ts";
import { type Operations, operation, requirePool, requireUser } from "./operation.ts";

export const signUpOperations: Operations = {
  SignUp: operation(signUp, (world, input) => {
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
    const isTaken =
      (username !== undefined && pool.users.findByUsername(username) !== undefined) ||
      (attribute !== undefined && pool.users.findByAlias(attribute, input.Username) !== undefined);
    if (isTaken) throw new AwsFault("UsernameExistsException", "User already exists");
    const user = addUser(world, pool, { username, attributes, status: "UNCONFIRMED" });
    setPassword(world, pool, user, input.Password, "permanent");
    const delivery = sendSignUpCode(world, pool, user);
    return {
      UserConfirmed: false,
      UserSub: user.sub,
      ...(delivery === undefined ? {} : { CodeDeliveryDetails: delivery }),
    };
  }),

  ConfirmSignUp: operation(confirmSignUp, (world, input) => {
    const { pool, client } = requirePoolClient(world, input.ClientId);
    refuseWrongSecretHash(client, input.Username, input.SecretHash);
    const user = pool.users.find(input.Username);
    if (user === undefined) throw userNotFound();
    requireUnconfirmed(user);
    const { destination } = redeemCode(world, user, "sign-up", input.ConfirmationCode);
    confirmUser(world, pool, user, verifiedBy(user, destination), input.ForceAliasCreation === true);
    return {};
  }),

  AdminConfirmSignUp: operation(userOfPool, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const user = requireUser(pool, input.Username);
    requireUnconfirmed(user);
    confirmUser(world, pool, user, undefined, false);
    return {};
  }),

  ResendConfirmationCode: operation(userOfClient, (world, input) => {
    const { pool, client } = requirePoolClient(world, input.ClientId);
    refuseWrongSecretHash(client, input.Username, input.SecretHash);
    const user = pool.users.find(input.Username);
    if (user === undefined) throw userNotFound();
    if (user.status !== "UNCONFIRMED") throw invalidParameter("User is already confirmed.");
    const delivery = sendSignUpCode(world, pool, user);
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
function sendSignUpCode(world: World, pool: Pool, user: User): CodeDelivery | undefined {
  const channels = pool.settings.AutoVerifiedAttributes ?? [];
  const attribute = (["phone_number", "email"] as const).find(
    (name) => channels.includes(name) && user.attributes[name] !== undefined,
  );
  return attribute === undefined ? undefined : sendCode(world, pool, user, "sign-up", attribute);
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
