import { describe, expect, test } from "vitest";
import { UserBackups } from "../../../infra/backups/user-backups.ts";
import type { BackupSettings } from "../../../infra/settings.ts";
import { type DeclaredResource, declare } from "../../support/pulumi-mocks.ts";

const account = "123456789012";

function declareBackups(backup: Partial<BackupSettings> = {}, disposable = false) {
  return declare(() => {
    const settings = {
      stack: "dev",
      region: "ap-northeast-1",
      disposable,
      letGo: undefined,
      backup: { keepDays: 35, lock: "governance", ...backup } as const,
    };
    return { part: new UserBackups("user-backups", { settings, account }).part };
  });
}

function custom(resources: DeclaredResource[]): DeclaredResource[] {
  return resources.filter((resource) => resource.isCustom);
}

describe("the backup buckets of a stack that people depend on", () => {
  test("keeps everything: nothing can be deleted, replaced or emptied by mistake", async () => {
    const declared = await declareBackups({ copyTo: "ap-northeast-3" });
    for (const { options } of custom(declared.resources)) {
      expect(options).toMatchObject({ protect: true, retainOnDelete: true });
    }
    for (const bucket of declared.all("aws:s3/bucket:Bucket")) {
      expect(bucket.inputs.forceDestroy).toBe(false);
    }
    for (const key of declared.all("aws:kms/key:Key")) {
      expect(key.inputs).toMatchObject({
        deletionWindowInDays: 30,
        enableKeyRotation: true,
        multiRegion: false,
      });
    }
  });

  test.each([
    ["governance", "GOVERNANCE"],
    ["compliance", "COMPLIANCE"],
  ] as const)("locks every new backup for its keeping time in %s mode", async (lock, mode) => {
    const declared = await declareBackups({ lock, keepDays: 60 });
    expect(declared.one("aws:s3/bucket:Bucket", "sekisho-dev-backups").inputs.objectLockEnabled).toBe(true);
    expect(declared.one("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration")).toMatchObject({
      name: "sekisho-dev-backups-lock",
      inputs: { objectLockEnabled: "Enabled", rule: { defaultRetention: { mode, days: 60 } } },
      options: { dependsOn: ["sekisho-dev-backups-versioning"] },
    });
    const lifecycle = declared.one(
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      "sekisho-dev-backups-lifecycle",
    );
    expect(lifecycle.inputs.rules).toMatchObject([{ expiration: { days: 61 } }]);
  });

  test("lets runbooks replace their working files: the work bucket has no lock", async () => {
    const declared = await declareBackups();
    expect(declared.one("aws:s3/bucket:Bucket", "sekisho-dev-work").inputs.objectLockEnabled).toBe(false);
  });

  test("gives every bucket versions, its own key, no public way in and no other owner", async () => {
    const declared = await declareBackups({ copyTo: "ap-northeast-3" });
    for (const bucket of ["sekisho-dev-backups", "sekisho-dev-work", "sekisho-dev-copy"]) {
      const id = `${bucket}-id`;
      expect(
        declared.one("aws:s3/bucketVersioning:BucketVersioning", `${bucket}-versioning`).inputs,
      ).toMatchObject({ bucket: id, versioningConfiguration: { status: "Enabled" } });
      const encryption = declared.one(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        `${bucket}-encryption`,
      );
      expect(encryption.inputs).toMatchObject({
        bucket: id,
        rules: [
          {
            applyServerSideEncryptionByDefault: {
              sseAlgorithm: "aws:kms",
              kmsMasterKeyId: `arn:aws:kms:ap-northeast-1:123456789012:${bucket}-key-id`,
            },
            bucketKeyEnabled: true,
            blockedEncryptionTypes: ["SSE-C"],
          },
        ],
      });
      const access = declared.one(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        `${bucket}-public-access`,
      );
      expect(access.inputs).toMatchObject({
        bucket: id,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      });
      const owner = declared.one(
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        `${bucket}-ownership`,
      );
      expect(owner.inputs).toMatchObject({ bucket: id, rule: { objectOwnership: "BucketOwnerEnforced" } });
    }
  });

  test("shuts the public out before the policy comes, one change of a bucket after the other", async () => {
    const declared = await declareBackups();
    const type = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
    expect(declared.one(type, "sekisho-dev-backups-public-access").options.dependsOn).toEqual([
      "sekisho-dev-backups-ownership",
    ]);
    expect(
      declared.one("aws:s3/bucketPolicy:BucketPolicy", "sekisho-dev-backups-policy").options.dependsOn,
    ).toEqual(["sekisho-dev-backups-public-access"]);
  });

  test.each([
    ["sekisho-dev-backups", ["DenyPlainTransport", "DenyOldTls", "DenyOtherKeys", "DenyOverwrites"]],
    ["sekisho-dev-copy", ["DenyPlainTransport", "DenyOldTls", "DenyOtherKeys", "DenyOverwrites"]],
    ["sekisho-dev-work", ["DenyPlainTransport", "DenyOldTls", "DenyOtherKeys", "DenyOtherEncryption"]],
  ])("puts its own policy on %s", async (bucket, sids) => {
    const declared = await declareBackups({ copyTo: "ap-northeast-3" });
    const policy = JSON.parse(
      String(declared.one("aws:s3/bucketPolicy:BucketPolicy", `${bucket}-policy`).inputs.policy),
    );
    expect(policy.Statement.map((statement: { Sid: string }) => statement.Sid)).toEqual(sids);
    expect(policy.Statement[2].Resource).toEqual([`arn:aws:s3:::${bucket}-id/*`]);
    expect(JSON.stringify(policy.Statement[2])).toContain(`:${bucket}-key-id`);
  });

  test("tells runbooks where everything is", async () => {
    const { outputs } = await declareBackups({ copyTo: "ap-northeast-3" });
    expect(outputs.part).toEqual({
      bucket: "sekisho-dev-backups-id",
      workBucket: "sekisho-dev-work-id",
      keyArn: "arn:aws:kms:ap-northeast-1:123456789012:sekisho-dev-backups-key-id",
      workKeyArn: "arn:aws:kms:ap-northeast-1:123456789012:sekisho-dev-work-key-id",
      keepDays: 35,
      lock: "governance",
      copy: {
        region: "ap-northeast-3",
        bucket: "sekisho-dev-copy-id",
        keyArn: "arn:aws:kms:ap-northeast-1:123456789012:sekisho-dev-copy-key-id",
      },
    });
  });
});

