import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { LambdaFunction, type LambdaFunctionArgs } from "../../../infra/functions/lambda-function.ts";
import { declare } from "../../support/pulumi-mocks.ts";

const FUNCTION = "aws:lambda/function:Function";
const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const NAME = "sekisho-dev-greeting";

function declareFunction(more: Partial<LambdaFunctionArgs> = {}) {
  return declare(() => {
    const greeting = new LambdaFunction(NAME, {
      bundle: {
        archive: new pulumi.asset.AssetArchive({ "index.mjs": new pulumi.asset.StringAsset("export {}") }),
        bytes: 9,
        sha256: "00",
      },
      description: "Says hello",
      account: "123456789012",
      region: "ap-northeast-1",
      timeoutSeconds: 5,
      memoryMb: 128,
      logRetentionDays: 365,
      statements: [],
      tags: { "sekisho:stack": "dev" },
      ...more,
    });
    greeting.allow(`${NAME}-pool`, {
      principal: "cognito-idp.amazonaws.com",
      sourceArn: "arn:aws:cognito-idp:ap-northeast-1:123456789012:userpool/ap-northeast-1_Example",
    });
    return { arn: greeting.arn, logGroupName: greeting.logGroupName, roleName: greeting.roleName };
  });
}

describe("a function", () => {
  test("is declared with every block spelled, so that a second preview finds nothing to do", async () => {
    const { code: _archive, ...inputs } = (await declareFunction()).one(FUNCTION).inputs;
    expect(inputs).toEqual({
      name: NAME,
      description: "Says hello",
      role: expect.stringContaining(`:${NAME}-id`),
      packageType: "Zip",
      handler: "index.handler",
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      timeout: 5,
      memorySize: 128,
      ephemeralStorage: { size: 512 },
      reservedConcurrentExecutions: -1,
      loggingConfig: {
        logFormat: "JSON",
        applicationLogLevel: "INFO",
        systemLogLevel: "WARN",
        logGroup: `/aws/lambda/${NAME}`,
      },
      tracingConfig: { mode: "PassThrough" },
      publish: false,
      skipDestroy: false,
      tags: { "sekisho:stack": "dev" },
    });
  });

  test("is made only after its role may do what it needs", async () => {
    const declared = await declareFunction();
    expect(declared.one(FUNCTION).options.dependsOn).toEqual([NAME]);
    expect(declared.one("aws:iam/rolePolicy:RolePolicy").name).toBe(NAME);
  });

  test("may write to its own log and what its task needs, which may be known only later", async () => {
    const declared = await declareFunction({
      statements: pulumi.output([
        { Sid: "Read", Effect: "Allow", Action: ["dynamodb:GetItem"], Resource: ["arn:of-a-table"] },
      ]),
    });
    const { policy, role } = declared.one("aws:iam/rolePolicy:RolePolicy").inputs;
    expect(role).toBe(NAME);
    expect(JSON.parse(String(policy)).Statement).toMatchObject([
      {
        Sid: "WriteOwnLog",
        Resource: [`arn:aws:logs:ap-northeast-1:123456789012:log-group:/aws/lambda/${NAME}:*`],
      },
      { Sid: "Read", Resource: ["arn:of-a-table"] },
    ]);
  });

  test("gets variables and a share of the account's concurrency only where they were asked for", async () => {
    const declared = await declareFunction({ environment: { TABLE: "answers" }, reservedConcurrency: 1 });
    expect(declared.one(FUNCTION).inputs).toMatchObject({
      environment: { variables: { TABLE: "answers" } },
      reservedConcurrentExecutions: 1,
    });
  });

  test("can be called by the service that was named, for the one resource that was named, in this account only", async () => {
    const declared = await declareFunction();
    expect(declared.one("aws:lambda/permission:Permission").inputs).toEqual({
      action: "lambda:InvokeFunction",
      function: NAME,
      principal: "cognito-idp.amazonaws.com",
      sourceArn: "arn:aws:cognito-idp:ap-northeast-1:123456789012:userpool/ap-northeast-1_Example",
      sourceAccount: "123456789012",
    });
  });
});

describe("the log of a function", () => {
  test("is kept for the days that were named, and goes with the function", async () => {
    const declared = await declareFunction();
    expect(declared.one(LOG_GROUP).inputs).toEqual({
      name: `/aws/lambda/${NAME}`,
      logGroupClass: "STANDARD",
      retentionInDays: 365,
      skipDestroy: false,
      tags: { "sekisho:stack": "dev" },
    });
    expect(declared.one(LOG_GROUP).options).toMatchObject({ protect: false, retainOnDelete: false });
    expect(declared.outputs.logGroupName).toBe(`/aws/lambda/${NAME}`);
  });

  test("that is evidence stays, and can be encrypted with a key of ours", async () => {
    const logGuards = { protect: true, retainOnDelete: true };
    const declared = await declareFunction({ logGuards, logKeyArn: "arn:of-a-key" });
    expect(declared.one(LOG_GROUP).inputs).toMatchObject({ kmsKeyId: "arn:of-a-key" });
    expect(declared.one(LOG_GROUP).options).toMatchObject({ protect: true, retainOnDelete: true });
  });

  test("that may go leaves the program, and stays in AWS", async () => {
    const logGuards = { protect: false, retainOnDelete: true };
    const declared = await declareFunction({ logGuards });
    expect(declared.one(LOG_GROUP).options).toMatchObject(logGuards);
  });
});
