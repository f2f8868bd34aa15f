import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type AlarmDefinition, alarmText } from "../../../infra/alarms/alarm-definition.ts";
import { alarmGroups, type WatchedStack } from "../../../infra/alarms/alarm-groups.ts";
import { eventDefinitions } from "../../../infra/alarms/event-definitions.ts";
import { rings } from "../../support/alarm-state.ts";
import { type Change, goodSettings } from "../../support/sample-settings.ts";

const everything: WatchedStack<string> = {
  userPoolId: "pool",
  clientIds: { web: "web-id", cli: "cli-id", backend: "backend-id" },
  balancer: "app/shared/50dc6c495c0c9188",
  backup: { name: "sekisho-dev-backup", runsOn: "lambda", recoveryPointHours: 24 },
  secretWatch: "sekisho-dev-secret-age",
  signInLog: "/aws/lambda/sekisho-dev-sign-in-log",
  userEventLog: "/aws/vendedlogs/cognito/sekisho-dev/user-events",
};

function alarmsOf(changes: readonly Change[] = [], watched = everything): AlarmDefinition[] {
  return alarmGroups(goodSettings(...changes), watched).flatMap(({ alarms }) => alarms);
}

function alarmOf(name: string): AlarmDefinition {
  const alarm = alarmsOf().find((definition) => definition.name === name);
  if (!alarm) throw new Error(`there is no alarm ${name}`);
  return alarm;
}

describe("the alarms of a stack", () => {
  const alarms = alarmsOf();

  test("have names of their own", () => {
    const names = alarms.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(names.filter((name) => /^[a-z0-9-]+$/.test(name)));
  });

  test.each(alarms.map((alarm) => [alarm.name, alarm] as const))(
    "are what CloudWatch takes: %s",
    (_, alarm) => {
      const { watched, periodSeconds, periods, alarmingPeriods } = alarm;
      expect(periodSeconds % 60).toBe(0);
      expect(alarmingPeriods).toBeLessThanOrEqual(periods);
      // Amazon CloudWatch User Guide, "Common features of CloudWatch alarms": a day for short periods, else a week.
      expect(periodSeconds * periods).toBeLessThanOrEqual(periodSeconds < 3600 ? 86_400 : 604_800);
      expect(alarmText(alarm, "a-stack-with-a-long-name").length).toBeLessThanOrEqual(1024);
      if ("metric" in watched) return;
      const ids = Object.keys(watched.metrics);
      expect(ids.length).toBeLessThanOrEqual(10);
      expect(watched.expression.length).toBeLessThanOrEqual(1024);
      for (const id of ids) {
        expect(id).toMatch(/^[a-z]\w*$/);
        expect(watched.expression).toMatch(new RegExp(`\\b${id}\\b`));
      }
    },
  );

  test.each(alarms.map((alarm) => [alarm.name, alarm] as const))(
    "stay quiet in a stack that nobody uses, unless silence is the fault: %s",
    (name, alarm) => {
      const silent = Array.from({ length: alarm.periods }, () => undefined);
      const isSilenceTheFault = ["backup-missed", "backup-unverified"].includes(name);
      expect(rings(alarm, { watched: silent })).toBe(isSilenceTheFault);
    },
  );

  test("are in the handbook, each with what it means, and nothing else is", () => {
    const handbook = readFileSync(new URL("../../../docs/alarms.md", import.meta.url), "utf8");
    const headings = [...handbook.matchAll(/^### (\S+)$/gm)].map(([, heading]) => heading);
    const pages = new Set(alarms.map(({ name, page = name }) => page));
    const things = {
      userPoolId: "pool",
      keyArns: [],
      keyIds: [],
      buckets: [],
      runbookLogGroup: "log",
      erasedKey: [],
    };
    for (const { name } of eventDefinitions(things)) pages.add(name);
    expect(headings.sort()).toEqual([...pages].sort());
  });

  test("say which page to open, in the mail itself", () => {
    expect(alarmText(alarmOf("sign-in-failures-web"), "dev")).toBe(
      "Stack dev: fewer than 50 % of the sign-ins through client web succeeded: something is broken, or somebody is guessing. What it means and what to do first: docs/alarms.md#sign-in-failures in the stack's repository.",
    );
  });
});

describe("a feature that is off has no alarms", () => {
  test.each<[string, Change[], Partial<WatchedStack<string>>, RegExp]>([
    ["alarms themselves", [[["alarms"], undefined]], {}, /./],
    ["the account's SMS settings", [[["sms", "ownAccountSettings"], false]], {}, /^sms-/],
    ["backups by themselves", [], { backup: undefined }, /^backup-/],
    ["routes", [], { balancer: undefined }, /^balancer-/],
    [
      "functions that Cognito calls",
      [
        [["triggers"], undefined],
        [["audit", "signInLog"], "off"],
      ],
      {},
      /^function-/,
    ],
    ["a watched secret", [], { secretWatch: undefined }, /^secret-/],
    [
      "a log of sign-ins",
      [],
      { signInLog: undefined, userEventLog: undefined },
      /^(sign-in-log|user-event)-/,
    ],
    ["clients of people", [], { clientIds: {} }, /^(sign-in|user-event)-/],
  ])("%s", (_, changes, without, names) => {
    const left = alarmsOf(changes, { ...everything, ...without }).map(({ name }) => name);
    expect(left.filter((name) => names.test(name))).toEqual([]);
    expect(alarmsOf().map(({ name }) => name)).toEqual(
      expect.arrayContaining([expect.stringMatching(names)]),
    );
  });
});

describe("alarms on one number", () => {
  test.each([
    ["mail-bounces", 0.05, 0.049],
    ["mail-complaints", 0.001, 0.0009],
    ["secret-age", 180, 179],
    ["secret-age-unknown", 1, 0],
  ])("ring %s at %d and not at %d", (name, at, below) => {
    expect(rings(alarmOf(name), { watched: [at] })).toBe(true);
    expect(rings(alarmOf(name), { watched: [below] })).toBe(false);
  });

  test("watch the web ACL of the user pool in its Region, all rules together", () => {
    expect(alarmOf("web-acl-blocks").watched).toMatchObject({
      metric: {
        namespace: "AWS/WAFV2",
        name: "BlockedRequests",
        dimensions: { WebACL: "sekisho-dev-sign-in", Region: "ap-northeast-1", Rule: "ALL" },
      },
    });
    const quarter = [1000, 1000, 1000];
    expect(rings(alarmOf("web-acl-blocks"), { watched: quarter })).toBe(true);
    expect(rings(alarmOf("web-acl-blocks"), { watched: quarter.slice(1) })).toBe(false);
  });

  test("watch mails of the whole account: SES gives no dimensions", () => {
    expect(alarmOf("mail-bounces").watched).toEqual({
      metric: { namespace: "AWS/SES", name: "Reputation.BounceRate", dimensions: {}, statistic: "Average" },
    });
  });
});
