import { describe, expect, test } from "vitest";
import {
  accessLogBucketPolicy,
  answerBucketPolicy,
  evidenceBucketPolicy,
  trailKeyStatements,
} from "../../../infra/iam-policies/log-buckets.ts";
import { policyDocument } from "../../../infra/policy-document.ts";
import { matchingStatements } from "../../support/policy-evaluator.ts";

const account = "123456789012";
const bucketArn = "arn:aws:s3:::sekisho-dev-logs";
const trailArn = "arn:aws:cloudtrail:ap-northeast-1:123456789012:trail/sekisho-dev";
const keyArn = "arn:aws:kms:ap-northeast-1:123456789012:key/own";
const tls = { "aws:SecureTransport": "true", "s3:TlsVersion": "1.3" };

describe("the bucket of access logs", () => {
  const policy = accessLogBucketPolicy({ bucketArn, account, isDeletable: false });

  test.each([
    [
      "a load balancer of this account writes",
      `AWSLogs/${account}/elasticloadbalancing/x.gz`,
      {},
      ["LoadBalancersWrite"],
    ],
    ["a load balancer of another account", "AWSLogs/999999999999/elasticloadbalancing/x.gz", {}, []],
    [
      "S3 writes for a bucket of this account",
      "s3/backups/x",
      { "aws:SourceAccount": account },
      ["BucketsWrite"],
    ],
    ["S3 for a bucket of another account", "s3/backups/x", { "aws:SourceAccount": "999999999999" }, []],
    ["anything beside the folders", "elsewhere", { "aws:SourceAccount": account }, []],
  ])("takes only what belongs here: %s", (_, key, context, sids) => {
    const request = {
      action: "s3:PutObject",
      resource: `${bucketArn}/${key}`,
      context: { ...tls, ...context },
    };
    expect(matchingStatements(policy, "Allow", request)).toEqual(sids);
    expect(matchingStatements(policy, "Deny", request)).toEqual([]);
  });

  test("names the two services that deliver, and nobody else", () => {
    const principals = policy.Statement.filter(({ Effect }) => Effect === "Allow").map(
      ({ Principal }) => Principal,
    );
    expect(principals).toEqual([
      { Service: ["logdelivery.elasticloadbalancing.amazonaws.com"] },
      { Service: ["logging.s3.amazonaws.com"] },
    ]);
  });

  test.each(["s3:DeleteObject", "s3:DeleteObjectVersion"])("lets nobody delete a log: %s", (action) => {
    const request = { action, resource: `${bucketArn}/AWSLogs/x`, context: tls };
    expect(matchingStatements(policy, "Deny", request)).toEqual(["NobodyDeletes"]);
  });

  test("can be emptied with a disposable stack", () => {
    const request = { action: "s3:DeleteObjectVersion", resource: `${bucketArn}/AWSLogs/x`, context: tls };
    const disposable = accessLogBucketPolicy({ bucketArn, account, isDeletable: true });
    expect(matchingStatements(disposable, "Deny", request)).toEqual([]);
  });

  test("refuses plain HTTP and old TLS", () => {
    const request = { action: "s3:GetObject", resource: `${bucketArn}/x` };
    const plain = { "aws:SecureTransport": "false", "s3:TlsVersion": "1.1" };
    expect(matchingStatements(policy, "Deny", { ...request, context: plain })).toEqual([
      "DenyPlainTransport",
      "DenyOldTls",
    ]);
  });
});

describe("the bucket of evidence", () => {
  const policy = evidenceBucketPolicy({ bucketArn, account, trailArn });
  const ours = { ...tls, "aws:SourceArn": trailArn, "s3:x-amz-acl": "bucket-owner-full-control" };
  const put = { action: "s3:PutObject", resource: `${bucketArn}/AWSLogs/${account}/CloudTrail/x.json.gz` };

  test("takes logs of its own trail, with full control for us", () => {
    expect(matchingStatements(policy, "Allow", { ...put, context: ours })).toEqual(["TrailWrites"]);
    expect(
      matchingStatements(policy, "Allow", { action: "s3:GetBucketAcl", resource: bucketArn, context: ours }),
    ).toEqual(["TrailFindsBucket"]);
  });

  test.each([
    ["of another trail, which somebody else could name", { "aws:SourceArn": `${trailArn}-2` }],
    ["that we could not read", { "s3:x-amz-acl": "private" }],
  ])("takes no logs %s", (_, context) => {
    expect(matchingStatements(policy, "Allow", { ...put, context: { ...ours, ...context } })).toEqual([]);
  });

  test("takes no logs of another account", () => {
    const resource = `${bucketArn}/AWSLogs/999999999999/CloudTrail/x.json.gz`;
    expect(matchingStatements(policy, "Allow", { ...put, resource, context: ours })).toEqual([]);
  });

  test("has a key that its trail encrypts with, for logs of this account only", () => {
    const key = policyDocument(trailKeyStatements({ account, trailArn }));
    const context = {
      "aws:SourceArn": trailArn,
      "kms:EncryptionContext:aws:cloudtrail:arn": trailArn,
    };
    const request = { action: "kms:GenerateDataKey", resource: keyArn, context };
    expect(matchingStatements(key, "Allow", request)).toEqual(["TrailEncrypts"]);
    expect(matchingStatements(key, "Allow", { ...request, action: "kms:DescribeKey" })).toEqual([
      "TrailReadsKey",
    ]);
    expect(matchingStatements(key, "Allow", { ...request, action: "kms:ScheduleKeyDeletion" })).toEqual([]);
    const others = { ...context, "aws:SourceArn": `${trailArn}-2` };
    expect(matchingStatements(key, "Allow", { ...request, context: others })).toEqual([]);
    const elsewhere = trailArn.replace(account, "999999999999");
    const foreign = { ...context, "kms:EncryptionContext:aws:cloudtrail:arn": elsewhere };
    expect(matchingStatements(key, "Allow", { ...request, context: foreign })).toEqual([]);
  });
});

describe("the bucket of answers", () => {
  test("takes answers under its own key and no other", () => {
    const policy = answerBucketPolicy({ bucketArn, keyArn });
    const put = (key: string) => ({
      action: "s3:PutObject",
      resource: `${bucketArn}/answer.csv`,
      context: {
        ...tls,
        "s3:x-amz-server-side-encryption": "aws:kms",
        "s3:x-amz-server-side-encryption-aws-kms-key-id": key,
      },
    });
    expect(matchingStatements(policy, "Deny", put(keyArn))).toEqual([]);
    expect(matchingStatements(policy, "Deny", put(`${keyArn}-2`))).toEqual(["DenyOtherKeys"]);
  });
});
