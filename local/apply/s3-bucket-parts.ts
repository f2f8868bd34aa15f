import type { LifecycleRule, OwnershipControlsRule } from "@aws-sdk/client-s3";
import {
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketOwnershipControlsCommand,
  DeleteBucketPolicyCommand,
  DeleteBucketReplicationCommand,
  DeletePublicAccessBlockCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketReplicationCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  type ObjectLockConfiguration,
  type PublicAccessBlockConfiguration,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
  PutPublicAccessBlockCommand,
  type ReplicationConfiguration,
  type ServerSideEncryptionRule,
  type TransitionDefaultMinimumObjectSize,
  type VersioningConfiguration,
} from "@aws-sdk/client-s3";
import { isMap } from "../engine/property-path.ts";
import type { PropertyMap } from "../engine/property-values.ts";
import type { AwsClients } from "./aws-clients.ts";
import { unless } from "./aws-errors.ts";
import { omit, textOf, toAwsShape } from "./aws-shape.ts";
import type { Maker, Makers } from "./maker.ts";

/** One aspect of a bucket, which is put whole and has the bucket's name for its id. */
interface BucketPart {
  /** Errors that say that the bucket has none of it. */
  gone: string[];
  isOptional?: boolean;
  put: (s3: AwsClients["s3"], bucket: string, inputs: PropertyMap) => Promise<unknown>;
  /** Resolves with undefined or false when there is none. */
  get: (s3: AwsClients["s3"], bucket: string) => Promise<unknown>;
  remove: (s3: AwsClients["s3"], bucket: string, outputs: PropertyMap) => Promise<unknown>;
}

const RENAMES = {
  id: "ID",
  sseAlgorithm: "SSEAlgorithm",
  kmsMasterKeyId: "KMSMasterKeyID",
  replicaKmsKeyId: "ReplicaKmsKeyID",
  mfaDelete: "MFADelete",
};

