import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PoolDocument } from "../../../runbooks/backup/format.ts";
import type { TargetPool, TargetUser } from "../../../runbooks/reimport/target-pool.ts";
import { describedPool, listTargetUsers, readTargetPool } from "../../../runbooks/reimport/target-reader.ts";
import { createAwsCaller } from "../../../runbooks/runtime/aws-calls.ts";
import { type BackupWorld, startBackupWorld } from "../../support/backup-world.ts";
import { createGroup } from "../../support/in-memory-pool.ts";

const POOL_ID = "ap-northeast-1_Test12345";
const ARN = `arn:aws:cognito-idp:ap-northeast-1:123456789012:userpool/${POOL_ID}`;

/** The least that AWS tells of a pool. */
const described = {
  Id: POOL_ID,
  Name: "staff",
  Arn: ARN,
  SchemaAttributes: [
    {
      Name: "sub",
      AttributeDataType: "String",
      DeveloperOnlyAttribute: false,
      Mutable: false,
      Required: true,
      StringAttributeConstraints: { MinLength: "1", MaxLength: "2048" },
    },
  ],
};

function documentOf(userPool: object = {}, rest: Partial<PoolDocument> = {}): PoolDocument {
  return {
    userPool: { ...described, ...userPool },
    mfaConfig: {},
    domains: [],
    clients: [],
    identityProviders: [],
    resourceServers: [],
    ...rest,
  };
}

