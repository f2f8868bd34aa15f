import { AwsFault } from "../../aws-fault.ts";
import { isLiveSecret } from "../client-secrets.ts";
import { invalidParameter } from "../faults.ts";
import { changeMfaPreference, describeMfa } from "../mfa-preference.ts";
import {
  associateSoftwareToken,
  attributeCode,
  ownUser,
  revokeToken,
  setOwnMfaPreference,
  updateUserAttributes,
  userOfPool,
  verifyAttribute,
  verifySoftwareToken,
} from "../shapes/sign-in.ts";
import { requirePoolClient } from "../sign-in/clients.ts";
import { type CodeDelivery, redeemCode, sendCode } from "../sign-in/codes.ts";
import { revokeGrants } from "../sign-in/registry.ts";
import { notAuthorized } from "../sign-in/secret-hash.ts";
import { requireSetupChallenge } from "../sign-in/sessions.ts";
import { associateToken, verifyToken } from "../sign-in/software-token.ts";
import { requireAccessToken, revokeRefreshToken } from "../sign-in/tokens.ts";
import type { Client, Contact, Pool, User, World } from "../state.ts";
import { changeAttributes, confirmContact } from "../user-change.ts";
import { describeAttributes } from "../user-view.ts";
import { type Operations, operation, requirePool, requireUser } from "./operation.ts";
import { refuseUnwritable } from "./sign-up.ts";
import { deleteUser } from "./users.ts";

/** What users do with their own access token, and how their sessions are ended. */
export const ownUserOperations: Operations = {
  GetUser: operation(ownUser, async (world, input) => {
    const { client, user } = await requireAccessToken(world, input.AccessToken);
    const readable = readableBy(client);
    return {
      Username: user.username,
      UserAttributes: describeAttributes(user).filter(({ Name }) => Name === "sub" || readable(Name)),
      ...describeMfa(user),
    };
  }),

  UpdateUserAttributes: operation(updateUserAttributes, async (world, input) => {
    const { pool, client, user } = await requireAccessToken(world, input.AccessToken);
    refuseUnwritable(
      client,
      input.UserAttributes.map(({ Name }) => Name),
    );
    refuseOwnVerification(input.UserAttributes.map(({ Name }) => Name));
    const waiting = changeAttributes(world, pool, user, input.UserAttributes, "after verification");
    const unproven = contacts.filter((contact) => isUnproven(pool, user, contact, input.UserAttributes));
    const sent: CodeDelivery[] = [];
    for (const contact of [...waiting, ...unproven]) {
      const destination = user.pendingContacts?.[contact];
      const { ClientMetadata: metadata } = input;
      const occasion = { source: "UpdateUserAttribute", clientId: client.id, metadata } as const;
      sent.push(
        await sendCode(world, pool, user, { purpose: contact, attribute: contact, destination, occasion }),
      );
    }
    return { CodeDeliveryDetailsList: sent };
  }),

  GetUserAttributeVerificationCode: operation(attributeCode, async (world, input) => {
    const { pool, client, user } = await requireAccessToken(world, input.AccessToken);
    const { AttributeName: contact, ClientMetadata: metadata } = input;
    if (user.attributes[contact] === undefined) {
      throw invalidParameter(`User does not have the attribute ${contact}.`);
    }
    const occasion = { source: "VerifyUserAttribute", clientId: client.id, metadata } as const;
    return {
      CodeDeliveryDetails: await sendCode(world, pool, user, {
        purpose: contact,
        attribute: contact,
        occasion,
      }),
    };
  }),

  VerifyUserAttribute: operation(verifyAttribute, async (world, input) => {
    const { pool, user } = await requireAccessToken(world, input.AccessToken);
    const { destination } = redeemCode(world, user, input.AttributeName, input.Code);
    const proven = user.pendingContacts?.[input.AttributeName] ?? user.attributes[input.AttributeName];
    if (destination !== proven) {
      throw new AwsFault("ExpiredCodeException", "Invalid code provided, please request a code again.");
    }
    confirmContact(world, pool, user, input.AttributeName);
    return {};
  }),

  SetUserMFAPreference: operation(setOwnMfaPreference, async (world, input) => {
    const { pool, user } = await requireAccessToken(world, input.AccessToken);
    changeMfaPreference(pool, user, input);
    return {};
  }),

  AssociateSoftwareToken: operation(associateSoftwareToken, async (world, input) => {
    const { user, session } = await requireTokenOwner(world, input);
    const { secret, session: Session } = associateToken(world, user, session);
    return { SecretCode: secret, ...(Session === undefined ? {} : { Session }) };
  }),

  VerifySoftwareToken: operation(verifySoftwareToken, async (world, input) => {
    const { user, session } = await requireTokenOwner(world, input);
    const { session: Session } = verifyToken(world, user, session, input.UserCode);
    return { Status: "SUCCESS", ...(Session === undefined ? {} : { Session }) };
  }),

  DeleteUser: operation(ownUser, async (world, input) => {
    const { pool, user } = await requireAccessToken(world, input.AccessToken);
    deleteUser(pool, user);
    return {};
  }),

  GlobalSignOut: operation(ownUser, async (world, input) => {
    revokeGrants(world, (await requireAccessToken(world, input.AccessToken)).user);
    return {};
  }),

  AdminUserGlobalSignOut: operation(userOfPool, (world, input) => {
    revokeGrants(world, requireUser(requirePool(world, input.UserPoolId), input.Username));
    return {};
  }),

  RevokeToken: operation(revokeToken, (world, input) => {
    const { client } = requirePoolClient(world, input.ClientId);
    const isKnown = client.secrets.length === 0 || isLiveSecret(client, input.ClientSecret);
    if (!isKnown) throw notAuthorized("Invalid client secret provided.");
    if (!client.settings.EnableTokenRevocation) {
      throw new AwsFault("UnsupportedOperationException", "Token revocation is not enabled for this client.");
    }
    revokeRefreshToken(world, client, input.Token);
    return {};
  }),
};

const contacts: readonly Contact[] = ["email", "phone_number"];

/** Whether this request changed an address or number at once, and the pool wants it proven by a code. */
function isUnproven(pool: Pool, user: User, contact: Contact, changed: readonly { Name: string }[]): boolean {
  const isAutoVerified = pool.settings.AutoVerifiedAttributes?.includes(contact) === true;
  const isVerified = user.attributes[`${contact}_verified`] !== "false";
  return (
    isAutoVerified &&
    !isVerified &&
    changed.some(({ Name }) => Name === contact) &&
    user.pendingContacts?.[contact] === undefined
  );
}

/** The software-token calls take an access token, or the session of an MFA_SETUP challenge. */
async function requireTokenOwner(
  world: World,
  input: { AccessToken?: string | undefined; Session?: string | undefined },
): Promise<{ user: User; session: string | undefined }> {
  if (input.AccessToken !== undefined) {
    return { user: (await requireAccessToken(world, input.AccessToken)).user, session: undefined };
  }
  if (input.Session === undefined) throw invalidParameter("Either AccessToken or Session must be given.");
  return { user: requireSetupChallenge(world, input.Session).user, session: input.Session };
}

function readableBy(client: Client): (name: string) => boolean {
  const names = client.settings.ReadAttributes;
  return (name) => (names === undefined ? !name.includes(":") : names.includes(name));
}

/** Only a code makes a contact verified; users cannot say so themselves. */
function refuseOwnVerification(names: readonly string[]): void {
  const claimed = names.find((name) => name === "email_verified" || name === "phone_number_verified");
  if (claimed !== undefined) throw notAuthorized(`A client attempted to write unauthorized attribute`);
}
