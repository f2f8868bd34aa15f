import * as aws from "@pulumi/aws";
import { RunError } from "@pulumi/pulumi";
import { failureText } from "../failure-text.ts";
import { STACK_TAG } from "../stack-tags.ts";

/**
 * The groups that SNS writes SMS deliveries to; it decides the names (Amazon SNS Developer Guide, Delivery status
 * logs).
 */
export interface SmsLogGroupNames {
  success: string;
  failure: string;
}

/** The SMS settings of the account belong to another stack. */
export class SmsSettingsTakenError extends RunError {
  constructor({ group, arn, owner }: { group: string; arn: string; owner: string }) {
    super(
      `sekisho:sms.ownAccountSettings: SMS settings exist once per account and Region, and log group ${group} ` +
        `belongs to stack ${owner}. Set ownAccountSettings to false here, or, if ${owner} is gone, release it: ` +
        `aws logs untag-resource --resource-arn ${arn} --tag-keys ${STACK_TAG}`,
    );
  }
}

/** CloudWatch Logs did not say which groups there are: nobody knows whose settings these would overwrite. */
export class SmsLogGroupsError extends RunError {
  constructor(cause: unknown) {
    super(
      "Cannot tell whether SMS settings of another stack stand in this account and Region; see that the deploying role " +
        "may call logs:DescribeLogGroups and logs:ListTagsForResource, then deploy again. " +
        `AWS said: ${failureText(cause)}.`,
      { cause },
    );
  }
}

export interface LogGroupReader {
  getLogGroups(args: { logGroupNamePrefix: string }): Promise<{ logGroupNames: string[] }>;
  getLogGroup(args: { name: string }): Promise<{ arn: string; tags: Record<string, string> }>;
}

/** Names of the two delivery logs of an account and Region. */
export function smsLogGroupNames({ account, region }: { account: string; region: string }): SmsLogGroupNames {
  const success = `sns/${region}/${account}/DirectPublishToPhoneNumber`;
  return { success, failure: `${success}/Failure` };
}

/**
 * Which of the two groups are there already: SNS makes them on its own, without retention, as soon as anybody
 * switches logging on. The deployment takes those over. Throws `SmsSettingsTakenError` when another stack has them,
 * and `SmsLogGroupsError` when AWS does not answer.
 */
export async function lookUpSmsLogGroups(
  { stack, account, region }: { stack: string; account: string; region: string },
  reader: LogGroupReader = aws.cloudwatch,
): Promise<string[]> {
  const { success, failure } = smsLogGroupNames({ account, region });
  const { logGroupNames } = await orFail(reader.getLogGroups({ logGroupNamePrefix: success }));
  const existing = [success, failure].filter((name) => logGroupNames.includes(name));
  for (const group of existing) {
    const { arn, tags } = await orFail(reader.getLogGroup({ name: group }));
    const owner = tags[STACK_TAG];
    if (owner !== undefined && owner !== stack) throw new SmsSettingsTakenError({ group, arn, owner });
  }
  return existing;
}

async function orFail<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (cause) {
    throw new SmsLogGroupsError(cause);
  }
}
