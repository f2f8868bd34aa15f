import { type PolicyDocument, policyDocument } from "../policy-document.ts";

interface ImportPlace {
  /** Twelve digits. */
  account: string;
  region: string;
}

/**
 * Who may take the role of import jobs: Cognito, for a user pool of this account and Region. Any pool of them: one that
 * is built again has another id.
 */
export function importRoleTrust({ account, region }: ImportPlace): PolicyDocument {
  return policyDocument([
    {
      Sid: "CognitoImportsIntoPoolsOfThisAccount",
      Effect: "Allow",
      Principal: { Service: ["cognito-idp.amazonaws.com"] },
      Action: ["sts:AssumeRole"],
      Condition: {
        StringEquals: { "aws:SourceAccount": account },
        ArnLike: { "aws:SourceArn": `arn:aws:cognito-idp:${region}:${account}:userpool/*` },
      },
    },
  ]);
}

/**
 * What import jobs may do: write down, in Cognito's own log groups, what became of each row (Amazon Cognito Developer
 * Guide, "Importing users into user pools from a CSV file").
 */
export function importRolePolicy({ account, region }: ImportPlace): PolicyDocument {
  return policyDocument([
    {
      Sid: "WriteImportLogs",
      Effect: "Allow",
      Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
      Resource: [`arn:aws:logs:${region}:${account}:log-group:/aws/cognito/*`],
    },
  ]);
}
