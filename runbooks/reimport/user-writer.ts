import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminGetUserCommand,
  AdminLinkProviderForUserCommand,
  AdminSetUserMFAPreferenceCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  type CognitoIdentityProviderClient,
  CreateGroupCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { z } from "zod";
import type { AwsCaller } from "../runtime/aws-calls.ts";
import { watchTime } from "../runtime/aws-clock.ts";
import { AwsRefusalError, foreignAnswer, isUserMissing } from "../runtime/aws-errors.ts";
import type { LinkedIdentity } from "./identities.ts";
import { type StandingUser, toStanding } from "./standing-users.ts";
import type { TargetGroup, TargetUser } from "./target-pool.ts";
import type { FactorPreference, NewUser } from "./user-plan.ts";

/** What a re-import writes to the target, one user at a time, and how it looks one up. Nothing is ever sent to anybody. */
export interface UserWriter {
  /**
   * Makes a user with a temporary password. Without one, pools that let people sign in without any would make a user who
   * has none and counts as confirmed, like somebody who signed up (Amazon Cognito user pools API reference,
   * AdminCreateUser, TemporaryPassword).
   */
  create: (user: Pick<NewUser, "name" | "attributes">, temporaryPassword: string) => Promise<CreatedUser>;
  /** Sets a password for good. */
  setPassword: (username: string, password: string) => Promise<void>;
  disable: (username: string) => Promise<void>;
  addToGroup: (username: string, group: string) => Promise<void>;
  /** Lets an account at an identity provider sign in as this user; takes the user name itself, not an alias. */
  link: (username: string, identity: LinkedIdentity) => Promise<void>;
  setFactors: (username: string, factors: FactorPreference) => Promise<void>;
  updateAttributes: (username: string, attributes: NewUser["attributes"]) => Promise<void>;
  /** Makes a group; one of that name that is there already, as after an answer that was lost, stays as it is. */
  createGroup: (group: TargetGroup) => Promise<void>;
  /** One user by whatever name; undefined where there is none. AWS counts the user as active this month. */
  find: (name: string) => Promise<TargetUser | undefined>;
  /** AWS's own time at the latest good answer of the client, by the whole second. */
  awsTime: () => Date | undefined;
}

/** What AWS made of a new user: the name it goes by in the pool, which may be its `sub`. */
export interface CreatedUser {
  username: string;
  sub: string;
}

export interface UserWriterOptions {
  client: CognitoIdentityProviderClient;
  userPoolId: string;
  call: AwsCaller;
}

/**
 * Writes to one pool. Nothing is asked before the first call; what AWS refuses comes as AwsRefusalError, an answer that
 * lacks what AWS sends as MalformedAnswerError.
 */
