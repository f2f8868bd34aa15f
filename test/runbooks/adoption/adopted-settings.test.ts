import { describe, expect, test } from "vitest";
import { adoptSettings } from "../../../runbooks/adoption/adopted-settings.ts";
import { type ExistingPool, existingPool } from "../../../runbooks/adoption/existing-pool.ts";

const place = { stack: "shop", region: "ap-northeast-1" };

function pool(userPool: object = {}, rest: Partial<Record<keyof ExistingPool, unknown>> = {}): ExistingPool {
  return existingPool.parse({
    userPool: { Id: "ap-northeast-1_Abc", Name: "sekisho-shop", ...userPool },
    mfaConfig: {},
    clients: [],
    domains: [],
    identityProviders: [],
    resourceServers: [],
    groups: [],
    styles: {},
    ...rest,
  });
}

function usersOf(userPool: object): Record<string, unknown> {
  return Object(adoptSettings(pool(userPool), place).config.users);
}

describe("what exists, as settings", () => {
  test.each<[string, object, Record<string, unknown>]>([
    ["a case that was never decided", {}, { caseSensitive: "unsaid" }],
    ["a case that matters", { UsernameConfiguration: { CaseSensitive: true } }, { caseSensitive: true }],
    [
      "several names to sign in with",
      { UsernameAttributes: ["phone_number", "email"] },
      { signInWith: ["phone", "email"] },
    ],
    ["a name of its own", { Name: "Customers" }, { poolName: "Customers" }],
    ["sign-up for everybody, which Cognito allows unless told otherwise", {}, { selfSignUp: true }],
    [
      "recovery in its order",
      {
        AccountRecoverySetting: {
          RecoveryMechanisms: [
            { Name: "verified_phone_number", Priority: 2 },
            { Name: "verified_email", Priority: 1 },
          ],
        },
      },
      { recovery: ["email", "phone"] },
    ],
    [
      "recovery that nobody chose, with verified mail",
      { AutoVerifiedAttributes: ["phone_number", "email"] },
      { recovery: ["email"] },
    ],
    [
      "recovery that nobody chose, with verified numbers",
      { AutoVerifiedAttributes: ["phone_number"] },
      { recovery: ["phone"] },
    ],
    ["recovery that nobody chose, with nothing verified", {}, { recovery: ["admin"] }],
  ])("%s", (_what, userPool, expected) => {
    expect(usersOf(userPool)).toMatchObject(expected);
  });

  test("the stack's own name for a pool needs no setting", () => {
    expect(usersOf({})).not.toHaveProperty("poolName");
  });

  test.each<[string, object, unknown]>([
    [
      "a custom text with limits",
      {
        Name: "custom:a",
        AttributeDataType: "String",
        StringAttributeConstraints: { MinLength: "1", MaxLength: "9" },
      },
      { min: 1, max: 9 },
    ],
    [
      "a custom text without limits",
      { Name: "custom:a", AttributeDataType: "String" },
      { min: "none", max: "none" },
    ],
    [
      "a custom text as wide as can be",
      {
        Name: "custom:a",
        AttributeDataType: "String",
        StringAttributeConstraints: { MinLength: "0", MaxLength: "2048" },
      },
      {},
    ],
    [
      "a custom number without limits",
      { Name: "custom:a", AttributeDataType: "Number" },
      { type: "number", min: "none", max: "none" },
    ],
    [
      "a custom date that never changes",
      { Name: "custom:a", AttributeDataType: "DateTime", Mutable: false },
      { type: "datetime", mutable: false },
    ],
    [
      "a required standard attribute",
      {
        Name: "email",
        AttributeDataType: "String",
        Required: true,
        StringAttributeConstraints: { MinLength: "0", MaxLength: "2048" },
      },
      "required",
    ],
  ])("an attribute: %s", (_what, attribute, expected) => {
    const { attributes } = usersOf({ SchemaAttributes: [attribute] });
    expect(Object.values(Object(attributes))).toEqual([expected]);
  });

  test("standard attributes as every pool has them are left out", () => {
    const usual = {
      AttributeDataType: "String",
      StringAttributeConstraints: { MinLength: "0", MaxLength: "2048" },
    };
    const schema = [
      { Name: "email", ...usual },
      { Name: "name", ...usual },
      { Name: "sub", AttributeDataType: "String" },
    ];
    expect(usersOf({ SchemaAttributes: schema })).toMatchObject({ attributes: {} });
  });

  test.each([
    ["off", {}, { mode: "off" }],
    [
      "optional codes by text message",
      { MfaConfiguration: "OPTIONAL", SmsMfaConfiguration: {} },
      { mode: "optional", factors: ["sms"] },
    ],
    [
      "required codes of every kind",
      {
        MfaConfiguration: "ON",
        SmsMfaConfiguration: {},
        SoftwareTokenMfaConfiguration: { Enabled: true },
        EmailMfaConfiguration: {},
      },
      { mode: "required", factors: ["sms", "totp", "email"] },
    ],
    [
      "app codes that are switched off",
      {
        MfaConfiguration: "ON",
        SoftwareTokenMfaConfiguration: { Enabled: false },
        EmailMfaConfiguration: {},
      },
      { mode: "required", factors: ["email"] },
    ],
  ])("a second factor: %s", (_what, mfaConfig, mfa) => {
    expect(adoptSettings(pool({}, { mfaConfig }), place).config.mfa).toEqual(mfa);
  });

  test.each([
    [
      "a domain",
      { SourceArn: "arn:aws:ses:ap-northeast-1:123456789012:identity/example.com" },
      {
        from: "no-reply@example.com",
        identityArn: "arn:aws:ses:ap-northeast-1:123456789012:identity/example.com",
      },
    ],
    [
      "an address",
      { SourceArn: "arn:aws:ses:us-east-1:123456789012:identity/help@example.com" },
      {
        from: "help@example.com",
        identityArn: "arn:aws:ses:us-east-1:123456789012:identity/help@example.com",
      },
    ],
  ])("a sender that is %s is named, not taken over", (_what, configuration, email) => {
    const EmailConfiguration = { EmailSendingAccount: "DEVELOPER", ...configuration };
    expect(adoptSettings(pool({ EmailConfiguration }), place).config.email).toEqual(email);
  });

  test.each([
    ["Amazon's", { Domain: "shop", CustomDomainConfig: {} }, { domainPrefix: "shop" }],
    [
      "their own",
      { Domain: "login.example.com", CustomDomainConfig: { CertificateArn: "arn:cert" } },
      { domain: "login.example.com", certificateArn: "arn:cert" },
    ],
  ])("an address that is %s", (_what, domain, page) => {
    expect(adoptSettings(pool({}, { domains: [domain] }), place).config.signInPage).toEqual(page);
  });
});

