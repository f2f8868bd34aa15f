import { describe, expect, test } from "vitest";
import type { PropertyMap } from "../../../local/engine/property-values.ts";
import { findMaker } from "./find-maker.ts";
import { altered, awsError, existing, type Script, scriptedAws, target } from "./scripted-aws.ts";

const FUNCTION = "aws:lambda/function:Function";
const PERMISSION = "aws:lambda/permission:Permission";
const EVENT_INVOKE = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";
const TABLE = "aws:dynamodb/table:Table";
const SCHEDULE = "aws:scheduler/schedule:Schedule";
const GROUP = "aws:scheduler/scheduleGroup:ScheduleGroup";
const TOPIC = "aws:sns/topic:Topic";
const POLICY = "aws:sns/topicPolicy:TopicPolicy";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";

const code = { assets: { "index.mjs": { text: "export const handler = () => 1;" } } };
const plainFunction = { name: "f", role: "arn:r", handler: "index.handler", runtime: "nodejs24.x", code };
const plainTable = {
  name: "answers",
  hashKey: "sub",
  attributes: [{ name: "sub", type: "S" }],
  billingMode: "PAY_PER_REQUEST",
};
const plainSchedule = {
  name: "daily",
  groupName: "g",
  scheduleExpression: "cron(0 3 * * ? *)",
  scheduleExpressionTimezone: "Asia/Tokyo",
  flexibleTimeWindow: { mode: "OFF" },
  target: { arn: "arn:f", roleArn: "arn:r", retryPolicy: { maximumRetryAttempts: 0 } },
};

const configuration = {
  FunctionName: "f",
  Role: "arn:r",
  Handler: "index.handler",
  Runtime: "nodejs24.x",
  Description: "",
  Timeout: 3,
  MemorySize: 128,
  // What a function asks AWS for goes through the gateway too.
  Environment: { Variables: { AWS_ENDPOINT_URL: "http://127.0.0.1:9" } },
};

