import { type PolicyDocument, type PolicyStatement, policyDocument } from "../policy-document.ts";
import { accountAdministersKey } from "./backup-keys.ts";

/**
 * The key of log groups: CloudWatch Logs may use it for groups of this account and Region (Amazon CloudWatch Logs User
 * Guide, Encrypt log data using AWS KMS).
 */
export function logKeyPolicy({ account, region }: KeyPlace): PolicyDocument {
  return policyDocument([
    accountAdministersKey(account),
    {
      Sid: "LogsOfThisAccount",
      Effect: "Allow",
      Principal: { Service: [`logs.${region}.amazonaws.com`] },
      Action: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
      Resource: ["*"],
      Condition: {
        ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:${region}:${account}:log-group:*` },
      },
    },
  ]);
}

/**
 * The key of secrets: whoever IAM lets may use it, but only through Secrets Manager in the key's Region (AWS Secrets
 * Manager User Guide, Secret encryption and decryption).
 */
export function secretKeyPolicy({ account, region }: KeyPlace): PolicyDocument {
  return policyDocument([accountAdministersKey(account), ...useThroughSecretsManager({ account, region })]);
}

interface KeyPlace {
  /** Twelve digits. */
  account: string;
  region: string;
}

function useThroughSecretsManager({ account, region }: KeyPlace): PolicyStatement[] {
  const throughService = { "kms:ViaService": `secretsmanager.${region}.amazonaws.com` };
  const accountRoot = { AWS: [`arn:aws:iam::${account}:root`] };
  return [
    {
      Sid: "UseThroughSecretsManagerOnly",
      Effect: "Allow",
      Principal: accountRoot,
      Action: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
      Resource: ["*"],
      Condition: { StringEquals: throughService },
    },
    {
      Sid: "SecretsManagerHoldsGrants",
      Effect: "Allow",
      Principal: accountRoot,
      Action: ["kms:CreateGrant"],
      Resource: ["*"],
      Condition: { StringEquals: throughService, Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
  ];
}
