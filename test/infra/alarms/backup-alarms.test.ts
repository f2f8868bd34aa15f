import { describe, expect, test } from "vitest";
import { backupAlarms } from "../../../infra/alarms/backup-alarms.ts";
import { backupMetrics, METRIC_NAMESPACE } from "../../../infra/backups/backup-metrics.ts";
import { ShrunkError } from "../../../runbooks/backup/previous-set.ts";
import { countOutcome, type ScheduledOutcome } from "../../../runbooks/backup/scheduled-run.ts";
import { RemoteError } from "../../../runbooks/runtime/errors.ts";
import { rings } from "../../support/alarm-state.ts";

const alarms = backupAlarms({
  stack: "dev",
  backup: { name: "sekisho-dev-backup", runsOn: "lambda", recoveryPointHours: 24 },
});

/** Two days by the hour: what happened in each, if anything; and runs that died without a word. */
interface Days {
  runs: Readonly<Record<number, ScheduledOutcome>>;
  deaths?: readonly number[];
}

const HOURS = 48;

function made(values: Partial<Extract<ScheduledOutcome, { kind: "backed-up" }>> = {}): ScheduledOutcome {
  return {
    kind: "backed-up",
    set: "s3://backups/pool/set/",
    counts: { users: 100, groups: 1, memberships: 1 },
    warnings: [],
    seconds: 60,
    unverified: [],
    ...values,
  };
}

/** The alarms that ring at the end of these days, or rang at any hour of the last. */
function ringing({ runs, deaths = [] }: Days): string[] {
  const hours = Array.from({ length: HOURS }, (_, hour) => runs[hour] && countOutcome(runs[hour]));
  const died = hours.map((_, hour) => (deaths.includes(hour) ? 1 : undefined));
  return alarms
    .filter((alarm) => {
      const { watched } = alarm;
      const counted = hours.map((metrics) => {
        const name = "metric" in watched ? watched.metric.name : watched.metrics.counted?.name;
        return Object.entries(metrics ?? {}).find(([metric]) => metric === name)?.[1];
      });
      const series = "metric" in watched ? { watched: counted } : { counted, died };
      if (alarm.periods > 1) return rings(alarm, series);
      // What is looked at by the five minutes rings in the hour it happens.
      return hours.some((_, hour) =>
        rings(alarm, Object.fromEntries(Object.entries(series).map(([id, values]) => [id, [values[hour]]]))),
      );
    })
    .map(({ name }) => name);
}

const failed = (error: Error): ScheduledOutcome => ({ kind: "failed", error, seconds: 5 });

describe("alarms about backups", () => {
  test.each<[string, Days, string[]]>([
    ["a good backup every night", { runs: { 3: made(), 27: made() } }, []],
    ["a backup an hour late, at the change to summer time", { runs: { 3: made(), 28: made() } }, []],
    ["a schedule that was switched off", { runs: { 3: made() } }, ["backup-missed", "backup-unverified"]],
    ["a stack without any backup yet", { runs: {} }, ["backup-missed", "backup-unverified"]],
    [
      "a role that lost its rights",
      { runs: { 3: made(), 27: failed(new RemoteError("no")) } },
      ["backup-missed", "backup-unverified", "backup-failed"],
    ],
    [
      "a run that died without a word",
      { runs: { 3: made() }, deaths: [27] },
      ["backup-missed", "backup-unverified", "backup-failed"],
    ],
    [
      "one failed run, and a good one by hand of the schedule",
      { runs: { 27: made() }, deaths: [26] },
      ["backup-failed"],
    ],
    [
      "users that are gone",
      { runs: { 3: made(), 27: failed(new ShrunkError("fewer")) } },
      ["backup-missed", "backup-unverified", "backup-failed", "backup-shrunk"],
    ],
    [
      "backups that cannot be read back",
      { runs: { 3: made({ unverified: ["no"] }), 27: made({ unverified: ["no"] }) } },
      ["backup-unverified"],
    ],
    [
      "one that could not be read back at once, a good one after it",
      { runs: { 26: made({ unverified: ["no"] }), 27: made() } },
      [],
    ],
    [
      "an empty pool",
      { runs: { 3: made(), 27: made({ counts: { users: 0, groups: 0, memberships: 0 } }) } },
      ["backup-empty"],
    ],
    ["a run of nine minutes on Lambda", { runs: { 3: made(), 27: made({ seconds: 540 }) } }, ["backup-slow"]],
    ["a run of less than that", { runs: { 3: made(), 27: made({ seconds: 539 }) } }, []],
    [
      "a run that found another under way, every night",
      { runs: { 3: { kind: "skipped", why: "x" }, 27: { kind: "skipped", why: "x" } } },
      ["backup-missed", "backup-unverified"],
    ],
  ])("ring as they should after %s", (_, days, expected) => {
    expect(ringing(days)).toEqual(expected);
  });

  test("look back no further than CloudWatch does, however seldom backups run", () => {
    const seldom = backupAlarms({
      stack: "dev",
      backup: { name: "x", runsOn: "codebuild", recoveryPointHours: 144 },
    });
    for (const { periods, periodSeconds } of seldom)
      expect(periods * periodSeconds).toBeLessThanOrEqual(604_800);
  });

  test("watch metrics that runs write, and nothing else of that namespace", () => {
    const watched = alarms.flatMap(({ watched: one }) =>
      "metric" in one ? [one.metric] : Object.values(one.metrics),
    );
    const own = watched.filter(({ namespace }) => namespace === METRIC_NAMESPACE);
    expect(own.length).toBeGreaterThan(5);
    for (const { name, dimensions } of own) {
      expect(Object.keys(backupMetrics)).toContain(name);
      expect(dimensions).toEqual({ Stack: "dev" });
    }
  });

  test("count runs that died where they died", () => {
    const deaths = (runsOn: "lambda" | "codebuild") => {
      const failing = backupAlarms({
        stack: "dev",
        backup: { name: "x", runsOn, recoveryPointHours: 24 },
      }).find(({ name }) => name === "backup-failed");
      return failing && "metrics" in failing.watched ? failing.watched.metrics.died : undefined;
    };
    expect(deaths("lambda")).toMatchObject({
      namespace: "AWS/Lambda",
      name: "Errors",
      dimensions: { FunctionName: "x" },
    });
    expect(deaths("codebuild")).toMatchObject({
      namespace: "AWS/CodeBuild",
      name: "FailedBuilds",
      dimensions: { ProjectName: "x" },
    });
  });
});
