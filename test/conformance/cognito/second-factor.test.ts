import { describe, expect, it } from "vitest";
import { totpCode } from "../../../local/cognito/sign-in/totp.ts";
import {
  createSignInWorld,
  MINUTE,
  type SignInWorld,
  type SignInWorldOptions,
} from "../../support/sign-in-world.ts";

describe("Optional MFA (Developer Guide, 'Adding MFA to a user pool')", () => {
  it("asks a user without a factor for the password only, although the number is known", async () => {
    const world = await worldWith("OPTIONAL", { sms, totp }, phone);
    expect(await world.signIn()).toHaveProperty("AuthenticationResult");
  });

  it("asks a user who switched SMS on for the code, and sends it to the number", async () => {
    const world = await worldWith("OPTIONAL", { sms }, phone);
    await world.admin("AdminSetUserMFAPreference", { SMSMfaSettings: { Enabled: true, PreferredMfa: true } });
    const step = await world.signIn();
    expect(step).toMatchObject({
      ChallengeName: "SMS_MFA",
      ChallengeParameters: {
        CODE_DELIVERY_DELIVERY_MEDIUM: "SMS",
        CODE_DELIVERY_DESTINATION: "+********5678",
        USER_ID_FOR_SRP: world.sub,
      },
    });
    expect(world.model.messages.at(-1)).toMatchObject({ medium: "SMS", destination: phone.phone_number });
  });
});

describe("Required MFA (Developer Guide, 'Details of MFA logic at user runtime')", () => {
  it("offers the set-up of a factor to a user who has none", async () => {
    const world = await worldWith("ON", { totp });
    expect(await world.signIn()).toMatchObject({
      ChallengeName: "MFA_SETUP",
      ChallengeParameters: { MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]' },
    });
  });

  it("lets a user with several factors and no preference choose, and only among those", async () => {
    const world = await worldWith("ON", { sms, totp }, phone);
    await enrolTotp(world);
    const step = await world.signIn();
    expect(step.ChallengeName).toBe("SELECT_MFA_TYPE");
    expect(JSON.parse(step.ChallengeParameters?.MFAS_CAN_CHOOSE ?? "")).toEqual([
      "SMS_MFA",
      "SOFTWARE_TOKEN_MFA",
    ]);
    await expect(answer(world, step, "SELECT_MFA_TYPE", { ANSWER: "EMAIL_OTP" })).rejects.toMatchObject({
      code: "NotAuthorizedException",
    });
    expect(await answer(world, step, "SELECT_MFA_TYPE", { ANSWER: "SMS_MFA" })).toHaveProperty(
      "ChallengeName",
      "SMS_MFA",
    );
  });

  it("asks for the preferred factor without a choice", async () => {
    const world = await worldWith("ON", { sms, totp }, phone);
    await enrolTotp(world);
    await world.admin("AdminSetUserMFAPreference", {
      SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true },
    });
    expect(await world.signIn()).toHaveProperty("ChallengeName", "SOFTWARE_TOKEN_MFA");
  });

  it("sends codes by mail where the pool has e-mail MFA", async () => {
    const world = await worldWith("ON", { email });
    const step = await world.signIn();
    expect(step.ChallengeName).toBe("EMAIL_OTP");
    expect(await answer(world, step, "EMAIL_OTP", { EMAIL_OTP_CODE: world.lastCode() })).toHaveProperty(
      "AuthenticationResult",
    );
  });
});

