import { describe, expect, test } from "vitest";
import { type Change, goodSettings } from "../../support/sample-settings.ts";
import { describeRefusals } from "../../support/settings-refusals.ts";

/** A sample with these settings of a schedule, and no others. */
function scheduled(values: Record<string, unknown>): Change[] {
  const none = { schedule: undefined, timezone: undefined, quotaShare: undefined, runOn: undefined };
  const all = { ...none, reservedConcurrency: undefined, logRetentionDays: undefined, ...values };
  return Object.entries(all).map(([key, value]) => [["backup", key], value]);
}

const daily = { schedule: "cron(0 3 * * ? *)", timezone: "Asia/Tokyo" };

describeRefusals("backups", [
  [
    "no word about a copy",
    [[["backup"], undefined]],
    "sekisho:backup.copyTo",
    "is missing; give the Region that holds the copy, such as ap-northeast-3, or none",
  ],
  [
    "a copy that is lost with the Region",
    [[["backup", "copyTo"], "ap-northeast-1"]],
    "sekisho:backup.copyTo",
    "is ap-northeast-1, which is aws:region too; a copy must survive its loss, so take another Region",
  ],
  [
    "a copy in a city",
    [[["backup", "copyTo"], "Osaka"]],
    "sekisho:backup.copyTo",
    'must be the Region that holds the copy, such as ap-northeast-3, or none, not "Osaka"',
  ],
  [
    "backups that anybody may delete",
    [[["backup", "lock"], "none"]],
    "sekisho:backup.lock",
    "can be none only in a stack with sekisho:disposable: true; take governance (or compliance, which nobody can lift)",
  ],
  [
    "backups kept for no days",
    [[["backup", "keepDays"], 0]],
    "sekisho:backup.keepDays",
    "must be a whole number from 1 to 36500, not 0",
  ],
  [
    "a schedule in words",
    scheduled({ ...daily, schedule: "every night" }),
    "sekisho:backup.schedule",
    "is no schedule; write cron(0 3 * * ? *) or rate(1 day)",
  ],
  [
    "a schedule that is a number",
    scheduled({ ...daily, schedule: 3 }),
    "sekisho:backup.schedule",
    "must be a schedule such as cron(0 3 * * ? *) or rate(1 day), not 3",
  ],
  [
    "backups every quarter of an hour",
    scheduled({ schedule: "rate(15 minutes)" }),
    "sekisho:backup.schedule",
    "runs twice within an hour; leave an hour or more between two backups",
  ],
  [
    "backups once a week, whose absence no alarm can see",
    scheduled({ ...daily, schedule: "cron(0 3 ? * SUN *)" }),
    "sekisho:backup.schedule",
    "leaves 7 days between two backups; leave six at most, no alarm looks back further than seven",
  ],
  [
    "a time without its zone",
    scheduled({ schedule: daily.schedule }),
    "sekisho:backup.timezone",
    "is missing; give the time zone of schedule, such as Asia/Tokyo or UTC",
  ],
  [
    "a zone that is none",
    scheduled({ ...daily, timezone: "Asia/Edo" }),
    "sekisho:backup.timezone",
    'must be a time zone such as Asia/Tokyo or UTC, not "Asia/Edo"',
  ],
  [
    "a zone for a rate",
    scheduled({ schedule: "rate(12 hours)", timezone: "Asia/Tokyo" }),
    "sekisho:backup.timezone",
    "means nothing to rate(…); take it out",
  ],
  [
    "a place to run without a schedule",
    scheduled({ runOn: "lambda" }),
    "sekisho:backup.runOn",
    "means nothing without schedule beside it; take it out, or add schedule",
  ],
  [
    "more than the whole quota",
    scheduled({ ...daily, quotaShare: 1.5 }),
    "sekisho:backup.quotaShare",
    "must be a number from 0.1 to 1, not 1.5",
  ],
  [
    "concurrency of Lambda for CodeBuild",
    scheduled({ ...daily, runOn: "codebuild", reservedConcurrency: 1 }),
    "sekisho:backup.reservedConcurrency",
    "is of Lambda, and runOn is codebuild; take one of them out",
  ],
]);

describe("a schedule of backups", () => {
  test("may lose a day, uses half the quota and finds its place by itself when nobody says otherwise", () => {
    expect(goodSettings(...scheduled(daily)).backup.schedule).toEqual({
      expression: "cron(0 3 * * ? *)",
      timezone: "Asia/Tokyo",
      longestGapMinutes: 1440,
      quotaShare: 0.5,
      runOn: "auto",
      logRetentionDays: 365,
    });
  });

  test("is none when nobody asks for one", () => {
    expect(goodSettings(...scheduled({})).backup).not.toHaveProperty("schedule");
  });
});
