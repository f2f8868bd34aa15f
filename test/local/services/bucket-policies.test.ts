import { describe, expect, test } from "vitest";
import {
  backupBucketPolicy,
  copyBucketPolicy,
  workBucketPolicy,
} from "../../../infra/backups/bucket-policies.ts";
import {
  encryptionKeys,
  findForbiddingStatement,
  type ObjectWrite,
  readConditionKeys,
} from "../../../local/services/bucket-policies.ts";

const KEY = "arn:aws:kms:ap-northeast-1:123456789012:key/11111111-2222-4333-8444-555555555555";
const arns = { bucketArn: "arn:aws:s3:::backups", keyArn: KEY };
const root = "arn:aws:iam::123456789012:root";
const encrypted = {
  "x-amz-server-side-encryption": "aws:kms",
  "x-amz-server-side-encryption-aws-kms-key-id": KEY,
};
const once = { "if-none-match": "*" };

function write(
  headers: Record<string, string>,
  more: Partial<ObjectWrite> & { isCreation?: boolean; principal?: string } = {},
): ObjectWrite {
  const { isCreation = true, principal = root, ...rest } = more;
  const keys = {
    ...readConditionKeys(headers),
    "s3:objectcreationoperation": String(isCreation),
    "aws:principalarn": principal,
  };
  return { resource: "arn:aws:s3:::backups/set/users-00000.ndjson.gz", keys, ...rest };
}

describe("The policy of the backup bucket", () => {
  const policy = JSON.stringify(backupBucketPolicy(arns));

  test.each<[string, ObjectWrite, string | undefined]>([
    ["a first write under the bucket's key", write({ ...once, ...encrypted }), undefined],
    ["a write that could replace something", write(encrypted), "DenyOverwrites"],
    ["a write without a key", write(once), "DenyOtherKeys"],
    [
      "a write under another key",
      write({ ...once, ...encrypted, "x-amz-server-side-encryption-aws-kms-key-id": `${KEY}x` }),
      "DenyOtherKeys",
    ],
    ["the start of a multipart upload", write(encrypted, { isCreation: false }), undefined],
    ["the end of a multipart upload", write(once, { settled: encryptionKeys }), undefined],
    [
      "the end of a multipart upload that could replace something",
      write({}, { settled: encryptionKeys }),
      "DenyOverwrites",
    ],
    ["a write to another bucket", write({}, { resource: "arn:aws:s3:::other/key" }), undefined],
  ])("on %s", (_, request, expected) => {
    expect(findForbiddingStatement(policy, request)).toBe(expected);
  });

  test("on a replica, in the copy's bucket: only replication is exempt", () => {
    const replication = "arn:aws:iam::123456789012:role/replication";
    const copy = JSON.stringify(copyBucketPolicy({ ...arns, replicationRoleArn: replication }));
    expect(findForbiddingStatement(copy, write({}, { principal: replication }))).toBeUndefined();
    expect(findForbiddingStatement(copy, write(encrypted))).toBe("DenyOverwrites");
  });

  test("on work: any write under its own key, or none", () => {
    const work = JSON.stringify(workBucketPolicy(arns));
    expect(findForbiddingStatement(work, write({}))).toBeUndefined();
    expect(findForbiddingStatement(work, write(encrypted))).toBeUndefined();
    expect(findForbiddingStatement(work, write({ "x-amz-server-side-encryption": "AES256" }))).toBe(
      "DenyOtherEncryption",
    );
  });
});

describe("A policy of somebody else", () => {
  const policy = (Statement: object | object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
  const deny = (more: object) => ({
    Effect: "Deny",
    Principal: "*",
    Action: "s3:PutObject",
    Resource: "arn:aws:s3:::backups/*",
    ...more,
  });

  test("is judged by what the request says, and by nothing else", () => {
    const absent = { Condition: { Null: { "s3:if-none-match": "true" } } };
    const tls = { Condition: { Bool: { "aws:SecureTransport": "false" } } };
    expect(findForbiddingStatement(policy(deny(tls)), write({}))).toBeUndefined();
    expect(findForbiddingStatement(policy(deny({})), write({}))).toBeUndefined();
    expect(findForbiddingStatement(policy(deny(absent)), write({}))).toBe("");
    expect(findForbiddingStatement(policy({ ...deny(absent), Effect: "Allow" }), write({}))).toBeUndefined();
  });

  test.each([
    [{ StringLike: { "s3:if-none-match": "?" } }, ""],
    [{ StringNotLike: { "s3:if-none-match": "*x" } }, ""],
    [{ StringEquals: { "s3:if-none-match": ["a", "*"] } }, ""],
    [{ StringEqualsIfExists: { "s3:if-match": "x" } }, ""],
    [{ StringEquals: { "s3:if-match": "x" } }, undefined],
    [{ Null: { "s3:if-match": "true" } }, ""],
    [{ Null: { "s3:if-match": "false" } }, undefined],
    [{ MoonPhase: { "s3:if-none-match": "*" } }, undefined],
  ])("with the condition %j", (Condition, expected) => {
    const statement = deny({ Action: ["s3:Put*", "s3:GetObject"], Condition });
    expect(findForbiddingStatement(policy([statement]), write(once))).toBe(expected);
  });
});
