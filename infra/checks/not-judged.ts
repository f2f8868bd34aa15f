/** An id that no program can answer, and why. */
export interface NotJudged {
  ids: readonly string[];
  reason: string;
}

/** What the scanners ask besides, and only a running account, or nobody, can answer. */
export const notJudged: readonly NotJudged[] = [
  {
    ids: [
      "prowler:cloudwatch_log_group_no_secrets_in_logs",
      "prowler:secretsmanager_secret_unused",
      "security-hub:SecretsManager.2",
      "security-hub:SecretsManager.3",
    ],
    reason: "It is about what has happened in the account, not about what is built.",
  },
  {
    ids: ["prowler:s3_bucket_object_public", "prowler:s3_account_level_public_access_blocks"],
    reason: "It is about single objects, or about the whole account, which belongs to more than this stack.",
  },
  {
    ids: ["checkov:CKV_AWS_378"],
    reason: "It is about target groups: the applications' owners make those.",
  },
  {
    ids: ["security-hub:KMS.1"],
    reason:
      "It is about managed policies of the account: the program writes inline ones, which KMS.2 is about.",
  },
  {
    ids: ["cdk-nag:COG4"],
    reason: "It is about authorizers of API Gateway, which this stack does not use.",
  },
  { ids: ["security-hub:SES.1"], reason: "It is about contact lists, which this stack does not have." },
  {
    ids: ["security-hub:SNS.2"],
    reason: "AWS has retired it: delivery status is logged for topics with endpoints of one's own.",
  },
];
