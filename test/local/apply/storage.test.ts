import { describe, expect, test } from "vitest";
import type { PropertyMap } from "../../../local/engine/property-values.ts";
import { findMaker } from "./find-maker.ts";
import { altered, existing, scriptedAws, target } from "./scripted-aws.ts";

const bucket = findMaker("aws:s3/bucket:Bucket");

describe("a bucket", () => {
  test.each([
    ["ap-northeast-1", { CreateBucketConfiguration: { LocationConstraint: "ap-northeast-1" } }],
    ["us-east-1", {}],
  ])("is made in %s as S3 wants it there", async (region, placement) => {
    const { aws, calls } = scriptedAws({}, region);
    const inputs = { bucket: "b-1", objectLockEnabled: true, tags: { a: "b" } };
    await expect(bucket.create(target(aws, inputs))).resolves.toBe("b-1");
    expect(calls).toEqual([
      ["CreateBucket", { Bucket: "b-1", ObjectLockEnabledForBucket: true, ...placement }],
      ["PutBucketTagging", { Bucket: "b-1", Tagging: { TagSet: [{ Key: "a", Value: "b" }] } }],
    ]);
    await expect(bucket.read(existing(aws, "b-1"))).resolves.toMatchObject({
      arn: "arn:aws:s3:::b-1",
      bucketRegionalDomainName: `b-1.s3.${region}.amazonaws.com`,
    });
  });

  test("is emptied before it is deleted only where the program allows it", async () => {
    const pages = [
      { Versions: [{ Key: "k", VersionId: "1" }], DeleteMarkers: [{ Key: "k", VersionId: "2" }] },
      {},
    ];
    const { aws, calls } = scriptedAws({ ListObjectVersions: () => pages.shift() ?? {} });
    await bucket.delete(existing(aws, "b-1", {}, { forceDestroy: true }));
    expect(calls.map(([operation, { VersionId }]) => [operation, VersionId])).toEqual([
      ["ListObjectVersions", undefined],
      ["DeleteObject", "1"],
      ["DeleteObject", "2"],
      ["ListObjectVersions", undefined],
      ["DeleteBucket", undefined],
    ]);
    calls.length = 0;
    await bucket.delete(existing(aws, "b-1", {}, { forceDestroy: false }));
    expect(calls).toEqual([["DeleteBucket", { Bucket: "b-1" }]]);
  });

  test.each<[string, string, PropertyMap, string, object]>([
    [
      "versioning",
      "bucketVersioning:BucketVersioning",
      { versioningConfiguration: { status: "Enabled" } },
      "PutBucketVersioning",
      { VersioningConfiguration: { Status: "Enabled" } },
    ],
    [
      "a default lock",
      "bucketObjectLockConfiguration:BucketObjectLockConfiguration",
      { objectLockEnabled: "Enabled", rule: { defaultRetention: { mode: "GOVERNANCE", days: 35 } } },
      "PutObjectLockConfiguration",
      {
        ObjectLockConfiguration: {
          ObjectLockEnabled: "Enabled",
          Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: 35 } },
        },
      },
    ],
    [
      "no public access",
      "bucketPublicAccessBlock:BucketPublicAccessBlock",
      { blockPublicAcls: true, restrictPublicBuckets: true },
      "PutPublicAccessBlock",
      { PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true } },
    ],
    [
      "its owner",
      "bucketOwnershipControls:BucketOwnershipControls",
      { rule: { objectOwnership: "BucketOwnerEnforced" } },
      "PutBucketOwnershipControls",
      { OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] } },
    ],
    [
      "encryption with its own key",
      "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      {
        rules: [
          {
            applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: "arn:key" },
            bucketKeyEnabled: true,
            blockedEncryptionTypes: ["SSE-C"],
          },
        ],
      },
      "PutBucketEncryption",
      {
        ServerSideEncryptionConfiguration: {
          Rules: [
            {
              ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: "arn:key" },
              BucketKeyEnabled: true,
              BlockedEncryptionTypes: { EncryptionType: ["SSE-C"] },
            },
          ],
        },
      },
    ],
    [
      "what ends when",
      "bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      {
        rules: [{ id: "old", status: "Enabled", filter: {}, expiration: { days: 36 } }],
        transitionDefaultMinimumObjectSize: "all_storage_classes_128K",
      },
      "PutBucketLifecycleConfiguration",
      {
        LifecycleConfiguration: {
          Rules: [{ ID: "old", Status: "Enabled", Filter: {}, Expiration: { Days: 36 } }],
        },
        TransitionDefaultMinimumObjectSize: "all_storage_classes_128K",
      },
    ],
    ["a policy", "bucketPolicy:BucketPolicy", { policy: "{}" }, "PutBucketPolicy", { Policy: "{}" }],
    [
      "copies elsewhere",
      "bucketReplicationConfig:BucketReplicationConfig",
      {
        role: "arn:role",
        rules: [
          {
            id: "all",
            status: "Enabled",
            destination: { bucket: "arn:copy", encryptionConfiguration: { replicaKmsKeyId: "arn:key" } },
          },
        ],
      },
      "PutBucketReplication",
      {
        ReplicationConfiguration: {
          Role: "arn:role",
          Rules: [
            {
              ID: "all",
              Status: "Enabled",
              Destination: { Bucket: "arn:copy", EncryptionConfiguration: { ReplicaKmsKeyID: "arn:key" } },
            },
          ],
        },
      },
    ],
  ])("gets %s, and the same call changes it", async (_what, type, inputs, operation, input) => {
    const maker = findMaker(`aws:s3/${type}`);
    const { aws, calls } = scriptedAws();
    await expect(maker.create(target(aws, { bucket: "b-1", region: "x", ...inputs }))).resolves.toBe("b-1");
    await maker.update(altered(aws, "b-1", [{}, { bucket: "b-1", ...inputs }]));
    const call = [operation, { Bucket: "b-1", ...input }];
    expect(calls).toEqual([call, call]);
  });

  test("has an aspect only when S3 shows it", async () => {
    const versioning = findMaker("aws:s3/bucketVersioning:BucketVersioning");
    await expect(versioning.read(existing(scriptedAws().aws, "b-1"))).resolves.toBeUndefined();
    const { aws } = scriptedAws({ GetBucketVersioning: { Status: "Enabled" } });
    await expect(versioning.read(existing(aws, "b-1"))).resolves.toEqual({});
  });

  test("holds objects written from their content or from an archive, and says so for any other source", async () => {
    const object = findMaker("aws:s3/bucketObjectv2:BucketObjectv2");
    const { aws, calls } = scriptedAws({ HeadObject: { ETag: '"e"', VersionId: "v" } });
    const inputs = {
      bucket: "b",
      key: "k.json",
      content: "{}",
      contentType: "application/json",
      serverSideEncryption: "aws:kms",
      kmsKeyId: "arn:key",
    };
    await expect(object.create(target(aws, inputs))).resolves.toBe("b/k.json");
    expect(calls).toEqual([
      [
        "PutObject",
        {
          Bucket: "b",
          Key: "k.json",
          Body: "{}",
          ContentType: "application/json",
          ServerSideEncryption: "aws:kms",
          SSEKMSKeyId: "arn:key",
        },
      ],
    ]);
    await expect(object.read(existing(aws, "b/k.json", inputs))).resolves.toEqual({
      arn: "arn:aws:s3:::b/k.json",
      etag: "e",
      versionId: "v",
    });
    const archive = { assets: { "index.mjs": { text: "export {}" } } };
    await object.create(target(aws, { bucket: "b", key: "k.zip", source: archive }));
    expect(calls.at(-1)).toEqual([
      "PutObject",
      expect.objectContaining({ Key: "k.zip", Body: expect.any(Buffer) }),
    ]);
    await expect(object.create(target(aws, { source: { path: "x" } }))).rejects.toThrow(
      "only an object with the input content, or an archive as its source, can be written here, not one from a file",
    );
  });
});
