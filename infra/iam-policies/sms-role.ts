import { type PolicyDocument, policyDocument } from "../policy-document.ts";

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
