import { describe, expect, it } from "vitest";
import type { CognitoModel } from "../../../local/cognito/model.ts";
import { type PoolDocument, poolDocument } from "../../../runbooks/backup/format.ts";
import { withoutSecrets } from "../../../runbooks/backup/secrets.ts";
import { isAbandoned, planDrillPool } from "../../../runbooks/drill/drill-pool.ts";
import { IntegrityError } from "../../../runbooks/runtime/errors.ts";
import { call, createPool, openModel } from "../../local/cognito/strict-model.ts";

const NOW = new Date("2026-11-21T03:04:05.678Z");
const ORDER = { stack: "test", now: NOW };
const SMS_ROLE = "arn:aws:iam::123456789012:role/sms";
const SENDER = "arn:aws:ses:ap-northeast-1:123456789012:identity/example.com";
const FUNCTION = "arn:aws:lambda:ap-northeast-1:123456789012:function:pre-sign-up";

/** What a backup keeps of a pool. */
async function documentOf(model: CognitoModel, poolId: string): Promise<PoolDocument> {
  const { UserPool } = (await call(model, "DescribeUserPool", { UserPoolId: poolId })) as Described;
  const mfaConfig = await call(model, "GetUserPoolMfaConfig", { UserPoolId: poolId });
  return poolDocument.parse(
    withoutSecrets({
      userPool: UserPool,
      mfaConfig,
      domains: [],
      clients: [],
      identityProviders: [],
      resourceServers: [],
    }),
  );
}

interface Described {
  UserPool: Record<string, unknown> & { SchemaAttributes: { Name: string }[] };
}

/** Makes the pool of a drill as a drill does, and describes it. */
async function makeDrillPool(model: CognitoModel, document: PoolDocument): Promise<Described["UserPool"]> {
  const { create, furtherAttributes, mfa } = planDrillPool(document, ORDER);
  const poolId = await createPool(model, create);
  for (const CustomAttributes of furtherAttributes) {
    await call(model, "AddCustomAttributes", { UserPoolId: poolId, CustomAttributes });
  }
  if (mfa) await call(model, "SetUserPoolMfaConfig", { UserPoolId: poolId, ...mfa });
  return ((await call(model, "DescribeUserPool", { UserPoolId: poolId })) as Described).UserPool;
}

const custom = (Name: string, more: object = {}) => ({
  Name,
  AttributeDataType: "String",
  Mutable: true,
  ...more,
});
const length = (MinLength: string, MaxLength: string) => ({
  StringAttributeConstraints: { MinLength, MaxLength },
});

const pools: [string, object][] = [
  ["with nothing said about it", {}],
  [
    "whose people sign in with addresses, whatever their case",
    {
      UsernameAttributes: ["email"],
      UsernameConfiguration: { CaseSensitive: false },
      AutoVerifiedAttributes: ["email"],
    },
  ],
  [
    "whose people sign in with user names, addresses and numbers",
    {
      AliasAttributes: ["email", "phone_number", "preferred_username"],
      UsernameConfiguration: { CaseSensitive: true },
    },
  ],
  [
    "with attributes of its own, of every type and with limits",
    {
      Schema: [
        custom("plain"),
        custom("short", length("1", "8")),
        custom("fixed", { Mutable: false }),
        custom("secret", { DeveloperOnlyAttribute: true }),
        custom("level", {
          AttributeDataType: "Number",
          NumberAttributeConstraints: { MinValue: "-3", MaxValue: "40" },
        }),
        custom("count", { AttributeDataType: "Number" }),
        custom("since", { AttributeDataType: "DateTime" }),
        custom("agreed", { AttributeDataType: "Boolean" }),
      ],
    },
  ],
  [
    "with standard attributes that are required, fixed or shorter than usual",
    {
      Schema: [
        { Name: "email", Required: true, Mutable: true },
        { Name: "family_name", Required: true, Mutable: false },
        { Name: "nickname", Mutable: true, ...length("2", "30") },
        { Name: "updated_at", Mutable: true, NumberAttributeConstraints: { MinValue: "5", MaxValue: "99" } },
        { Name: "birthdate", Mutable: false },
      ],
    },
  ],
  [
    "with as many attributes of its own as Cognito allows, and changed ones besides",
    {
      Schema: [
        { Name: "email", Required: true, Mutable: true },
        ...Array.from({ length: 49 }, (_, place) => custom(`number-${place}`)),
      ],
    },
  ],
  [
    "with a password policy and an own way back",
    {
      UserPoolTier: "PLUS",
      Policies: {
        PasswordPolicy: {
          MinimumLength: 20,
          RequireUppercase: false,
          RequireLowercase: true,
          RequireNumbers: false,
          RequireSymbols: false,
          PasswordHistorySize: 5,
          TemporaryPasswordValidityDays: 3,
        },
      },
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "admin_only", Priority: 1 }] },
    },
  ],
  [
    "that sends, calls and is protected",
    {
      AutoVerifiedAttributes: ["email", "phone_number"],
      MfaConfiguration: "OPTIONAL",
      SmsConfiguration: { SnsCallerArn: SMS_ROLE, ExternalId: "x" },
      EmailConfiguration: { EmailSendingAccount: "DEVELOPER", SourceArn: SENDER },
      LambdaConfig: { PreSignUp: FUNCTION },
      DeletionProtection: "ACTIVE",
      UserPoolTags: { "sekisho:stack": "test", cost: "web" },
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ["email", "phone_number"] },
      DeviceConfiguration: { ChallengeRequiredOnNewDevice: true },
    },
  ],
];

