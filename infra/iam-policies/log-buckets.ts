import { type BucketArns, transportRules, workBucketPolicy } from "../backups/bucket-policies.ts";
import { type PolicyDocument, type PolicyStatement, policyDocument } from "../policy-document.ts";

/** The folder of the logs of requests to buckets; ELB makes its own, AWSLogs. */
export const BUCKET_LOGS = "s3";

/**
 * The policy of the bucket that access logs are delivered to: load balancers of this account and S3 on behalf of its
 * buckets may write, each in its own folder. ELB writes under the id of the account that owns the balancer, so the
 * path keeps others out. (Application Load Balancers, "Enable access logs"; Amazon S3 User Guide, "Enabling Amazon S3
 * server access logging".) S3 does not write where Object Lock has a default, so deleting is refused to everybody
 * instead; a lifecycle rule still ends what is old enough.
 */
export function accessLogBucketPolicy({
  bucketArn,
  account,
  isDeletable,
}: {
  bucketArn: string;
  account: string;
  /** Whether the bucket may be emptied, with a disposable stack. */
  isDeletable: boolean;
}): PolicyDocument {
  return policyDocument([
    ...transportRules(bucketArn),
    ...(isDeletable ? [] : [refuseDeletion(bucketArn)]),
    {
      Sid: "LoadBalancersWrite",
      Effect: "Allow",
      Principal: { Service: ["logdelivery.elasticloadbalancing.amazonaws.com"] },
      Action: ["s3:PutObject"],
      Resource: [`${bucketArn}/AWSLogs/${account}/*`],
    },
    {
      Sid: "BucketsWrite",
      Effect: "Allow",
      Principal: { Service: ["logging.s3.amazonaws.com"] },
      Action: ["s3:PutObject"],
      Resource: [`${bucketArn}/${BUCKET_LOGS}/*`],
      Condition: { StringEquals: { "aws:SourceAccount": account } },
    },
  ]);
}

/**
 * The policy of the bucket that one trail writes evidence to, and nobody else (AWS CloudTrail User Guide, "Amazon S3
 * bucket policy for CloudTrail").
 */
export function evidenceBucketPolicy({
  bucketArn,
  account,
  trailArn,
}: {
  bucketArn: string;
  account: string;
  trailArn: string;
}): PolicyDocument {
  const ofThisTrail = { "aws:SourceArn": trailArn };
  return policyDocument([
    ...transportRules(bucketArn),
    byTrail("TrailFindsBucket", ["s3:GetBucketAcl"], bucketArn, { StringEquals: ofThisTrail }),
    byTrail("TrailWrites", ["s3:PutObject"], `${bucketArn}/AWSLogs/${account}/*`, {
      StringEquals: { ...ofThisTrail, "s3:x-amz-acl": "bucket-owner-full-control" },
    }),
  ]);
}

/**
 * What a trail may do with the key of its bucket: encrypt its own logs, and see what kind of key it is; decrypting is
 * asked for where the bucket has a bucket key (AWS CloudTrail User Guide, "Configure AWS KMS key policies").
 */
export function trailKeyStatements({
  account,
  trailArn,
}: {
  account: string;
  trailArn: string;
}): PolicyStatement[] {
  const ofThisTrail = { StringEquals: { "aws:SourceArn": trailArn } };
  const context = `arn:aws:cloudtrail:*:${account}:trail/*`;
  return [
    byTrail("TrailEncrypts", ["kms:GenerateDataKey*"], "*", {
      ...ofThisTrail,
      StringLike: { "kms:EncryptionContext:aws:cloudtrail:arn": context },
    }),
    byTrail("TrailReadsKey", ["kms:Decrypt", "kms:DescribeKey"], "*", ofThisTrail),
  ];
}

/** The policy of the bucket that Athena puts answers into: TLS, and no key but the bucket's own. */
export function answerBucketPolicy(arns: BucketArns): PolicyDocument {
  return workBucketPolicy(arns);
}

function refuseDeletion(bucketArn: string): PolicyStatement {
  return {
    Sid: "NobodyDeletes",
    Effect: "Deny",
    Principal: "*",
    Action: ["s3:DeleteObject", "s3:DeleteObjectVersion"],
    Resource: [`${bucketArn}/*`],
  };
}

function byTrail(
  sid: string,
  actions: string[],
  resource: string,
  condition: NonNullable<PolicyStatement["Condition"]>,
): PolicyStatement {
  return {
    Sid: sid,
    Effect: "Allow",
    Principal: { Service: ["cloudtrail.amazonaws.com"] },
    Action: actions,
    Resource: [resource],
    Condition: condition,
  };
}
