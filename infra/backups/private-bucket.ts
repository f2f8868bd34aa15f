import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { bucketKeyPolicy } from "../iam-policies/backup-keys.ts";
import type { PolicyDocument, PolicyStatement } from "../policy-document.ts";
import {
  type BucketPartsArgs,
  type BucketPlace,
  bucketPlace,
  declareAccess,
  declareBucket,
  declareContents,
} from "./bucket-parts.ts";
import type { BucketArns } from "./bucket-policies.ts";

export type { BucketLock } from "./bucket-parts.ts";

export interface PrivateBucketArgs extends BucketPartsArgs {
  /** What the key's description says it encrypts. */
  purpose: string;
  account: string;
  /** Who may use the key beside the account, such as an AWS service that delivers logs. */
  keyUsers?: PolicyStatement[];
  policy: (arns: BucketArns) => PolicyDocument | pulumi.Output<PolicyDocument>;
}

/** A versioned bucket with a key of its own that nobody outside the account can reach, and its policy. */
export class PrivateBucket extends pulumi.ComponentResource {
  readonly bucket: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;

  constructor(name: string, args: PrivateBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:PrivateBucket", name, {}, opts);
    const place = bucketPlace(this, args);

    const key = declareKey(name, args, place);
    const bucket = declareBucket(name, args, place);
    declareContents(name, args, place, bucket, { key: key.arn });
    const policy = pulumi
      .output({ bucketArn: bucket.arn, keyArn: key.arn })
      .apply((arns) => args.policy(arns))
      .apply((document) => JSON.stringify(document));
    declareAccess(name, place, bucket, policy);

    this.bucket = bucket.bucket;
    this.bucketArn = bucket.arn;
    this.keyArn = key.arn;
    this.registerOutputs({ bucket: this.bucket, bucketArn: this.bucketArn, keyArn: this.keyArn });
  }
}

function declareKey(name: string, args: PrivateBucketArgs, { region, options }: BucketPlace): aws.kms.Key {
  const policy = bucketKeyPolicy({ account: args.account, region: args.region });
  return new aws.kms.Key(
    `${name}-key`,
    {
      ...region,
      description: args.purpose,
      policy: JSON.stringify({ ...policy, Statement: [...policy.Statement, ...(args.keyUsers ?? [])] }),
      enableKeyRotation: true,
      multiRegion: false,
      // The longest and the shortest time that KMS leaves to change one's mind.
      deletionWindowInDays: args.guards.deletionProtection ? 30 : 7,
      tags: args.tags,
    },
    options,
  );
}
