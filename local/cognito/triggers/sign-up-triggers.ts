import { z } from "zod";
import type { Pool, User, World } from "../state.ts";
import { callTrigger, eventAttributes, invalidResponse, type Metadata } from "./trigger.ts";

/** What a pre sign-up function may decide about a new user. */
export interface SignUpDecision {
  isConfirmed: boolean;
  /** Contacts that count as verified without a code. */
  verified: ("email" | "phone_number")[];
}

interface NewUser {
  userName: string;
  attributes: Readonly<Record<string, string>>;
  validationData: readonly { Name: string; Value?: string | undefined }[] | undefined;
  metadata: Metadata | undefined;
}

const flag = z.boolean().nullish();
const signUpResponse = z.object({ autoConfirmUser: flag, autoVerifyEmail: flag, autoVerifyPhone: flag });

/** Asks the pre sign-up function whether somebody may sign up, and as what. */
export async function decideSignUp(
  world: World,
  pool: Pool,
  clientId: string,
  user: NewUser,
): Promise<SignUpDecision> {
  const response = await askPreSignUp(world, pool, "PreSignUp_SignUp", clientId, user);
  const verified = [
    ...(response?.autoVerifyEmail === true ? (["email"] as const) : []),
    ...(response?.autoVerifyPhone === true ? (["phone_number"] as const) : []),
  ];
  // "The email attribute must have a valid, non-null value. Otherwise an error will occur" (Developer Guide, Pre sign-up).
  const missing = verified.find((contact) => user.attributes[contact] === undefined);
  if (missing !== undefined) throw invalidResponse(`The user has no ${missing} that could be verified.`);
  return { isConfirmed: response?.autoConfirmUser === true, verified };
}

/** Asks it about a user whom an administrator makes; what it says about confirmation is ignored (Developer Guide, Pre sign-up). */
export async function announceAdminUser(world: World, pool: Pool, user: NewUser): Promise<void> {
  await askPreSignUp(world, pool, "PreSignUp_AdminCreateUser", undefined, user);
}

/** Tells the post confirmation function that somebody is confirmed, or has a new password after losing the old one. */
export async function announceConfirmation(
  world: World,
  pool: Pool,
  user: User,
  how: {
    source: "PostConfirmation_ConfirmSignUp" | "PostConfirmation_ConfirmForgotPassword";
    clientId: string | undefined;
    metadata: Metadata | undefined;
  },
): Promise<void> {
  await callTrigger(
    world,
    pool,
    {
      trigger: "PostConfirmation",
      triggerSource: how.source,
      userName: user.username,
      clientId: how.clientId,
      request: { userAttributes: eventAttributes(user), ...withMetadata(how.metadata) },
      response: {},
    },
    z.object({}),
  );
}

/** Left out of the event where the application passed nothing. */
export function withMetadata(metadata: Metadata | undefined): { clientMetadata?: Metadata } {
  return metadata === undefined ? {} : { clientMetadata: metadata };
}

function askPreSignUp(
  world: World,
  pool: Pool,
  triggerSource: string,
  clientId: string | undefined,
  { userName, attributes, validationData, metadata }: NewUser,
) {
  return callTrigger(
    world,
    pool,
    {
      trigger: "PreSignUp",
      triggerSource,
      userName,
      clientId,
      request: {
        userAttributes: attributes,
        validationData:
          validationData === undefined
            ? null
            : Object.fromEntries(validationData.map(({ Name, Value = "" }) => [Name, Value])),
        ...withMetadata(metadata),
      },
      response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
    },
    signUpResponse,
  );
}
