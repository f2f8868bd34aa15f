import { describe, expect, test } from "vitest";
import {
  type LogGroupReader,
  lookUpSmsLogGroups,
  SmsLogGroupsError,
  SmsSettingsTakenError,
  smsLogGroupNames,
} from "../../../infra/sms/sms-log-groups.ts";

const place = { account: "123456789012", region: "ap-northeast-1" };
const success = "sns/ap-northeast-1/123456789012/DirectPublishToPhoneNumber";
const failure = `${success}/Failure`;

/** An account with these log groups, by name with their tags. */
function accountWith(groups: Record<string, Record<string, string>>): LogGroupReader {
  return {
    async getLogGroups({ logGroupNamePrefix }) {
      return { logGroupNames: Object.keys(groups).filter((name) => name.startsWith(logGroupNamePrefix)) };
    },
    async getLogGroup({ name }) {
      const tags = groups[name];
      if (tags === undefined) throw new Error(`no log group ${name}`);
      return { arn: `arn:aws:logs:ap-northeast-1:123456789012:log-group:${name}`, tags };
    },
  };
}

describe("the logs of SMS deliveries", () => {
  test("have the names that SNS gives them, without a leading slash", () => {
    expect(smsLogGroupNames(place)).toEqual({ success, failure });
  });

  test.each([
    ["a fresh account has none", {}, []],
    ["SNS has made one", { [success]: {} }, [success]],
    ["SNS has made both", { [success]: {}, [failure]: { team: "mail" } }, [success, failure]],
    ["this stack has made them", { [success]: own("dev"), [failure]: own("dev") }, [success, failure]],
    ["only other groups begin like them", { [`${success}Archive`]: own("other") }, []],
  ])("are taken over where they are there already: %s", async (_, groups, existing) => {
    expect(await lookUpSmsLogGroups({ stack: "dev", ...place }, accountWith(groups))).toEqual(existing);
  });

  test("are left to the stack that has them: two stacks would overwrite each other's limit and logs", async () => {
    const taken = lookUpSmsLogGroups(
      { stack: "dev", ...place },
      accountWith({ [success]: {}, [failure]: own("prod") }),
    );
    await expect(taken).rejects.toThrow(SmsSettingsTakenError);
    await expect(taken).rejects.toThrow(
      `sekisho:sms.ownAccountSettings: SMS settings exist once per account and Region, and log group ${failure} ` +
        "belongs to stack prod. Set ownAccountSettings to false here, or, if prod is gone, release it: " +
        `aws logs untag-resource --resource-arn arn:aws:logs:ap-northeast-1:123456789012:log-group:${failure} --tag-keys sekisho:stack`,
    );
  });

  test.each([
    ["which there are", { getLogGroups: denied }],
    ["whose one is", { getLogGroup: denied }],
  ])(
    "are never guessed: when AWS does not say %s, the deployment stops with what to do",
    async (_, answers) => {
      const reader = { ...accountWith({ [success]: {} }), ...answers };
      const asked = lookUpSmsLogGroups({ stack: "dev", ...place }, reader);
      await expect(asked).rejects.toThrow(SmsLogGroupsError);
      await expect(asked).rejects.toThrow(
        "Cannot tell whether SMS settings of another stack stand in this account and Region; see that the deploying role " +
          "may call logs:DescribeLogGroups and logs:ListTagsForResource, then deploy again. AWS said: access denied.",
      );
    },
  );
});

function own(stack: string): Record<string, string> {
  return { "sekisho:stack": stack };
}

async function denied(): Promise<never> {
  throw new Error("access denied");
}
