import { describe, expect, test } from "vitest";
import { functionRolePolicy, functionRoleTrust } from "../../../infra/iam-policies/function-role.ts";

const account = "123456789012";

describe("the role of a function", () => {
  test("can be taken by Lambda on behalf of this account only", () => {
    expect(functionRoleTrust({ account })).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "LambdaRunsFunctionsOfThisAccount",
          Effect: "Allow",
          Principal: { Service: ["lambda.amazonaws.com"] },
          Action: ["sts:AssumeRole"],
          Condition: { StringEquals: { "aws:SourceAccount": account } },
        },
      ],
    });
  });

  test("writes to the function's own log, makes none, and does what its task needs", () => {
    const read = {
      Sid: "ReadAnswers",
      Effect: "Allow",
      Action: ["dynamodb:GetItem"],
      Resource: ["arn:aws:dynamodb:ap-northeast-1:123456789012:table/answers"],
    } as const;
    const policy = functionRolePolicy({
      account,
      region: "ap-northeast-1",
      logGroup: "/aws/lambda/sekisho-dev-greeting",
      statements: [{ ...read, Action: [...read.Action], Resource: [...read.Resource] }],
    });
    expect(policy).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "WriteOwnLog",
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: ["arn:aws:logs:ap-northeast-1:123456789012:log-group:/aws/lambda/sekisho-dev-greeting:*"],
        },
        read,
      ],
    });
  });
});
