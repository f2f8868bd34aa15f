import { describe, expect, test } from "vitest";
import {
  judgeAnswers,
  questionKeyPolicy,
  readQuestions,
} from "../../../infra/iam-policies/question-table.ts";

const tableArn = "arn:aws:dynamodb:ap-northeast-1:123456789012:table/questions";
const keyArn = "arn:aws:kms:ap-northeast-1:123456789012:key/1";
const through = { "kms:ViaService": "dynamodb.ap-northeast-1.amazonaws.com" };
const open = {
  Sid: "OpenQuestions",
  Effect: "Allow",
  Action: ["kms:Decrypt"],
  Resource: [keyArn],
  Condition: { StringEquals: through },
};

describe("the key of the table of questions", () => {
  test("opens nothing but through DynamoDB", () => {
    const { Statement } = questionKeyPolicy({ account: "123456789012", region: "ap-northeast-1" });
    const using = Statement.filter(({ Action }) =>
      Action.some((action) => /Decrypt|Encrypt|DataKey|Grant/.test(action)),
    );
    expect(using.map(({ Sid }) => Sid)).toEqual(["UseThroughDynamoDbOnly", "DynamoDbHoldsGrants"]);
    for (const { Condition, Principal } of using) {
      expect(Condition?.StringEquals).toEqual(through);
      expect(Principal).toEqual({ AWS: ["arn:aws:iam::123456789012:root"] });
    }
    expect(using[1]?.Condition?.Bool).toEqual({ "kms:GrantIsForAWSResource": "true" });
  });
});

describe("the rights on the table of questions", () => {
  test("are reading, for who asks the question", () => {
    expect(readQuestions({ tableArn, keyArn })).toEqual([
      { Sid: "ReadQuestions", Effect: "Allow", Action: ["dynamodb:GetItem"], Resource: [tableArn] },
      open,
    ]);
  });

  test("are reading and changing, never deleting or listing, for who judges the answer", () => {
    expect(judgeAnswers({ tableArn, keyArn })).toEqual([
      {
        Sid: "JudgeAnswers",
        Effect: "Allow",
        Action: ["dynamodb:GetItem", "dynamodb:UpdateItem"],
        Resource: [tableArn],
      },
      open,
    ]);
  });
});
