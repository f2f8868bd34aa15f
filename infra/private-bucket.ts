import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { LifecycleRule } from "./bucket-lifecycle.ts";
import type { BucketArns } from "./bucket-policies.ts";
import { bucketKeyPolicy } from "./iam-policies/backup-keys.ts";
import type { LossGuards } from "./loss-guards.ts";
import type { PolicyDocument } from "./policy-document.ts";
import type { Tags } from "./stack-tags.ts";

export interface PrivateBucketArgs {
  /** What the key's description says it encrypts. */
  purpose: string;
  account: string;
  /** The Region of the bucket and its key. */
  region: string;
  /** Whether that is another Region than the stack's. */
  isElsewhere: boolean;
  guards: LossGuards;
  tags: Tags;
  lifecycle: LifecycleRule;
  /** Object Lock is decided when a bucket is made; absent means that the bucket can never have it. */
  lock?: BucketLock;
  policy: (arns: BucketArns) => PolicyDocument | pulumi.Output<PolicyDocument>;
}

/** `retention` is what every new object gets; absent leaves objects deletable, for disposable stacks. */
export interface BucketLock {
  retention?: { mode: "GOVERNANCE" | "COMPLIANCE"; days: number };
}

/** A versioned bucket with a key of its own that nobody outside the account can reach, and its policy. */
export class PrivateBucket extends pulumi.ComponentResource {
  readonly bucket: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;

  constructor(name: string, args: PrivateBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:PrivateBucket", name, {}, opts);
    const part = placeParts(this, args);

    const key = declareKey(name, args, part);
    const bucket = declareBucket(name, args, part);
    declareContents(name, args, part, bucket, key);
    declareAccess(name, args, part, bucket, key);

    this.bucket = bucket.bucket;
    this.bucketArn = bucket.arn;
    this.keyArn = key.arn;
    this.registerOutputs({ bucket: this.bucket, bucketArn: this.bucketArn, keyArn: this.keyArn });
  }
}

/** What every resource of the bucket shares: its place, and the guards, because a bucket is kept with its rules. */
interface Part {
  region: { region?: string };
  options: pulumi.CustomResourceOptions;
}

function placeParts(parent: pulumi.Resource, args: PrivateBucketArgs): Part {
  const { protect, retainOnDelete } = args.guards;
  return {
    region: args.isElsewhere ? { region: args.region } : {},
    options: { parent, protect, retainOnDelete },
  };
}

function declareKey(name: string, args: PrivateBucketArgs, { region, options }: Part): aws.kms.Key {
  return new aws.kms.Key(
    `${name}-key`,
    {
      ...region,
      description: args.purpose,
      policy: JSON.stringify(bucketKeyPolicy({ account: args.account, region: args.region })),
      enableKeyRotation: true,
      multiRegion: false,
      // The longest and the shortest time that KMS leaves to change one's mind.
      deletionWindowInDays: args.guards.deletionProtection ? 30 : 7,
      tags: args.tags,
    },
    options,
  );
}

function declareBucket(name: string, args: PrivateBucketArgs, { region, options }: Part): aws.s3.Bucket {
  return new aws.s3.Bucket(
    name,
    {
      ...region,
      objectLockEnabled: args.lock !== undefined,
      forceDestroy: args.guards.forceDestroy,
      tags: args.tags,
    },
    options,
  );
}

/** How objects are kept: versions first, because lock and lifecycle are about versions. */
function declareContents(
  name: string,
  args: PrivateBucketArgs,
  { region, options }: Part,
  bucket: aws.s3.Bucket,
  key: aws.kms.Key,
): void {
  new aws.s3.BucketServerSideEncryptionConfiguration(
    `${name}-encryption`,
    {
      ...region,
      bucket: bucket.bucket,
      rules: [
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn },
          bucketKeyEnabled: true,
          // S3 refuses keys that callers bring to new buckets by itself; said, nobody can allow them unseen.
          blockedEncryptionTypes: ["SSE-C"],
        },
      ],
    },
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

/** Who may reach it, one after the other: S3 refuses two such changes of one bucket at the same time. */
function declareAccess(
  name: string,
  args: PrivateBucketArgs,
  { region, options }: Part,
  bucket: aws.s3.Bucket,
  key: aws.kms.Key,
): void {
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
  new aws.s3.BucketPolicy(
    `${name}-policy`,
    {
      ...region,
      bucket: bucket.bucket,
      policy: pulumi
        .output({ bucketArn: bucket.arn, keyArn: key.arn })
        .apply((arns) => args.policy(arns))
        .apply((policy) => JSON.stringify(policy)),
    },
    { ...options, dependsOn: [publicAccess] },
  );
}
