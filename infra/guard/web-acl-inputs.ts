import type { WebAclPlan, WebAclRule } from "./web-acl-rule.ts";

/** Headers that hold what lets somebody in: they are in no log and no sample. */
const PROTECTED_HEADERS = ["authorization", "cookie"];

/** The rules of a plan as the provider takes them; each counts under a metric of its own. */
export function webAclRules<Arn>({ rules }: WebAclPlan<Arn>, metricPrefix: string) {
  return rules.map((rule) => ({ ...rule, visibilityConfig: visibility(metricPrefix, rule) }));
}

/** Metrics, and no samples: anybody who may look at samples would read whole requests. */
export function visibility(metricPrefix: string, rule?: Pick<WebAclRule<unknown>, "name">) {
  return {
    cloudwatchMetricsEnabled: true,
    metricName: rule === undefined ? metricPrefix : `${metricPrefix}-${rule.name}`,
    sampledRequestsEnabled: false,
  };
}

/** Keeps the headers that let somebody in out of everything that a web ACL writes. */
export function dataProtection() {
  return {
    dataProtections: [
      {
        action: "SUBSTITUTION",
        excludeRateBasedDetails: false,
        excludeRuleMatchDetails: false,
        field: { fieldType: "SINGLE_HEADER", fieldKeys: PROTECTED_HEADERS },
      },
    ],
  };
}

/** The same for the log alone, where scanners look for it. */
export function redactedFields() {
  return PROTECTED_HEADERS.map((name) => ({ singleHeader: { name } }));
}
