import { beforeAll, describe, expect, test } from "vitest";
import type { WatchedStack } from "../../../infra/alarms/alarm-groups.ts";
import { StackAlarms } from "../../../infra/alarms/stack-alarms.ts";
import { alarmsPart } from "../../../infra/outputs/outputs.ts";
import type { Settings } from "../../../infra/settings.ts";
import { type Declaration, type DeclaredResource, declare } from "../../support/pulumi-mocks.ts";
import { type Change, goodSettings } from "../../support/sample-settings.ts";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const RULE = "aws:cloudwatch/eventRule:EventRule";
const TARGET = "aws:cloudwatch/eventTarget:EventTarget";
const TOPIC = "arn:aws:sns:ap-northeast-1:123456789012:alarms-topic-id";

const watched: WatchedStack<string> = {
  userPoolId: "pool",
  clientIds: { web: "web-id" },
  balancer: "app/shared/50dc6c495c0c9188",
};

function declareAlarms(...changes: Change[]) {
  const settings = goodSettings(...changes);
  return declare(() => {
    const { part } = new StackAlarms("alarms", {
      settings: { ...settings, alarms: alarmsOf(settings) },
      account: "123456789012",
      watched,
      logCounts: [{ metric: "SmsFailed", logGroup: "sns/x/Failure", pattern: '{ $.status = "FAILURE" }' }],
      logs: [],
      keyArns: ["arn:aws:kms:ap-northeast-1:123456789012:key/own"],
      buckets: ["backups"],
      runbookLogGroup: "/sekisho/dev/runbooks",
      erasedKey: ["sekisho/dev/erased-list-key"],
    });
    return { part };
  });
}

function alarmsOf({ alarms }: Settings): NonNullable<Settings["alarms"]> {
  if (!alarms) throw new Error("the sample has alarms");
  return alarms;
}

function inputsOf({ inputs }: DeclaredResource): Record<string, unknown> {
  return inputs;
}

let declared: Declaration;
beforeAll(async () => {
  declared = await declareAlarms();
});

describe("the alarms of a stack", () => {
  test("tell the topic when they ring and when it is over, every one of them", () => {
    const alarms = declared.all(ALARM).map(inputsOf);
    expect(alarms.length).toBeGreaterThan(10);
    for (const alarm of alarms) {
      expect(alarm).toMatchObject({ actionsEnabled: true, alarmActions: [TOPIC], okActions: [TOPIC] });
    }
  });

  test("spell every input of an alarm on one number, with what silence means", () => {
    expect(declared.one(ALARM, "alarm-sms-spend-80").inputs).toEqual({
      name: "sekisho-dev-sms-spend-80",
      alarmDescription: expect.stringContaining("docs/alarms.md#sms-spend-80"),
      metricName: "SMSMonthToDateSpentUSD",
      namespace: "AWS/SNS",
      statistic: "Maximum",
      period: 300,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 24,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      treatMissingData: "ignore",
      actionsEnabled: true,
      alarmActions: [TOPIC],
      okActions: [TOPIC],
      tags: { "sekisho:stack": "dev" },
    });
  });

  test("return one number of several, and only that", () => {
    const { metricQueries, comparisonOperator, treatMissingData } = declared.one(
      ALARM,
      "alarm-sign-in-failures-web",
    ).inputs;
    expect(comparisonOperator).toBe("LessThanThreshold");
    expect(treatMissingData).toBe("notBreaching");
    expect(metricQueries).toEqual([
      {
        id: "watched",
        expression: "IF(FILL(attempts, 0) >= 10, 100 * FILL(succeeded, 0) / FILL(attempts, 1), 100)",
        label: "Sign-ins that succeeded, %",
        returnData: true,
      },
      ...["SampleCount", "Sum"].map((stat) => ({
        id: stat === "Sum" ? "succeeded" : "attempts",
        returnData: false,
        metric: {
          metricName: "SignInSuccesses",
          namespace: "AWS/Cognito",
          stat,
          period: 900,
          dimensions: { UserPool: "pool", UserPoolClient: "web-id" },
        },
      })),
    ]);
  });

  test("stand on one dashboard, all of them", () => {
    const body = String(declared.one("aws:cloudwatch/dashboard:Dashboard").inputs.dashboardBody);
    for (const { name } of declared.all(ALARM)) expect(body).toContain(`:${name}-id"`);
    expect(alarmsPart.parse(declared.outputs.part)).toEqual({ topicArn: TOPIC, dashboard: "sekisho-dev" });
  });

  test("count what logs say, as numbers of this stack", () => {
    expect(declared.one("aws:cloudwatch/logMetricFilter:LogMetricFilter").inputs).toEqual({
      name: "sekisho-dev-SmsFailed",
      logGroupName: "sns/x/Failure",
      pattern: '{ $.status = "FAILURE" }',
      metricTransformation: {
        namespace: "Sekisho/dev",
        name: "SmsFailed",
        value: "1",
        defaultValue: "0",
        unit: "Count",
      },
    });
  });
});

describe("the topic", () => {
  test("is encrypted with a key of its own that CloudWatch may use", () => {
    expect(declared.one("aws:sns/topic:Topic").inputs).toMatchObject({
      name: "sekisho-dev-alarms",
      kmsMasterKeyId: "arn:aws:kms:ap-northeast-1:123456789012:alarms-topic-key-id",
    });
    const key = declared.one("aws:kms/key:Key").inputs;
    expect(key).toMatchObject({ enableKeyRotation: true, multiRegion: false, deletionWindowInDays: 30 });
    expect(key.policy).toContain("cloudwatch.amazonaws.com");
    expect(declared.one("aws:sns/topicPolicy:TopicPolicy").inputs).toMatchObject({
      arn: TOPIC,
      policy: expect.stringContaining("AlarmsPublish"),
    });
  });

  test("mails everybody on the list, and nothing but mails", async () => {
    const two = await declareAlarms([
      ["alarms", "email"],
      ["ops@example.com", "oncall@example.com"],
    ]);
    expect(two.all("aws:sns/topicSubscription:TopicSubscription").map(inputsOf)).toEqual([
      { topic: TOPIC, protocol: "email", endpoint: "ops@example.com" },
      { topic: TOPIC, protocol: "email", endpoint: "oncall@example.com" },
    ]);
  });
});

describe("calls to AWS that somebody is told of", () => {
  test("go to the topic, each by a rule of its own", () => {
    const rules = declared.all(RULE).map(({ inputs }) => inputs.name);
    expect(rules).toEqual([
      "sekisho-dev-pool-deletion",
      "sekisho-dev-client-deletion",
      "sekisho-dev-key-loss",
      "sekisho-dev-protection-change",
      "sekisho-dev-backup-deletion",
      "sekisho-dev-runbook-log-loss",
      "sekisho-dev-erased-key-change",
      "sekisho-dev-trail-change",
    ]);
    expect(declared.all(TARGET).map(({ inputs }) => [inputs.rule, inputs.arn])).toEqual(
      rules.map((rule) => [rule, TOPIC]),
    );
  });

  test("know a key by its ARN and by its id", () => {
    const pattern = JSON.parse(String(declared.one(RULE, "call-key-loss").inputs.eventPattern));
    expect(pattern.detail.requestParameters.keyId).toEqual([
      "arn:aws:kms:ap-northeast-1:123456789012:key/own",
      "arn:aws:kms:ap-northeast-1:123456789012:alarms-topic-key-id",
      "own",
      "arn:aws:kms:ap-northeast-1:123456789012:alarms-topic-key-id",
    ]);
  });
});
