import { countOf, formatCount, formatDuration } from "../runtime/progress.ts";
import type { ReimportFindings } from "./reimport-findings.ts";
import type { ReimportPlan } from "./reimport-plan.ts";

/** What a person has to know besides the plan itself. */
export interface PlanFacts {
  findings: ReimportFindings;
  /** `s3://<bucket>/<pool id>/<set>/`. */
  place: string;
  /** Seconds since the set was begun. */
  ageSeconds: number;
  /** Seconds that AWS's quotas take at this share. */
  seconds: number;
  /** 0.1 to 1. */
  share: number;
}

/** The plan as people read it: one fact a line, what cannot come back among them. */
export function formatPlan(facts: PlanFacts): string[] {
  const { findings, place, ageSeconds } = facts;
  const { target, plan, set } = findings;
  const { users } = set.manifest.counts;
  const rows: [string, string][] = [
    ["into", `${target.id} (${target.name}), which holds ${formatCount(findings.standing.size())} users`],
    ["from", `${place}, ${formatDuration(ageSeconds)} old, ${formatCount(users)} users`],
    ...describeChosen(plan),
    ...describeWork(plan),
    ...describeLeftOut(plan),
    ["takes", describeTime(facts)],
    ["active users", describeActive(plan)],
    ["functions", describeTriggers(facts)],
    ...(findings.input.scope.kind === "attributes"
      ? []
      : ([["lost", describeLosses(facts)]] as [string, string][])),
  ];
  return rows.map(([what, text]) => `  ${what.padEnd(14)}${text}`);
}

function describeChosen({ named, users }: ReimportPlan): [string, string][] {
  const chosen = Object.keys(named).length;
  return chosen === 0 ? [] : [["chosen", `${formatCount(chosen)} of ${countUsers(users)}`]];
}

function describeWork({ decisions, engines, linked, groupsToCreate }: ReimportPlan): [string, string][] {
  const { create, resume, overwrite, repair, done, gone, standing, clash, taken, unclear } = decisions;
  const counts: [number, string][] = [
    [resume, "go on with, from an earlier run"],
    [overwrite, "overwritten by what the set says"],
    [repair, "given their attributes back"],
    [done, "there already, by an earlier run"],
    [gone, "deleted since an earlier run, not made again"],
    [standing, "standing there, left alone"],
    [clash, "standing there, which stops everything"],
    [taken, "whose sign-in name somebody else has by now, rejected"],
    [unclear, "perhaps half made by an earlier run and changed since, rejected"],
  ];
  return [
    [
      "create",
      `${countUsers(create)}: ${formatCount(engines.api)} by the API, ${formatCount(engines.csv)} by CSV import`,
    ],
    ...counts
      .filter(([count]) => count > 0)
      .map(([count, what]): [string, string] => ["", `${countUsers(count)} ${what}`]),
    ...(linked > 0
      ? ([
          [
            "link",
            `${countUsers(linked)} to their identity providers; from now on "forgot password" is a way in for them, too`,
          ],
        ] as [string, string][])
      : []),
    ...(groupsToCreate.length > 0
      ? ([["groups", `${formatCount(groupsToCreate.length)} to create`]] as [string, string][])
      : []),
  ];
}

function describeLeftOut({
  skipped,
  impossible,
  strangers,
  someStrangers,
  csvObstacles,
}: ReimportPlan): [string, string][] {
  const rows: [string, string][] = [];
  if (skipped.erased > 0) rows.push(["erased", `${countUsers(skipped.erased)} stay erased`]);
  if (skipped.unconfirmed > 0) {
    const what = "never confirmed their sign-up and sign up again (--unconfirmed restore brings them back)";
    rows.push(["left out", `${countUsers(skipped.unconfirmed)} who ${what}`]);
  }
  for (const [reason, count] of countReasons(impossible))
    rows.push(["impossible", `${countUsers(count)}: ${reason}`]);
  for (const [obstacle, count] of csvObstacles)
    rows.push(["not by CSV", `${countUsers(count)}: ${obstacle}`]);
  if (strangers > 0)
    rows.push(["others", `${countUsers(strangers)} of the target, not in the set, who stay:`]);
  for (const { sub, created } of someStrangers) rows.push(["", `${sub}, created ${created}`]);
  if (strangers > someStrangers.length) rows.push(["", "…"]);
  return rows;
}

function countReasons(impossible: ReimportPlan["impossible"]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { reason } of impossible) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return counts;
}

function describeTime({ seconds, share, findings }: PlanFacts): string {
  const byCsv = findings.plan.engines.csv > 0 ? "; how fast an import job goes AWS does not say" : "";
  return `about ${formatDuration(seconds)} at ${Math.round(share * 100)} % of AWS's quotas${byCsv}`;
}

function describeActive({ activeUsers: { planned, api, csv } }: ReimportPlan): string {
  const others = `all by API ${formatCount(api)}, as many by CSV as it can carry ${formatCount(csv)}`;
  return `${formatCount(planned)} that AWS bills as active this month (${others})`;
}

function describeTriggers({ findings }: PlanFacts): string {
  const calls = findings.target.triggers.includes("PreSignUp");
  return calls
    ? "PreSignUp is called for each user made by the API, and may refuse them; no other one is"
    : "none of the target's is called while users are made";
}

function describeLosses({ findings }: PlanFacts): string {
  const { plan, set } = findings;
  const factors = Object.entries(plan.lostFactors).map(([name, count]) => `${name} of ${countUsers(count)}`);
  const told = set.hasFactors
    ? factors.join(", ") || "no second factor that the set tells of"
    : "second factors, which are not in this set";
  const stuck =
    plan.withoutWayBack > 0 ? `; no verified way back for ${countUsers(plan.withoutWayBack)}` : "";
  return `every password, sub, authenticator, passkey and device; ${told}${stuck}`;
}

/** 1 -> "1 user", 4211 -> "4,211 users". */
export function countUsers(count: number): string {
  return countOf(count, "user");
}
