import { describe, expect, test } from "vitest";
import { letsCall } from "../../../local/services/function-policy.ts";

const functionArn = "arn:aws:lambda:ap-northeast-1:123456789012:function:f";
const sourceArn = "arn:aws:cognito-idp:ap-northeast-1:123456789012:userpool/ap-northeast-1_a";
const cognito = { principal: "cognito-idp.amazonaws.com", sourceArn, sourceAccount: "123456789012" };

const allowed = {
  Effect: "Allow",
  Principal: { Service: "cognito-idp.amazonaws.com" },
  Action: "lambda:InvokeFunction",
  Resource: functionArn,
  Condition: {
    ArnLike: { "AWS:SourceArn": sourceArn },
    StringEquals: { "AWS:SourceAccount": "123456789012" },
  },
};

function decide(...statements: object[]): boolean {
  return letsCall(JSON.stringify({ Version: "2012-10-17", Statement: statements }), functionArn, cognito);
}

describe("a function's resource policy", () => {
  test.each<[string, object]>([
    ["for this pool and account", allowed],
    [
      "for any pool of the account",
      {
        ...allowed,
        Condition: { ArnLike: { "aws:SourceArn": "arn:aws:cognito-idp:*:123456789012:userpool/*" } },
      },
    ],
    ["without conditions", { ...allowed, Condition: {} }],
    ["for every action and everybody", { ...allowed, Principal: "*", Action: ["lambda:*"] }],
  ])("lets a user pool in %s", (_what, statement) => {
    expect(decide(statement)).toBe(true);
  });

  test.each<[string, object[]]>([
    ["nothing is allowed", []],
    ["another service is", [{ ...allowed, Principal: { Service: "scheduler.amazonaws.com" } }]],
    [
      "another account's pool is",
      [{ ...allowed, Condition: { StringEquals: { "AWS:SourceAccount": "999999999999" } } }],
    ],
    ["another pool is", [{ ...allowed, Condition: { ArnLike: { "AWS:SourceArn": `${sourceArn}b` } } }]],
    ["another function is", [{ ...allowed, Resource: `${functionArn}2` }]],
    ["another action is", [{ ...allowed, Action: "lambda:GetFunction" }]],
    [
      "a condition nobody knows must be met",
      [{ ...allowed, Condition: { Bool: { "aws:SecureTransport": "true" } } }],
    ],
    ["another statement denies it", [allowed, { ...allowed, Effect: "Deny", Condition: {} }]],
  ])("keeps a user pool out where %s", (_what, statements) => {
    expect(decide(...statements)).toBe(false);
  });
});
