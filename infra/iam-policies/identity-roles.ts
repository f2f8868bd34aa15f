import { type PolicyDocument, type PolicyStatement, policyDocument } from "../policy-document.ts";

/** A trust policy for people who bring a token of an identity pool. */
export interface WebIdentityTrust {
  Version: "2012-10-17";
  Statement: (Omit<PolicyStatement, "Principal" | "Resource"> & { Principal: { Federated: string[] } })[];
}

/**
 * Who may take a role of the identity pool: people who have signed in, through this pool only. Without the first
 * condition any identity pool of any account could hand the role out; without the second, guests could have it.
 */
export function identityRoleTrust(identityPoolId: string): WebIdentityTrust {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "SignedInThroughThisIdentityPool",
        Effect: "Allow",
        Principal: { Federated: ["cognito-identity.amazonaws.com"] },
        Action: ["sts:AssumeRoleWithWebIdentity"],
        Condition: {
          StringEquals: { "cognito-identity.amazonaws.com:aud": identityPoolId },
          "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": "authenticated" },
        },
      },
    ],
  };
}

/** For the role of people whom no rule gives another: nothing, whatever is attached to it later. */
export function denyEverything(): PolicyDocument {
  return policyDocument([{ Sid: "NoRuleMatched", Effect: "Deny", Action: ["*"], Resource: ["*"] }]);
}