describe("SMS codes (Developer Guide, 'SMS and email message MFA')", () => {
  it("are refused when wrong, and the right one still counts in the same session", async () => {
    const world = await worldWith("ON", { sms }, phone);
    const step = await world.signIn();
    const code = world.lastCode();
    const wrong = code === "000000" ? "000001" : "000000";
    await expect(answer(world, step, "SMS_MFA", { SMS_MFA_CODE: wrong })).rejects.toMatchObject({
      code: "CodeMismatchException",
      message: "Invalid code or auth state for the user.",
    });
    expect(await answer(world, step, "SMS_MFA", { SMS_MFA_CODE: code })).toHaveProperty(
      "AuthenticationResult",
    );
  });

  it("of an earlier sign-in do not open a later one", async () => {
    const world = await worldWith("ON", { sms }, phone);
    await world.signIn();
    const old = world.lastCode();
    const step = await world.signIn();
    expect(world.lastCode()).not.toBe(old);
    await expect(answer(world, step, "SMS_MFA", { SMS_MFA_CODE: old })).rejects.toMatchObject({
      code: "CodeMismatchException",
    });
  });

  it("lock the user after five wrong ones", async () => {
    const world = await worldWith("ON", { sms }, phone);
    const step = await world.signIn();
    const code = world.lastCode();
    const wrong = code === "000000" ? "000001" : "000000";
    for (let attempt = 0; attempt < 5; attempt++) {
      await expect(answer(world, step, "SMS_MFA", { SMS_MFA_CODE: wrong })).rejects.toMatchObject({
        code: "CodeMismatchException",
      });
    }
    await expect(answer(world, step, "SMS_MFA", { SMS_MFA_CODE: code })).rejects.toMatchObject({
      message: "Password attempts exceeded",
    });
  });

  it("mark the number verified when they come back", async () => {
    const world = await worldWith("ON", { sms }, { ...phone, phone_number_verified: "false" });
    const step = await world.signIn();
    await answer(world, step, "SMS_MFA", { SMS_MFA_CODE: world.lastCode() });
    const { UserAttributes } = await world.admin("AdminGetUser");
    expect(UserAttributes).toContainEqual({ Name: "phone_number_verified", Value: "true" });
  });
});

describe("Authenticator codes (RFC 6238; Developer Guide, 'TOTP software token MFA')", () => {
  // RFC 6238, appendix B, the SHA-1 rows, last six digits.
  it.each([
    [59, "287082"],
    [1111111109, "081804"],
    [1234567890, "005924"],
    [20000000000, "353130"],
  ])("are those of the standard at second %i", (seconds, code) => {
    expect(totpCode("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", seconds * 1_000)).toBe(code);
  });

  it("are accepted half a minute early or late, and not two steps off", async () => {
    const world = await worldWith("ON", { totp });
    const secret = await enrolTotp(world);
    world.pass(10 * MINUTE);
    const signInWith = async (offset: number) => {
      const code = totpCode(secret, world.now() + offset);
      return answer(world, await world.signIn(), "SOFTWARE_TOKEN_MFA", { SOFTWARE_TOKEN_MFA_CODE: code });
    };
    await expect(signInWith(-MINUTE)).rejects.toMatchObject({ code: "CodeMismatchException" });
    await expect(signInWith(MINUTE)).rejects.toMatchObject({ code: "CodeMismatchException" });
    expect(await signInWith(-MINUTE / 2)).toHaveProperty("AuthenticationResult");
    expect(await signInWith(MINUTE / 2)).toHaveProperty("AuthenticationResult");
  });

  it("count once", async () => {
    const world = await worldWith("ON", { totp });
    const secret = await enrolTotp(world);
    world.pass(10 * MINUTE);
    const code = { SOFTWARE_TOKEN_MFA_CODE: totpCode(secret, world.now()) };
    await answer(world, await world.signIn(), "SOFTWARE_TOKEN_MFA", code);
    await expect(answer(world, await world.signIn(), "SOFTWARE_TOKEN_MFA", code)).rejects.toMatchObject({
      code: "ExpiredCodeException",
      message: "Your software token has already been used once.",
    });
  });

  it("must be right before the factor is registered", async () => {
    const world = await worldWith("ON", { totp });
    const step = await world.signIn();
    const setUp = await world.app("AssociateSoftwareToken", { Session: step.Session });
    const right = totpCode(String(setUp.SecretCode), world.now());
    const wrong = right === "000000" ? "000001" : "000000";
    await expect(
      world.app("VerifySoftwareToken", { Session: setUp.Session, UserCode: wrong }),
    ).rejects.toMatchObject({ code: "EnableSoftwareTokenMFAException" });
    await expect(answer(world, setUp, "MFA_SETUP", {})).rejects.toMatchObject({
      code: "InvalidParameterException",
    });
  });
});