describe("a pool as its set describes it", () => {
  it("has AWS's own defaults where AWS says nothing", () => {
    expect(describedPool(documentOf())).toEqual({
      id: POOL_ID,
      name: "staff",
      arn: ARN,
      tags: {},
      estimatedUsers: 0,
      usernameAttributes: [],
      aliasAttributes: [],
      isCaseSensitive: true,
      autoVerified: [],
      recovery: ["phone_number", "email"],
      mfa: { mode: "OFF", hasSms: false, hasTotp: false, hasEmail: false },
      schema: new Map([
        ["sub", { name: "sub", type: "String", isMutable: false, isRequired: true, min: 1, max: 2_048 }],
      ]),
      passwordLength: 8,
      triggers: [],
      identityProviders: [],
      groups: new Map(),
    } satisfies TargetPool);
  });

  it.each<[string, object, Partial<PoolDocument>, Partial<TargetPool>]>([
    [
      "what people sign in with",
      { UsernameAttributes: ["email", "phone_number"], UsernameConfiguration: { CaseSensitive: false } },
      {},
      { usernameAttributes: ["email", "phone_number"], isCaseSensitive: false },
    ],
    [
      "aliases, and what is verified by itself",
      { AliasAttributes: ["preferred_username", "email"], AutoVerifiedAttributes: ["email"] },
      {},
      { aliasAttributes: ["preferred_username", "email"], autoVerified: ["email"] },
    ],
    [
      "ways back, by their priority",
      {
        AccountRecoverySetting: {
          RecoveryMechanisms: [
            { Name: "verified_phone_number", Priority: 2 },
            { Name: "verified_email", Priority: 1 },
          ],
        },
      },
      {},
      { recovery: ["email", "phone_number"] },
    ],
    [
      "administrators as the only way back",
      { AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "admin_only", Priority: 1 }] } },
      {},
      { recovery: ["admin_only"] },
    ],
    [
      "second factors",
      {},
      {
        mfaConfig: {
          MfaConfiguration: "ON",
          SmsMfaConfiguration: { SmsConfiguration: { SnsCallerArn: "arn:aws:iam::123456789012:role/sms" } },
          SoftwareTokenMfaConfiguration: { Enabled: true },
          EmailMfaConfiguration: {},
        },
      },
      { mfa: { mode: "ON", hasSms: true, hasTotp: true, hasEmail: true } },
    ],
    [
      "factors that are not offered",
      {},
      { mfaConfig: { MfaConfiguration: "OPTIONAL", SoftwareTokenMfaConfiguration: { Enabled: false } } },
      { mfa: { mode: "OPTIONAL", hasSms: false, hasTotp: false, hasEmail: false } },
    ],
    [
      "functions, and not the key of those that send",
      {
        LambdaConfig: {
          PreSignUp: "arn:aws:lambda:ap-northeast-1:123456789012:function:a",
          PreTokenGenerationConfig: { LambdaArn: "arn", LambdaVersion: "V2_0" },
          KMSKeyID: "arn:aws:kms:ap-northeast-1:123456789012:key/1",
          PostConfirmation: "",
        },
      },
      {},
      { triggers: ["PreSignUp", "PreTokenGenerationConfig"] },
    ],
    [
      "size, tags and passwords",
      {
        EstimatedNumberOfUsers: 1_234,
        UserPoolTags: { "sekisho:stack": "prod" },
        Policies: { PasswordPolicy: { MinimumLength: 14 } },
      },
      {},
      { estimatedUsers: 1_234, tags: { "sekisho:stack": "prod" }, passwordLength: 14 },
    ],
    [
      "identity providers",
      {},
      { identityProviders: [{ ProviderName: "Google" }, { ProviderName: "Corporate" }] },
      { identityProviders: ["Google", "Corporate"] },
    ],
  ])("tells %s", (_, userPool, rest, expected) => {
    expect(describedPool(documentOf(userPool, rest))).toMatchObject(expected);
  });

  it("tells the limits of its attributes as numbers", () => {
    const { schema } = describedPool(
      documentOf({
        SchemaAttributes: [
          ...described.SchemaAttributes,
          {
            Name: "custom:grade",
            AttributeDataType: "Number",
            Mutable: true,
            NumberAttributeConstraints: { MinValue: "-1.5", MaxValue: "9" },
          },
          { Name: "custom:note", AttributeDataType: "String", Mutable: true, StringAttributeConstraints: {} },
          { Name: "custom:flag", AttributeDataType: "Boolean" },
        ],
      }),
    );
    expect([...schema.values()].slice(1)).toEqual([
      { name: "custom:grade", type: "Number", isMutable: true, isRequired: false, min: -1.5, max: 9 },
      { name: "custom:note", type: "String", isMutable: true, isRequired: false },
      { name: "custom:flag", type: "Boolean", isMutable: false, isRequired: false },
    ]);
  });

  it("has the groups of its set, without what is theirs alone", () => {
    const groups = [
      createGroup("admins", { precedence: 1, roleArn: "arn:aws:iam::123456789012:role/a" }),
      createGroup("ops"),
    ];
    expect(describedPool(documentOf(), groups).groups).toEqual(
      new Map([
        ["admins", { name: "admins", precedence: 1, roleArn: "arn:aws:iam::123456789012:role/a" }],
        ["ops", { name: "ops" }],
      ]),
    );
  });

  it.each([
    ["no schema", { SchemaAttributes: [] }, "userPool.SchemaAttributes"],
    ["no ARN", { Arn: undefined }, "userPool.Arn"],
    ["a way to sign in that is none", { UsernameAttributes: ["nickname"] }, "userPool.UsernameAttributes.0"],
    [
      "a limit that is no number",
      {
        SchemaAttributes: [
          { Name: "sub", AttributeDataType: "String", StringAttributeConstraints: { MaxLength: "many" } },
        ],
      },
      "userPool.SchemaAttributes.0.StringAttributeConstraints.MaxLength",
    ],
  ])("is refused with %s", (_, userPool, where) => {
    expect(() => describedPool(documentOf(userPool))).toThrow(
      `${POOL_ID}: its set describes it in a way this command does not know, at ${where}.`,
    );
  });
});

