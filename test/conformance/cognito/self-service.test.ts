import { describe, expect, it } from "vitest";
import { createSignInWorld, EMAIL, HOUR, PASSWORD, type SignInWorld } from "../../support/sign-in-world.ts";

describe("SignUp (API reference; Developer Guide, 'Signing up and confirming user accounts')", () => {
  it("is refused where only administrators create users", async () => {
    const world = await createSignInWorld({
      pool: { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } },
    });
    await expect(signUp(world)).rejects.toMatchObject({
      code: "NotAuthorizedException",
      message: "SignUp is not permitted for this user pool",
    });
  });

  it("is refused without a required attribute, unlike AdminCreateUser", async () => {
    const world = await createSignInWorld({
      pool: { Schema: [{ Name: "name", Required: true, Mutable: true }] },
    });
    await expect(signUp(world)).rejects.toMatchObject({
      code: "InvalidParameterException",
      message: "Attributes did not conform to the schema: name: The attribute is required\n",
    });
  });

  it("is refused for a password that breaks the policy", async () => {
    const world = await createSignInWorld();
    await expect(signUp(world, { Password: "short" })).rejects.toMatchObject({
      code: "InvalidPasswordException",
    });
  });

  it("is refused for an attribute the client may not write", async () => {
    const world = await createSignInWorld({
      pool: { Schema: [{ Name: "department", AttributeDataType: "String", Mutable: true }] },
      client: { WriteAttributes: ["email"], ReadAttributes: ["email", "custom:department"] },
    });
    await expect(
      signUp(world, { UserAttributes: [{ Name: "custom:department", Value: "sre" }] }),
    ).rejects.toMatchObject({
      code: "NotAuthorizedException",
      message: "A client attempted to write unauthorized attribute",
    });
  });

  it("is refused for a name that is taken, whatever its case", async () => {
    const world = await createSignInWorld();
    await expect(signUp(world, { Username: EMAIL.toUpperCase() })).rejects.toMatchObject({
      code: "UsernameExistsException",
    });
  });

  it("makes a user who cannot sign in before the code is confirmed, and marks the address verified then", async () => {
    const world = await createSignInWorld();
    await signUp(world);
    const signIn = () => world.signIn(PASSWORD, { USERNAME: NEWCOMER });
    await expect(signIn()).rejects.toMatchObject({ code: "UserNotConfirmedException" });
    const code = world.lastCode();
    await expect(confirm(world, code === "000000" ? "000001" : "000000")).rejects.toMatchObject({
      code: "CodeMismatchException",
    });
    await confirm(world, code);
    expect(await signIn()).toHaveProperty("AuthenticationResult");
    const { UserAttributes } = await world.admin("AdminGetUser", { Username: NEWCOMER });
    expect(UserAttributes).toContainEqual({ Name: "email_verified", Value: "true" });
    await expect(confirm(world, code)).rejects.toMatchObject({
      message: "User cannot be confirmed. Current status is CONFIRMED",
    });
  });

  it("sends codes that live a day, and a new code ends the one before", async () => {
    const world = await createSignInWorld();
    await signUp(world);
    const first = world.lastCode();
    await world.app("ResendConfirmationCode", { ClientId: world.clientId, Username: NEWCOMER });
    await expect(confirm(world, first)).rejects.toMatchObject({ code: "CodeMismatchException" });
    const second = world.lastCode();
    world.pass(24 * HOUR);
    await expect(confirm(world, second)).rejects.toMatchObject({ code: "ExpiredCodeException" });
  });
});

describe("ForgotPassword (Developer Guide, 'Passwords, account recovery, and password policies')", () => {
  it("sends a code to the verified address, and the code sets a new password once", async () => {
    const world = await createSignInWorld();
    expect(await forgot(world)).toMatchObject({
      CodeDeliveryDetails: { Destination: "h***@e***", DeliveryMedium: "EMAIL", AttributeName: "email" },
    });
    const code = world.lastCode();
    await expect(reset(world, code, "short")).rejects.toMatchObject({ code: "InvalidPasswordException" });
    await reset(world, code, "Another-horse-9");
    expect(await world.signIn("Another-horse-9")).toHaveProperty("AuthenticationResult");
    await expect(reset(world, code, "Another-horse-9")).rejects.toMatchObject({
      code: "ExpiredCodeException",
    });
  });

  it("is refused without a verified address or number", async () => {
    const world = await createSignInWorld({ attributes: { email_verified: "false" } });
    await expect(forgot(world)).rejects.toMatchObject({
      code: "InvalidParameterException",
      message: "Cannot reset password for the user as there is no registered/verified email or phone_number",
    });
  });

  it("is refused to a user who never replaced the temporary password, and helps once a permanent one is set", async () => {
    const world = await createSignInWorld();
    await world.admin("AdminSetUserPassword", { Password: "Temporary-22", Permanent: false });
    await expect(forgot(world)).rejects.toMatchObject({
      code: "NotAuthorizedException",
      message: "User password cannot be reset in the current state.",
    });
    await world.admin("AdminSetUserPassword", { Password: "Permanent-22", Permanent: true });
    expect(await forgot(world)).toHaveProperty("CodeDeliveryDetails");
  });

  it("does not use the channel that is the user's MFA", async () => {
    const world = await createSignInWorld({
      pool: {
        EmailConfiguration: {
          EmailSendingAccount: "DEVELOPER",
          SourceArn: "arn:aws:ses:ap-northeast-1:123456789012:identity/example.com",
        },
        AccountRecoverySetting: {
          RecoveryMechanisms: [
            { Name: "verified_email", Priority: 1 },
            { Name: "verified_phone_number", Priority: 2 },
          ],
        },
      },
      mfa: { MfaConfiguration: "OPTIONAL", EmailMfaConfiguration: { Message: "{####}", Subject: "code" } },
    });
    await world.admin("AdminSetUserMFAPreference", {
      EmailMfaSettings: { Enabled: true, PreferredMfa: true },
    });
    await expect(forgot(world)).rejects.toMatchObject({ code: "InvalidParameterException" });
  });

  it("answers for somebody who is not there as if a mail had been sent, where the client hides users", async () => {
    const world = await createSignInWorld({ client: { PreventUserExistenceErrors: "ENABLED" } });
    const before = world.model.messages.length;
    expect(await forgot(world, "nobody@example.com")).toHaveProperty(
      "CodeDeliveryDetails.DeliveryMedium",
      "EMAIL",
    );
    expect(world.model.messages).toHaveLength(before);
  });

  it("is limited per hour", async () => {
    const world = await createSignInWorld();
    for (let request = 0; request < 5; request++) await forgot(world);
    await expect(forgot(world)).rejects.toMatchObject({ code: "LimitExceededException" });
    world.pass(HOUR);
    expect(await forgot(world)).toHaveProperty("CodeDeliveryDetails");
  });

  it("sends codes that live an hour", async () => {
    const world = await createSignInWorld();
    await forgot(world);
    const code = world.lastCode();
    world.pass(HOUR);
    await expect(reset(world, code, "Another-horse-9")).rejects.toMatchObject({
      code: "ExpiredCodeException",
    });
  });
});

