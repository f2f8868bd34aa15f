import { allows, isForEverybody, readStatements } from "../policy-statements.ts";
import { inputBetween, inputIs, inputIsGiven, type Requirement } from "../requirement.ts";

const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const LOG_POLICY = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";

/** What scanners ask of logs and alarms. */
export const logRequirements: readonly Requirement[] = [
  {
    says: "a log has a time after which entries go",
    ids: ["checkov:CKV_AWS_66"],
    of: LOG_GROUP,
    isMet: inputBetween("retentionInDays", 1),
  },
  {
    says: "a log is kept for a year or more",
    ids: [
      "prowler:cloudwatch_log_group_retention_policy_specific_days_enabled",
      "security-hub:CloudWatch.16",
      "checkov:CKV_AWS_338",
      "cdk-nag:CloudWatchLogGroupRetentionPeriod",
    ],
    of: LOG_GROUP,
    isMet: inputBetween("retentionInDays", 365),
  },
  {
    says: "a log is encrypted with a key of ours",
    ids: [
      "prowler:cloudwatch_log_group_kms_encryption_enabled",
      "checkov:CKV_AWS_158",
      "cdk-nag:CloudWatchLogGroupEncrypted",
    ],
    of: LOG_GROUP,
    isMet: inputIsGiven("kmsKeyId"),
  },
  {
    says: "not everybody may write to or read the logs",
    ids: ["prowler:cloudwatch_log_group_not_publicly_accessible"],
    of: LOG_GROUP,
    isMet: (_log, stack) =>
      stack
        .ofType(LOG_POLICY)
        .flatMap(({ inputs }) => readStatements(inputs.policyDocument))
        .filter(allows)
        .every((statement) => !isForEverybody(statement)),
  },
  {
    says: "an alarm tells somebody",
    ids: [
      "prowler:cloudwatch_alarm_actions_alarm_state_configured",
      "security-hub:CloudWatch.15",
      "cdk-nag:CloudWatchAlarmAction",
    ],
    of: ALARM,
    isMet: inputIsGiven("alarmActions"),
  },
  {
    says: "an alarm's actions are switched on",
    ids: ["prowler:cloudwatch_alarm_actions_enabled", "security-hub:CloudWatch.17", "checkov:CKV_AWS_319"],
    of: ALARM,
    isMet: inputIs("actionsEnabled", true),
  },
];
