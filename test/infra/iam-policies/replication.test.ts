import { describe, expect, test } from "vitest";
import { replicationPolicy, replicationTrust } from "../../../infra/iam-policies/replication.ts";
import { matchingStatements, type PolicyRequest } from "../../support/policy-evaluator.ts";

const account = "123456789012";
const source = {
  bucketArn: "arn:aws:s3:::source",
  keyArn: "arn:aws:kms:ap-northeast-1:123456789012:key/source",
  region: "ap-northeast-1",
};
const copy = {
  bucketArn: "arn:aws:s3:::copy",
  keyArn: "arn:aws:kms:ap-northeast-3:123456789012:key/copy",
  region: "ap-northeast-3",
};

describe("the replication role", () => {
  test("is taken by S3 for our bucket in our account, and for no other", () => {
    const trust = replicationTrust({ account, bucketArn: source.bucketArn });
    const assume = (context: Record<string, string>) =>
      matchingStatements(trust, "Allow", { action: "sts:AssumeRole", resource: "*", context });
    expect(trust.Statement[0]?.Principal).toEqual({ Service: ["s3.amazonaws.com"] });
    expect(assume({ "aws:SourceAccount": account, "aws:SourceArn": source.bucketArn })).toHaveLength(1);
    expect(assume({ "aws:SourceAccount": "999999999999", "aws:SourceArn": source.bucketArn })).toEqual([]);
    expect(assume({ "aws:SourceAccount": account, "aws:SourceArn": "arn:aws:s3:::another" })).toEqual([]);
    expect(assume({})).toEqual([]);
  });

  const policy = replicationPolicy({ source, copy });
  const through = (side: typeof source, arn: string) => ({
    "kms:ViaService": `s3.${side.region}.amazonaws.com`,
    "kms:EncryptionContext:aws:s3:arn": arn,
  });

  test.each<[string, PolicyRequest]>([
    ["s3:GetReplicationConfiguration", request("s3:GetReplicationConfiguration", source.bucketArn)],
    ["s3:ListBucket", request("s3:ListBucket", source.bucketArn)],
    ["reading a version", request("s3:GetObjectVersionForReplication", `${source.bucketArn}/a`)],
    ["reading its retention", request("s3:GetObjectRetention", `${source.bucketArn}/a`)],
    ["reading its legal hold", request("s3:GetObjectLegalHold", `${source.bucketArn}/a`)],
    ["writing a replica", request("s3:ReplicateObject", `${copy.bucketArn}/a`)],
    ["decrypting the source", request("kms:Decrypt", source.keyArn, through(source, source.bucketArn))],
    ["encrypting the copy", request("kms:Encrypt", copy.keyArn, through(copy, `${copy.bucketArn}/a`))],
  ])("may do what replication needs: %s", (_, wanted) => {
    expect(matchingStatements(policy, "Allow", wanted)).toHaveLength(1);
  });

  test.each<[string, PolicyRequest]>([
    ["delete an object of the copy", request("s3:DeleteObjectVersion", `${copy.bucketArn}/a`)],
    ["hide an object of the copy", request("s3:ReplicateDelete", `${copy.bucketArn}/a`)],
    ["write to the source", request("s3:ReplicateObject", `${source.bucketArn}/a`)],
    ["shorten a lock", request("s3:PutObjectRetention", `${source.bucketArn}/a`)],
    ["read the copy", request("s3:GetObject", `${copy.bucketArn}/a`)],
    [
      "encrypt with the source's key",
      request("kms:Encrypt", source.keyArn, through(source, source.bucketArn)),
    ],
    [
      "decrypt another bucket's objects",
      request("kms:Decrypt", source.keyArn, through(source, "arn:aws:s3:::x")),
    ],
    ["decrypt without S3", request("kms:Decrypt", source.keyArn)],
  ])("may not %s", (_, unwanted) => {
    expect(matchingStatements(policy, "Allow", unwanted)).toEqual([]);
  });

  test("has no wildcard action and no wildcard resource", () => {
    const words = policy.Statement.flatMap((statement) => [
      ...statement.Action,
      ...(statement.Resource ?? []),
    ]);
    expect(words.filter((word) => word === "*" || /:\*$/.test(word))).toEqual([]);
  });
});

function request(action: string, resource: string, context?: Record<string, string>): PolicyRequest {
  return { action, resource, ...(context && { context }) };
}
