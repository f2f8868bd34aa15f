import type { SmsSettings } from "../settings.ts";
import type { AlarmDefinition, Metric } from "./alarm-definition.ts";

/** A number that is read out of a log: how many of its entries look like this. */
export interface LogCount {
  metric: string;
  logGroup: string;
  pattern: string;
}

/** What the logs of SMS deliveries are counted for (Amazon SNS Developer Guide, "Viewing CloudWatch Logs for SMS"). */
export function smsLogCounts(groups: { success: string; failure: string }): LogCount[] {
  return [
    { metric: DELIVERED, logGroup: groups.success, pattern: '{ $.status = "SUCCESS" }' },
    { metric: FAILED, logGroup: groups.failure, pattern: '{ $.status = "FAILURE" }' },
    {
      metric: BLOCKED,
      logGroup: groups.failure,
      pattern: `{ ${BLOCKED_BY_CARRIER.map(isReason).join(" || ")} }`,
    },
  ];
}

/**
 * Alarms about text messages. They watch the whole account, so only the stack that owns its settings has them.
 * The cost of the month is a metric of SNS without dimensions; it is published when messages go out, so silence keeps
 * the state. Whether messages arrive is counted in the logs, in which the failures are complete and the successes a
 * sample.
 */
export function smsAlarms(
  { monthlySpendLimitUsd: limit, successSamplingPercent: sampling }: SmsSettings,
  { smsSuccessPercent, countsIn }: { smsSuccessPercent: number; countsIn: string },
): AlarmDefinition[] {
  const counts = { delivered: counted(countsIn, DELIVERED), failed: counted(countsIn, FAILED) };
  return [
    ...(limit > 0 ? [spendAlarm(limit, 80), spendAlarm(limit, 90)] : []),
    ...(sampling > 0 ? [successAlarm(smsSuccessPercent, 100 / sampling, counts), silenceAlarm(counts)] : []),
    blockAlarm(countsIn),
  ];
}

const DELIVERED = "SmsDelivered";
const FAILED = "SmsFailed";
const BLOCKED = "SmsBlockedByCarrier";

const BLOCKED_BY_CARRIER = ["Blocked as spam by phone carrier", "Phone carrier has blocked this message"];

const SPENT: Metric = {
  namespace: "AWS/SNS",
  name: "SMSMonthToDateSpentUSD",
  dimensions: {},
  statistic: "Maximum",
};

function spendAlarm(limit: number, percent: number): AlarmDefinition {
  return {
    name: `sms-spend-${percent}`,
    says: `text messages have cost ${percent} % of what a month may cost (${limit} USD); at 100 % SNS stops sending, and nobody with SMS as second factor can sign in.`,
    watched: { metric: SPENT },
    comparison: "at least",
    threshold: (limit * percent) / 100,
    periodSeconds: 300,
    periods: 1,
    alarmingPeriods: 1,
    silence: "keep",
  };
}

/** Of a handful of messages one that fails says nothing, so it takes five within the hour. */
function successAlarm(
  percent: number,
  scale: number,
  counts: Record<"delivered" | "failed", Metric>,
): AlarmDefinition {
  const delivered = scale === 1 ? "FILL(delivered, 0)" : `(FILL(delivered, 0) * ${scale})`;
  const sent = `(${delivered} + FILL(failed, 0))`;
  return {
    name: "sms-success",
    says: `fewer than ${percent} % of the text messages of the last hour arrived.`,
    watched: {
      expression: `IF(${sent} >= 5, 100 * ${delivered} / ${sent}, 100)`,
      label: "Text messages that arrived, %",
      metrics: counts,
    },
    comparison: "below",
    threshold: percent,
    periodSeconds: 3600,
    periods: 1,
    alarmingPeriods: 1,
    silence: "fine",
  };
}

/** Carriers report up to three days late (Amazon SNS Developer Guide), so it takes three days of silence. */
function silenceAlarm(counts: Record<"delivered" | "failed", Metric>): AlarmDefinition {
  return {
    name: "sms-log-silence",
    says: "text messages have been paid for on three days, and none of them is in the delivery logs.",
    watched: {
      expression: "IF(DIFF(spent) > 0 AND FILL(delivered, 0) + FILL(failed, 0) == 0, 1, 0)",
      label: "A day with messages and without entries",
      metrics: { spent: SPENT, ...counts },
    },
    comparison: "at least",
    threshold: 1,
    periodSeconds: 86_400,
    periods: 3,
    alarmingPeriods: 3,
    silence: "fine",
  };
}

function blockAlarm(countsIn: string): AlarmDefinition {
  return {
    name: "sms-carrier-blocks",
    says: "phone carriers blocked three or more text messages within an hour.",
    watched: { metric: counted(countsIn, BLOCKED) },
    comparison: "at least",
    threshold: 3,
    periodSeconds: 3600,
    periods: 1,
    alarmingPeriods: 1,
    silence: "fine",
  };
}

function counted(namespace: string, name: string): Metric {
  return { namespace, name, dimensions: {}, statistic: "Sum" };
}

function isReason(reason: string): string {
  return `($.delivery.providerResponse = "${reason}")`;
}