export const bucketPartMakers: Makers = {
  "aws:s3/bucketVersioning:BucketVersioning": partMaker({
    gone: [],
    put: (s3, Bucket, inputs) =>
      s3.send(
        new PutBucketVersioningCommand({
          Bucket,
          VersioningConfiguration: shapeOf<VersioningConfiguration>(inputs.versioningConfiguration),
        }),
      ),
    get: async (s3, Bucket) => (await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status,
    // Versioning can only be suspended; where Object Lock forbids that too, it goes with the bucket.
    remove: async () => {},
  }),
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": partMaker({
    gone: ["ObjectLockConfigurationNotFoundError"],
    put: (s3, Bucket, inputs) =>
      s3.send(
        new PutObjectLockConfigurationCommand({
          Bucket,
          ObjectLockConfiguration: {
            ObjectLockEnabled: "Enabled",
            ...shapeOf<ObjectLockConfiguration>(omit(inputs, "bucket", "region", "objectLockEnabled")),
          },
        }),
      ),
    get: async (s3, Bucket) => {
      const found = await s3.send(new GetObjectLockConfigurationCommand({ Bucket }));
      return found.ObjectLockConfiguration?.Rule;
    },
    remove: (s3, Bucket) =>
      s3.send(
        new PutObjectLockConfigurationCommand({
          Bucket,
          ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" },
        }),
      ),
  }),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": partMaker({
    gone: ["NoSuchPublicAccessBlockConfiguration"],
    put: (s3, Bucket, inputs) =>
      s3.send(
        new PutPublicAccessBlockCommand({
          Bucket,
          PublicAccessBlockConfiguration: shapeOf<PublicAccessBlockConfiguration>(
            omit(inputs, "bucket", "region", "skipDestroy"),
          ),
        }),
      ),
    get: (s3, Bucket) => s3.send(new GetPublicAccessBlockCommand({ Bucket })),
    remove: (s3, Bucket) => s3.send(new DeletePublicAccessBlockCommand({ Bucket })),
  }),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": partMaker({
    gone: ["OwnershipControlsNotFoundError"],
    put: (s3, Bucket, inputs) =>
      s3.send(
        new PutBucketOwnershipControlsCommand({
          Bucket,
          OwnershipControls: { Rules: [shapeOf<OwnershipControlsRule>(inputs.rule)] },
        }),
      ),
    get: (s3, Bucket) => s3.send(new GetBucketOwnershipControlsCommand({ Bucket })),
    remove: (s3, Bucket) => s3.send(new DeleteBucketOwnershipControlsCommand({ Bucket })),
  }),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": partMaker({
    gone: ["ServerSideEncryptionConfigurationNotFoundError"],
    put: (s3, Bucket, inputs) =>
      s3.send(
        new PutBucketEncryptionCommand({
          Bucket,
          ServerSideEncryptionConfiguration: { Rules: encryptionRules(inputs) },
        }),
      ),
    get: (s3, Bucket) => s3.send(new GetBucketEncryptionCommand({ Bucket })),
    remove: (s3, Bucket) => s3.send(new DeleteBucketEncryptionCommand({ Bucket })),
  }),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": partMaker({
    gone: ["NoSuchLifecycleConfiguration"],
    put: (s3, Bucket, inputs) =>
      s3.send(
        new PutBucketLifecycleConfigurationCommand({
          Bucket,
          LifecycleConfiguration: { Rules: shapeOf<LifecycleRule[]>(inputs.rules) },
          TransitionDefaultMinimumObjectSize: shapeOf<TransitionDefaultMinimumObjectSize | undefined>(
            inputs.transitionDefaultMinimumObjectSize,
          ),
        }),
      ),
    get: (s3, Bucket) => s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket })),
    remove: (s3, Bucket) => s3.send(new DeleteBucketLifecycleCommand({ Bucket })),
  }),
  "aws:s3/bucketPolicy:BucketPolicy": partMaker({
    gone: ["NoSuchBucketPolicy"],
    put: (s3, Bucket, inputs) =>
      s3.send(new PutBucketPolicyCommand({ Bucket, Policy: textOf(inputs, "policy") })),
    get: (s3, Bucket) => s3.send(new GetBucketPolicyCommand({ Bucket })),
    remove: (s3, Bucket) => s3.send(new DeleteBucketPolicyCommand({ Bucket })),
  }),
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": partMaker({
    gone: ["ReplicationConfigurationNotFoundError"],
    isOptional: true,
    put: (s3, Bucket, inputs) =>
      s3.send(
        new PutBucketReplicationCommand({
          Bucket,
          ReplicationConfiguration: shapeOf<ReplicationConfiguration>(
            omit(inputs, "bucket", "region", "token"),
          ),
        }),
      ),
    get: (s3, Bucket) => s3.send(new GetBucketReplicationCommand({ Bucket })),
    remove: (s3, Bucket) => s3.send(new DeleteBucketReplicationCommand({ Bucket })),
  }),
};

function partMaker({ gone, isOptional = false, put, get, remove }: BucketPart): Maker {
  const absent = [...gone, "NoSuchBucket"];
  return {
    isOptional,
    async create({ inputs, aws }) {
      const bucket = textOf(inputs, "bucket");
      await put(aws.s3, bucket, inputs);
      return bucket;
    },
    async read({ id, aws }) {
      return (await unless(absent, () => get(aws.s3, id))) ? {} : undefined;
    },
    async update({ id, inputs, aws }) {
      await put(aws.s3, id, inputs);
    },
    async delete({ id, outputs, aws }) {
      await unless(absent, () => remove(aws.s3, id, outputs));
    },
  };
}

/** Inputs in the shape of the S3 API; the provider's names differ from it in a few words only. */
function shapeOf<Shape>(value: Parameters<typeof toAwsShape>[0]): Shape {
  return toAwsShape(value, RENAMES) as Shape;
}

function encryptionRules({ rules }: PropertyMap): ServerSideEncryptionRule[] {
  return (Array.isArray(rules) ? rules : []).filter(isMap).map((rule) => ({
    ...shapeOf<ServerSideEncryptionRule>(omit(rule, "blockedEncryptionTypes")),
    ...(rule.blockedEncryptionTypes === undefined
      ? {}
      : { BlockedEncryptionTypes: shapeOf({ encryptionType: rule.blockedEncryptionTypes }) }),
  }));
}