/** What decides how users may be in a pool. */
const SHAPE = [
  "SchemaAttributes",
  "UsernameAttributes",
  "AliasAttributes",
  "UsernameConfiguration",
  "AccountRecoverySetting",
  "UserPoolTier",
];

describe("the pool of a drill", () => {
  it.each(pools)("takes the same users as one %s", async (_, settings) => {
    const model = openModel();
    const document = await documentOf(model, await createPool(model, settings));
    const made = await makeDrillPool(model, document);
    const shape = (pool: Record<string, unknown>) => SHAPE.map((name) => [name, pool[name]]);
    expect(shape(made)).toEqual(shape(document.userPool));
    expect(made.Policies).toEqual(document.userPool.Policies);
  });

  it("has the same schema where attributes were added until no more were allowed", async () => {
    const model = openModel();
    const Schema = [
      ...["email", "name", "given_name", "family_name"].map((Name) => ({
        Name,
        Mutable: true,
        Required: true,
      })),
      ...Array.from({ length: 46 }, (_, place) => custom(`number-${place}`)),
    ];
    const poolId = await createPool(model, { Schema });
    const CustomAttributes = ["a", "b", "c", "d"].map((name) => custom(name, { Mutable: false }));
    await call(model, "AddCustomAttributes", { UserPoolId: poolId, CustomAttributes });
    const document = await documentOf(model, poolId);
    const { create, furtherAttributes } = planDrillPool(document, ORDER);
    expect([create.Schema?.length, furtherAttributes.map(({ length: count }) => count)]).toEqual([50, [4]]);
    expect((await makeDrillPool(model, document)).SchemaAttributes).toEqual(
      document.userPool.SchemaAttributes,
    );
  });

  it("sends nothing, calls nothing and can be deleted, whatever its model did", async () => {
    const model = openModel();
    const [, settings = {}] = pools.at(-1) ?? [];
    const document = await documentOf(model, await createPool(model, settings));
    const made = await makeDrillPool(model, document);
    expect(made).toMatchObject({
      Name: "sekisho-test-rehearsal-20261121030405",
      UserPoolTags: { "sekisho:stack": "test", "sekisho:rehearsal": "test" },
      DeletionProtection: "INACTIVE",
      LambdaConfig: {},
      MfaConfiguration: "OFF",
      EmailConfiguration: { EmailSendingAccount: "COGNITO_DEFAULT" },
      AutoVerifiedAttributes: ["email"],
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    });
    expect(Object.keys(made)).not.toContain("SmsConfiguration");
    expect(planDrillPool(document, ORDER).leftOut).toEqual([
      "the functions it calls: PreSignUp",
      "second factors by text message",
      "phone numbers that it verifies by itself",
    ]);
  });

  it.each(["ON", "OPTIONAL"] as const)(
    "offers authenticator apps where MFA is %s with them",
    async (mode) => {
      const model = openModel();
      const poolId = await createPool(model, {
        EmailConfiguration: { EmailSendingAccount: "DEVELOPER", SourceArn: SENDER },
      });
      await call(model, "SetUserPoolMfaConfig", {
        UserPoolId: poolId,
        MfaConfiguration: mode,
        SoftwareTokenMfaConfiguration: { Enabled: true },
        EmailMfaConfiguration: {},
      });
      const document = await documentOf(model, poolId);
      expect((await makeDrillPool(model, document)).MfaConfiguration).toBe(mode);
      expect(planDrillPool(document, ORDER).leftOut).toEqual(["second factors by mail"]);
    },
  );

  it("lets people in with their passwords alone, and says what else they had", async () => {
    const model = openModel();
    const AllowedFirstAuthFactors = ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"];
    const poolId = await createPool(model, { Policies: { SignInPolicy: { AllowedFirstAuthFactors } } });
    const document = await documentOf(model, poolId);
    expect((await makeDrillPool(model, document)).Policies).not.toHaveProperty("SignInPolicy");
    expect(planDrillPool(document, ORDER).leftOut).toEqual([
      "sign-in without a password: EMAIL_OTP, WEB_AUTHN",
    ]);
  });

  it.each([
    ["dev:plain", { Name: "plain", DeveloperOnlyAttribute: true }],
    ["dev:custom:plain", { Name: "plain", DeveloperOnlyAttribute: true }],
    ["custom:dev", { Name: "dev" }],
  ])("asks for %s by its bare name", async (Name, expected) => {
    const model = openModel();
    const document = await documentOf(model, await createPool(model));
    const shown = { Name, AttributeDataType: "String", Mutable: true, Required: false };
    document.userPool.SchemaAttributes = [shown];
    expect(planDrillPool(document, ORDER).create.Schema).toEqual([
      { AttributeDataType: "String", Mutable: true, Required: false, ...expected },
    ]);
  });

  it("leaves out standard attributes that no settings can name: AWS adds them by itself", async () => {
    const model = openModel();
    const document = await documentOf(model, await createPool(model));
    document.userPool.SchemaAttributes = [{ Name: "invented", AttributeDataType: "String" }];
    expect(planDrillPool(document, ORDER).create).not.toHaveProperty("Schema");
  });

  it("is not made of a description that AWS does not document", async () => {
    const model = openModel();
    const document = await documentOf(model, await createPool(model));
    document.userPool.UsernameAttributes = ["nickname"];
    const plan = () => planDrillPool(document, ORDER);
    expect(plan).toThrow(IntegrityError);
    expect(plan).toThrow(
      `${document.userPool.Id}: its set describes it in a way this command does not know, at pool.UsernameAttributes.0.`,
    );
  });
});

