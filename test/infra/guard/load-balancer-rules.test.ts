import { describe, expect, test } from "vitest";
import { planLoadBalancerRules } from "../../../infra/guard/load-balancer-rules.ts";
import { capacityOf, INCLUDED_CAPACITY } from "../../../infra/guard/web-acl-capacity.ts";
import { evaluateWebAcl } from "../../../infra/guard/web-acl-evaluation.ts";
import { readCidr } from "../../../infra/routes/cidr.ts";

function ask(mode: "block" | "count", path: string, ...bad: string[]) {
  const source = readCidr("192.0.2.1/32");
  if ("problem" in source) throw new Error(source.problem);
  const isKnownBad = (group: string) => bad.includes(group);
  return evaluateWebAcl(
    planLoadBalancerRules<string>(mode),
    { source, path },
    { ipSets: new Map(), isKnownBad },
  );
}

describe("what guards a load balancer", () => {
  test("leaves ordinary requests to the listener rules", () => {
    expect(ask("block", "/admin")).toEqual({ action: "allow" });
  });

  test.each([
    ["AWSManagedRulesAmazonIpReputationList", "known-bad-addresses"],
    ["AWSManagedRulesKnownBadInputsRuleSet", "known-bad-inputs"],
    ["AWSManagedRulesCommonRuleSet", "common-attacks"],
  ])("refuses what %s knows, and only counts it where the settings say count", (group, rule) => {
    expect(ask("block", "/", group)).toEqual({ action: "block", rule });
    expect(ask("count", "/", group)).toEqual({ action: "allow" });
  });

  test("never takes the way back from sign-in for an attack, but knows bad addresses there too", () => {
    expect(ask("block", "/oauth2/idpresponse", "AWSManagedRulesCommonRuleSet").action).toBe("allow");
    expect(ask("block", "/oauth2/idpresponse", "AWSManagedRulesKnownBadInputsRuleSet").action).toBe("block");
  });

  test("only counts what usual applications break: uploads, session cookies, programs without a name", () => {
    const common = planLoadBalancerRules("block").rules.at(-1);
    expect(common?.statement).toEqual({
      managedRuleGroupStatement: {
        vendorName: "AWS",
        name: "AWSManagedRulesCommonRuleSet",
        ruleActionOverrides: [
          "SizeRestrictions_BODY",
          "SizeRestrictions_Cookie_HEADER",
          "NoUserAgent_HEADER",
        ].map((name) => ({ name, actionToUse: { count: {} } })),
      },
    });
  });

  test("stays within the capacity that costs nothing more", () => {
    expect(capacityOf(planLoadBalancerRules("block"))).toBe(927);
    expect(capacityOf(planLoadBalancerRules("block"))).toBeLessThanOrEqual(INCLUDED_CAPACITY);
  });
});
