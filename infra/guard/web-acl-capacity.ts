import type { RuleStatement, Statement, WebAclPlan } from "./web-acl-rule.ts";

/** What a web ACL may hold before it costs more (AWS WAF Developer Guide, Web ACL capacity units). */
export const INCLUDED_CAPACITY = 1_500;

/** The most units a web ACL can need: the sum of its rules, without what AWS saves by doing a thing once. */
export function capacityOf(plan: WebAclPlan<unknown>): number {
  return plan.rules.reduce((sum, { statement }) => sum + ruleUnits(statement), 0);
}

/** Units of AWS's groups (AWS WAF Developer Guide, AWS Managed Rules rule groups list). */
const GROUP_UNITS: Readonly<Record<string, number>> = {
  AWSManagedRulesAmazonIpReputationList: 25,
  AWSManagedRulesKnownBadInputsRuleSet: 200,
  AWSManagedRulesCommonRuleSet: 700,
};

function ruleUnits(statement: RuleStatement<unknown>): number {
  if ("rateBasedStatement" in statement) return 2;
  if ("managedRuleGroupStatement" in statement) {
    const { name } = statement.managedRuleGroupStatement;
    const units = GROUP_UNITS[name];
    if (units === undefined) throw new Error(`nobody wrote down how many units ${name} needs`);
    return units;
  }
  return statementUnits(statement);
}

// Base costs and ten for each transformation that changes something (AWS WAF Developer Guide, Match rule statements).
function statementUnits(statement: Statement<unknown>): number {
  if ("byteMatchStatement" in statement) return 2 + transformationUnits(statement.byteMatchStatement);
  if ("sizeConstraintStatement" in statement)
    return 1 + transformationUnits(statement.sizeConstraintStatement);
  if ("ipSetReferenceStatement" in statement) return 1;
  const { statements } = "andStatement" in statement ? statement.andStatement : statement.orStatement;
  return statements.reduce((sum, nested) => sum + statementUnits(nested), 0);
}

function transformationUnits({ textTransformations }: { textTransformations: { type: string }[] }): number {
  return 10 * textTransformations.filter(({ type }) => type !== "NONE").length;
}