describe("a pool that a drill left behind", () => {
  const found = {
    name: "sekisho-test-rehearsal-20261120030000",
    tags: { "sekisho:stack": "test", "sekisho:rehearsal": "test" },
    createdAt: new Date(NOW.getTime() - 24 * 3_600_000 - 1),
  };

  it("is known by name, tag and age", () => {
    expect(isAbandoned(found, "test", NOW)).toBe(true);
  });

  it.each([
    ["has no tag", { tags: {} }],
    ["has the tag of another stack", { tags: { "sekisho:rehearsal": "prod" } }],
    ["has the tag of the stack alone", { tags: { "sekisho:stack": "test" } }],
    ["is a day old and no more", { createdAt: new Date(NOW.getTime() - 24 * 3_600_000) }],
    ["was made in the future", { createdAt: new Date(NOW.getTime() + 48 * 3_600_000) }],
    ["is the stack's own by its name", { name: "sekisho-test" }],
    ["is called like it and more", { name: "sekisho-test-rehearsal-20261120030000-2" }],
    ["is called like it without a time", { name: "sekisho-test-rehearsal-keep" }],
    [
      "is called like one of a stack whose name begins the same",
      {
        name: "sekisho-test-2-rehearsal-20261120030000",
      },
    ],
  ])("is not one that %s", (_, other) => {
    expect(isAbandoned({ ...found, ...other }, "test", NOW)).toBe(false);
  });
});
