import { type PolicyDocument, type PolicyStatement, policyDocument } from "../policy-document.ts";

/** Who may take the SMS role: Cognito, for a user pool of this account and Region, showing the external id. */
export function smsRoleTrust({
  account,
  region,
  externalId,
}: {
  account: string;
  region: string;
  externalId: string;
}): PolicyDocument {
  return policyDocument([
    {
      Sid: "CognitoSendsForPoolsOfThisAccount",
      Effect: "Allow",
      Principal: { Service: ["cognito-idp.amazonaws.com"] },
      Action: ["sts:AssumeRole"],
      Condition: {
        StringEquals: { "sts:ExternalId": externalId, "aws:SourceAccount": account },
        // Any pool of the account: the pool names this role, so the role cannot name the pool.
        ArnLike: { "aws:SourceArn": `arn:aws:cognito-idp:${region}:${account}:userpool/*` },
      },
    },
  ]);
}

/**
 * What the SMS role may do: send text messages. The resource must be `*`: a text message has no ARN, and Cognito
 * refuses a role whose policy names anything narrower (Amazon Cognito Developer Guide, SMS message settings).
 */
export function smsRolePolicy(): PolicyDocument {
  return policyDocument([
    { Sid: "SendTextMessages", Effect: "Allow", Action: ["sns:Publish"], Resource: ["*"] },
  ]);
}

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
