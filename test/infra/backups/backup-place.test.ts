import { describe, expect, test } from "vitest";
import { chooseBackupPlace, describeSchedule, estimateSeconds } from "../../../infra/backups/backup-place.ts";

const half = { runOn: "auto", quotaShare: 0.5 } as const;

describe("where backups run", () => {
  test.each([
    ["a pool nobody has counted yet", half, undefined, undefined, "lambda"],
    ["an empty pool", half, 0, undefined, "lambda"],
    ["200,000 users at half of the quota", half, 200_000, undefined, "lambda"],
    ["250,000 users at half of the quota", half, 250_000, undefined, "codebuild"],
    ["250,000 users at the whole quota", { ...half, quotaShare: 1 }, 250_000, undefined, "lambda"],
    ["50,000 users at a tenth of the quota", { ...half, quotaShare: 0.1 }, 50_000, undefined, "codebuild"],
    ["a few, where somebody chose CodeBuild", { ...half, runOn: "codebuild" }, 10, undefined, "codebuild"],
  ] as const)("is decided by size: %s", (_, settings, users, runsOn, place) => {
    expect(chooseBackupPlace(settings, { users, runsOn }).place).toBe(place);
  });

  test("does not change with every other deployment of a pool that is just large enough", () => {
    const places = [220_000, 225_000, 220_000, 130_000, 100_000, 130_000].map((users, turn, all) => {
      const earlier = all.slice(0, turn);
      return earlier
        .concat(users)
        .reduce<"lambda" | "codebuild">(
          (runsOn, count) => chooseBackupPlace(half, { users: count, runsOn }).place,
          "lambda",
        );
    });
    expect(places).toEqual(["lambda", "codebuild", "codebuild", "codebuild", "lambda", "lambda"]);
  });

  test("is what somebody chose although Lambda is too short, and that is said", () => {
    const chosen = chooseBackupPlace(
      { runOn: "lambda", quotaShare: 0.5 },
      { users: 1_000_000, runsOn: "lambda" },
    );
    expect(chosen).toEqual({
      place: "lambda",
      warning:
        "sekisho:backup.runOn is lambda, but a backup of about 1000000 users takes about 41 minutes, and Lambda ends " +
        "after 15 minutes; take auto or codebuild, or a larger quotaShare",
    });
  });

  test("leaves room: no backup that is expected on Lambda takes more than nine of its fifteen minutes", () => {
    for (let users = 0; users < 1_000_000; users += 10_000) {
      for (const quotaShare of [0.1, 0.25, 0.5, 1]) {
        const { place } = chooseBackupPlace({ runOn: "auto", quotaShare }, { users, runsOn: undefined });
        if (place === "lambda") expect(estimateSeconds({ users, quotaShare })).toBeLessThanOrEqual(540);
      }
    }
  });
});

describe("what a deployment says about backups", () => {
  const schedule = {
    expression: "cron(0 3 * * ? *)",
    timezone: "Asia/Tokyo",
    longestGapMinutes: 1440,
    quotaShare: 0.5,
    runOn: "auto",
    logRetentionDays: 365,
  } as const;

  test("is the recovery point, a day, and how long a backup takes", () => {
    expect(describeSchedule(schedule, "lambda", 100_000)).toBe(
      "Backups run at cron(0 3 * * ? *) (Asia/Tokyo) on Lambda. Recovery point: what changed within 24 hours before a " +
        "loss is lost. About 100000 users take about 5 minutes.",
    );
  });

  test("is why they run on CodeBuild", () => {
    expect(describeSchedule({ ...schedule, longestGapMinutes: 60 }, "codebuild", undefined)).toBe(
      "Backups run at cron(0 3 * * ? *) (Asia/Tokyo) on CodeBuild, because Lambda's 15 minutes may not do. " +
        "Recovery point: what changed within an hour before a loss is lost.",
    );
  });
});