describe("functions, and what calls, feeds and hears them", () => {
  test.each<[string, string, PropertyMap, Script, string, unknown[]]>([
    [
      "a function",
      FUNCTION,
      { ...plainFunction, architectures: ["arm64"], tracingConfig: { mode: "Active" }, tags: { a: "b" } },
      {},
      "f",
      [
        [
          "CreateFunction",
          {
            ...configuration,
            Architectures: ["arm64"],
            PackageType: "Zip",
            Code: { ZipFile: expect.any(Buffer) },
            TracingConfig: { Mode: "Active" },
            Tags: { a: "b" },
          },
        ],
      ],
    ],
    [
      "a function with an environment and a limit of its own",
      FUNCTION,
      {
        ...plainFunction,
        environment: { variables: { TABLE: "t" } },
        reservedConcurrentExecutions: 0,
        loggingConfig: { logFormat: "JSON", logGroup: "/g" },
        deadLetterConfig: { targetArn: "arn:q" },
      },
      {},
      "f",
      [
        [
          "CreateFunction",
          expect.objectContaining({
            Environment: { Variables: { AWS_ENDPOINT_URL: "http://127.0.0.1:9", TABLE: "t" } },
            LoggingConfig: { LogFormat: "JSON", LogGroup: "/g" },
            DeadLetterConfig: { TargetArn: "arn:q" },
          }),
        ],
        ["PutFunctionConcurrency", { FunctionName: "f", ReservedConcurrentExecutions: 0 }],
      ],
    ],
    [
      "a permission",
      PERMISSION,
      {
        statementId: "pool-1",
        function: "f",
        action: "lambda:InvokeFunction",
        principal: "cognito-idp.amazonaws.com",
        sourceArn: "arn:pool",
        sourceAccount: "123456789012",
      },
      {},
      "pool-1",
      [
        [
          "AddPermission",
          {
            FunctionName: "f",
            StatementId: "pool-1",
            Action: "lambda:InvokeFunction",
            Principal: "cognito-idp.amazonaws.com",
            SourceArn: "arn:pool",
            SourceAccount: "123456789012",
          },
        ],
      ],
    ],
    [
      "the rules of calls nobody waits for",
      EVENT_INVOKE,
      {
        functionName: "f",
        maximumRetryAttempts: 0,
        destinationConfig: { onFailure: { destination: "arn:q" } },
      },
      {},
      "f",
      [
        [
          "PutFunctionEventInvokeConfig",
          {
            FunctionName: "f",
            MaximumRetryAttempts: 0,
            DestinationConfig: { OnFailure: { Destination: "arn:q" }, OnSuccess: {} },
          },
        ],
      ],
    ],
    [
      "a table",
      TABLE,
      {
        ...plainTable,
        deletionProtectionEnabled: true,
        serverSideEncryption: { enabled: true, kmsKeyArn: "arn:k" },
        pointInTimeRecovery: { enabled: true },
        ttl: { enabled: true, attributeName: "expires" },
      },
      {},
      "answers",
      [
        [
          "CreateTable",
          {
            TableName: "answers",
            AttributeDefinitions: [{ AttributeName: "sub", AttributeType: "S" }],
            KeySchema: [{ AttributeName: "sub", KeyType: "HASH" }],
            BillingMode: "PAY_PER_REQUEST",
            DeletionProtectionEnabled: true,
            SSESpecification: { Enabled: true, SSEType: "KMS", KMSMasterKeyId: "arn:k" },
            Tags: [],
          },
        ],
        [
          "UpdateTimeToLive",
          { TableName: "answers", TimeToLiveSpecification: { AttributeName: "expires", Enabled: true } },
        ],
        [
          "UpdateContinuousBackups",
          { TableName: "answers", PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
        ],
      ],
    ],
    [
      "a schedule",
      SCHEDULE,
      plainSchedule,
      {},
      "g/daily",
      [
        [
          "CreateSchedule",
          {
            Name: "daily",
            GroupName: "g",
            ScheduleExpression: "cron(0 3 * * ? *)",
            ScheduleExpressionTimezone: "Asia/Tokyo",
            FlexibleTimeWindow: { Mode: "OFF" },
            Target: { Arn: "arn:f", RoleArn: "arn:r", RetryPolicy: { MaximumRetryAttempts: 0 } },
          },
        ],
      ],
    ],
    [
      "a schedule outside any group, for a time",
      SCHEDULE,
      {
        name: "once",
        scheduleExpression: "rate(1 day)",
        flexibleTimeWindow: { mode: "OFF" },
        target: { arn: "arn:f", roleArn: "arn:r" },
        endDate: "2027-01-01T00:00:00Z",
      },
      {},
      "default/once",
      [
        [
          "CreateSchedule",
          {
            Name: "once",
            GroupName: "default",
            ScheduleExpression: "rate(1 day)",
            FlexibleTimeWindow: { Mode: "OFF" },
            Target: { Arn: "arn:f", RoleArn: "arn:r" },
            EndDate: new Date("2027-01-01T00:00:00Z"),
          },
        ],
      ],
    ],
    [
      "a group of schedules",
      GROUP,
      { name: "g", tags: { a: "b" } },
      {},
      "g",
      [["CreateScheduleGroup", { Name: "g", Tags: [{ Key: "a", Value: "b" }] }]],
    ],
    [
      "a topic",
      TOPIC,
      { name: "alarms", displayName: "Sekisho", kmsMasterKeyId: "k", signatureVersion: 2 },
      { CreateTopic: { TopicArn: "arn:t" } },
      "arn:t",
      [
        [
          "CreateTopic",
          {
            Name: "alarms",
            Attributes: { DisplayName: "Sekisho", KmsMasterKeyId: "k", SignatureVersion: "2" },
            Tags: [],
          },
        ],
      ],
    ],
    [
      "the policy of a topic",
      POLICY,
      { arn: "arn:t", policy: "{}" },
      {},
      "arn:t",
      [["SetTopicAttributes", { TopicArn: "arn:t", AttributeName: "Policy", AttributeValue: "{}" }]],
    ],
    [
      "a subscription",
      SUBSCRIPTION,
      { topic: "arn:t", protocol: "email", endpoint: "ops@example.com" },
      { Subscribe: { SubscriptionArn: "arn:t:1" } },
      "arn:t:1",
      [
        [
          "Subscribe",
          {
            TopicArn: "arn:t",
            Protocol: "email",
            Endpoint: "ops@example.com",
            Attributes: {},
            ReturnSubscriptionArn: true,
          },
        ],
      ],
    ],
  ])("make %s as declared", async (_what, type, inputs, script, id, calls) => {
    const scripted = scriptedAws(script);
    await expect(findMaker(type).create(target(scripted.aws, inputs))).resolves.toBe(id);
    expect(scripted.calls).toEqual(calls);
  });

  test.each<[string, string, string, PropertyMap, Script, PropertyMap]>([
    [
      "a function",
      FUNCTION,
      "f",
      plainFunction,
      {
        GetFunctionConfiguration: {
          FunctionArn: "arn:f",
          Version: "$LATEST",
          CodeSha256: "h",
          CodeSize: 9,
          Timeout: 10,
          MemorySize: 256,
        },
      },
      {
        arn: "arn:f",
        invokeArn: "arn:aws:apigateway:ap-northeast-1:lambda:path/2015-03-31/functions/arn:f/invocations",
        qualifiedArn: "arn:f:$LATEST",
        qualifiedInvokeArn:
          "arn:aws:apigateway:ap-northeast-1:lambda:path/2015-03-31/functions/arn:f:$LATEST/invocations",
        codeSha256: "h",
        sourceCodeHash: "h",
        sourceCodeSize: 9,
        version: "$LATEST",
        timeout: 10,
        memorySize: 256,
        packageType: "Zip",
        publish: false,
      },
    ],
    [
      "a permission",
      PERMISSION,
      "pool-1",
      { function: "f" },
      { GetPolicy: { Policy: '{"Statement":[{"Sid":"other"},{"Sid":"pool-1"}]}' } },
      {},
    ],
    [
      "a table",
      TABLE,
      "answers",
      plainTable,
      { DescribeTable: { Table: { TableArn: "arn:t" } } },
      { arn: "arn:t" },
    ],
    [
      "a schedule",
      SCHEDULE,
      "g/daily",
      plainSchedule,
      { GetSchedule: { Arn: "arn:s", GroupName: "g", Name: "daily", State: "ENABLED" } },
      { arn: "arn:s", groupName: "g", name: "daily", state: "ENABLED" },
    ],
    [
      "a topic",
      TOPIC,
      "arn:aws:sns:r:1:alarms",
      {},
      { GetTopicAttributes: { Attributes: { Owner: "1" } } },
      { arn: "arn:aws:sns:r:1:alarms", owner: "1", name: "alarms" },
    ],
    [
      "a subscription nobody has confirmed",
      SUBSCRIPTION,
      "arn:t:1",
      {},
      { GetSubscriptionAttributes: { Attributes: { Owner: "1", PendingConfirmation: "true" } } },
      { arn: "arn:t:1", ownerId: "1", pendingConfirmation: true, confirmationWasAuthenticated: false },
    ],
  ])("tell of %s what the provider would", async (_what, type, id, inputs, script, outputs) => {
    const { aws } = scriptedAws(script);
    await expect(findMaker(type).read(existing(aws, id, inputs))).resolves.toEqual(outputs);
  });

  test.each<[string, string, string, PropertyMap, Script]>([
    [
      "a function",
      FUNCTION,
      "f",
      plainFunction,
      { GetFunctionConfiguration: awsError("ResourceNotFoundException") },
    ],
    [
      "a permission whose function is gone",
      PERMISSION,
      "p",
      { function: "f" },
      { GetPolicy: awsError("ResourceNotFoundException") },
    ],
    [
      "a permission somebody took away",
      PERMISSION,
      "p",
      { function: "f" },
      { GetPolicy: { Policy: '{"Statement":[{"Sid":"other"}]}' } },
    ],
    [
      "the rules of calls nobody waits for",
      EVENT_INVOKE,
      "f",
      { functionName: "f" },
      { GetFunctionEventInvokeConfig: awsError("ResourceNotFoundException") },
    ],
    ["a table", TABLE, "t", plainTable, { DescribeTable: awsError("ResourceNotFoundException") }],
    ["a schedule", SCHEDULE, "g/s", plainSchedule, { GetSchedule: awsError("ResourceNotFoundException") }],
    ["a group of schedules", GROUP, "g", {}, { GetScheduleGroup: awsError("ResourceNotFoundException") }],
    ["a topic", TOPIC, "arn:t", {}, { GetTopicAttributes: awsError("NotFoundException") }],
    [
      "a subscription",
      SUBSCRIPTION,
      "arn:s",
      {},
      { GetSubscriptionAttributes: awsError("NotFoundException") },
    ],
  ])("tell that %s is gone, so that it is made again", async (_what, type, id, inputs, script) => {
    const { aws } = scriptedAws(script);
    await expect(findMaker(type).read(existing(aws, id, inputs))).resolves.toBeUndefined();
  });

  test.each<[string, string, string, [PropertyMap, PropertyMap], unknown[]]>([
    [
      "the settings of a function without sending its code again",
      FUNCTION,
      "f",
      [plainFunction, { ...plainFunction, timeout: 30, tags: { a: "b" } }],
      [
        ["UpdateFunctionConfiguration", { ...configuration, Timeout: 30 }],
        ["DeleteFunctionConcurrency", { FunctionName: "f" }],
        ["TagResource", { Resource: "", Tags: { a: "b" } }],
      ],
    ],
    [
      "the code of a function",
      FUNCTION,
      "f",
      [
        plainFunction,
        {
          ...plainFunction,
          code: { assets: { "index.mjs": { text: "2" } } },
          reservedConcurrentExecutions: 1,
        },
      ],
      [
        ["UpdateFunctionCode", { FunctionName: "f", ZipFile: expect.any(Buffer) }],
        ["UpdateFunctionConfiguration", configuration],
        ["PutFunctionConcurrency", { FunctionName: "f", ReservedConcurrentExecutions: 1 }],
      ],
    ],
    [
      "what protects a table",
      TABLE,
      "answers",
      [
        { ...plainTable, ttl: { enabled: true, attributeName: "x" } },
        { ...plainTable, deletionProtectionEnabled: true },
      ],
      [
        [
          "UpdateTable",
          { TableName: "answers", BillingMode: "PAY_PER_REQUEST", DeletionProtectionEnabled: true },
        ],
        [
          "UpdateTimeToLive",
          { TableName: "answers", TimeToLiveSpecification: { AttributeName: "x", Enabled: false } },
        ],
      ],
    ],
    [
      "the time of a schedule",
      SCHEDULE,
      "g/daily",
      [plainSchedule, { ...plainSchedule, scheduleExpression: "rate(1 day)" }],
      [["UpdateSchedule", expect.objectContaining({ Name: "daily", ScheduleExpression: "rate(1 day)" })]],
    ],
    [
      "the settings of a topic, each that differs",
      TOPIC,
      "arn:t",
      [
        { name: "t", displayName: "a", kmsMasterKeyId: "k" },
        { name: "t", displayName: "a", tracingConfig: "Active" },
      ],
      [
        ["SetTopicAttributes", { TopicArn: "arn:t", AttributeName: "KmsMasterKeyId", AttributeValue: "" }],
        [
          "SetTopicAttributes",
          { TopicArn: "arn:t", AttributeName: "TracingConfig", AttributeValue: "Active" },
        ],
      ],
    ],
  ])("change %s", async (_what, type, id, inputs, calls) => {
    const scripted = scriptedAws();
    await findMaker(type).update(altered(scripted.aws, id, inputs));
    expect(scripted.calls).toEqual(calls);
  });

  test.each<[string, string, string, PropertyMap, unknown[]]>([
    ["a function", FUNCTION, "f", plainFunction, [["DeleteFunction", { FunctionName: "f" }]]],
    [
      "a permission",
      PERMISSION,
      "p",
      { function: "f" },
      [["RemovePermission", { FunctionName: "f", StatementId: "p" }]],
    ],
    ["a table", TABLE, "t", plainTable, [["DeleteTable", { TableName: "t" }]]],
    ["a schedule", SCHEDULE, "g/s", plainSchedule, [["DeleteSchedule", { GroupName: "g", Name: "s" }]]],
    ["a group of schedules", GROUP, "g", {}, [["DeleteScheduleGroup", { Name: "g" }]]],
    ["a topic", TOPIC, "arn:t", {}, [["DeleteTopic", { TopicArn: "arn:t" }]]],
    [
      "the policy of a topic, by giving back the one AWS begins with",
      POLICY,
      "arn:t",
      { arn: "arn:t", policy: "{}" },
      [
        [
          "SetTopicAttributes",
          {
            TopicArn: "arn:t",
            AttributeName: "Policy",
            AttributeValue: expect.stringContaining("__default_statement_ID"),
          },
        ],
      ],
    ],
    ["a subscription", SUBSCRIPTION, "arn:s", {}, [["Unsubscribe", { SubscriptionArn: "arn:s" }]]],
  ])("delete %s", async (_what, type, id, outputs, calls) => {
    const scripted = scriptedAws();
    await findMaker(type).delete(existing(scripted.aws, id, outputs));
    expect(scripted.calls).toEqual(calls);
  });

  test("refuse a table with what would silently be left out", async () => {
    const { aws } = scriptedAws();
    const inputs = { ...plainTable, globalSecondaryIndexes: [] };
    await expect(findMaker(TABLE).create(target(aws, inputs))).rejects.toThrow(
      "tables are made without globalSecondaryIndexes here",
    );
  });
});
