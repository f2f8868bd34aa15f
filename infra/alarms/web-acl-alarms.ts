import type { AlarmDefinition } from "./alarm-definition.ts";

/**
 * An alarm about requests that a web ACL keeps out (AWS WAF Developer Guide, "AWS WAF metrics"): scanners knock at
 * every address, so it takes a quarter of an hour of more than that.
 */
export function webAclAlarms({ metric, region }: { metric: string; region: string }): AlarmDefinition[] {
  return [
    {
      name: "web-acl-blocks",
      says: "the web ACL has kept more than a thousand requests out of the sign-in page every five minutes for a quarter of an hour.",
      watched: {
        metric: {
          namespace: "AWS/WAFV2",
          name: "BlockedRequests",
          dimensions: { WebACL: metric, Region: region, Rule: "ALL" },
          statistic: "Sum",
        },
      },
      comparison: "at least",
      threshold: 1000,
      periodSeconds: 300,
      periods: 3,
      alarmingPeriods: 3,
      silence: "fine",
    },
  ];
}
