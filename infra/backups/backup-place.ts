import type { BackupScheduleSettings } from "../settings/backup-schedule.ts";

/** Where scheduled backups run. */
export type BackupPlace = "lambda" | "codebuild";

/** What Lambda gives one call (AWS Lambda Developer Guide, "Lambda quotas"). */
export const LAMBDA_SECONDS = 900;

/** The share of a time limit at which somebody has to act: pools grow, and no backup may be the first that is late. */
export const ALARMING_SHARE = 0.6;

/** Eight hours: 12 million users at half of the quota. CodeBuild allows 36 (CodeBuild User Guide, "Quotas"). */
export const CODEBUILD_SECONDS = 8 * 3_600;

/** Cognito answers so many ListUsers requests of an account a second (Amazon Cognito Developer Guide, Quotas). */
const LISTS_A_SECOND = 30;
/** Users on one page. */
const PAGE = 60;
/** Users a second that are read back; a function with a gigabyte of memory has little more than half a processor. */
const READ_BACK_A_SECOND = 10_000;

/**
 * How long a backup of so many users takes, in seconds: every user is listed once among the users and once, on
 * average, among the members of a group, and read back twice, here and in the copy.
 */
export function estimateSeconds({ users, quotaShare }: { users: number; quotaShare: number }): number {
  return (2 * users) / (LISTS_A_SECOND * PAGE * quotaShare) + (2 * users) / READ_BACK_A_SECOND;
}

/** What is known about the pool; both undefined before the first deployment. */
export interface KnownPool {
  users: number | undefined;
  /** Where the last deployment let backups run. */
  runsOn: BackupPlace | undefined;
}

/**
 * Where backups are to run. A pool that has outgrown Lambda goes to CodeBuild, and back only when it takes less than
 * half of what made it go: a place that changed with every other deployment would be none to rely on. `warning` says
 * what somebody should know who chose the place.
 */
export function chooseBackupPlace(
  { runOn, quotaShare }: Pick<BackupScheduleSettings, "runOn" | "quotaShare">,
  { users, runsOn }: KnownPool,
): { place: BackupPlace; warning?: string } {
  const seconds = users === undefined ? 0 : estimateSeconds({ users, quotaShare });
  const limit = LAMBDA_SECONDS * ALARMING_SHARE;
  if (runOn === "codebuild") return { place: "codebuild" };
  if (runOn === "lambda") {
    return seconds > limit
      ? { place: "lambda", warning: tooLarge(users ?? 0, seconds) }
      : { place: "lambda" };
  }
  const isTooLarge = seconds > (runsOn === "codebuild" ? limit / 2 : limit);
  return { place: isTooLarge ? "codebuild" : "lambda" };
}

/** What a deployment says about its backups. */
export function describeSchedule(
  { expression, timezone, longestGapMinutes, quotaShare, runOn }: BackupScheduleSettings,
  place: BackupPlace,
  users: number | undefined,
): string {
  const size =
    users === undefined
      ? ""
      : ` About ${users} users take ${minutesText(estimateSeconds({ users, quotaShare }))}.`;
  const why = runOn === "auto" ? ", because Lambda's 15 minutes may not do" : "";
  const where = place === "lambda" ? "Lambda" : `CodeBuild${why}`;
  return (
    `Backups run at ${expression} (${timezone}) on ${where}. Recovery point: what changed within ` +
    `${hoursText(longestGapMinutes)} before a loss is lost.${size}`
  );
}

function tooLarge(users: number, seconds: number): string {
  return (
    `sekisho:backup.runOn is lambda, but a backup of about ${users} users takes ${minutesText(seconds)}, and Lambda ` +
    `ends after 15 minutes; take auto or codebuild, or a larger quotaShare`
  );
}

function minutesText(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? "about a minute" : `about ${minutes} minutes`;
}

function hoursText(minutes: number): string {
  const hours = Math.ceil(minutes / 60);
  return hours === 1 ? "an hour" : `${hours} hours`;
}
