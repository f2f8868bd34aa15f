import { describe, expect, test } from "vitest";
import { alarmKeyPolicy, alarmTopicPolicy } from "../../../infra/iam-policies/alarm-topic.ts";
import { matchingStatements } from "../../support/policy-evaluator.ts";

const account = "123456789012";
const topicArn = "arn:aws:sns:ap-northeast-1:123456789012:sekisho-dev-alarms";
const policy = alarmTopicPolicy({ account, region: "ap-northeast-1", topicArn });

function publish(context: Record<string, string>): string[] {
  return matchingStatements(policy, "Allow", { action: "sns:Publish", resource: topicArn, context }).filter(
    (sid) => sid !== "EventsPublish",
  );
}

describe("the topic of alarms", () => {
  const ours = {
    "aws:SourceAccount": account,
    "aws:SourceArn": "arn:aws:cloudwatch:ap-northeast-1:123456789012:alarm:sekisho-dev-mail-bounces",
  };

  test("takes alarms of this account", () => {
    expect(publish(ours)).toEqual(["AlarmsPublish"]);
  });

  test.each([
    ["of another account", { "aws:SourceAccount": "999999999999" }],
    [
      "from something else that CloudWatch does",
      { "aws:SourceArn": "arn:aws:cloudwatch:x:123456789012:other" },
    ],
  ])("takes no alarms %s", (_, context) => {
    expect(publish({ ...ours, ...context })).toEqual([]);
  });

  test("names services, never everybody", () => {
    const allowed = policy.Statement.filter(({ Effect }) => Effect === "Allow");
    expect(allowed.map(({ Principal }) => Principal)).toEqual([
      { Service: ["cloudwatch.amazonaws.com"] },
      { Service: ["events.amazonaws.com"] },
    ]);
  });

  test("takes nothing over plain HTTP", () => {
    const context = { ...ours, "aws:SecureTransport": "false" };
    expect(
      matchingStatements(policy, "Deny", { action: "sns:Publish", resource: topicArn, context }),
    ).toEqual(["DenyPlainTransport"]);
  });
});

describe("the key of that topic", () => {
  const key = alarmKeyPolicy({ account });
  const use = (context: Record<string, string>) =>
    matchingStatements(key, "Allow", { action: "kms:GenerateDataKey", resource: "key", context });

  test("lets CloudWatch and EventBridge encrypt: without that alarms are lost without a word", () => {
    expect(use({ "aws:SourceAccount": account })).toEqual(["AlarmsEncrypt", "EventsEncrypt"]);
  });

  test("asks EventBridge for nothing that it does not send", () => {
    expect(use({})).toEqual(["EventsEncrypt"]);
  });

  test("lets nobody delete it but the account", () => {
    const deleters = key.Statement.filter(({ Action }) => Action.includes("kms:ScheduleKeyDeletion"));
    expect(deleters.map(({ Principal }) => Principal)).toEqual([{ AWS: ["arn:aws:iam::123456789012:root"] }]);
  });
});