describe("a pool as AWS describes it", () => {
  let world: BackupWorld;
  beforeAll(async () => {
    world = await startBackupWorld();
    await world.model.handle(
      "AddCustomAttributes",
      {
        UserPoolId: world.poolId,
        CustomAttributes: [
          {
            Name: "grade",
            AttributeDataType: "Number",
            NumberAttributeConstraints: { MinValue: "1", MaxValue: "9" },
          },
          { Name: "note", AttributeDataType: "String", Mutable: true, DeveloperOnlyAttribute: true },
        ],
      },
      { isSigned: true },
    );
    await world.model.handle(
      "CreateGroup",
      { UserPoolId: world.poolId, GroupName: "admins", Precedence: 1, Description: "on call" },
      { isSigned: true },
    );
    world.seed(
      Array.from({ length: 130 }, (_, number) => ({
        attributes: { email: `user-${number}@example.com`, email_verified: String(number % 2 === 0) },
        status: number === 7 ? "UNCONFIRMED" : "CONFIRMED",
        enabled: number !== 9,
        createdAt: new Date("2026-01-02T03:04:05.678Z"),
      })),
    );
  });
  afterAll(() => world.close());

  const source = () => ({
    client: new CognitoIdentityProviderClient({
      region: "ap-northeast-1",
      endpoint: world.gateway.url,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    }),
    userPoolId: world.poolId,
    call: createAwsCaller(new AbortController().signal),
    pause: async () => {},
  });

  it("is the same pool that its set describes, groups included", async () => {
    const pool = await readTargetPool(source());
    const document = await world.describePool({ maxAttempts: 1 });
    const groups = [createGroup("admins", { precedence: 1, description: "on call" })];
    // As it is read from the set: dates have become texts.
    expect(describedPool(JSON.parse(JSON.stringify(document)), groups)).toEqual(pool);
    expect(pool).toMatchObject({
      id: world.poolId,
      name: "sekisho-test",
      usernameAttributes: ["email"],
      estimatedUsers: 130,
    });
    expect(pool.schema.get("custom:grade")).toEqual({
      name: "custom:grade",
      type: "Number",
      isMutable: false,
      isRequired: false,
      min: 1,
      max: 9,
    });
    expect([...pool.schema.keys()].filter((name) => name.startsWith("dev:"))).toHaveLength(1);
  });

  it("lists everybody once, with what they are and without their sub among the attributes", async () => {
    const users = new Map<string, TargetUser>();
    for await (const page of listTargetUsers(source())) for (const user of page) users.set(user.sub, user);
    expect(users.size).toBe(130);
    const byEmail = new Map([...users.values()].map((user) => [user.attributes.get("email"), user]));
    expect(byEmail.get("user-7@example.com")).toMatchObject({ status: "UNCONFIRMED", isEnabled: true });
    const disabled = byEmail.get("user-9@example.com");
    expect(disabled).toEqual({
      sub: disabled?.sub,
      username: disabled?.sub,
      status: "CONFIRMED",
      isEnabled: false,
      created: "2026-01-02T03:04:05.678Z",
      modified: "2026-01-02T03:04:05.678Z",
      attributes: new Map([
        ["email", "user-9@example.com"],
        ["email_verified", "false"],
      ]),
    });
  });

  it("is not found where there is none", async () => {
    const nowhere = { ...source(), userPoolId: "ap-northeast-1_Gone12345" };
    await expect(readTargetPool(nowhere)).rejects.toMatchObject({ exitCode: 10 });
  });
});

describe("an answer about a pool", () => {
  let userPool: object | undefined;
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify({ UserPool: userPool, Groups: [], Providers: [] }));
  });
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

  const read = () =>
    readTargetPool({
      client: new CognitoIdentityProviderClient({
        region: "ap-northeast-1",
        endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        credentials: { accessKeyId: "test", secretAccessKey: "test" },
        maxAttempts: 1,
      }),
      userPoolId: POOL_ID,
      call: createAwsCaller(new AbortController().signal),
      pause: async () => {},
    });

  it("is taken as it is where it is whole", async () => {
    userPool = described;
    await expect(read()).resolves.toMatchObject({ id: POOL_ID, name: "staff" });
  });

  it.each([
    ["holds no pool", undefined, 10, `DescribeUserPool on ${POOL_ID}: the answer holds no pool.`],
    [
      "is about another pool",
      { ...described, Id: "ap-northeast-1_Other1234" },
      13,
      `DescribeUserPool on ${POOL_ID}: the answer is about another pool, ap-northeast-1_Other1234.`,
    ],
    [
      "lacks the schema",
      { ...described, SchemaAttributes: undefined },
      13,
      `${POOL_ID}: AWS described it in a way this command does not know, at userPool.SchemaAttributes.`,
    ],
  ])("is refused where it %s", async (_, answer, exitCode, message) => {
    userPool = answer;
    await expect(read()).rejects.toMatchObject({ exitCode, message });
  });
});
