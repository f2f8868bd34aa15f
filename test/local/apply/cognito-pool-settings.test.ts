import { describe, expect, test } from "vitest";
import { findMaker } from "./find-maker.ts";
import { altered, awsError, existing, scriptedAws, target } from "./scripted-aws.ts";

const RISK = "aws:cognito/riskConfiguration:RiskConfiguration";
const LOGS = "aws:cognito/logDeliveryConfiguration:LogDeliveryConfiguration";
const block = { eventAction: "BLOCK", notify: false };

const risk = {
  userPoolId: "ap-northeast-1_a",
  accountTakeoverRiskConfiguration: { actions: { lowAction: block } },
  compromisedCredentialsRiskConfiguration: { actions: { eventAction: "BLOCK" }, eventFilters: ["SIGN_IN"] },
  riskExceptionConfiguration: { blockedIpRangeLists: ["203.0.113.0/24"] },
};
const riskCall = [
  "SetRiskConfiguration",
  {
    UserPoolId: "ap-northeast-1_a",
    AccountTakeoverRiskConfiguration: { Actions: { LowAction: { EventAction: "BLOCK", Notify: false } } },
    CompromisedCredentialsRiskConfiguration: { Actions: { EventAction: "BLOCK" }, EventFilter: ["SIGN_IN"] },
    RiskExceptionConfiguration: { BlockedIPRangeList: ["203.0.113.0/24"] },
  },
];

const logs = {
  userPoolId: "ap-northeast-1_a",
  logConfigurations: [
    {
      eventSource: "userNotification",
      logLevel: "ERROR",
      cloudWatchLogsConfiguration: { logGroupArn: "arn:g" },
    },
  ],
};
const logsCall = [
  "SetLogDeliveryConfiguration",
  {
    UserPoolId: "ap-northeast-1_a",
    LogConfigurations: [
      {
        EventSource: "userNotification",
        LogLevel: "ERROR",
        CloudWatchLogsConfiguration: { LogGroupArn: "arn:g" },
      },
    ],
  },
];

describe("what a user pool has one of", () => {
  test.each([
    ["risk settings", RISK, risk, "ap-northeast-1_a", riskCall],
    ["log delivery", LOGS, logs, "ap-northeast-1_a", logsCall],
  ])("%s are set as declared, new and changed", async (_what, type, inputs, id, call) => {
    const scripted = scriptedAws();
    await expect(findMaker(type).create(target(scripted.aws, inputs))).resolves.toBe(id);
    await findMaker(type).update(altered(scripted.aws, id, [{}, inputs]));
    expect(scripted.calls).toEqual([call, call]);
  });

  test("risk settings of one client have both in their id", async () => {
    const { aws } = scriptedAws();
    const inputs = { ...risk, clientId: "c1" };
    await expect(findMaker(RISK).create(target(aws, inputs))).resolves.toBe("ap-northeast-1_a:c1");
  });

  test.each([
    [
      "risk settings",
      RISK,
      { userPoolId: "p", clientId: "c" },
      ["SetRiskConfiguration", { UserPoolId: "p", ClientId: "c" }],
    ],
    [
      "log delivery",
      LOGS,
      { userPoolId: "p" },
      ["SetLogDeliveryConfiguration", { UserPoolId: "p", LogConfigurations: [] }],
    ],
  ])("%s that go give way to the defaults", async (_what, type, outputs, call) => {
    const scripted = scriptedAws();
    await findMaker(type).delete(existing(scripted.aws, "p", outputs));
    expect(scripted.calls).toEqual([call]);
  });

  test.each([
    ["risk settings", RISK, "DescribeRiskConfiguration"],
    ["log delivery", LOGS, "GetLogDeliveryConfiguration"],
  ])("%s are gone with their pool, and there otherwise", async (_what, type, operation) => {
    const gone = scriptedAws({ [operation]: awsError("ResourceNotFoundException") });
    await expect(findMaker(type).read(existing(gone.aws, "p", { userPoolId: "p" }))).resolves.toBeUndefined();
    await expect(
      findMaker(type).read(existing(scriptedAws().aws, "p", { userPoolId: "p" })),
    ).resolves.toEqual({});
  });
});
