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

/** A role that a runbook hands to an AWS service, which then acts with it. */
export interface PassedRole {
  roleArn: string;
  /** The one service that may get it, such as cognito-idp.amazonaws.com. */
  service: string;
}

/**
 * What a runbook may do, and that it may never hand on rights, whatever somebody attaches to its role: nothing of IAM,
 * but to pass the one role that its row names to the one service it is for (IAM User Guide, "Grant a user permissions
 * to pass a role to an AWS service").
 */
export function runbookRolePolicy(
  statements: readonly PolicyStatement[],
  passed?: PassedRole,
): PolicyDocument {
  return policyDocument([...statements, ...(passed ? passOnly(passed) : [denyRights({ Resource: ["*"] })])]);
}

function passOnly({ roleArn, service }: PassedRole): PolicyStatement[] {
  return [
    {
      Sid: "PassRole",
      Effect: "Allow",
      Action: ["iam:PassRole"],
      Resource: [roleArn],
      Condition: { StringEquals: { "iam:PassedToService": service } },
    },
    denyRights({ NotResource: [roleArn] }),
    {
      Sid: "PassToNobodyElse",
      Effect: "Deny",
      Action: ["iam:*"],
      Resource: [roleArn],
      // Every other request about the role carries no such key, and a negated operator matches an absent one.
      Condition: { StringNotEquals: { "iam:PassedToService": service } },
    },
  ];
}

function denyRights(where: Pick<PolicyStatement, "Resource" | "NotResource">): PolicyStatement {
  return { Sid: "NoRightsToGive", Effect: "Deny", Action: ["iam:*", "organizations:*"], ...where };
}
