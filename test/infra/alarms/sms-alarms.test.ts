import { describe, expect, test } from "vitest";
import type { AlarmDefinition } from "../../../infra/alarms/alarm-definition.ts";
import { smsAlarms, smsLogCounts } from "../../../infra/alarms/sms-alarms.ts";
import type { SmsSettings } from "../../../infra/settings.ts";
import { rings } from "../../support/alarm-state.ts";

function alarmsOf(sms: Partial<SmsSettings> = {}): Record<string, AlarmDefinition> {
  const settings = {
    monthlySpendLimitUsd: 30,
    successSamplingPercent: 100,
    logRetentionDays: 365,
    ownAccountSettings: true,
    ...sms,
  };
  const alarms = smsAlarms(settings, { smsSuccessPercent: 80, countsIn: "Sekisho/dev" });
  return Object.fromEntries(alarms.map((alarm) => [alarm.name, alarm]));
}

function alarmOf(name: string, sms?: Partial<SmsSettings>): AlarmDefinition {
  const alarm = alarmsOf(sms)[name];
  if (!alarm) throw new Error(`there is no alarm ${name}`);
  return alarm;
}

describe("the cost of text messages", () => {
  test.each([
    ["sms-spend-80", 24],
    ["sms-spend-90", 27],
  ])("rings %s before SNS stops sending", (name, dollars) => {
    const alarm = alarmOf(name);
    expect(rings(alarm, { watched: [dollars - 0.01] })).toBe(false);
    expect(rings(alarm, { watched: [dollars] })).toBe(true);
    expect(alarm.watched).toEqual({
      metric: { namespace: "AWS/SNS", name: "SMSMonthToDateSpentUSD", dimensions: {}, statistic: "Maximum" },
    });
    expect(alarm.silence).toBe("keep");
  });

  test("has no alarm where nothing may be spent: it would ring for ever", () => {
    expect(Object.keys(alarmsOf({ monthlySpendLimitUsd: 0 }))).not.toContain("sms-spend-80");
  });
});

describe("text messages that do not arrive", () => {
  test.each([
    ["most of them arrive", { delivered: [8], failed: [2] }, {}, false],
    ["a fifth and more is lost", { delivered: [7], failed: [3] }, {}, true],
    ["none arrives", { failed: [5] }, {}, true],
    ["one of a handful fails", { delivered: [1], failed: [3] }, {}, false],
    ["nothing is sent", {}, {}, false],
    [
      "a tenth of the successes is logged",
      { delivered: [2], failed: [4] },
      { successSamplingPercent: 10 },
      false,
    ],
    [
      "a tenth is logged, and it is bad",
      { delivered: [1], failed: [5] },
      { successSamplingPercent: 10 },
      true,
    ],
  ])("when %s", (_, counts, sms, isRinging) => {
    expect(rings(alarmOf("sms-success", sms), counts)).toBe(isRinging);
  });

  test("cannot be told from those that do when no success is logged", () => {
    const names = Object.keys(alarmsOf({ successSamplingPercent: 0 }));
    expect(names).toEqual(["sms-spend-80", "sms-spend-90", "sms-carrier-blocks"]);
  });

  test("ring when carriers block them", () => {
    expect(rings(alarmOf("sms-carrier-blocks"), { watched: [2] })).toBe(false);
    expect(rings(alarmOf("sms-carrier-blocks"), { watched: [3] })).toBe(true);
    expect(rings(alarmOf("sms-carrier-blocks"), {})).toBe(false);
  });
});

describe("delivery logs that say nothing", () => {
  const alarm = alarmOf("sms-log-silence");

  test.each([
    ["messages are paid for, three days long", { spent: [1, 2, 3, 4] }, true],
    ["they are in the logs of the successes", { spent: [1, 2, 3, 4], delivered: [1, 1, 1, 1] }, false],
    [
      "one failure is in the logs",
      { spent: [1, 2, 3, 4], failed: [undefined, undefined, undefined, 1] },
      false,
    ],
    ["only two days are silent, as carriers may be late", { spent: [1, 1, 2, 3] }, false],
    ["a new month begins", { spent: [1, 2, 0.1, 0.2] }, false],
    ["nobody is sent anything", {}, false],
  ])("when %s", (_, series, isRinging) => {
    expect(rings(alarm, series)).toBe(isRinging);
  });
});

describe("what is counted in the logs", () => {
  const counts = smsLogCounts({ success: "sns/x", failure: "sns/x/Failure" });

  test("is what the alarms read", () => {
    const read = Object.values(alarmsOf()).flatMap(({ watched }) =>
      "metric" in watched ? [watched.metric] : Object.values(watched.metrics),
    );
    const ours = new Set(read.filter(({ namespace }) => namespace === "Sekisho/dev").map(({ name }) => name));
    expect(counts.map(({ metric }) => metric).sort()).toEqual([...ours].sort());
  });

  test("tells successes, failures and blocks apart as SNS writes them", () => {
    expect(counts).toEqual([
      { metric: "SmsDelivered", logGroup: "sns/x", pattern: '{ $.status = "SUCCESS" }' },
      { metric: "SmsFailed", logGroup: "sns/x/Failure", pattern: '{ $.status = "FAILURE" }' },
      {
        metric: "SmsBlockedByCarrier",
        logGroup: "sns/x/Failure",
        pattern:
          '{ ($.delivery.providerResponse = "Blocked as spam by phone carrier") || ($.delivery.providerResponse = "Phone carrier has blocked this message") }',
      },
    ]);
  });
});
