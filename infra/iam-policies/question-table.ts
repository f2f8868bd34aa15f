import { type PolicyDocument, type PolicyStatement, policyDocument } from "../policy-document.ts";
import { accountAdministersKey } from "./backup-keys.ts";

/**
 * The key of the table of questions: whoever IAM lets may use it, but only through DynamoDB in the key's Region, which
 * keeps a grant of its own for what it does by itself (Amazon DynamoDB Developer Guide, DynamoDB encryption at rest:
 * usage notes).
 */
export function questionKeyPolicy({ account, region }: { account: string; region: string }): PolicyDocument {
  const throughService = { "kms:ViaService": `dynamodb.${region}.amazonaws.com` };
  const accountRoot = { AWS: [`arn:aws:iam::${account}:root`] };
  return policyDocument([
    accountAdministersKey(account),
    {
      Sid: "UseThroughDynamoDbOnly",
      Effect: "Allow",
      Principal: accountRoot,
      Action: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
      Resource: ["*"],
      Condition: { StringEquals: throughService },
    },
    {
      Sid: "DynamoDbHoldsGrants",
      Effect: "Allow",
      Principal: accountRoot,
      Action: ["kms:CreateGrant"],
      Resource: ["*"],
      Condition: { StringEquals: throughService, Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
  ]);
}

/** What a function needs in order to see which question somebody has. */
export function readQuestions(table: TableArns): PolicyStatement[] {
  return onTable("ReadQuestions", ["dynamodb:GetItem"], table);
}

/** What a function needs in order to judge answers, count guesses and store questions; it deletes nothing. */
export function judgeAnswers(table: TableArns): PolicyStatement[] {
  return onTable("JudgeAnswers", ["dynamodb:GetItem", "dynamodb:UpdateItem"], table);
}

interface TableArns {
  tableArn: string;
  keyArn: string;
}

function onTable(sid: string, actions: string[], { tableArn, keyArn }: TableArns): PolicyStatement[] {
  const region = keyArn.split(":")[3];
  return [
    { Sid: sid, Effect: "Allow", Action: actions, Resource: [tableArn] },
    {
      Sid: "OpenQuestions",
      Effect: "Allow",
      Action: ["kms:Decrypt"],
      Resource: [keyArn],
      Condition: { StringEquals: { "kms:ViaService": `dynamodb.${region}.amazonaws.com` } },
    },
  ];
}
