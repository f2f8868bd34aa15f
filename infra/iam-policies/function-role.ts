import { type PolicyDocument, type PolicyStatement, policyDocument } from "../policy-document.ts";

/** Who may take the role of a function: Lambda, for functions of this account. */
export function functionRoleTrust({ account }: { account: string }): PolicyDocument {
  return policyDocument([
    {
      Sid: "LambdaRunsFunctionsOfThisAccount",
      Effect: "Allow",
      Principal: { Service: ["lambda.amazonaws.com"] },
      Action: ["sts:AssumeRole"],
      Condition: { StringEquals: { "aws:SourceAccount": account } },
    },
  ]);
}

/**
 * What a function may do: write to its own log, whose group the program has made, and what its task needs. A group
 * that somebody deleted stays away until the next deployment: made again by the function, it would keep logs for ever.
 */
export function functionRolePolicy({
  account,
  region,
  logGroup,
  statements,
}: {
  account: string;
  region: string;
  logGroup: string;
  statements: PolicyStatement[];
}): PolicyDocument {
  return policyDocument([
    {
      Sid: "WriteOwnLog",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: [`arn:aws:logs:${region}:${account}:log-group:${logGroup}:*`],
    },
    ...statements,
  ]);
}
