import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { LossGuards } from "../loss-guards.ts";
import type { Tags } from "../stack-tags.ts";
import type { LifecycleRule } from "./bucket-lifecycle.ts";

export interface BucketPartsArgs {
  /** The Region of the bucket. */
  region: string;
  /** Whether that is another Region than the stack's. */
  isElsewhere: boolean;
  guards: LossGuards;
  tags: Tags;
  lifecycle: LifecycleRule;
  /** Object Lock is decided when a bucket is made; absent means that the bucket can never have it. */
  lock?: BucketLock;
}

/** `retention` is what every new object gets; absent leaves objects deletable, for disposable stacks. */
export interface BucketLock {
  retention?: { mode: "GOVERNANCE" | "COMPLIANCE"; days: number };
}

/** How a bucket encrypts what comes without a word about it. */
export type BucketEncryption = { key: pulumi.Input<string> } | "s3-managed";

/** What everything about a bucket shares: its place, and the guards, because a bucket is kept with its rules. */
export function bucketPlace(
  parent: pulumi.Resource,
  { region, isElsewhere, guards }: Pick<BucketPartsArgs, "region" | "isElsewhere" | "guards">,
): BucketPlace {
  const { protect, retainOnDelete } = guards;
  return { region: isElsewhere ? { region } : {}, options: { parent, protect, retainOnDelete } };
}

export interface BucketPlace {
  region: { region?: string };
  options: pulumi.CustomResourceOptions;
}

export function declareBucket(
  name: string,
  { lock, guards, tags }: BucketPartsArgs,
  { region, options }: BucketPlace,
): aws.s3.Bucket {
  return new aws.s3.Bucket(
    name,
    { ...region, objectLockEnabled: lock !== undefined, forceDestroy: guards.forceDestroy, tags },
    options,
  );
}

/** How objects are kept: versions first, because lock and lifecycle are about versions. */
export function declareContents(
  name: string,
  args: BucketPartsArgs,
  { region, options }: BucketPlace,
  bucket: aws.s3.Bucket,
  encryption: BucketEncryption,
): void {
  new aws.s3.BucketServerSideEncryptionConfiguration(
    `${name}-encryption`,
    { ...region, bucket: bucket.bucket, rules: [encryptionRule(encryption)] },
    options,
  );
  const versioning = new aws.s3.BucketVersioning(
    `${name}-versioning`,
    { ...region, bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } },
    options,
  );
  const afterVersioning = { ...options, dependsOn: [versioning] };
  new aws.s3.BucketLifecycleConfiguration(
    `${name}-lifecycle`,
    {
      ...region,
      bucket: bucket.bucket,
      rules: [args.lifecycle],
      transitionDefaultMinimumObjectSize: "all_storage_classes_128K",
    },
    afterVersioning,
  );
  if (args.lock?.retention) {
    new aws.s3.BucketObjectLockConfiguration(
      `${name}-lock`,
      {
        ...region,
        bucket: bucket.bucket,
        objectLockEnabled: "Enabled",
        rule: { defaultRetention: args.lock.retention },
      },
      afterVersioning,
    );
  }
}

/**
 * Who may reach it, one after the other: S3 refuses two such changes of one bucket at the same time. The policy comes
 * last; whoever needs it to be there waits for what is returned.
 */
export function declareAccess(
  name: string,
  { region, options }: BucketPlace,
  bucket: aws.s3.Bucket,
  policy: pulumi.Output<string>,
): aws.s3.BucketPolicy {
  const ownership = new aws.s3.BucketOwnershipControls(
    `${name}-ownership`,
    { ...region, bucket: bucket.bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
    options,
  );
  const publicAccess = new aws.s3.BucketPublicAccessBlock(
    `${name}-public-access`,
    {
      ...region,
      bucket: bucket.bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    { ...options, dependsOn: [ownership] },
  );
  return new aws.s3.BucketPolicy(
    `${name}-policy`,
    { ...region, bucket: bucket.bucket, policy },
    { ...options, dependsOn: [publicAccess] },
  );
}

function encryptionRule(encryption: BucketEncryption) {
  // S3 refuses keys that callers bring to new buckets by itself; said, nobody can allow them unseen.
  const blockedEncryptionTypes = ["SSE-C"];
  return encryption === "s3-managed"
    ? {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" },
        bucketKeyEnabled: false,
        blockedEncryptionTypes,
      }
    : {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: encryption.key },
        bucketKeyEnabled: true,
        blockedEncryptionTypes,
      };
}
