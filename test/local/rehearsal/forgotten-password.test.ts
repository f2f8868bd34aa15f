import {
  CognitoIdentityProviderClient,
  RespondToAuthChallengeCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { decodeJwt } from "jose";
import { afterEach, describe, expect, it } from "vitest";
import { signInAfterReset } from "../../../local/rehearsal/forgotten-password.ts";
import { type BackupWorld, startBackupWorld } from "../../support/backup-world.ts";

const EMAIL = "hanako@example.com";
const PHONE = "+819012345678";

let world: BackupWorld | undefined;
let cognito: CognitoIdentityProviderClient | undefined;

afterEach(async () => {
  cognito?.destroy();
  await world?.close();
});

/** A pool with one confirmed user, and what they need to sign in again. */
async function meetHanako(mfa: object = { MfaConfiguration: "OFF" }, client: object = {}) {
  world = await startBackupWorld({
    PoolName: "sekisho-test",
    UsernameAttributes: ["email"],
    AutoVerifiedAttributes: ["email"],
    EmailConfiguration: {
      EmailSendingAccount: "DEVELOPER",
      SourceArn: "arn:aws:ses:ap-northeast-1:123456789012:identity/example.com",
    },
  });
  const { model, poolId, gateway } = world;
  const ask = (operation: string, input: object) =>
    model.handle(operation, { UserPoolId: poolId, ...input }, { isSigned: true });
  await ask("SetUserPoolMfaConfig", mfa);
  const answer = (await ask("CreateUserPoolClient", {
    ClientName: "cli",
    ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    ...client,
  })) as { UserPoolClient: { ClientId: string; ClientSecret?: string } };
  const { ClientId: clientId, ClientSecret: clientSecret } = answer.UserPoolClient;
  const contacts = {
    email: EMAIL,
    email_verified: "true",
    phone_number: PHONE,
    phone_number_verified: "true",
  };
  world.seed([{ attributes: contacts, status: "CONFIRMED", password: "Forgotten-1-Forgotten" }]);
  cognito = new CognitoIdentityProviderClient({
    region: "ap-northeast-1",
    endpoint: gateway.url,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  return {
    ask,
    person: {
      cognito,
      userPoolId: poolId,
      clientId,
      clientSecret,
      email: EMAIL,
      phoneNumber: PHONE,
      password: "Chosen-2-Chosen",
      readMessages: async () => [...model.messages],
      now: () => new Date(),
    },
  };
}

const sms = {
  SmsMfaConfiguration: {
    SmsAuthenticationMessage: "{####}",
    SmsConfiguration: { SnsCallerArn: "arn:aws:iam::123456789012:role/sms", ExternalId: "sekisho" },
  },
};
const totp = { SoftwareTokenMfaConfiguration: { Enabled: true } };
const email = { EmailMfaConfiguration: { Message: "{####}", Subject: "code" } };
const required = { MfaConfiguration: "ON" };

describe("somebody who forgot the password", () => {
  it.each<[string, object, object]>([
    ["with nothing but the new password", { MfaConfiguration: "OFF" }, {}],
    ["through a client that has a secret", { ...required, ...sms }, { GenerateSecret: true }],
    ["with a code by text message", { ...required, ...sms, ...totp }, {}],
    ["with a code by mail", { ...required, ...email }, {}],
    ["with the first of two factors they may choose from", { ...required, ...sms, ...email }, {}],
    ["after registering an authenticator app", { ...required, ...totp }, {}],
  ])("signs in %s", async (_title, mfa, client) => {
    const { person } = await meetHanako(mfa, client);
    const token = await signInAfterReset(person);
    expect(decodeJwt(token)).toMatchObject({ token_use: "access", client_id: person.clientId });
  });

  it("does not sign in while Cognito keeps them out", async () => {
    const { ask, person } = await meetHanako();
    await ask("AdminDisableUser", { Username: EMAIL });
    await expect(signInAfterReset(person)).rejects.toMatchObject({
      name: "NotAuthorizedException",
      message: "User is disabled.",
    });
  });

  it("does not sign in when no code comes", async () => {
    const { person } = await meetHanako();
    await expect(signInAfterReset({ ...person, readMessages: async () => [] })).rejects.toMatchObject({
      exitCode: 13,
      message: `No code came to ${EMAIL} or ${PHONE}.`,
    });
  });

  it("does not sign in when the last step gives no token", async () => {
    const { person } = await meetHanako();
    person.cognito.middlewareStack.add(
      (next, { commandName }) =>
        async (request) => {
          const answer = await next(request);
          return commandName === RespondToAuthChallengeCommand.name
            ? { ...answer, output: { $metadata: {} } }
            : answer;
        },
      { step: "initialize" },
    );
    await expect(signInAfterReset(person)).rejects.toMatchObject({
      exitCode: 13,
      message: "The sign-in ended without an access token.",
    });
  });

  it("takes no colour of a mail for the code", async () => {
    const { person } = await meetHanako();
    const readMessages = async () =>
      (await person.readMessages()).map((message) => ({
        ...message,
        body: `<p style="color: #123456">${message.body}</p>`,
      }));
    await expect(signInAfterReset({ ...person, readMessages })).resolves.toEqual(expect.any(String));
  });
});
