import { type BackupMetric, METRIC_NAMESPACE } from "../backups/backup-metrics.ts";
import {
  ALARMING_SHARE,
  type BackupPlace,
  CODEBUILD_SECONDS,
  LAMBDA_SECONDS,
} from "../backups/backup-place.ts";
import type { AlarmDefinition, Metric } from "./alarm-definition.ts";

export interface WatchedBackup<Text> {
  /** The function or the build project. */
  name: Text;
  runsOn: BackupPlace;
  /** The longest time between two runs. */
  recoveryPointHours: number;
}

/** How much later than planned a run may be, summer time included, before its absence counts. */
export const SLACK_HOURS = 2;

/**
 * Alarms about backups that run by themselves. Nobody looks at a backup until it is needed, so silence is the fault:
 * two of them ring until the first backup was made and read back. What a run counts comes from its own log; a run
 * that dies before it can write that is counted by Lambda or CodeBuild.
 */
export function backupAlarms<Text>({
  stack,
  backup: { name, runsOn, recoveryPointHours },
}: {
  stack: Text;
  backup: WatchedBackup<Text>;
}): AlarmDefinition<Text>[] {
  const counted = (metric: BackupMetric, statistic: Metric["statistic"] = "Sum"): Metric<Text> => ({
    namespace: METRIC_NAMESPACE,
    name: metric,
    dimensions: { Stack: stack },
    statistic,
  });
  const hours = recoveryPointHours + SLACK_HOURS;
  const longestSeconds = runsOn === "lambda" ? LAMBDA_SECONDS : CODEBUILD_SECONDS;
  const minutes = Math.round((longestSeconds * ALARMING_SHARE) / 60);
  return [
    missing("backup-missed", `no backup of the users was finished for ${hours} hours.`, hours, {
      metric: counted("BackupSucceeded"),
    }),
    missing(
      "backup-unverified",
      `no backup of the users was read back everywhere for ${hours} hours, the other Region included.`,
      hours,
      { metric: counted("BackupVerified") },
    ),
    happening("backup-failed", "a backup of the users failed; no set was made.", {
      expression: "FILL(counted, 0) + FILL(died, 0)",
      label: "Backups that failed",
      metrics: { counted: counted("BackupFailed"), died: deaths(runsOn, name) },
    }),
    happening(
      "backup-shrunk",
      "over a tenth of the users, groups or memberships is gone since the last backup; none was made before somebody looked.",
      { metric: counted("BackupShrunk") },
    ),
    {
      ...happening("backup-empty", "the user pool was empty when it was backed up.", {
        metric: counted("BackupUsers", "Maximum"),
      }),
      comparison: "below",
    },
    {
      ...happening(
        "backup-slow",
        `a backup took ${minutes} minutes or more, ${ALARMING_SHARE * 100} % of what it may take.`,
        { metric: counted("BackupSeconds", "Maximum") },
      ),
      threshold: longestSeconds * ALARMING_SHARE,
    },
  ];
}

/** Rings when in none of so many hours anything was counted. */
function missing<Text>(
  name: string,
  says: string,
  hours: number,
  watched: AlarmDefinition<Text>["watched"],
): AlarmDefinition<Text> {
  return {
    name,
    says,
    watched,
    comparison: "below",
    threshold: 1,
    periodSeconds: 3_600,
    periods: hours,
    alarmingPeriods: hours,
    silence: "alarm",
  };
}

function happening<Text>(
  name: string,
  says: string,
  watched: AlarmDefinition<Text>["watched"],
): AlarmDefinition<Text> {
  return {
    name,
    says,
    watched,
    comparison: "at least",
    threshold: 1,
    periodSeconds: 300,
    periods: 1,
    alarmingPeriods: 1,
    silence: "fine",
  };
}

/** Runs that ended otherwise than by themselves: out of memory, out of time, never begun. */
function deaths<Text>(runsOn: BackupPlace, name: Text): Metric<Text> {
  return runsOn === "lambda"
    ? { namespace: "AWS/Lambda", name: "Errors", dimensions: { FunctionName: name }, statistic: "Sum" }
    : {
        namespace: "AWS/CodeBuild",
        name: "FailedBuilds",
        dimensions: { ProjectName: name },
        statistic: "Sum",
      };
}
