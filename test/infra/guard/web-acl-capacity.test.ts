import { describe, expect, test } from "vitest";
import {
  allOf,
  anyOf,
  hasHeader,
  headerIs,
  pathIs,
  pathIsInAnyCase,
} from "../../../infra/guard/statements.ts";
import { capacityOf } from "../../../infra/guard/web-acl-capacity.ts";
import type { RuleStatement } from "../../../infra/guard/web-acl-rule.ts";

const set = { ipSetReferenceStatement: { arn: "set" } };
const rate = { aggregateKeyType: "IP", evaluationWindowSec: 300, limit: 10 } as const;

describe("the capacity a rule needs", () => {
  test.each<[string, RuleStatement<string>, number]>([
    ["a list of networks", set, 1],
    ["a path", pathIs("/"), 2],
    ["a path in any case, which is changed before it is compared", pathIsInAnyCase("/a"), 12],
    ["a header that is something", headerIs("a", "b"), 2],
    ["a header that is there", hasHeader("a"), 1],
    ["the sum of what is combined", allOf(pathIs("/"), anyOf(set, set)), 4],
    ["a rate", { rateBasedStatement: rate }, 2],
    [
      "a group of AWS's",
      { managedRuleGroupStatement: { vendorName: "AWS", name: "AWSManagedRulesCommonRuleSet" } },
      700,
    ],
  ])("%s", (_, statement, units) => {
    const rule = { name: "r", priority: 0, statement };
    expect(capacityOf({ rules: [rule, { ...rule, priority: 1 }], defaultAction: { allow: {} } })).toBe(
      2 * units,
    );
  });

  test("is not guessed for a group that nobody looked up", () => {
    const statement = {
      managedRuleGroupStatement: { vendorName: "AWS" as const, name: "AWSManagedRulesNew" },
    };
    expect(() =>
      capacityOf({ rules: [{ name: "r", priority: 0, statement }], defaultAction: { allow: {} } }),
    ).toThrow("nobody wrote down how many units AWSManagedRulesNew needs");
  });
});
