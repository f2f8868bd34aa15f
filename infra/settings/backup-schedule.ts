import type { RefinementCtx } from "zod";
import { z } from "zod";
import { readScheduleTimes } from "../backups/schedule-times.ts";
import { BACKUP_LOG_RETENTION_DAYS, BACKUP_QUOTA_SHARE } from "../defaults.ts";
import { logRetention } from "./log-retention.ts";
import { expecting, oneOf, wholeNumber } from "./schema.ts";

/** When and where backups run by themselves. */
export interface BackupScheduleSettings {
  /** An expression of EventBridge Scheduler. */
  expression: string;
  timezone: string;
  /** The longest time between two backups: what is lost at most. */
  longestGapMinutes: number;
  /** 0.1 to 1: how much of Cognito's request quotas a backup may use. */
  quotaShare: number;
  /** `auto` takes Lambda until the pool is too large for it. */
  runOn: "auto" | "lambda" | "codebuild";
  /** How many of the account's concurrent executions are set aside; absent = none. */
  reservedConcurrency?: number;
  logRetentionDays: number;
}

/** The keys of `sekisho:backup` about the schedule. */
export function scheduleShape() {
  const share = expecting("a number from 0.1 to 1");
  const expression = expecting("a schedule such as cron(0 3 * * ? *) or rate(1 day)");
  return {
    schedule: z.string({ error: expression }).optional(),
    timezone: z.string({ error: expecting("a time zone such as Asia/Tokyo") }).optional(),
    quotaShare: z.number({ error: share }).min(0.1, { error: share }).max(1, { error: share }).optional(),
    runOn: oneOf(["auto", "lambda", "codebuild"]).optional(),
    reservedConcurrency: wholeNumber(1, 10).optional(),
    logRetentionDays: logRetention().optional(),
  };
}

type ScheduleKeys = z.infer<z.ZodObject<ReturnType<typeof scheduleShape>>>;

/** The schedule with its defaults filled in; undefined when there is none. Faults go to the context. */
export function readSchedule(keys: ScheduleKeys, context: RefinementCtx): BackupScheduleSettings | undefined {
  const { schedule, timezone, quotaShare, runOn, reservedConcurrency, logRetentionDays } = keys;
  const fail = (key: keyof ScheduleKeys, message: string): undefined => {
    context.addIssue({ code: "custom", path: [key], message });
  };
  if (schedule === undefined) {
    for (const [key, value] of Object.entries(keys)) {
      if (value !== undefined) {
        fail(
          key as keyof ScheduleKeys,
          "means nothing without schedule beside it; take it out, or add schedule",
        );
      }
    }
    return undefined;
  }
  const times = readScheduleTimes(schedule);
  if ("fault" in times) return fail("schedule", times.fault);
  if (times.shortestGapMinutes < MINUTES_BETWEEN.least) {
    return fail("schedule", "runs twice within an hour; leave an hour or more between two backups");
  }
  if (times.longestGapMinutes > MINUTES_BETWEEN.most) {
    return fail(
      "schedule",
      `leaves ${Math.ceil(times.longestGapMinutes / 1_440)} days between two backups; leave six at most, no alarm looks back further than seven`,
    );
  }
  const isCron = schedule.startsWith("cron");
  if (isCron && timezone === undefined) {
    return fail("timezone", "is missing; give the time zone of schedule, such as Asia/Tokyo or UTC");
  }
  if (!isCron && timezone !== undefined) return fail("timezone", "means nothing to rate(…); take it out");
  if (timezone !== undefined && !isTimezone(timezone)) {
    return fail("timezone", `must be a time zone such as Asia/Tokyo or UTC, not ${JSON.stringify(timezone)}`);
  }
  if (runOn === "codebuild" && reservedConcurrency !== undefined) {
    return fail("reservedConcurrency", "is of Lambda, and runOn is codebuild; take one of them out");
  }
  return {
    expression: schedule,
    timezone: timezone ?? "UTC",
    longestGapMinutes: times.longestGapMinutes,
    quotaShare: quotaShare ?? BACKUP_QUOTA_SHARE,
    runOn: runOn ?? "auto",
    ...(reservedConcurrency !== undefined && { reservedConcurrency }),
    logRetentionDays: logRetentionDays ?? BACKUP_LOG_RETENTION_DAYS,
  };
}

/** An alarm looks back seven days at most (Amazon CloudWatch API Reference, PutMetricAlarm, "Period"). */
const MINUTES_BETWEEN = { least: 60, most: 6 * 1_440 };

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