describe("what no setting can say", () => {
  test.each<[string, object]>([
    [
      "The pool calls functions of others (PreSignUp, CustomMessage); an update would take them off.",
      { LambdaConfig: { PreSignUp: "arn:a", CustomMessage: "arn:b" } },
    ],
    [
      "The attribute dev:custom:flag is for developers only; the provider would refuse every update.",
      {
        SchemaAttributes: [
          { Name: "dev:custom:flag", AttributeDataType: "String", DeveloperOnlyAttribute: true },
        ],
      },
    ],
    [
      "People sign in without a password (WEB_AUTHN); an update would end that.",
      { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "WEB_AUTHN"] } } },
    ],
    ["The pool remembers devices; an update would end that.", { DeviceConfiguration: {} }],
    [
      "Addresses are confirmed by a link; an update would send codes instead.",
      { VerificationMessageTemplate: { DefaultEmailOption: "CONFIRM_WITH_LINK" } },
    ],
    [
      "Text messages go out by AWS End User Messaging directly; an update would send them by SNS.",
      { SmsConfiguration: { EumsSms: {} } },
    ],
    [
      "Threat protection blocks sign-ins; an update would let it watch only, unless the preset is strict.",
      { UserPoolAddOns: { AdvancedSecurityMode: "ENFORCED" } },
    ],
  ])("and an update would take away is told: %s", (sentence, userPool) => {
    expect(adoptSettings(pool(userPool), place).losses).toEqual([sentence]);
  });

  test("stays outside, each with its reason", () => {
    const { outside, groupNames } = adoptSettings(
      pool(
        {},
        {
          groups: [{ name: "staff" }, { name: "two words" }, { name: "cloud", roleArn: "arn:role" }],
          identityProviders: [{ ProviderName: "Google" }],
          domains: [
            { Domain: "shop" },
            { Domain: "login.example.com", CustomDomainConfig: { CertificateArn: "arn:c" } },
          ],
        },
      ),
      place,
    );
    expect(groupNames).toEqual(["staff"]);
    expect(outside).toEqual([
      "Group two words stays outside: the stack file takes no such name.",
      "Group cloud stays outside: it hands out the role arn:role, which awsAccess does by rules.",
      "Sign-in with Google stays outside: the stack file has no other providers.",
      "The address shop stays outside: the stack file has one address.",
    ]);
  });

  test("is nothing in an ordinary pool", () => {
    const { outside, losses } = adoptSettings(
      pool({ Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD"] } } }),
      place,
    );
    expect([...outside, ...losses]).toEqual([]);
  });
});
