import { type PolicyDocument, type PolicyStatement, policyDocument } from "../policy-document.ts";

/**
 * The policy of a key that encrypts one bucket: the account administers it, and whoever IAM lets may use it, but
 * only through S3 in the key's Region, never by calling KMS with a copied ciphertext. It grants no `kms:*` and
 * no grants, which would get around that.
 */
export function bucketKeyPolicy({ account, region }: { account: string; region: string }): PolicyDocument {
  return policyDocument([
    accountAdministersKey(account),
    {
      Sid: "UseThroughS3Only",
      Effect: "Allow",
      Principal: { AWS: [`arn:aws:iam::${account}:root`] },
      Action: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"],
      Resource: ["*"],
      Condition: { StringEquals: { "kms:ViaService": s3In(region) } },
    },
  ]);
}

/** The account administers a key: it may change, disable and delete it, not use it. */
export function accountAdministersKey(account: string): PolicyStatement {
  return {
    Sid: "AccountAdministersKey",
    Effect: "Allow",
    Principal: { AWS: [`arn:aws:iam::${account}:root`] },
    Action: KEY_ADMINISTRATION,
    Resource: ["*"],
  };
}

/** S3 in a Region, as the condition key `kms:ViaService` names it. */
export function s3In(region: string): string {
  return `s3.${region}.amazonaws.com`;
}

const KEY_ADMINISTRATION = [
  "kms:CancelKeyDeletion",
  "kms:CreateAlias",
  "kms:DeleteAlias",
  "kms:Describe*",
  "kms:Disable*",
  "kms:Enable*",
  "kms:Get*",
  "kms:List*",
  "kms:PutKeyPolicy",
  "kms:RotateKeyOnDemand",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateAlias",
  "kms:UpdateKeyDescription",
];
