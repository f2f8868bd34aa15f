import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { LogBucket } from "../../../infra/audit/log-bucket.ts";
import { SignInAudit } from "../../../infra/audit/sign-in-audit.ts";
import { logLifecycle } from "../../../infra/backups/bucket-lifecycle.ts";
import { lossGuards } from "../../../infra/loss-guards.ts";
import { auditPart } from "../../../infra/outputs/outputs.ts";
import { policyDocument } from "../../../infra/policy-document.ts";
import type { AuditSettings } from "../../../infra/settings.ts";
import { type DeclaredResource, declare } from "../../support/pulumi-mocks.ts";

const account = "123456789012";
const TRAIL = "aws:cloudtrail/trail:Trail";
const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const TABLE = "aws:glue/catalogTable:CatalogTable";
const LOGGING = "aws:s3/bucketLogging:BucketLogging";
const BUCKET = "aws:s3/bucket:Bucket";

interface Surroundings {
  disposable?: boolean;
  hasIdentityPool?: boolean;
  signInLogGroup?: string;
}

function declareAudit(audit: Partial<AuditSettings> = {}, surroundings: Surroundings = {}) {
  const { disposable = false, hasIdentityPool = false, signInLogGroup } = surroundings;
  return declare(() => {
    const { part, accessLogsBucket } = new SignInAudit("audit", {
      settings: {
        stack: "dev",
        region: "ap-northeast-1",
        disposable,
        letGo: undefined,
        backup: { keepDays: 35, lock: "governance", copyTo: "ap-northeast-3" },
        ...(hasIdentityPool && {
          awsAccess: { client: "cli", allowSelfSignUp: false, rules: [], roles: {} },
        }),
        audit: {
          accessLogs: true,
          trail: { kind: "create" },
          userEvents: "off",
          signInLog: "off",
          keepDays: 365,
          lock: "governance",
          queryLimitGb: 100,
          ...audit,
        },
      },
      account,
      userPoolId: "ap-northeast-1_Test12345",
      backup: pulumi.output({
        bucket: "backups",
        workBucket: "work",
        keyArn: "key",
        workKeyArn: "work-key",
        keepDays: 35,
        lock: "governance" as const,
        copy: { region: "ap-northeast-3", bucket: "copy", keyArn: "copy-key" },
      }),
      ...(signInLogGroup !== undefined && { signInLogGroup }),
    });
    return { part, accessLogsBucket };
  });
}

const custom = (resources: DeclaredResource[]) => resources.filter(({ isCustom }) => isCustom);

describe("logs of requests", () => {
  test("go where load balancers can write: no key of ours, no lock, and a policy before anybody tries", async () => {
    const declared = await declareAudit();
    const name = "sekisho-dev-access-logs";
    expect(declared.one(BUCKET, name).inputs).toMatchObject({
      objectLockEnabled: false,
      forceDestroy: false,
    });
    const encryption = declared.one(
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      `${name}-encryption`,
    );
    expect(encryption.inputs.rules).toEqual([
      {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" },
        bucketKeyEnabled: false,
        blockedEncryptionTypes: ["SSE-C"],
      },
    ]);
    expect(declared.outputs.accessLogsBucket).toBe(`${name}-id`);
    expect(declared.one("aws:s3/bucketPolicy:BucketPolicy", `${name}-policy`).inputs.policy).toContain(
      "NobodyDeletes",
    );
  });

  test("tell who asked for backups, evidence and answers; their own bucket would log itself for ever", async () => {
    const declared = await declareAudit();
    expect(
      declared.all(LOGGING).map(({ inputs }) => [inputs.bucket, inputs.targetBucket, inputs.targetPrefix]),
    ).toEqual([
      ["backups", "sekisho-dev-access-logs-id", "s3/backups/"],
      ["work", "sekisho-dev-access-logs-id", "s3/work/"],
      ["sekisho-dev-evidence-id", "sekisho-dev-access-logs-id", "s3/evidence/"],
      ["sekisho-dev-answers-id", "sekisho-dev-access-logs-id", "s3/answers/"],
    ]);
  });

  test("are not kept, nor any bucket for them made, when they are off", async () => {
    const declared = await declareAudit({ accessLogs: false });
    expect(declared.all(LOGGING)).toEqual([]);
    expect(declared.all(BUCKET).map(({ name }) => name)).toEqual([
      "sekisho-dev-evidence",
      "sekisho-dev-answers",
    ]);
    expect(declared.outputs.accessLogsBucket).toBeUndefined();
    expect(declared.outputs.part).not.toHaveProperty("accessLogs");
  });
});

