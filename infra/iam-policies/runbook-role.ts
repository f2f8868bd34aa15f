import { type PolicyDocument, type PolicyStatement, policyDocument } from "../policy-document.ts";

export interface RunbookTrust {
  /** ARNs of the users and roles that may take the role. */
  principals: readonly string[];
  requireMfa: boolean;
  requireSourceIdentity: boolean;
}

/**
 * Who may take the role of a runbook: the people of the settings, with a second factor unless they say otherwise
 * (IAM User Guide, "Secure API access with MFA"). Where a source identity is demanded it is part of each session, and
 * nobody can change it afterwards (IAM User Guide, "Monitor and control actions taken with assumed roles").
 */
export function runbookTrust({
  principals,
  requireMfa,
  requireSourceIdentity,
}: RunbookTrust): PolicyDocument {
  const conditions = {
    ...(requireMfa && { Bool: { "aws:MultiFactorAuthPresent": "true" } }),
    ...(requireSourceIdentity && { Null: { "sts:SourceIdentity": "false" } }),
  };
  return policyDocument([
    {
      Sid: "PeopleOfTheSettings",
      Effect: "Allow",
      Principal: { AWS: [...principals] },
      Action: ["sts:AssumeRole", "sts:SetSourceIdentity"],
      ...(Object.keys(conditions).length > 0 && { Condition: conditions }),
    },
  ]);
}

/** What a runbook may do, and that it may never hand on rights, whatever somebody attaches to its role. */
export function runbookRolePolicy(statements: readonly PolicyStatement[]): PolicyDocument {
  return policyDocument([
    ...statements,
    { Sid: "NoRightsToGive", Effect: "Deny", Action: ["iam:*", "organizations:*"], Resource: ["*"] },
  ]);
}
