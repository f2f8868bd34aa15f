import { describe, expect, test } from "vitest";
import {
  backupBucketPolicy,
  copyBucketPolicy,
  workBucketPolicy,
} from "../../../infra/backups/bucket-policies.ts";
import { matchingStatements, type PolicyRequest } from "../../support/policy-evaluator.ts";

const bucketArn = "arn:aws:s3:::sekisho-dev-backups-1";
const keyArn = "arn:aws:kms:ap-northeast-1:123456789012:key/own";
const otherKeyArn = "arn:aws:kms:ap-northeast-1:123456789012:key/other";
const replicationRoleArn = "arn:aws:iam::123456789012:role/replication";
const ENCRYPTION = "s3:x-amz-server-side-encryption";
const KEY = "s3:x-amz-server-side-encryption-aws-kms-key-id";

const secure = { "aws:SecureTransport": "true", "s3:TlsVersion": "1.3" };
const create = { ...secure, "s3:ObjectCreationOperation": "true" };
const correctPut = { ...create, "s3:if-none-match": "*", [ENCRYPTION]: "aws:kms", [KEY]: keyArn };

function put(context: Record<string, string>): PolicyRequest {
  return { action: "s3:PutObject", resource: `${bucketArn}/pool/set/manifest.json`, context };
}

function without(context: Record<string, string>, key: string): Record<string, string> {
  return Object.fromEntries(Object.entries(context).filter(([name]) => name !== key));
}

function denials(policy: ReturnType<typeof backupBucketPolicy>, request: PolicyRequest): string[] {
  return matchingStatements(policy, "Deny", request);
}

describe("the bucket of finished backups", () => {
  const policy = backupBucketPolicy({ bucketArn, keyArn });

  test.each([
    ["a first write with the bucket's key", put(correctPut)],
    ["a read over TLS 1.2", { ...put({ ...secure, "s3:TlsVersion": "1.2" }), action: "s3:GetObject" }],
    ["a listing over TLS 1.3", { action: "s3:ListBucket", resource: bucketArn, context: secure }],
    [
      "the part of a multipart upload, which takes no If-None-Match",
      put({ ...without(correctPut, "s3:if-none-match"), "s3:ObjectCreationOperation": "false" }),
    ],
    [
      "a replica written by S3, which needs no conditional header",
      { action: "s3:ReplicateObject", resource: `${bucketArn}/x`, context: secure },
    ],
  ])("does not stand in the way of %s", (_, request) => {
    expect(denials(policy, request)).toEqual([]);
  });

  test.each([
    [
      "a read over plain HTTP",
      { ...put({ "aws:SecureTransport": "false" }), action: "s3:GetObject" },
      ["DenyPlainTransport"],
    ],
    [
      "a listing over plain HTTP",
      { action: "s3:ListBucket", resource: bucketArn, context: { "aws:SecureTransport": "false" } },
      ["DenyPlainTransport"],
    ],
    [
      "a read over TLS 1.1",
      { ...put({ ...secure, "s3:TlsVersion": "1.1" }), action: "s3:GetObject" },
      ["DenyOldTls"],
    ],
    [
      "a write that could replace an object",
      put(without(correctPut, "s3:if-none-match")),
      ["DenyOverwrites"],
    ],
    ["a write under another key", put({ ...correctPut, [KEY]: otherKeyArn }), ["DenyOtherKeys"]],
    ["a write that names no key", put(without(correctPut, KEY)), ["DenyOtherKeys"]],
    [
      "a write under a key that S3 manages",
      put({ ...without(correctPut, KEY), [ENCRYPTION]: "AES256" }),
      ["DenyOtherKeys"],
    ],
  ])("refuses %s", (_, request, sids) => {
    expect(denials(policy, request)).toEqual(sids);
  });

  test("only ever denies: who may read and write is said in the roles", () => {
    expect(policy.Statement.map((statement) => statement.Effect)).toEqual(["Deny", "Deny", "Deny", "Deny"]);
  });
});

describe("the copy in another Region", () => {
  const policy = copyBucketPolicy({ bucketArn, keyArn, replicationRoleArn });

  test("lets replication write, whichever headers S3 sends", () => {
    expect(denials(policy, put({ ...create, "aws:PrincipalArn": replicationRoleArn }))).toEqual([]);
  });

  test.each([
    ["another role", { "aws:PrincipalArn": "arn:aws:iam::123456789012:role/ops" }],
    ["somebody unknown", {}],
  ])("refuses an unconditional write under no key by %s", (_, caller) => {
    expect(denials(policy, put({ ...create, ...caller }))).toEqual(["DenyOtherKeys", "DenyOverwrites"]);
  });

  test("does not let replication off TLS", () => {
    const plain = { ...correctPut, "aws:SecureTransport": "false", "aws:PrincipalArn": replicationRoleArn };
    expect(denials(policy, put(plain))).toEqual(["DenyPlainTransport"]);
  });
});

describe("the bucket that runbooks work in", () => {
  const policy = workBucketPolicy({ bucketArn, keyArn });

  test.each([
    ["replacing a journal", put(without(correctPut, "s3:if-none-match"))],
    ["a write that leaves the key to the bucket's default", put(create)],
  ])("does not stand in the way of %s", (_, request) => {
    expect(denials(policy, request)).toEqual([]);
  });

  test.each([
    ["a write under another key", put({ ...correctPut, [KEY]: otherKeyArn }), ["DenyOtherKeys"]],
    [
      "a write under a key that S3 manages",
      put({ ...create, [ENCRYPTION]: "AES256" }),
      ["DenyOtherEncryption"],
    ],
    ["a write over plain HTTP", put({ ...create, "aws:SecureTransport": "false" }), ["DenyPlainTransport"]],
    ["a write over TLS 1.0", put({ ...create, "s3:TlsVersion": "1.0" }), ["DenyOldTls"]],
  ])("refuses %s", (_, request, sids) => {
    expect(denials(policy, request)).toEqual(sids);
  });
});
