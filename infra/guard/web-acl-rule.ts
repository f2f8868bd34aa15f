/** Where in a request a statement looks. Header names are in lower case, as AWS shows them. */
export type RequestPart = { uriPath: object } | { singleHeader: { name: string } };

export interface TextTransformation {
  priority: number;
  type: "NONE" | "LOWERCASE";
}

/**
 * Statements about one request, in the words of the provider. `Arn` is what an IP set goes by. There is no `not`:
 * @pulumi/aws 7.48 types it as web ACL rules of their own have it, and rules inside a web ACL take it otherwise
 * (pulumi-aws issue 6546); an earlier rule that decides says the same.
 */
export type Statement<Arn> =
  | {
      byteMatchStatement: {
        fieldToMatch: RequestPart;
        positionalConstraint: "EXACTLY" | "STARTS_WITH" | "ENDS_WITH";
        searchString: string;
        textTransformations: TextTransformation[];
      };
    }
  | {
      sizeConstraintStatement: {
        fieldToMatch: RequestPart;
        comparisonOperator: "GT";
        size: number;
        textTransformations: TextTransformation[];
      };
    }
  | { ipSetReferenceStatement: { arn: Arn } }
  | { andStatement: { statements: Statement<Arn>[] } }
  | { orStatement: { statements: Statement<Arn>[] } };

/** Statements that only stand by themselves: one that counts, and one that asks a group of rules of AWS. */
export type RuleStatement<Arn> =
  | Statement<Arn>
  | {
      rateBasedStatement: {
        aggregateKeyType: "IP";
        evaluationWindowSec: number;
        limit: number;
      };
    }
  | {
      managedRuleGroupStatement: {
        vendorName: "AWS";
        name: string;
        ruleActionOverrides?: { name: string; actionToUse: { count: object } }[];
      };
    };

/** What becomes of a request that a rule matches. */
export type RuleAction = { allow: object } | { block: { customResponse?: CustomResponse } };

export interface CustomResponse {
  responseCode: number;
  customResponseBodyKey: string;
}

/** One rule of a web ACL; AWS's groups bring actions of their own, which an override may turn into counting. */
export interface WebAclRule<Arn> {
  name: string;
  priority: number;
  action?: RuleAction;
  overrideAction?: { none: object } | { count: object };
  statement: RuleStatement<Arn>;
}

/** The rules of a web ACL, and what becomes of a request that none of them decides. */
export interface WebAclPlan<Arn> {
  rules: WebAclRule<Arn>[];
  defaultAction: RuleAction;
}
