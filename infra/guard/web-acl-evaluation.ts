import { type Cidr, containsCidr, readCidr } from "../routes/cidr.ts";
import type {
  RequestPart,
  RuleStatement,
  Statement,
  TextTransformation,
  WebAclPlan,
} from "./web-acl-rule.ts";

/** A request as AWS WAF sees it. */
export interface GuardedRequest {
  /** Who connects, as a block of one address. */
  source: Cidr;
  path: string;
  /** Names in lower case. */
  headers?: Readonly<Record<string, string>>;
}

/** What the outcome depends on beside the request itself. */
export interface GuardKnowledge {
  /** The networks of each IP set, by what the plan calls it. */
  ipSets: ReadonlyMap<string, readonly string[]>;
  /** Requests that this address made in the window that a rate rule counts. */
  requestsBefore?: number;
  /** Whether one of AWS's groups of rules would refuse the request. */
  isKnownBad?: (group: string) => boolean;
}

export interface GuardVerdict {
  action: "allow" | "block";
  /** The rule that decided; absent where the default action did. */
  rule?: string;
}

/**
 * What a web ACL does with a request: rules by priority, the first that allows or blocks decides, else the default
 * action (AWS WAF Developer Guide, Web ACL rule evaluation). A header that is not there matches nothing. Pure.
 */
export function evaluateWebAcl(
  { rules, defaultAction }: WebAclPlan<string>,
  request: GuardedRequest,
  knowledge: GuardKnowledge,
): GuardVerdict {
  for (const rule of rules.toSorted((one, other) => one.priority - other.priority)) {
    if (!isMatching(rule.statement, request, knowledge)) continue;
    if (rule.action !== undefined) {
      return { action: "allow" in rule.action ? "allow" : "block", rule: rule.name };
    }
    if (rule.overrideAction !== undefined && "none" in rule.overrideAction) {
      return { action: "block", rule: rule.name };
    }
  }
  return { action: "allow" in defaultAction ? "allow" : "block" };
}

function isMatching(
  statement: RuleStatement<string>,
  request: GuardedRequest,
  knowledge: GuardKnowledge,
): boolean {
  if ("rateBasedStatement" in statement) {
    return (knowledge.requestsBefore ?? 0) >= statement.rateBasedStatement.limit;
  }
  if ("managedRuleGroupStatement" in statement) {
    return knowledge.isKnownBad?.(statement.managedRuleGroupStatement.name) ?? false;
  }
  return holds(statement, request, knowledge);
}

function holds(statement: Statement<string>, request: GuardedRequest, knowledge: GuardKnowledge): boolean {
  const nested = (one: Statement<string>) => holds(one, request, knowledge);
  if ("andStatement" in statement) return statement.andStatement.statements.every(nested);
  if ("orStatement" in statement) return statement.orStatement.statements.some(nested);
  if ("ipSetReferenceStatement" in statement) {
    const networks = knowledge.ipSets.get(statement.ipSetReferenceStatement.arn);
    if (networks === undefined) throw new Error(`no IP set ${statement.ipSetReferenceStatement.arn}`);
    return networks.some((network) => isIn(request.source, network));
  }
  if ("sizeConstraintStatement" in statement) {
    const { fieldToMatch, size, textTransformations } = statement.sizeConstraintStatement;
    const value = partOf(request, fieldToMatch, textTransformations);
    return value !== undefined && Buffer.byteLength(value) > size;
  }
  const { fieldToMatch, positionalConstraint, searchString, textTransformations } =
    statement.byteMatchStatement;
  const value = partOf(request, fieldToMatch, textTransformations);
  if (value === undefined) return false;
  switch (positionalConstraint) {
    case "EXACTLY":
      return value === searchString;
    case "STARTS_WITH":
      return value.startsWith(searchString);
    case "ENDS_WITH":
      return value.endsWith(searchString);
  }
}

function partOf(
  { path, headers = {} }: GuardedRequest,
  part: RequestPart,
  transformations: readonly TextTransformation[],
): string | undefined {
  const value = "uriPath" in part ? path : headers[part.singleHeader.name];
  return transformations.some(({ type }) => type === "LOWERCASE") ? value?.toLowerCase() : value;
}

function isIn(source: Cidr, network: string): boolean {
  const read = readCidr(network);
  return !("problem" in read) && containsCidr(read, source);
}
