import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { MfaSettings } from "../../../infra/settings.ts";
import { emailInputs, mfaInputs, needsSms, poolInputs } from "../../../infra/users/user-pool-inputs.ts";
import { builtInTemplates } from "../../support/stack-messages.ts";
import { users } from "../../support/users-settings.ts";

const templates = builtInTemplates();

const mfaSettings = fc.record({
  mode: fc.constantFrom("off" as const, "optional" as const, "required" as const),
  factors: fc.subarray(["sms" as const, "totp" as const, "email" as const]),
});

describe("text messages", () => {
  test.each<[string, MfaSettings, ("email" | "phone" | "admin")[], ("email" | "phone_number")[], boolean]>([
    ["for SMS codes", { mode: "required", factors: ["sms"] }, ["email"], ["email"], true],
    ["for optional SMS codes", { mode: "optional", factors: ["totp", "sms"] }, ["email"], [], true],
    ["for resets by phone, without a second factor", { mode: "off", factors: [] }, ["phone"], [], true],
    [
      "for confirming numbers, without a second factor",
      { mode: "off", factors: [] },
      ["email"],
      ["phone_number"],
      true,
    ],
    ["for nothing else", { mode: "off", factors: [] }, ["email"], ["email"], false],
    ["not for factors that are switched off", { mode: "off", factors: ["sms"] }, ["admin"], [], false],
    ["not for app codes alone", { mode: "required", factors: ["totp"] }, ["email"], ["email"], false],
    [
      "not for app codes alone even where resets go by phone, because SMS would become a factor",
      { mode: "required", factors: ["totp"] },
      ["phone"],
      ["phone_number"],
      false,
    ],
  ])("are needed %s", (_, mfa, recovery, autoVerify, needed) => {
    expect(needsSms({ recovery, autoVerify }, mfa)).toBe(needed);
  });
});

describe("the second factor", () => {
  test("mentions no factor while it is off, because Cognito refuses both at once", () => {
    expect(mfaInputs({ mode: "off", factors: ["sms", "totp", "email"] }, templates.mfa)).toEqual({
      mfaConfiguration: "OFF",
    });
  });

  test("says of app codes whether they are on, and has a mail text exactly where mails are a factor", () => {
    fc.assert(
      fc.property(mfaSettings, (mfa) => {
        fc.pre(mfa.mode !== "off");
        expect(mfaInputs(mfa, templates.mfa)).toEqual({
          mfaConfiguration: mfa.mode === "required" ? "ON" : "OPTIONAL",
          softwareTokenMfaConfiguration: { enabled: mfa.factors.includes("totp") },
          ...(mfa.factors.includes("email") && {
            emailMfaConfiguration: {
              subject: templates.mfa.emailSubject,
              message: templates.mfa.emailMessage,
            },
          }),
        });
      }),
    );
  });
});

describe("what every pool gets", () => {
  const pool = poolInputs(users(), templates);

  test("ignores case in user names and signs in with what was chosen", () => {
    expect(pool).toMatchObject({
      usernameAttributes: ["email"],
      usernameConfiguration: { caseSensitive: false },
    });
    expect(pool).not.toHaveProperty("aliasAttributes");
  });

  test("takes aliases instead when people have a user name", () => {
    const named = poolInputs(
      users({ usernameAttributes: [], aliasAttributes: ["preferred_username"] }),
      templates,
    );
    expect(named).toMatchObject({ aliasAttributes: ["preferred_username"] });
    expect(named).not.toHaveProperty("usernameAttributes");
  });

  test("spells the whole password policy", () => {
    expect(pool.passwordPolicy).toEqual({
      minimumLength: 14,
      requireLowercase: true,
      requireUppercase: true,
      requireNumbers: true,
      requireSymbols: true,
      temporaryPasswordValidityDays: 7,
      passwordHistorySize: 0,
    });
  });

  test.each([
    [["email"], [{ name: "verified_email", priority: 1 }]],
    [
      ["phone", "email"],
      [
        { name: "verified_phone_number", priority: 1 },
        { name: "verified_email", priority: 2 },
      ],
    ],
    [["admin"], [{ name: "admin_only", priority: 1 }]],
  ] as const)("resets passwords by %j in that order", (recovery, recoveryMechanisms) => {
    const { accountRecoverySetting } = poolInputs(users({ recovery: [...recovery] }), templates);
    expect(accountRecoverySetting).toEqual({ recoveryMechanisms });
  });

  test("keeps the old address until the new one is confirmed", () => {
    expect(pool).toMatchObject({
      autoVerifiedAttributes: ["email"],
      userAttributeUpdateSettings: { attributesRequireVerificationBeforeUpdates: ["email"] },
    });
    const unverified = poolInputs(users({ autoVerify: [] }), templates);
    expect(unverified).not.toHaveProperty("autoVerifiedAttributes");
    expect(unverified).not.toHaveProperty("userAttributeUpdateSettings");
  });

  test.each([
    [false, true],
    [true, false],
  ])(
    "lets people sign up by themselves only if that was chosen (%s)",
    (selfSignUp, allowAdminCreateUserOnly) => {
      expect(poolInputs(users({ selfSignUp }), templates).adminCreateUserConfig).toEqual({
        allowAdminCreateUserOnly,
        inviteMessageTemplate: templates.invitation,
      });
    },
  );

  test("sends codes, never links, in our words", () => {
    expect(pool.verificationMessageTemplate).toEqual({
      defaultEmailOption: "CONFIRM_WITH_CODE",
      ...templates.verification,
    });
  });

  test("remembers no devices, so that the second factor is asked for every time", () => {
    expect(pool).not.toHaveProperty("deviceConfiguration");
  });

  test("takes a password first, whatever else the tier offers", () => {
    const passwordOnly = { allowedFirstAuthFactors: ["PASSWORD"] };
    expect(pool).toMatchObject({ userPoolTier: "ESSENTIALS", signInPolicy: passwordOnly });
    const plus = poolInputs(users({ tier: "plus" }), templates);
    expect(plus).toMatchObject({ userPoolTier: "PLUS", signInPolicy: passwordOnly });
    const lite = poolInputs(users({ tier: "lite" }), templates);
    expect(lite).toMatchObject({ userPoolTier: "LITE" });
    expect(lite).not.toHaveProperty("signInPolicy");
  });
});

describe("who sends the mails", () => {
  const email = {
    from: "Example Support <support@example.com>",
    fromAddress: "support@example.com",
    domain: "example.com",
    mailFrom: "mail.example.com",
    dmarc: { policy: "none" as const },
  };

  test("is Cognito where no sender is configured", () => {
    expect(emailInputs(undefined)).toEqual({ emailSendingAccount: "COGNITO_DEFAULT" });
  });

  test("is the domain in SES where one is, with the name people know", () => {
    expect(emailInputs({ email, identityArn: "arn" })).toEqual({
      emailSendingAccount: "DEVELOPER",
      sourceArn: "arn",
      fromEmailAddress: "Example Support <support@example.com>",
    });
    expect(
      emailInputs({ email: { ...email, replyTo: "help@example.com" }, identityArn: "arn" }),
    ).toHaveProperty("replyToEmailAddress", "help@example.com");
  });
});