describe("the copy in another Region", () => {
  test("declares nothing of it when no Region is named", async () => {
    const declared = await declareBackups();
    expect(declared.all("aws:iam/role:Role")).toEqual([]);
    expect(declared.all("aws:s3/bucketReplicationConfig:BucketReplicationConfig")).toEqual([]);
    expect(declared.outputs.part).not.toHaveProperty("copy");
  });

  test("puts the bucket and everything about it into that Region, and only that", async () => {
    const declared = await declareBackups({ copyTo: "ap-northeast-3" });
    const there = custom(declared.resources).filter(
      (resource) => resource.inputs.region === "ap-northeast-3",
    );
    expect(there.map((resource) => resource.name)).toEqual([
      "sekisho-dev-copy-key",
      "sekisho-dev-copy",
      "sekisho-dev-copy-encryption",
      "sekisho-dev-copy-versioning",
      "sekisho-dev-copy-lifecycle",
      "sekisho-dev-copy-lock",
      "sekisho-dev-copy-ownership",
      "sekisho-dev-copy-public-access",
      "sekisho-dev-copy-policy",
    ]);
    expect(declared.all("pulumi:providers:aws")).toEqual([]);
    const policy = String(declared.one("aws:kms/key:Key", "sekisho-dev-copy-key").inputs.policy);
    expect(policy).toContain("s3.ap-northeast-3.amazonaws.com");
  });

  test("copies every encrypted set under the copy's own key, and no deletion", async () => {
    const declared = await declareBackups({ copyTo: "ap-northeast-3" });
    const replication = declared.one("aws:s3/bucketReplicationConfig:BucketReplicationConfig");
    expect(replication.inputs).toEqual({
      bucket: "sekisho-dev-backups-id",
      role: "arn:aws:iam:ap-northeast-1:123456789012:sekisho-dev-copy-replication-id",
      rules: [
        {
          id: "every-object",
          status: "Enabled",
          priority: 1,
          filter: { prefix: "" },
          deleteMarkerReplication: { status: "Disabled" },
          sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
          destination: {
            bucket: "arn:aws:s3:::sekisho-dev-copy-id",
            encryptionConfiguration: {
              replicaKmsKeyId: "arn:aws:kms:ap-northeast-1:123456789012:sekisho-dev-copy-key-id",
            },
          },
        },
      ],
    });
    expect(replication.options.dependsOn).toEqual([
      "sekisho-dev-backups",
      "sekisho-dev-copy",
      "sekisho-dev-copy-replication",
    ]);
  });

  test("lets S3 take the replication role for the source bucket alone", async () => {
    const declared = await declareBackups({ copyTo: "ap-northeast-3" });
    const trust = JSON.parse(String(declared.one("aws:iam/role:Role").inputs.assumeRolePolicy));
    expect(trust.Statement[0].Condition).toEqual({
      StringEquals: { "aws:SourceAccount": account },
      ArnLike: { "aws:SourceArn": "arn:aws:s3:::sekisho-dev-backups-id" },
    });
    const copyPolicy = String(
      declared.one("aws:s3/bucketPolicy:BucketPolicy", "sekisho-dev-copy-policy").inputs.policy,
    );
    expect(copyPolicy).toContain('"aws:PrincipalArn":"arn:aws:iam:');
  });
});

describe("the backup buckets of a disposable stack", () => {
  test("go away with it: no guard, no lock, and buckets may be emptied", async () => {
    const declared = await declareBackups({ lock: "none", copyTo: "ap-northeast-3" }, true);
    for (const { options } of custom(declared.resources)) {
      expect(options).toMatchObject({ protect: false, retainOnDelete: false });
    }
    for (const bucket of declared.all("aws:s3/bucket:Bucket")) {
      expect(bucket.inputs.forceDestroy).toBe(true);
    }
    for (const key of declared.all("aws:kms/key:Key")) {
      expect(key.inputs.deletionWindowInDays).toBe(7);
    }
    expect(declared.all("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration")).toEqual([]);
    expect(declared.one("aws:s3/bucket:Bucket", "sekisho-dev-backups").inputs.objectLockEnabled).toBe(true);
  });
});