test("whoever logs into a bucket learns its name when its policy is there: AWS tries at once", async () => {
  const { outputs } = await declare(
    () => {
      const policy = () => policyDocument([]);
      const place = {
        region: "ap-northeast-1",
        isElsewhere: false,
        guards: lossGuards({ disposable: true }),
      };
      const { bucket } = new LogBucket("logs", { ...place, tags: {}, lifecycle: logLifecycle(1), policy });
      return { bucket };
    },
    {
      outputs: ({ type }) =>
        type === "aws:s3/bucketPolicy:BucketPolicy" ? { bucket: "with-its-policy" } : {},
    },
  );
  expect(outputs.bucket).toBe("with-its-policy");
});

describe("what Cognito writes down", () => {
  test("is what it could not send, on every plan, into a log that takes no key and keeps its time", async () => {
    const declared = await declareAudit({ keepDays: 90 });
    expect(declared.one("aws:cognito/logDeliveryConfiguration:LogDeliveryConfiguration").inputs).toEqual({
      userPoolId: "ap-northeast-1_Test12345",
      logConfigurations: [
        {
          eventSource: "userNotification",
          logLevel: "ERROR",
          cloudWatchLogsConfiguration: {
            logGroupArn: "arn:aws:cloudwatch:ap-northeast-1:123456789012:audit-pool-notifications-id",
          },
        },
      ],
    });
    const group = declared.one(LOG_GROUP);
    expect(group.inputs).toMatchObject({
      name: "/aws/vendedlogs/cognito/sekisho-dev/notifications",
      retentionInDays: 90,
    });
    expect(group.inputs).not.toHaveProperty("kmsKeyId");
  });

  test("is each sign-in too, where the plan exports them: the one level AWS has for each", async () => {
    const declared = await declareAudit({ userEvents: "log" });
    const { logConfigurations } = declared.one(
      "aws:cognito/logDeliveryConfiguration:LogDeliveryConfiguration",
    ).inputs;
    expect(logConfigurations).toMatchObject([
      { eventSource: "userNotification", logLevel: "ERROR" },
      { eventSource: "userAuthEvents", logLevel: "INFO" },
    ]);
    for (const { inputs } of declared.all(LOG_GROUP)) {
      expect(inputs.name).toMatch(/^\/aws\/vendedlogs\/cognito\//);
      expect(inputs).not.toHaveProperty("kmsKeyId");
    }
  });
});

describe("a trail of the stack's own", () => {
  test("covers all Regions, validates its files and writes under its own key into a locked bucket", async () => {
    const declared = await declareAudit({ lock: "compliance", keepDays: 400 });
    expect(declared.one(TRAIL).inputs).toMatchObject({
      name: "sekisho-dev",
      s3BucketName: "sekisho-dev-evidence-id",
      kmsKeyId: "arn:aws:kms:ap-northeast-1:123456789012:sekisho-dev-evidence-key-id",
      enableLogging: true,
      enableLogFileValidation: true,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
    });
    expect(declared.one(TRAIL).options).toMatchObject({ protect: true, retainOnDelete: true });
    expect(declared.one(TRAIL).options.dependsOn).toEqual(["sekisho-dev-evidence"]);
    expect(
      declared.one("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration").inputs.rule,
    ).toEqual({ defaultRetention: { mode: "COMPLIANCE", days: 400 } });
    const lifecycle = declared.one(
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      "sekisho-dev-evidence-lifecycle",
    );
    expect(lifecycle.inputs.rules).toMatchObject([{ expiration: { days: 401 } }]);
    const keyPolicy = String(declared.one("aws:kms/key:Key", "sekisho-dev-evidence-key").inputs.policy);
    expect(keyPolicy).toContain("arn:aws:cloudtrail:ap-northeast-1:123456789012:trail/sekisho-dev");
  });

  test("writes down whoever reads or deletes a backup, its copy, or the list of erased people", async () => {
    const declared = await declareAudit();
    expect(declared.one(TRAIL).inputs.advancedEventSelectors).toEqual([
      { name: "Management", fieldSelectors: [{ field: "eventCategory", equals: ["Management"] }] },
      {
        name: "Users outside the pool",
        fieldSelectors: [
          { field: "eventCategory", equals: ["Data"] },
          { field: "resources.type", equals: ["AWS::S3::Object"] },
          {
            field: "resources.ARN",
            startsWiths: [
              "arn:aws:s3:::backups/",
              "arn:aws:s3:::copy/",
              "arn:aws:s3:::work/erased/erased-users.ndjson",
            ],
          },
        ],
      },
    ]);
  });

  test("writes down who got AWS credentials by signing in, where anybody can", async () => {
    const declared = await declareAudit({}, { hasIdentityPool: true });
    const selectors = JSON.stringify(declared.one(TRAIL).inputs.advancedEventSelectors);
    expect(selectors).toContain("AWS::Cognito::IdentityPool");
  });

  test("is not made where one exists; its folder is asked when it is known", async () => {
    const location = "s3://example-trail/AWSLogs/123456789012/CloudTrail/";
    const declared = await declareAudit({ trail: { kind: "existing", location } });
    expect(declared.all(TRAIL)).toEqual([]);
    expect(declared.all(BUCKET).map(({ name }) => name)).toEqual([
      "sekisho-dev-access-logs",
      "sekisho-dev-answers",
    ]);
    expect(declared.one(TABLE, "audit-queries-trail").inputs).toMatchObject({
      storageDescriptor: { location },
    });
    expect(declared.outputs.part).toMatchObject({ trail: { kind: "existing", location } });
  });
});

describe("questions to the logs", () => {
  test("are answered into an encrypted bucket and no other, and stop when they read too much", async () => {
    const declared = await declareAudit({ queryLimitGb: 5 });
    expect(declared.one("aws:athena/workgroup:Workgroup").inputs).toMatchObject({
      name: "sekisho-dev",
      configuration: {
        enforceWorkgroupConfiguration: true,
        bytesScannedCutoffPerQuery: 5_000_000_000,
        resultConfiguration: {
          outputLocation: "s3://sekisho-dev-answers-id/",
          expectedBucketOwner: account,
          encryptionConfiguration: {
            encryptionOption: "SSE_KMS",
            kmsKeyArn: "arn:aws:kms:ap-northeast-1:123456789012:sekisho-dev-answers-key-id",
          },
        },
      },
    });
    const lifecycle = declared.one(
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      "sekisho-dev-answers-lifecycle",
    );
    expect(lifecycle.inputs.rules).toMatchObject([{ expiration: { days: 7 } }]);
  });

  test("find the tables of what is kept", async () => {
    const declared = await declareAudit();
    expect(declared.all(TABLE).map(({ inputs }) => [inputs.databaseName, inputs.name])).toEqual([
      ["sekisho_dev", "access_logs"],
      ["sekisho_dev", "trail"],
    ]);
    expect(declared.one(TABLE, "audit-queries-trail").inputs.storageDescriptor).toMatchObject({
      location: "s3://sekisho-dev-evidence-id/AWSLogs/123456789012/CloudTrail/",
    });
  });

  test("have no place where there is nothing to ask", async () => {
    const declared = await declareAudit({ accessLogs: false, trail: { kind: "existing" } });
    expect(custom(declared.resources).map(({ name }) => name)).toEqual([
      "audit-pool-notifications",
      "audit-pool",
    ]);
    expect(declared.outputs.part).toEqual({
      keepDays: 365,
      logGroups: { notifications: "/aws/vendedlogs/cognito/sekisho-dev/notifications" },
      trail: { kind: "existing" },
    });
  });
});

test("runbooks learn where everything is", async () => {
  const { outputs } = await declareAudit({ userEvents: "log" }, { signInLogGroup: "/sekisho/dev/sign-ins" });
  expect(auditPart.parse(outputs.part)).toEqual({
    keepDays: 365,
    logGroups: {
      notifications: "/aws/vendedlogs/cognito/sekisho-dev/notifications",
      userEvents: "/aws/vendedlogs/cognito/sekisho-dev/user-events",
      signIns: "/sekisho/dev/sign-ins",
    },
    accessLogs: {
      bucket: "sekisho-dev-access-logs-id",
      folder: "AWSLogs/123456789012/elasticloadbalancing/ap-northeast-1/",
    },
    trail: {
      kind: "create",
      trailArn: "arn:aws:cloudtrail:ap-northeast-1:123456789012:audit-trail-id",
      bucket: "sekisho-dev-evidence-id",
      keyArn: "arn:aws:kms:ap-northeast-1:123456789012:sekisho-dev-evidence-key-id",
    },
    queries: {
      workgroup: "sekisho-dev",
      database: "sekisho_dev",
      tables: ["access_logs", "trail"],
      bucket: "sekisho-dev-answers-id",
      keyArn: "arn:aws:kms:ap-northeast-1:123456789012:sekisho-dev-answers-key-id",
    },
  });
});

test("a disposable stack takes its logs along", async () => {
  const declared = await declareAudit({ lock: "none" }, { disposable: true });
  for (const { inputs } of declared.all(BUCKET)) expect(inputs.forceDestroy).toBe(true);
  for (const { options } of custom(declared.resources)) {
    expect(options).toMatchObject({ protect: false, retainOnDelete: false });
  }
  const policy = declared.one("aws:s3/bucketPolicy:BucketPolicy", "sekisho-dev-access-logs-policy").inputs
    .policy;
  expect(policy).not.toContain("NobodyDeletes");
});
