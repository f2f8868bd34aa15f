import type { RequestPart, Statement, TextTransformation } from "./web-acl-rule.ts";

const AS_IT_IS: TextTransformation[] = [{ priority: 0, type: "NONE" }];
const IN_LOWER_CASE: TextTransformation[] = [{ priority: 0, type: "LOWERCASE" }];
const PATH: RequestPart = { uriPath: {} };

/** The path is exactly this one. */
export function pathIs<Arn>(path: string): Statement<Arn> {
  return {
    byteMatchStatement: {
      fieldToMatch: PATH,
      positionalConstraint: "EXACTLY",
      searchString: path,
      textTransformations: AS_IT_IS,
    },
  };
}

/** The path is this one, whichever letters are capitals; `path` is in lower case. */
export function pathIsInAnyCase<Arn>(path: string): Statement<Arn> {
  return {
    byteMatchStatement: {
      fieldToMatch: PATH,
      positionalConstraint: "EXACTLY",
      searchString: path,
      textTransformations: IN_LOWER_CASE,
    },
  };
}

/** Any request at all: every path begins with a slash. */
export function isAnyRequest<Arn>(): Statement<Arn> {
  return {
    byteMatchStatement: {
      fieldToMatch: PATH,
      positionalConstraint: "STARTS_WITH",
      searchString: "/",
      textTransformations: AS_IT_IS,
    },
  };
}

export function pathEndsWith<Arn>(end: string): Statement<Arn> {
  return {
    byteMatchStatement: {
      fieldToMatch: PATH,
      positionalConstraint: "ENDS_WITH",
      searchString: end,
      textTransformations: AS_IT_IS,
    },
  };
}

/** A header is exactly this. */
export function headerIs<Arn>(name: string, value: string): Statement<Arn> {
  return {
    byteMatchStatement: {
      fieldToMatch: { singleHeader: { name } },
      positionalConstraint: "EXACTLY",
      searchString: value,
      textTransformations: AS_IT_IS,
    },
  };
}

/** A header is there and not empty. */
export function hasHeader<Arn>(name: string): Statement<Arn> {
  return {
    sizeConstraintStatement: {
      fieldToMatch: { singleHeader: { name } },
      comparisonOperator: "GT",
      size: 0,
      textTransformations: AS_IT_IS,
    },
  };
}

/** All of them; AWS WAF takes no list of one. */
export function allOf<Arn>(first: Statement<Arn>, ...others: Statement<Arn>[]): Statement<Arn> {
  return others.length === 0 ? first : { andStatement: { statements: [first, ...others] } };
}

/** Any of them; AWS WAF takes no list of one. */
export function anyOf<Arn>(first: Statement<Arn>, ...others: Statement<Arn>[]): Statement<Arn> {
  return others.length === 0 ? first : { orStatement: { statements: [first, ...others] } };
}
