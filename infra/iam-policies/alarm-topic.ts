import { type PolicyDocument, type PolicyStatement, policyDocument } from "../policy-document.ts";
import { accountAdministersKey } from "./backup-keys.ts";

/**
 * Who may publish alarms: CloudWatch for alarms of this account, and EventBridge, whose deliveries to SNS carry no
 * condition keys (Amazon EventBridge User Guide, "Troubleshooting"). Only over TLS. Everybody else needs a right of
 * IAM in this account.
 */
export function alarmTopicPolicy({
  account,
  region,
  topicArn,
}: {
  account: string;
  region: string;
  topicArn: string;
}): PolicyDocument {
  return policyDocument([
    {
      Sid: "DenyPlainTransport",
      Effect: "Deny",
      Principal: "*",
      Action: ["sns:Publish"],
      Resource: [topicArn],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    {
      Sid: "AlarmsPublish",
      Effect: "Allow",
      Principal: { Service: ["cloudwatch.amazonaws.com"] },
      Action: ["sns:Publish"],
      Resource: [topicArn],
      Condition: {
        StringEquals: { "aws:SourceAccount": account },
        ArnLike: { "aws:SourceArn": `arn:aws:cloudwatch:${region}:${account}:alarm:*` },
      },
    },
    {
      Sid: "EventsPublish",
      Effect: "Allow",
      Principal: { Service: ["events.amazonaws.com"] },
      Action: ["sns:Publish"],
      Resource: [topicArn],
    },
  ]);
}

/**
 * The key of that topic. With the key that AWS manages for SNS alarms would be lost without a word, because nobody can
 * let CloudWatch use that one; conditions on the source are not supported for EventBridge (Amazon SNS Developer Guide,
 * "Managing Amazon SNS encryption keys and costs").
 */
export function alarmKeyPolicy({ account }: { account: string }): PolicyDocument {
  return policyDocument([
    accountAdministersKey(account),
    publishesWithKey("AlarmsEncrypt", "cloudwatch.amazonaws.com", {
      StringEquals: { "aws:SourceAccount": account },
    }),
    publishesWithKey("EventsEncrypt", "events.amazonaws.com"),
  ]);
}

function publishesWithKey(
  sid: string,
  service: string,
  condition?: NonNullable<PolicyStatement["Condition"]>,
): PolicyStatement {
  return {
    Sid: sid,
    Effect: "Allow",
    Principal: { Service: [service] },
    Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
    Resource: ["*"],
    ...(condition && { Condition: condition }),
  };
}
