import * as pulumi from "@pulumi/pulumi";
import {
  type BucketPartsArgs,
  bucketPlace,
  declareAccess,
  declareBucket,
  declareContents,
} from "../backups/bucket-parts.ts";
import type { PolicyDocument } from "../policy-document.ts";

export interface LogBucketArgs extends Omit<BucketPartsArgs, "lock"> {
  policy: (bucketArn: string) => PolicyDocument;
}

/**
 * A versioned bucket that AWS services deliver logs to. Load balancers write only with keys that Amazon S3 manages, and
 * S3 writes its own logs only where Object Lock has no default besides (Application Load Balancers, "Enable access
 * logs"; Amazon S3 User Guide, "Enabling Amazon S3 server access logging"): it has neither a key of its own nor a lock.
 */
export class LogBucket extends pulumi.ComponentResource {
  /** Known once the policy is in place: AWS tries to write as soon as somebody names the bucket. */
  readonly bucket: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;

  constructor(name: string, args: LogBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:LogBucket", name, {}, opts);
    const place = bucketPlace(this, args);

    const bucket = declareBucket(name, args, place);
    declareContents(name, args, place, bucket, "s3-managed");
    const policy = declareAccess(
      name,
      place,
      bucket,
      bucket.arn.apply((arn) => JSON.stringify(args.policy(arn))),
    );

    this.bucket = policy.bucket;
    this.bucketArn = bucket.arn;
    this.registerOutputs({ bucket: this.bucket, bucketArn: this.bucketArn });
  }
}
