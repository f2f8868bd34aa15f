import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readScheduleTimes } from "../../../infra/backups/schedule-times.ts";

const HOUR = 60;
const DAY = 24 * HOUR;

describe("the times of a schedule", () => {
  test.each<[string, longest: number, shortest: number]>([
    ["rate(1 day)", DAY, DAY],
    ["rate(90 minutes)", 90, 90],
    ["rate(12 hours)", 12 * HOUR, 12 * HOUR],
    ["cron(0 3 * * ? *)", DAY, DAY],
    ["cron(0 3,15 * * ? *)", 12 * HOUR, 12 * HOUR],
    ["cron(30 0/6 * * ? *)", 6 * HOUR, 6 * HOUR],
    ["cron(0 3 ? * MON-FRI *)", 3 * DAY, DAY],
    ["cron(0 3 ? * mon,thu *)", 4 * DAY, 3 * DAY],
    ["cron(0 3 ? * 1 *)", 7 * DAY, 7 * DAY],
    ["cron(0 2,22 * * ? *)", 20 * HOUR, 4 * HOUR],
    ["cron(0 3 1 * ? *)", 31 * DAY, 28 * DAY],
    ["cron(0 3 */2 * ? *)", 2 * DAY, DAY],
    ["cron(0 3 * JAN-JUN ? *)", 185 * DAY, DAY],
    ["cron(0 3 29 2 ? *)", 1461 * DAY, 1461 * DAY],
  ])("%s leaves at most %d minutes between two backups, and at least %d", (expression, longest, shortest) => {
    expect(readScheduleTimes(expression)).toEqual({
      longestGapMinutes: longest,
      shortestGapMinutes: shortest,
    });
  });

  test.each([
    ["every day at 3", "is no schedule; write cron(0 3 * * ? *) or rate(1 day)"],
    ["cron(0 3 * * *)", "is no schedule; write cron(0 3 * * ? *) or rate(1 day)"],
    ["cron(0 3 * * ? * *)", "is no schedule; write cron(0 3 * * ? *) or rate(1 day)"],
    ["rate(0 days)", "is no schedule; write cron(0 3 * * ? *) or rate(1 day)"],
    ["at(2026-11-21T03:00:00)", "is no schedule; write cron(0 3 * * ? *) or rate(1 day)"],
    [
      "cron(0 3 * * * *)",
      "must have a ? for the day of the month or for the day of the week, and not for both",
    ],
    [
      "cron(0 3 ? * ? *)",
      "must have a ? for the day of the month or for the day of the week, and not for both",
    ],
    ["cron(0 3 * * ? 2027)", "must have * for the year: backups that end are none"],
    ["cron(0 24 * * ? *)", 'cannot be read at "24"; take numbers, lists (,), spans (-) and steps (/)'],
    ["cron(60 3 * * ? *)", 'cannot be read at "60"; take numbers, lists (,), spans (-) and steps (/)'],
    ["cron(0 3 L * ? *)", 'cannot be read at "L"; take numbers, lists (,), spans (-) and steps (/)'],
    ["cron(0 5-3 * * ? *)", 'cannot be read at "5-3"; take numbers, lists (,), spans (-) and steps (/)'],
    ["cron(0/0 3 * * ? *)", 'cannot be read at "0/0"; take numbers, lists (,), spans (-) and steps (/)'],
    ["cron(0 3 31 FEB ? *)", "never fires"],
  ])("refuses %s: it %s", (expression, fault) => {
    expect(readScheduleTimes(expression)).toEqual({ fault });
  });

  test("are those of a clock that is looked at every minute, whatever hours and minutes are chosen", () => {
    const some = (most: number) => fc.uniqueArray(fc.nat(most), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(some(59), some(23), (minutes, hours) => {
        const fires = Array.from({ length: 2 * DAY }, (_, minute) => minute).filter(
          (minute) => minutes.includes(minute % HOUR) && hours.includes(Math.floor(minute / HOUR) % 24),
        );
        const gaps = fires.slice(1).map((fire, place) => fire - (fires[place] ?? 0));
        expect(readScheduleTimes(`cron(${minutes.join(",")} ${hours.join(",")} * * ? *)`)).toEqual({
          longestGapMinutes: Math.max(...gaps),
          shortestGapMinutes: Math.min(...gaps),
        });
      }),
      { numRuns: 200 },
    );
  });
});
