import { CALLBACK_PATH } from "../settings/clients.ts";
import { pathIs } from "./statements.ts";
import type { WebAclPlan, WebAclRule } from "./web-acl-rule.ts";

/**
 * The web ACL of a load balancer: AWS's rules against known bad addresses, known bad inputs and common attacks; the
 * source addresses are the listener rules' business. `count` only logs what would be refused.
 */
export function planLoadBalancerRules<Arn>(mode: "block" | "count"): WebAclPlan<Arn> {
  return {
    rules: [
      managedRule(mode, "known-bad-addresses", 0, "AWSManagedRulesAmazonIpReputationList"),
      managedRule(mode, "known-bad-inputs", 10, "AWSManagedRulesKnownBadInputsRuleSet"),
      // The way back from sign-in carries the address that was asked for first, which may be long and look odd; the
      // load balancer answers it, no application does.
      { name: "back-from-sign-in", priority: 15, action: { allow: {} }, statement: pathIs(CALLBACK_PATH) },
      managedRule(mode, "common-attacks", 20, "AWSManagedRulesCommonRuleSet", COUNTED),
    ],
    defaultAction: { allow: {} },
  };
}

/**
 * Rules of the core rule set that usual applications break: uploads above 8 KB, the load balancer's own session cookies,
 * programs without a User-Agent (AWS WAF Developer Guide, Baseline rule groups).
 */
const COUNTED = ["SizeRestrictions_BODY", "SizeRestrictions_Cookie_HEADER", "NoUserAgent_HEADER"];

function managedRule<Arn>(
  mode: "block" | "count",
  name: string,
  priority: number,
  group: string,
  counted: readonly string[] = [],
): WebAclRule<Arn> {
  const overrides = counted.map((rule) => ({ name: rule, actionToUse: { count: {} } }));
  return {
    name,
    priority,
    overrideAction: mode === "block" ? { none: {} } : { count: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: "AWS",
        name: group,
        ...(overrides.length > 0 && { ruleActionOverrides: overrides }),
      },
    },
  };
}
