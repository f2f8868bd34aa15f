import type { AlarmDefinition } from "./alarm-definition.ts";

/**
 * Alarms about mails: at these shares SES puts an account under review (Amazon SES Developer Guide, "Monitoring your
 * sender reputation"). The numbers are of the whole account in the Region, without dimensions, and come only while
 * mails go out: silence keeps the state.
 */
export function mailAlarms(): AlarmDefinition[] {
  return [
    reputationAlarm(
      "mail-bounces",
      "Reputation.BounceRate",
      0.05,
      "5 % of the mails of this account bounced",
    ),
    reputationAlarm(
      "mail-complaints",
      "Reputation.ComplaintRate",
      0.001,
      "1 in 1000 receivers of mails of this account called them spam",
    ),
  ];
}

function reputationAlarm(name: string, metric: string, threshold: number, what: string): AlarmDefinition {
  return {
    name,
    says: `${what}; SES reviews the account at this share and stops its mails when it grows.`,
    watched: { metric: { namespace: "AWS/SES", name: metric, dimensions: {}, statistic: "Average" } },
    comparison: "at least",
    threshold,
    periodSeconds: 3600,
    periods: 1,
    alarmingPeriods: 1,
    silence: "keep",
  };
}
