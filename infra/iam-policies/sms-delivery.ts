import { type PolicyDocument, policyDocument } from "../policy-document.ts";

/** Who may take the role that notes down SMS deliveries: SNS, for this account. */
export function smsDeliveryTrust({ account }: { account: string }): PolicyDocument {
  return policyDocument([
    {
      Sid: "SnsLogsDeliveriesOfThisAccount",
      Effect: "Allow",
      Principal: { Service: ["sns.amazonaws.com"] },
      Action: ["sts:AssumeRole"],
      Condition: { StringEquals: { "aws:SourceAccount": account } },
    },
  ]);
}

/**
 * What that role may do: write the two delivery logs, and make them again should somebody have deleted them
 * (Amazon SNS Developer Guide, Prerequisites for delivery status logging).
 */
export function smsDeliveryPolicy({
  account,
  region,
  logGroups,
}: {
  account: string;
  region: string;
  logGroups: string[];
}): PolicyDocument {
  return policyDocument([
    {
      Sid: "WriteDeliveryLogs",
      Effect: "Allow",
      Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: logGroups.flatMap((group) => {
        const arn = `arn:aws:logs:${region}:${account}:log-group:${group}`;
        return [arn, `${arn}:*`];
      }),
    },
  ]);
}