export function openUserWriter({ client, userPoolId, call }: UserWriterOptions): UserWriter {
  const pool = { UserPoolId: userPoolId };
  const on = (operation: string) => `${operation} on ${userPoolId}`;

  return {
    create: async ({ name, attributes }, TemporaryPassword) => {
      const input = {
        ...pool,
        Username: name,
        UserAttributes: attributes.map(([Name, Value]) => ({ Name, Value })),
        TemporaryPassword,
        // Neither mail nor text message, and nobody else's alias is taken away.
        MessageAction: "SUPPRESS",
        ForceAliasCreation: false,
      } as const;
      const answer = await call(on("AdminCreateUser"), (abortSignal) =>
        client.send(new AdminCreateUserCommand(input), { abortSignal }),
      );
      const { Username, Attributes } = check(createdUser, answer.User, on("AdminCreateUser"));
      const sub = Attributes.find((attribute) => attribute.Name === "sub")?.Value ?? "";
      if (sub === "") throw foreignAnswer(on("AdminCreateUser"));
      return { username: Username, sub };
    },
    setPassword: async (Username, Password) => {
      const input = { ...pool, Username, Password, Permanent: true };
      await call(on("AdminSetUserPassword"), (abortSignal) =>
        client.send(new AdminSetUserPasswordCommand(input), { abortSignal }),
      );
    },
    disable: async (Username) => {
      await call(on("AdminDisableUser"), (abortSignal) =>
        client.send(new AdminDisableUserCommand({ ...pool, Username }), { abortSignal }),
      );
    },
    addToGroup: async (Username, GroupName) => {
      await call(`${on("AdminAddUserToGroup")}, group ${GroupName}`, (abortSignal) =>
        client.send(new AdminAddUserToGroupCommand({ ...pool, Username, GroupName }), { abortSignal }),
      );
    },
    link: async (username, { provider, userId }) => {
      const input = {
        ...pool,
        DestinationUser: { ProviderName: "Cognito", ProviderAttributeValue: username },
        SourceUser: {
          ProviderName: provider,
          ProviderAttributeName: "Cognito_Subject",
          ProviderAttributeValue: userId,
        },
      };
      await call(`${on("AdminLinkProviderForUser")}, provider ${provider}`, (abortSignal) =>
        client.send(new AdminLinkProviderForUserCommand(input), { abortSignal }),
      );
    },
    setFactors: async (Username, { enabled, preferred }) => {
      const setting = (factor: FactorPreference["enabled"][number]) =>
        enabled.includes(factor) ? { Enabled: true, PreferredMfa: factor === preferred } : undefined;
      const [sms, email] = [setting("SMS_MFA"), setting("EMAIL_OTP")];
      const input = {
        ...pool,
        Username,
        ...(sms && { SMSMfaSettings: sms }),
        ...(email && { EmailMfaSettings: email }),
      };
      await call(on("AdminSetUserMFAPreference"), (abortSignal) =>
        client.send(new AdminSetUserMFAPreferenceCommand(input), { abortSignal }),
      );
    },
    updateAttributes: async (Username, attributes) => {
      const UserAttributes = attributes.map(([Name, Value]) => ({ Name, Value }));
      await call(on("AdminUpdateUserAttributes"), (abortSignal) =>
        client.send(new AdminUpdateUserAttributesCommand({ ...pool, Username, UserAttributes }), {
          abortSignal,
        }),
      );
    },
    createGroup: async ({ name, description, precedence, roleArn }) => {
      const input = {
        ...pool,
        GroupName: name,
        ...(description !== undefined && { Description: description }),
        ...(precedence !== undefined && { Precedence: precedence }),
        ...(roleArn !== undefined && { RoleArn: roleArn }),
      };
      try {
        await call(`${on("CreateGroup")}, group ${name}`, (abortSignal) =>
          client.send(new CreateGroupCommand(input), { abortSignal }),
        );
      } catch (error) {
        if (error instanceof AwsRefusalError && error.awsName === "GroupExistsException") return;
        throw error;
      }
    },
    find: async (name) => {
      try {
        const answer = await call(on("AdminGetUser"), (abortSignal) =>
          client.send(new AdminGetUserCommand({ ...pool, Username: name }), { abortSignal }),
        );
        return toTargetUser(check(foundUser, answer, on("AdminGetUser")), on("AdminGetUser"));
      } catch (error) {
        if (isUserMissing(error)) return undefined;
        throw error;
      }
    },
    awsTime: watchTime(client),
  };
}

/** A user as they are found, in the short form that lists give. */
export async function findStanding(
  writer: Pick<UserWriter, "find">,
  name: string,
): Promise<StandingUser | undefined> {
  const found = await writer.find(name);
  return found && toStanding(found);
}

const attributes = z.array(z.object({ Name: z.string(), Value: z.string().optional() }));
const createdUser = z.object({ Username: z.string().min(1), Attributes: attributes });
const foundUser = z.object({
  Username: z.string().min(1),
  UserAttributes: attributes,
  UserStatus: z.string(),
  Enabled: z.boolean(),
  UserCreateDate: z.date(),
  UserLastModifiedDate: z.date(),
});

function toTargetUser(user: z.infer<typeof foundUser>, what: string): TargetUser {
  const values = new Map(user.UserAttributes.map(({ Name, Value }) => [Name, Value ?? ""]));
  const sub = values.get("sub");
  if (sub === undefined) throw foreignAnswer(what);
  values.delete("sub");
  return {
    sub,
    username: user.Username,
    status: user.UserStatus,
    isEnabled: user.Enabled,
    created: user.UserCreateDate.toISOString(),
    modified: user.UserLastModifiedDate.toISOString(),
    attributes: values,
  };
}

function check<Schema extends z.ZodType>(schema: Schema, answer: unknown, what: string): z.infer<Schema> {
  const read = schema.safeParse(answer);
  if (!read.success) throw foreignAnswer(what);
  return read.data;
}
