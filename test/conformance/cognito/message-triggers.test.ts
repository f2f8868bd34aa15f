import { describe, expect, it } from "vitest";
import { poolFunctions, type TestFunction, unchanged } from "../../support/pool-functions.ts";
import { createSignInWorld, EMAIL, PASSWORD, type SignInWorld } from "../../support/sign-in-world.ts";

const NEW = "jiro@example.com";
const SES = {
  EmailConfiguration: {
    EmailSendingAccount: "DEVELOPER",
    SourceArn: "arn:aws:ses:ap-northeast-1:123456789012:identity/example.com",
  },
};
const sms = {
  SmsConfiguration: { SnsCallerArn: "arn:aws:iam::123456789012:role/sms", ExternalId: "x" },
};

async function openWorld(run: TestFunction, pool: object = SES, options: object = {}) {
  const functions = poolFunctions({ CustomMessage: run });
  const world = await createSignInWorld({
    partners: functions.partners,
    pool: { LambdaConfig: functions.LambdaConfig, ...pool },
    ...options,
  });
  functions.events.length = 0;
  return { world, functions };
}

const written: TestFunction = ({ triggerSource, request }) => {
  const text = [triggerSource, request.usernameParameter, request.codeParameter].filter(Boolean).join(" ");
  return { emailSubject: triggerSource, emailMessage: text, smsMessage: text };
};

const invite = (world: SignInWorld, input: object = {}) =>
  world.admin("AdminCreateUser", {
    Username: NEW,
    TemporaryPassword: "Temporary-1",
    DesiredDeliveryMediums: ["EMAIL"],
    ...input,
  });
const signUp = (world: SignInWorld) =>
  world.app("SignUp", { ClientId: world.clientId, Username: NEW, Password: PASSWORD });
const own = async (world: SignInWorld, operation: string, input: object) => {
  const { AuthenticationResult } = await world.signIn();
  return world.app(operation, { AccessToken: AuthenticationResult?.AccessToken, ...input });
};

