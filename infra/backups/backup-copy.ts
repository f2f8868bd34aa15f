import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { replicationPolicy, replicationTrust } from "../iam-policies/replication.ts";
import type { LossGuards } from "../loss-guards.ts";
import type { StackOutputs } from "../outputs/outputs.ts";
import type { Tags } from "../stack-tags.ts";
import type { LifecycleRule } from "./bucket-lifecycle.ts";
import { copyBucketPolicy } from "./bucket-policies.ts";
import { type BucketLock, PrivateBucket } from "./private-bucket.ts";

export interface BackupCopyArgs {
  stack: string;
  account: string;
  /** The stack's Region. */
  region: string;
  /** The Region of the copy. */
  copyTo: string;
  source: PrivateBucket;
  guards: LossGuards;
  tags: Tags;
  lifecycle: LifecycleRule;
  lock: BucketLock;
}

/**
 * A second home of every backup set in another Region: a bucket under the same rules with its own key, filled by
 * S3 replication. Only what is written after replication began is copied; deletions are not.
 */
export class BackupCopy extends pulumi.ComponentResource {
  readonly part: pulumi.Output<NonNullable<StackOutputs["backup"]["copy"]>>;

  constructor(name: string, args: BackupCopyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:BackupCopy", name, {}, opts);
    const { protect, retainOnDelete } = args.guards;
    const options = { parent: this, protect, retainOnDelete };

    const role = declareRole(name, args, options);
    const copy = new PrivateBucket(
      name,
      {
        account: args.account,
        region: args.copyTo,
        isElsewhere: true,
        purpose: `Copies of the backups of the users of ${args.stack}`,
        guards: args.guards,
        tags: args.tags,
        lifecycle: args.lifecycle,
        lock: args.lock,
        policy: (arns) =>
          role.arn.apply((replicationRoleArn) => copyBucketPolicy({ ...arns, replicationRoleArn })),
      },
      { parent: this },
    );
    declareReplication(name, args, options, { role, copy });

    this.part = pulumi.output({ region: args.copyTo, bucket: copy.bucket, keyArn: copy.keyArn });
    this.registerOutputs({ part: this.part });
  }
}

function declareRole(
  name: string,
  { account, source, stack, tags }: BackupCopyArgs,
  options: pulumi.CustomResourceOptions,
): aws.iam.Role {
  return new aws.iam.Role(
    `${name}-replication`,
    {
      description: `S3 copies the backups of the users of ${stack} to another Region`,
      assumeRolePolicy: source.bucketArn.apply((bucketArn) =>
        JSON.stringify(replicationTrust({ account, bucketArn })),
      ),
      tags,
    },
    options,
  );
}

function declareReplication(
  name: string,
  { source, region, copyTo }: BackupCopyArgs,
  options: pulumi.CustomResourceOptions,
  { role, copy }: { role: aws.iam.Role; copy: PrivateBucket },
): void {
  const permissions = new aws.iam.RolePolicy(
    `${name}-replication`,
    {
      role: role.name,
      policy: pulumi
        .output({
          source: { bucketArn: source.bucketArn, keyArn: source.keyArn, region },
          copy: { bucketArn: copy.bucketArn, keyArn: copy.keyArn, region: copyTo },
        })
        .apply((sides) => JSON.stringify(replicationPolicy(sides))),
    },
    options,
  );
  new aws.s3.BucketReplicationConfig(
    `${name}-replication`,
    {
      bucket: source.bucket,
      role: role.arn,
      rules: [
        {
          id: "every-object",
          status: "Enabled",
          priority: 1,
          filter: { prefix: "" },
          deleteMarkerReplication: { status: "Disabled" },
          sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
          // Neither metrics nor the 15-minute promise, which cost extra: left out is off. Verifying the copy reads it.
          destination: {
            bucket: copy.bucketArn,
            encryptionConfiguration: { replicaKmsKeyId: copy.keyArn },
          },
        },
      ],
    },
    // S3 refuses the rule until both buckets have versions, and would copy nothing until the role may.
    { ...options, dependsOn: [source, copy, permissions] },
  );
}