describe("Users with their own access token (API reference, UpdateUserAttributes and VerifyUserAttribute)", () => {
  it("cannot say of themselves that an address is verified", async () => {
    const world = await createSignInWorld();
    const AccessToken = (await world.signIn()).AuthenticationResult?.AccessToken;
    await expect(
      world.app("UpdateUserAttributes", {
        AccessToken,
        UserAttributes: [{ Name: "email_verified", Value: "true" }],
      }),
    ).rejects.toMatchObject({ code: "NotAuthorizedException" });
  });

  it("prove a new address by the code sent there", async () => {
    const world = await createSignInWorld();
    const AccessToken = (await world.signIn()).AuthenticationResult?.AccessToken;
    const change = (Value: string) =>
      world.app("UpdateUserAttributes", { AccessToken, UserAttributes: [{ Name: "email", Value }] });
    await change("first@example.com");
    const forFirst = world.lastCode();
    await change("second@example.com");
    const verify = (Code: string) =>
      world.app("VerifyUserAttribute", { AccessToken, AttributeName: "email", Code });
    await expect(verify(forFirst)).rejects.toMatchObject({ code: "CodeMismatchException" });
    await verify(world.lastCode());
    const { UserAttributes } = await world.admin("AdminGetUser");
    expect(UserAttributes).toContainEqual({ Name: "email", Value: "second@example.com" });
    expect(UserAttributes).toContainEqual({ Name: "email_verified", Value: "true" });
  });

  it("keep the old address until the code sent to the new one comes back, where the pool verifies before it updates", async () => {
    const world = await createSignInWorld({
      pool: { UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ["email"] } },
    });
    const AccessToken = (await world.signIn()).AuthenticationResult?.AccessToken;
    const verify = () =>
      world.app("VerifyUserAttribute", { AccessToken, AttributeName: "email", Code: world.lastCode() });
    const email = async () => {
      const { UserAttributes } = await world.app("GetUser", { AccessToken });
      return (UserAttributes as { Name: string; Value: string }[]).find(({ Name }) => Name === "email")
        ?.Value;
    };
    await world.app("UpdateUserAttributes", {
      AccessToken,
      UserAttributes: [{ Name: "email", Value: "own@example.com" }],
    });
    expect(world.model.messages.at(-1)?.destination).toBe("own@example.com");
    expect(await email()).toBe(EMAIL);
    await verify();
    expect(await email()).toBe("own@example.com");
    // The same holds for an administrator's change: the user proves it.
    await world.admin("AdminUpdateUserAttributes", {
      UserAttributes: [{ Name: "email", Value: "given@example.com" }],
    });
    expect(await email()).toBe("own@example.com");
    await verify();
    expect(await email()).toBe("given@example.com");
  });

  it("change the password only by proving the old one", async () => {
    const world = await createSignInWorld();
    const AccessToken = (await world.signIn()).AuthenticationResult?.AccessToken;
    const change = (PreviousPassword: string) =>
      world.app("ChangePassword", { AccessToken, PreviousPassword, ProposedPassword: "Another-horse-9" });
    await expect(change("Wrong-horse-8")).rejects.toMatchObject({ code: "NotAuthorizedException" });
    await change(PASSWORD);
    expect(await world.signIn("Another-horse-9")).toHaveProperty("AuthenticationResult");
  });
});

const NEWCOMER = "taro@example.com";

function signUp(world: SignInWorld, input: object = {}) {
  return world.app("SignUp", { ClientId: world.clientId, Username: NEWCOMER, Password: PASSWORD, ...input });
}

function confirm(world: SignInWorld, ConfirmationCode: string) {
  return world.app("ConfirmSignUp", { ClientId: world.clientId, Username: NEWCOMER, ConfirmationCode });
}

function forgot(world: SignInWorld, Username = EMAIL) {
  return world.app("ForgotPassword", { ClientId: world.clientId, Username });
}

function reset(world: SignInWorld, ConfirmationCode: string, Password: string) {
  return world.app("ConfirmForgotPassword", {
    ClientId: world.clientId,
    Username: EMAIL,
    ConfirmationCode,
    Password,
  });
}