describe("Custom message functions (Developer Guide, 'Custom message Lambda trigger')", () => {
  it.each<[string, string, (world: SignInWorld) => Promise<unknown>]>([
    ["an invitation", "AdminCreateUser", invite],
    [
      "an invitation that goes out again",
      "AdminCreateUser",
      async (world) => {
        await invite(world, { MessageAction: "SUPPRESS" });
        await invite(world, { MessageAction: "RESEND" });
      },
    ],
    ["a sign-up", "SignUp", signUp],
    [
      "a code that is asked for again",
      "ResendCode",
      async (world) => {
        await signUp(world);
        await world.app("ResendConfirmationCode", { ClientId: world.clientId, Username: NEW });
      },
    ],
    [
      "a forgotten password",
      "ForgotPassword",
      (world) => world.app("ForgotPassword", { ClientId: world.clientId, Username: EMAIL }),
    ],
    [
      "a password that an administrator resets",
      "ForgotPassword",
      (world) => world.admin("AdminResetUserPassword"),
    ],
    [
      "a new address",
      "UpdateUserAttribute",
      (world) => own(world, "UpdateUserAttributes", { UserAttributes: [{ Name: "email", Value: NEW }] }),
    ],
    [
      "an address that shall be proven",
      "VerifyUserAttribute",
      (world) => own(world, "GetUserAttributeVerificationCode", { AttributeName: "email" }),
    ],
  ])("write the message for %s", async (_what, source, act) => {
    const { world, functions } = await openWorld(written);
    await act(world);
    expect(functions.sources().at(-1)).toBe(`CustomMessage_${source}`);
    const message = world.model.messages.at(-1);
    expect(message?.subject).toBe(`CustomMessage_${source}`);
    expect(message?.body).toMatch(
      source === "AdminCreateUser"
        ? /^CustomMessage_AdminCreateUser jiro@example\.com Temporary-1$/
        : new RegExp(`^CustomMessage_${source} \\d{6}$`),
    );
  });

  it("write the code for the second factor", async () => {
    const { world, functions } = await openWorld(
      written,
      { ...SES, ...sms },
      {
        mfa: { MfaConfiguration: "ON", SmsMfaConfiguration: sms },
        attributes: { phone_number: "+819012345678", phone_number_verified: "true" },
      },
    );
    await world.signIn();
    expect(functions.sources()).toEqual(["CustomMessage_Authentication"]);
    expect(world.model.messages.at(-1)).toMatchObject({
      medium: "SMS",
      body: expect.stringMatching(/^CustomMessage_Authentication \d{6}$/),
    });
  });

  it("see placeholders, never the code or the password", async () => {
    const { world, functions } = await openWorld(unchanged);
    await invite(world, { ClientMetadata: { campaign: "autumn" } });
    expect(functions.events).toMatchObject([
      {
        callerContext: { clientId: "CLIENT_ID_NOT_APPLICABLE" },
        request: {
          userAttributes: { email: NEW, "cognito:user_status": "FORCE_CHANGE_PASSWORD" },
          codeParameter: "{####}",
          usernameParameter: "{username}",
          clientMetadata: { campaign: "autumn" },
        },
        response: { emailSubject: null, emailMessage: null, smsMessage: null },
      },
    ]);
    expect(JSON.stringify(functions.events)).not.toContain("Temporary-1");
  });

  it("that leave the event as it came leave the pool's own text", async () => {
    const { world } = await openWorld(unchanged, {
      ...SES,
      AdminCreateUserConfig: {
        InviteMessageTemplate: { EmailMessage: "Own: {username} {####}", EmailSubject: "Own" },
      },
    });
    await invite(world);
    expect(world.model.messages.at(-1)).toMatchObject({ subject: "Own", body: `Own: ${NEW} Temporary-1` });
  });

  it("are not called for an invitation that nobody gets", async () => {
    const { world, functions } = await openWorld(written);
    await invite(world, { MessageAction: "SUPPRESS" });
    expect(functions.events).toEqual([]);
  });

  it.each<[string, object, string]>([
    ["a mail without the code", { emailMessage: "Hello {username}" }, "emailMessage must include {####}."],
    [
      "a mail without the user name",
      { emailMessage: "Hello {####}" },
      "emailMessage must include {username}.",
    ],
    [
      "a text message without the code",
      { smsMessage: "Hello {username}" },
      "smsMessage must include {####}.",
    ],
    [
      "a text message of 141 characters with the code in it",
      { smsMessage: `{username} {####}${"あ".repeat(119)}` },
      "smsMessage has 141 characters, more than 140.",
    ],
    [
      "a mail of 20,001 characters with the code in it",
      { emailMessage: `{username} {####}${"x".repeat(19_979)}` },
      "emailMessage has 20001 characters, more than 20000.",
    ],
    [
      "a subject of 141 characters",
      { emailSubject: "x".repeat(141) },
      "emailSubject has 141 characters, more than 140.",
    ],
  ])("may not give %s", async (_what, response, message) => {
    const { world } = await openWorld(() => ({ ...response }));
    await expect(invite(world)).rejects.toMatchObject({ code: "InvalidLambdaResponseException", message });
    expect(world.model.messages).toEqual([]);
  });

  it("may give a text message of 140 characters", async () => {
    const { world } = await openWorld(() => ({ smsMessage: `{username} {####}${"あ".repeat(118)}` }));
    await expect(invite(world)).resolves.toHaveProperty("User");
  });

  it("may not write mails that Cognito sends from an address of its own", async () => {
    const { world } = await openWorld(written, {});
    await expect(signUp(world)).rejects.toMatchObject({ code: "InvalidLambdaResponseException" });
  });

  it("that fail leave the code before in force", async () => {
    let isFailing = false;
    const { world } = await openWorld((event) => {
      if (isFailing) throw new Error("broken");
      return event.response;
    });
    const forget = () => world.app("ForgotPassword", { ClientId: world.clientId, Username: EMAIL });
    await forget();
    const ConfirmationCode = world.lastCode();
    isFailing = true;
    await expect(forget()).rejects.toMatchObject({ code: "UserLambdaValidationException" });
    await expect(
      world.app("ConfirmForgotPassword", {
        ClientId: world.clientId,
        Username: EMAIL,
        ConfirmationCode,
        Password: "Another-horse-8",
      }),
    ).resolves.toEqual({});
  });
});
