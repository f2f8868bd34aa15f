/** An IAM, key or bucket policy as AWS reads it; every list is a list, so that tests compare plainly. */
export interface PolicyDocument {
  Version: "2012-10-17";
  Statement: PolicyStatement[];
}

export interface PolicyStatement {
  Sid: string;
  Effect: "Allow" | "Deny";
  /** Absent in policies that are attached to a role. */
  Principal?: "*" | { AWS: string[] } | { Service: string[] };
  Action: string[];
  /** Absent in trust policies, and where `NotResource` stands. */
  Resource?: string[];
  /** Everything but these. */
  NotResource?: string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** A policy from its statements, in order. */
export function policyDocument(statements: PolicyStatement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}
