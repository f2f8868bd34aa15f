import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import { ScheduledBackup } from "../../../infra/backups/scheduled-backup.ts";
import type { RunbookResources } from "../../../infra/iam-policies/runbook-resources.ts";
import { estimatePartBytes } from "../../../infra/outputs/output-sizes.ts";
import { LARGEST_PARAMETER_BYTES } from "../../../infra/outputs/outputs.ts";
import type { PolicyDocument } from "../../../infra/policy-document.ts";
import type { BackupScheduleSettings } from "../../../infra/settings.ts";
import { type Declaration, declare } from "../../support/pulumi-mocks.ts";
import { goodSettings } from "../../support/sample-settings.ts";

const account = "123456789012";
const region = "ap-northeast-1";
const daily: BackupScheduleSettings = {
  expression: "cron(0 3 * * ? *)",
  timezone: "Asia/Tokyo",
  longestGapMinutes: 1440,
  quotaShare: 0.5,
  runOn: "auto",
  logRetentionDays: 365,
};
const resources: RunbookResources = {
  account,
  region,
  stack: "dev",
  userPoolId: "ap-northeast-1_Test12345",
  userPoolArn: `arn:aws:cognito-idp:${region}:${account}:userpool/ap-northeast-1_Test12345`,
  backups: { bucketArn: "arn:aws:s3:::backups", keyArn: `arn:aws:kms:${region}:${account}:key/backups` },
  work: { bucketArn: "arn:aws:s3:::work", keyArn: `arn:aws:kms:${region}:${account}:key/work` },
  runbookLogGroup: "/sekisho/dev/runbooks",
  importRoleArn: `arn:aws:iam::${account}:role/sekisho-dev-user-import`,
  clientSecrets: {
    secretArn: "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:sekisho/dev/clients/*",
  },
  erasedKey: {
    secretArn: `arn:aws:secretsmanager:${region}:${account}:secret:sekisho/dev/erased-list-key-AbCdEf`,
  },
};

function declareBackup(place: "lambda" | "codebuild", schedule: Partial<BackupScheduleSettings> = {}) {
  const text = new pulumi.asset.StringAsset("export const handler = () => {};");
  const bundle = {
    archive: new pulumi.asset.AssetArchive({ "index.mjs": text }),
    bytes: 33,
    sha256: "5e".repeat(32),
  };
  return declare(() => {
    const backup = new ScheduledBackup("scheduled-backup", {
      settings: { stack: "dev", region },
      schedule: { ...daily, ...schedule },
      account,
      place,
      bundle,
      resources: pulumi.output(resources),
      workBucket: "work",
    });
    return { part: backup.part };
  });
}

function policyOf(declared: Declaration, name: string): PolicyDocument {
  return JSON.parse(String(declared.one("aws:iam/rolePolicy:RolePolicy", name).inputs.policy));
}

function trustOf(declared: Declaration, name: string): PolicyDocument {
  return JSON.parse(String(declared.one("aws:iam/role:Role", name).inputs.assumeRolePolicy));
}

const actionsOf = ({ Statement }: PolicyDocument) => Statement.flatMap(({ Action }) => Action);

