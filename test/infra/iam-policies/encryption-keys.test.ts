import { describe, expect, test } from "vitest";
import { logKeyPolicy, secretKeyPolicy } from "../../../infra/iam-policies/encryption-keys.ts";
import { matchingStatements } from "../../support/policy-evaluator.ts";

const place = { account: "123456789012", region: "ap-northeast-1" };
const resource = "arn:aws:kms:ap-northeast-1:123456789012:key/one";
const LOG_GROUP = "kms:EncryptionContext:aws:logs:arn";

describe("the key of logs", () => {
  const policy = logKeyPolicy(place);
  const asked = (arn: string) =>
    matchingStatements(policy, "Allow", { action: "kms:Encrypt", resource, context: { [LOG_GROUP]: arn } });

  test("encrypts log groups of this account and Region", () => {
    expect(asked("arn:aws:logs:ap-northeast-1:123456789012:log-group:/aws/lambda/x")).toEqual([
      "LogsOfThisAccount",
    ]);
  });

  test.each([
    ["another account", "arn:aws:logs:ap-northeast-1:999999999999:log-group:x"],
    ["another Region", "arn:aws:logs:us-east-1:123456789012:log-group:x"],
  ])("refuses a log group of %s", (_title, arn) => {
    expect(asked(arn)).toEqual([]);
  });

  test("lets CloudWatch Logs of the Region use it, and the account administer it", () => {
    expect(policy.Statement.map(({ Principal }) => Principal)).toEqual([
      { AWS: ["arn:aws:iam::123456789012:root"] },
      { Service: ["logs.ap-northeast-1.amazonaws.com"] },
    ]);
  });
});

describe("the key of secrets", () => {
  const policy = secretKeyPolicy(place);
  const asked = (action: string, context: Record<string, string> = {}) =>
    matchingStatements(policy, "Allow", { action, resource, context });
  const through = { "kms:ViaService": "secretsmanager.ap-northeast-1.amazonaws.com" };

  test("is used through Secrets Manager", () => {
    expect(asked("kms:Decrypt", through)).toEqual(["UseThroughSecretsManagerOnly"]);
  });

  test("gives grants to AWS itself only", () => {
    expect(asked("kms:CreateGrant", { ...through, "kms:GrantIsForAWSResource": "true" })).toEqual([
      "SecretsManagerHoldsGrants",
    ]);
    expect(asked("kms:CreateGrant", through)).toEqual([]);
  });

  test.each([
    ["directly", {}],
    ["through another Region", { "kms:ViaService": "secretsmanager.us-east-1.amazonaws.com" }],
  ])("refuses whoever decrypts %s", (_title, context) => {
    expect(asked("kms:Decrypt", context)).toEqual([]);
  });
});
