import { describe, expect, test } from "vitest";
import { importRolePolicy, importRoleTrust } from "../../../infra/iam-policies/import-role.ts";

const place = { account: "123456789012", region: "ap-northeast-1" };

describe("the role of import jobs", () => {
  test("is given to Cognito alone, for pools of this account and Region", () => {
    expect(importRoleTrust(place).Statement).toEqual([
      {
        Sid: "CognitoImportsIntoPoolsOfThisAccount",
        Effect: "Allow",
        Principal: { Service: ["cognito-idp.amazonaws.com"] },
        Action: ["sts:AssumeRole"],
        Condition: {
          StringEquals: { "aws:SourceAccount": "123456789012" },
          ArnLike: { "aws:SourceArn": "arn:aws:cognito-idp:ap-northeast-1:123456789012:userpool/*" },
        },
      },
    ]);
  });

  test("writes Cognito's own logs and no others", () => {
    expect(importRolePolicy(place).Statement).toEqual([
      {
        Sid: "WriteImportLogs",
        Effect: "Allow",
        Action: [
          "logs:CreateLogGroup",
          "logs:CreateLogStream",
          "logs:DescribeLogStreams",
          "logs:PutLogEvents",
        ],
        Resource: ["arn:aws:logs:ap-northeast-1:123456789012:log-group:/aws/cognito/*"],
      },
    ]);
  });
});