describe.each([
  ["lambda", "lambda:InvokeFunction", "aws:lambda/function:Function"],
  ["codebuild", "codebuild:StartBuild", "aws:codebuild/project:Project"],
] as const)("backups that run on %s", (place, action, type) => {
  let declared: Declaration;
  beforeAll(async () => {
    declared = await declareBackup(place);
  });

  test("start at the time of the settings, once, and to the minute", () => {
    const { inputs } = declared.one("aws:scheduler/schedule:Schedule");
    expect(inputs).toMatchObject({
      scheduleExpression: "cron(0 3 * * ? *)",
      scheduleExpressionTimezone: "Asia/Tokyo",
      flexibleTimeWindow: { mode: "OFF" },
      state: "ENABLED",
      target: { input: "{}" },
    });
    const target = declared.one(type).name;
    expect(inputs.target).toMatchObject({ arn: expect.stringContaining(`${target}-id`) });
  });

  test("are started by a role that can start them and nothing else, for this group of schedules alone", () => {
    expect(policyOf(declared, "sekisho-dev-backup-schedule").Statement).toEqual([
      expect.objectContaining({
        Action: [action],
        Resource: [expect.stringContaining("sekisho-dev-backup-id")],
      }),
    ]);
    expect(trustOf(declared, "sekisho-dev-backup-schedule").Statement[0]).toMatchObject({
      Principal: { Service: ["scheduler.amazonaws.com"] },
      Condition: {
        StringEquals: {
          "aws:SourceAccount": account,
          "aws:SourceArn": expect.stringContaining("sekisho-dev-backup-id"),
        },
      },
    });
  });

  test("may do what both runbooks do, but bill nobody for second factors", () => {
    const actions = actionsOf(policyOf(declared, "sekisho-dev-backup"));
    expect(actions).toEqual(
      expect.arrayContaining(["cognito-idp:ListUsers", "s3:PutObject", "s3:GetObject"]),
    );
    expect(actions).not.toContain("cognito-idp:AdminGetUser");
    expect(actions.filter((name) => name.includes("*") || /Delete|Admin(?!ListGroups)/.test(name))).toEqual(
      [],
    );
  });

  test("name each right once: IAM refuses a policy with two statements of one name", () => {
    const sids = policyOf(declared, "sekisho-dev-backup").Statement.map(({ Sid }) => Sid);
    expect(new Set(sids).size).toBe(sids.length);
  });

  test("tell runbooks where they are and what a loss costs", () => {
    expect(declared.outputs.part).toMatchObject({
      runsOn: place,
      schedule: "cron(0 3 * * ? *)",
      timezone: "Asia/Tokyo",
      recoveryPointHours: 24,
    });
  });

  test("tell no more than their parameter holds, and no more than was said beforehand", () => {
    const bytes = Buffer.byteLength(JSON.stringify(declared.outputs.part));
    const bound = estimatePartBytes(goodSettings())["backup-schedule"];
    expect(bytes).toBeLessThanOrEqual(Number(bound));
    expect(bound).toBeLessThanOrEqual(LARGEST_PARAMETER_BYTES);
  });

  test("keep their log for as long as the settings say", async () => {
    const other = await declareBackup(place, { logRetentionDays: 30 });
    expect(other.one("aws:cloudwatch/logGroup:LogGroup").inputs.retentionInDays).toBe(30);
  });
});

describe("backups on Lambda", () => {
  test("have all the time there is, are never repeated by Lambda itself, and take no share of concurrency", async () => {
    const declared = await declareBackup("lambda");
    expect(declared.one("aws:lambda/function:Function").inputs).toMatchObject({
      timeout: 900,
      memorySize: 1024,
      reservedConcurrentExecutions: -1,
      environment: {
        variables: {
          SEKISHO_STACK: "dev",
          SEKISHO_QUOTA_SHARE: "0.5",
          SEKISHO_LONGEST_COPY_AGE_HOURS: "26",
          SEKISHO_LONGEST_SECONDS: "900",
        },
      },
    });
    expect(
      declared.one("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig").inputs,
    ).toMatchObject({ maximumRetryAttempts: 0, maximumEventAgeInSeconds: 3600 });
    expect(declared.all("aws:codebuild/project:Project")).toEqual([]);
  });

  test("set concurrency aside only where it is asked for", async () => {
    const declared = await declareBackup("lambda", { reservedConcurrency: 1 });
    expect(declared.one("aws:lambda/function:Function").inputs.reservedConcurrentExecutions).toBe(1);
  });
});

describe("backups on CodeBuild", () => {
  test("run the same bundle with Node 24, out of the work bucket, for eight hours at most", async () => {
    const declared = await declareBackup("codebuild");
    const { inputs } = declared.one("aws:codebuild/project:Project");
    expect(inputs).toMatchObject({
      source: { type: "S3", location: "work/functions/scheduled-backup.zip" },
      buildTimeout: 480,
      environment: { privilegedMode: false, type: "ARM_CONTAINER" },
    });
    expect(JSON.parse((inputs.source as { buildspec: string }).buildspec)).toEqual({
      version: 0.2,
      phases: { install: { "runtime-versions": { nodejs: 24 } }, build: { commands: ["node index.mjs"] } },
    });
    expect(declared.one("aws:s3/bucketObjectv2:BucketObjectv2").inputs).toMatchObject({
      key: "functions/scheduled-backup.zip",
      sourceHash: "5e".repeat(32),
    });
    expect(declared.all("aws:lambda/function:Function")).toEqual([]);
  });

  test("are trusted for this one project, and fetch nothing but their bundle", async () => {
    const declared = await declareBackup("codebuild");
    expect(trustOf(declared, "sekisho-dev-backup").Statement[0]?.Condition).toEqual({
      StringEquals: {
        "aws:SourceAccount": account,
        "aws:SourceArn": `arn:aws:codebuild:${region}:${account}:project/sekisho-dev-backup`,
      },
    });
    const fetching = policyOf(declared, "sekisho-dev-backup").Statement.find(
      ({ Sid }) => Sid === "FetchBundle",
    );
    expect(fetching?.Resource).toEqual(["arn:aws:s3:::work/functions/scheduled-backup.zip"]);
  });
});
