import type { PolicyDocument, PolicyStatement } from "../../infra/policy-document.ts";

/** One request as IAM sees it; a context key that the request does not carry is absent. */
export interface PolicyRequest {
  action: string;
  resource: string;
  context?: Record<string, string>;
}

/** The Sids of the statements with this effect that match the request, principals aside. */
export function matchingStatements(
  policy: PolicyDocument,
  effect: PolicyStatement["Effect"],
  request: PolicyRequest,
): string[] {
  return policy.Statement.filter(
    (statement) =>
      statement.Effect === effect &&
      statement.Action.some((pattern) => isLike(pattern, request.action)) &&
      (statement.Resource ?? ["*"]).some((pattern) => isLike(pattern, request.resource)) &&
      !(statement.NotResource ?? []).some((pattern) => isLike(pattern, request.resource)) &&
      meetsConditions(statement, request.context ?? {}),
  ).map((statement) => statement.Sid);
}

function meetsConditions(statement: PolicyStatement, context: Record<string, string>): boolean {
  return Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, context[key], [wanted].flat())),
  );
}

/** IAM's rules for absent keys: positive operators fail, negated ones and `IfExists` hold. */
function holds(operator: string, actual: string | undefined, wanted: string[]): boolean {
  if (operator === "Null") return (actual === undefined) === (wanted[0] === "true");
  if (operator.endsWith("IfExists")) {
    return actual === undefined || holds(operator.slice(0, -"IfExists".length), actual, wanted);
  }
  switch (operator) {
    case "Bool":
    case "StringEquals":
      return actual !== undefined && wanted.includes(actual);
    case "StringNotEquals":
    case "ArnNotEquals":
      return actual === undefined || !wanted.includes(actual);
    case "StringLike":
    case "ArnLike":
      return actual !== undefined && wanted.some((pattern) => isLike(pattern, actual));
    case "NumericLessThan":
      return actual !== undefined && wanted.some((bound) => Number(actual) < Number(bound));
    default:
      throw new Error(`the evaluator does not know the condition operator ${operator}`);
  }
}

function isLike(pattern: string, value: string): boolean {
  const source = pattern.split("*").map((text) => text.replace(/[.?+^$(){}|[\]\\]/g, "\\$&"));
  return new RegExp(`^${source.join(".*")}$`).test(value);
}
