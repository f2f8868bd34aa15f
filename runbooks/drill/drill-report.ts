import { countPlanned, describeFaults, describePlan, describeRejects } from "../reimport/reimport-report.ts";
import { exitCodeOf } from "../reimport/stack-reimport.ts";
import type { ExitCode } from "../runtime/errors.ts";
import { formatCount, formatDuration } from "../runtime/progress.ts";
import type { RunbookResult } from "../runtime/runbook.ts";
import { showText } from "../runtime/terminal-text.ts";
import { wrapLine } from "../runtime/text-table.ts";
import type { Drill, RestoredDrill } from "./drill.ts";
import { removalCommand } from "./rehearsal-pools.ts";

/** When a report is made, and how wide it may be. */
export interface DrillReportFacts {
  startedAt: Date;
  now: Date;
  /** How many characters a line may have. */
  columns: number;
}

/**
 * What a drill found out, for people and as JSON. It ends like a re-import, but a pool that could not be deleted ends
 * every drill with exit code 15.
 */
export function describeDrill(drill: Drill, facts: DrillReportFacts): RunbookResult {
  const { restored, remains } = drill;
  const report = restored ? describeRestored(drill, restored, facts) : describeRefused(drill, facts);
  const exitCode = typeof remains === "object" ? remains.exitCode : (report.exitCode ?? 0);
  return { ...report, json: { ...report.json, ok: exitCode === 0 }, exitCode };
}

function describeRefused(drill: Drill, { now, columns }: DrillReportFacts): RunbookResult {
  const { prepared, pool, faults } = drill;
  const refused = describeFaults(prepared, describePlan(prepared, now, columns), faults);
  return {
    ...refused,
    json: { ...refused.json, pool: pool.id, kept: drill.remains !== undefined },
    text: [...refused.text, ...wrapRows([["pool", describePool(drill)]], columns)],
  };
}

function describeRestored(
  drill: Drill,
  { finished, seconds }: RestoredDrill,
  { startedAt, now, columns }: DrillReportFacts,
): RunbookResult {
  const { prepared, pool, leftOut, unrehearsed } = drill;
  const { check } = finished.outcome;
  const { plan } = prepared.findings;
  const { workBucket } = prepared.stacks.outputs.backup;
  const rejects = finished.outcome.rejects.filter(({ sub }) => !unrehearsed.has(sub));
  const planned = countPlanned(plan).planned - unrehearsed.size;
  const exitCode: ExitCode = exitCodeOf({ check, rejects });
  const total = (now.getTime() - startedAt.getTime()) / 1_000;
  const estimateSeconds = Math.ceil(Math.max(prepared.seconds, seconds.all));
  const share = `${Math.round(prepared.order.share * 100)} % of AWS's quotas`;
  const rows: [string, string][] = [
    ["set", prepared.place],
    ["pool", describePool(drill)],
    ...leftOut.map((what, place): [string, string] => [place === 0 ? "left out" : "", what]),
    ...(unrehearsed.size > 0 ? [["", describeUnrehearsed(unrehearsed.size)] as [string, string]] : []),
    ["restored in", describeSpeed(finished.counts.restored, seconds.restore)],
    ["compared in", formatDuration(seconds.check)],
    ["for real", `about ${formatDuration(estimateSeconds)} at ${share}, once there is a pool`],
    ["drill", formatDuration(total)],
    ...(rejects.length > 0 && finished.files?.rejects
      ? [["rejects", `s3://${workBucket}/${finished.files.rejects}`] as [string, string]]
      : []),
  ];
  return {
    json: {
      set: prepared.place,
      pool: pool.id,
      users: plan.users,
      planned,
      created: check.created,
      verified: check.verified,
      linked: check.linked,
      rejected: rejects.length,
      leftOut,
      seconds: { total, restore: seconds.restore, check: seconds.check },
      estimateSeconds,
      kept: drill.remains !== undefined,
    },
    text: [
      exitCode === 0
        ? `The drill succeeded: ${formatCount(check.verified)} of ${formatCount(planned)} users came back, compared to the last character.`
        : `The drill found faults: ${formatCount(check.verified)} of ${formatCount(planned)} users came back as planned.`,
      ...wrapRows(rows, columns),
      ...describeRejects(rejects),
    ].map(showText),
    exitCode,
  };
}

function describeUnrehearsed(users: number): string {
  return users === 1
    ? "1 user who has no other way in"
    : `${formatCount(users)} users who have no other way in`;
}

function describeSpeed(users: number, seconds: number): string {
  const rate = seconds > 0 ? `, ${formatCount(Math.round(users / seconds))} users/s` : "";
  return `${formatDuration(seconds)}${rate}`;
}

function describePool({ pool, remains, prepared }: Drill): string {
  const name = `${pool.id} (${pool.name})`;
  if (remains === undefined) return `${name}, deleted`;
  const byHand = removalCommand(pool.id, prepared.stacks.outputs.stack.region);
  return remains === "kept"
    ? `${name}, kept; a drill after a day deletes it, or you: ${byHand}`
    : `${name}, not deleted; do it by hand: ${byHand}`;
}

function wrapRows(rows: readonly (readonly [string, string])[], columns: number): string[] {
  return rows.flatMap(([what, text]) =>
    wrapLine(showText(`  ${what.padEnd(14)}${text}`), columns, " ".repeat(16)),
  );
}