describe("A temporary password (API reference, NEW_PASSWORD_REQUIRED)", () => {
  it("is followed by a new one under the policy, together with the required attributes that are missing", async () => {
    const world = await createSignInWorld({
      pool: {
        Schema: [{ Name: "name", Required: true, Mutable: true }],
        Policies: { PasswordPolicy: { MinimumLength: 10, RequireNumbers: true } },
      },
    });
    await world.admin("AdminSetUserPassword", { Password: "Temporary-22", Permanent: false });
    const step = await world.signIn("Temporary-22");
    expect(step.ChallengeParameters?.requiredAttributes).toBe('["userAttributes.name"]');
    const reply = (responses: object) => answer(world, step, "NEW_PASSWORD_REQUIRED", responses);
    await expect(reply({ NEW_PASSWORD: "Long-enough-1" })).rejects.toMatchObject({
      code: "InvalidParameterException",
    });
    await expect(reply({ NEW_PASSWORD: "short-1", "userAttributes.name": "花子" })).rejects.toMatchObject({
      code: "InvalidPasswordException",
    });
    expect(await reply({ NEW_PASSWORD: "Long-enough-1", "userAttributes.name": "花子" })).toHaveProperty(
      "AuthenticationResult",
    );
    expect(await world.admin("AdminGetUser")).toMatchObject({ UserStatus: "CONFIRMED" });
  });
});

const phone = { phone_number: "+819012345678" };
const sms = {
  SmsMfaConfiguration: {
    SmsConfiguration: {
      SnsCallerArn: "arn:aws:iam::123456789012:role/sms",
      ExternalId: "sekisho",
      SnsRegion: "ap-northeast-1",
    },
  },
};
const totp = { SoftwareTokenMfaConfiguration: { Enabled: true } };
const email = { EmailMfaConfiguration: { Message: "確認コード: {####}", Subject: "確認コード" } };

interface Factors {
  sms?: object;
  totp?: object;
  email?: object;
}

function worldWith(
  MfaConfiguration: "ON" | "OPTIONAL",
  factors: Factors,
  attributes: Record<string, string> = {},
): Promise<SignInWorld> {
  const options: SignInWorldOptions = {
    attributes,
    mfa: { MfaConfiguration, ...factors.sms, ...factors.totp, ...factors.email },
    pool: {
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "admin_only", Priority: 1 }] },
      EmailConfiguration: {
        EmailSendingAccount: "DEVELOPER",
        SourceArn: "arn:aws:ses:ap-northeast-1:123456789012:identity/example.com",
        From: "サポート <support@example.com>",
      },
    },
  };
  return createSignInWorld(options);
}

function answer(world: SignInWorld, step: { Session?: string }, ChallengeName: string, responses: object) {
  return world.app("RespondToAuthChallenge", {
    ClientId: world.clientId,
    ChallengeName,
    Session: step.Session,
    ChallengeResponses: { USERNAME: world.sub, ...responses },
  });
}

/** Registers an authenticator: in the sign-in where that is asked for, else with the access token. */
async function enrolTotp(world: SignInWorld): Promise<string> {
  const step = await world.signIn();
  if (step.ChallengeName === "MFA_SETUP") {
    const setUp = await world.app("AssociateSoftwareToken", { Session: step.Session });
    const verified = await world.app("VerifySoftwareToken", {
      Session: setUp.Session,
      UserCode: totpCode(String(setUp.SecretCode), world.now()),
    });
    await answer(world, verified, "MFA_SETUP", {});
    return String(setUp.SecretCode);
  }
  const done = await answer(world, step, "SMS_MFA", { SMS_MFA_CODE: world.lastCode() });
  const AccessToken = done.AuthenticationResult?.AccessToken;
  const { SecretCode } = await world.app("AssociateSoftwareToken", { AccessToken });
  await world.app("VerifySoftwareToken", {
    AccessToken,
    UserCode: totpCode(String(SecretCode), world.now()),
  });
  return String(SecretCode);
}
