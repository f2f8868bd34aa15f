import { describe, expect, test } from "vitest";
import { bucketKeyPolicy } from "../../../infra/iam-policies/backup-keys.ts";
import { matchingStatements, type PolicyRequest } from "../../support/policy-evaluator.ts";

describe("the key of a bucket", () => {
  const policy = bucketKeyPolicy({ account: "123456789012", region: "ap-northeast-1" });
  const use = (action: string, via?: string): PolicyRequest => ({
    action,
    resource: "arn:aws:kms:ap-northeast-1:123456789012:key/source",
    ...(via !== undefined && { context: { "kms:ViaService": via } }),
  });

  test.each(["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DescribeKey", "kms:EnableKeyRotation"])(
    "is administered by its account (%s)",
    (action) => {
      expect(matchingStatements(policy, "Allow", use(action))).toEqual(["AccountAdministersKey"]);
    },
  );

  test.each(["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"])("is used through S3 (%s)", (action) => {
    expect(matchingStatements(policy, "Allow", use(action, "s3.ap-northeast-1.amazonaws.com"))).toEqual([
      "UseThroughS3Only",
    ]);
  });

  test.each([
    ["decrypts without S3", use("kms:Decrypt")],
    ["decrypts through S3 of another Region", use("kms:Decrypt", "s3.ap-northeast-3.amazonaws.com")],
    ["decrypts through another service", use("kms:Decrypt", "secretsmanager.ap-northeast-1.amazonaws.com")],
    ["makes a grant", use("kms:CreateGrant")],
  ])("refuses whoever %s", (_, request) => {
    expect(matchingStatements(policy, "Allow", request)).toEqual([]);
  });

  test("names the account and nobody else", () => {
    expect(policy.Statement.map((statement) => statement.Principal)).toEqual([
      { AWS: ["arn:aws:iam::123456789012:root"] },
      { AWS: ["arn:aws:iam::123456789012:root"] },
    ]);
  });
});
