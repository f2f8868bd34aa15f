import { describe, expect, test } from "vitest";
import type { PropertyMap } from "../../../local/engine/property-values.ts";
import { findMaker } from "./find-maker.ts";
import { altered, existing, scriptedAws, target } from "./scripted-aws.ts";

const pool = findMaker("aws:cognito/userPool:UserPool");
const CREATED = { CreateUserPool: { UserPool: { Id: "pool-1" } } };
const SMS = { externalId: "x", snsCallerArn: "arn:role", snsRegion: "ap-northeast-1" };

const inputs: PropertyMap = {
  name: "sekisho-dev",
  usernameAttributes: ["email"],
  usernameConfiguration: { caseSensitive: false },
  deletionProtection: "ACTIVE",
  passwordPolicy: { minimumLength: 14 },
  signInPolicy: { allowedFirstAuthFactors: ["PASSWORD"] },
  schemas: [{ name: "team", attributeDataType: "String", stringAttributeConstraints: { minLength: "0" } }],
  emailConfiguration: { fromEmailAddress: "a@example.com", emailSendingAccount: "DEVELOPER" },
  userAttributeUpdateSettings: { attributesRequireVerificationBeforeUpdates: ["email"] },
  lambdaConfig: { kmsKeyId: "key", customMessage: "arn:lambda" },
  smsConfiguration: SMS,
  mfaConfiguration: "ON",
  softwareTokenMfaConfiguration: { enabled: true },
  tags: { "sekisho:stack": "dev" },
};

const SETTINGS = {
  DeletionProtection: "ACTIVE",
  Policies: {
    PasswordPolicy: { MinimumLength: 14 },
    SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD"] },
  },
  EmailConfiguration: { From: "a@example.com", EmailSendingAccount: "DEVELOPER" },
  UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ["email"] },
  LambdaConfig: { KMSKeyID: "key", CustomMessage: "arn:lambda" },
  SmsConfiguration: { ExternalId: "x", SnsCallerArn: "arn:role", SnsRegion: "ap-northeast-1" },
};

describe("a user pool", () => {
  test("is made with every setting, and its MFA in a second call, as the provider does it", async () => {
    const { aws, calls } = scriptedAws(CREATED);
    await expect(pool.create(target(aws, inputs))).resolves.toBe("pool-1");
    expect(calls).toEqual([
      [
        "CreateUserPool",
        {
          ...SETTINGS,
          PoolName: "sekisho-dev",
          UsernameAttributes: ["email"],
          UsernameConfiguration: { CaseSensitive: false },
          Schema: [
            { Name: "team", AttributeDataType: "String", StringAttributeConstraints: { MinLength: "0" } },
          ],
          UserPoolTags: { "sekisho:stack": "dev" },
        },
      ],
      [
        "SetUserPoolMfaConfig",
        {
          UserPoolId: "pool-1",
          MfaConfiguration: "ON",
          SoftwareTokenMfaConfiguration: { Enabled: true },
          SmsMfaConfiguration: { SmsConfiguration: SETTINGS.SmsConfiguration },
        },
      ],
    ]);
  });

  test("needs no second call while MFA is off, although SMS is set up for verification", async () => {
    const { aws, calls } = scriptedAws(CREATED);
    await pool.create(target(aws, { name: "n", mfaConfiguration: "OFF", smsConfiguration: SMS }));
    expect(calls.map(([operation]) => operation)).toEqual(["CreateUserPool"]);
  });

  test("tells the program what only AWS knows", async () => {
    const UserPool = {
      Arn: "arn:pool",
      CreationDate: new Date(0),
      EstimatedNumberOfUsers: 3,
      Name: "sekisho-dev",
    };
    const { aws } = scriptedAws({ DescribeUserPool: { UserPool } });
    await expect(pool.read(existing(aws, "ap-northeast-1_x"))).resolves.toEqual({
      arn: "arn:pool",
      name: "sekisho-dev",
      creationDate: "1970-01-01T00:00:00.000Z",
      endpoint: "cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_x",
      estimatedNumberOfUsers: 3,
    });
  });

  test("keeps every setting when one changes, because UpdateUserPool resets what is left out", async () => {
    const { aws, calls } = scriptedAws();
    const after = { ...inputs, passwordPolicy: { minimumLength: 16 } };
    await pool.update(altered(aws, "pool-1", [inputs, after]));
    expect(calls).toEqual([
      [
        "UpdateUserPool",
        {
          ...SETTINGS,
          UserPoolId: "pool-1",
          MfaConfiguration: "ON",
          Policies: { ...SETTINGS.Policies, PasswordPolicy: { MinimumLength: 16 } },
        },
      ],
    ]);
  });

  test.each<[string, PropertyMap, string[], object]>([
    [
      "an attribute is added",
      {
        ...inputs,
        schemas: [{ name: "rank", attributeDataType: "Number" }, ...(inputs.schemas as PropertyMap[])],
      },
      ["AddCustomAttributes"],
      { UserPoolId: "pool-1", CustomAttributes: [{ Name: "rank", AttributeDataType: "Number" }] },
    ],
    [
      "a factor is taken away",
      { ...inputs, softwareTokenMfaConfiguration: { enabled: false } },
      ["SetUserPoolMfaConfig"],
      { SoftwareTokenMfaConfiguration: { Enabled: false } },
    ],
    [
      "MFA is switched off",
      { ...inputs, mfaConfiguration: "OFF" },
      ["SetUserPoolMfaConfig"],
      { MfaConfiguration: "OFF" },
    ],
    [
      "a tag changes",
      { ...inputs, tags: { "sekisho:stack": "b" } },
      ["TagResource"],
      { ResourceArn: "arn:pool", Tags: { "sekisho:stack": "b" } },
    ],
    ["a tag goes", { ...inputs, tags: {} }, ["UntagResource"], { TagKeys: ["sekisho:stack"] }],
  ])("is changed by the one call it takes when %s", async (_what, after, operations, input) => {
    const { aws, calls } = scriptedAws();
    await pool.update(altered(aws, "pool-1", [inputs, after], { arn: "arn:pool" }));
    expect(calls.map(([operation]) => operation)).toEqual(operations);
    expect(calls[0]?.[1]).toMatchObject(input);
  });

  test("loses its factors together with MFA, because Cognito refuses one without the other", async () => {
    const { aws, calls } = scriptedAws();
    await pool.update(altered(aws, "pool-1", [inputs, { ...inputs, mfaConfiguration: "OFF" }]));
    expect(calls).toEqual([["SetUserPoolMfaConfig", { UserPoolId: "pool-1", MfaConfiguration: "OFF" }]]);
  });

  test("is not taken as made when AWS gives no id", async () => {
    await expect(pool.create(target(scriptedAws().aws, inputs))).rejects.toThrow(
      "CreateUserPool answered without an id",
    );
  });
});
