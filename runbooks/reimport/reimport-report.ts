import { countOf, formatCount, formatDuration } from "../runtime/progress.ts";
import type { RunbookResult } from "../runtime/runbook.ts";
import { quoteWord } from "../runtime/stack-outputs.ts";
import { showText } from "../runtime/terminal-text.ts";
import { wrapLine } from "../runtime/text-table.ts";
import { countUsers, formatPlan } from "./plan-text.ts";
import type { PoolFault } from "./pool-faults.ts";
import { countWrites, type ReimportPlan } from "./reimport-plan.ts";
import type { Reject } from "./reimport-run.ts";
import { exitCodeOf, type FinishedReimport, isNothingLeft, type PreparedReimport } from "./stack-reimport.ts";

/** The plan as people read it, in lines of at most so many characters. */
export function describePlan(prepared: PreparedReimport, now: Date, columns: number): string[] {
  const { findings, manifest, place, seconds, order } = prepared;
  const { impossible } = findings.plan;
  const ageSeconds = Math.max(0, (now.getTime() - Date.parse(manifest.startedAt)) / 1_000);
  const lines = [
    "The plan:",
    ...formatPlan({ findings, place, ageSeconds, seconds, share: order.share }),
    ...impossible.slice(0, SHOWN).map(({ sub, reason }) => `  not possible  ${sub}: ${reason}`),
    ...(impossible.length > SHOWN ? [`  … and ${formatCount(impossible.length - SHOWN)} more`] : []),
  ];
  return lines.flatMap((line) => wrapLine(showText(line), columns, " ".repeat(16)));
}

/** What a run without `--apply` ends with: the plan, and how to carry it out. */
export function describePlanned(prepared: PreparedReimport, plan: readonly string[]): RunbookResult {
  const { target } = prepared.findings;
  return {
    json: { ok: true, applied: false, ...describeFacts(prepared), faults: [] },
    text: [
      ...plan,
      ...(isNothingLeft(prepared.findings)
        ? ["Nothing is left to do. --apply --ticket <id> compares everybody with the set once more."]
        : [
            "Nothing was written. To carry it out, give the same command again with:",
            showText(`  --apply --ticket <id> --confirm ${quoteWord(target.name)}`),
          ]),
    ],
  };
}

/** Impossible users who are named one by one. */
const SHOWN = 10;

/** The plan with everything that speaks against it, in one list. */
export function describeFaults(
  prepared: PreparedReimport,
  plan: readonly string[],
  faults: readonly PoolFault[],
): RunbookResult {
  const count = faults.length === 1 ? "1 thing speaks" : `${faults.length} things speak`;
  return {
    json: { ok: false, applied: false, ...describeFacts(prepared), faults },
    text: [
      ...plan,
      `${count} against it; nothing was written:`,
      ...faults.flatMap(({ code, message, remedy }) =>
        [`  ${code}: ${message}`, `    ${remedy}`].map(showText),
      ),
    ],
    exitCode: 2,
  };
}

/** What became of everybody. */
export function describeFinished(
  prepared: PreparedReimport,
  finished: FinishedReimport,
  { startedAt, now }: { startedAt: Date; now: Date },
): RunbookResult {
  const { outcome, counts, files, findings } = finished;
  const { check, rejects } = outcome;
  const seconds = (now.getTime() - startedAt.getTime()) / 1_000;
  const exitCode = exitCodeOf(outcome);
  const bucket = prepared.stacks.outputs.backup.workBucket;
  const at = (key: string) => `s3://${bucket}/${key}`;
  const { planned } = countPlanned(findings.plan);
  return {
    json: {
      ok: exitCode === 0,
      applied: files !== undefined,
      ...describeFacts({ ...prepared, findings }),
      created: check.created,
      verified: check.verified,
      linked: check.linked,
      rejected: rejects.length,
      differences: check.differences.length,
      changedSince: check.changedSince,
      deletedSince: check.gone,
      run: counts,
      seconds,
      ...(files && { files: { bucket, ...files } }),
    },
    text: [
      exitCode === 0
        ? describeSuccess(check.verified, planned)
        : `${formatCount(check.verified)} of ${formatCount(planned)} users are there as planned, and ${formatCount(rejects.length)} not.`,
      files === undefined
        ? "There was nothing left to do; nothing was written."
        : describeRun(finished, seconds),
      ...(check.changedSince > 0
        ? [`${formatCount(check.changedSince)} of them changed since they came back, which is theirs.`]
        : []),
      ...(check.gone > 0
        ? [`Deleted since they came back, and not made again: ${countUsers(check.gone)}.`]
        : []),
      ...(check.leftAlone > 0
        ? [`Standing there before, left alone and not compared: ${countUsers(check.leftAlone)}.`]
        : []),
      ...describeRejects(rejects),
      ...(files
        ? [
            `who is who     ${at(files.subMap)}`,
            ...(files.rejects ? [`rejects        ${at(files.rejects)}`] : []),
            ...(files.mustEnrol ? [`must enrol     ${at(files.mustEnrol)}`] : []),
            ...(files.others ? [`not in the set ${at(files.others)}`] : []),
            `tell people    ${at(files.notice.ja)} (Japanese), ${at(files.notice.en)} (English)`,
            "Nobody was told anything yet: send the notice yourself.",
          ]
        : []),
    ].map(showText),
    exitCode,
  };
}

function describeSuccess(verified: number, planned: number): string {
  if (planned === 0) return "Nobody was to come back.";
  return `Everybody is there: ${formatCount(verified)} of ${formatCount(planned)} users compared, to the last character.`;
}

function describeRun({ counts }: FinishedReimport, seconds: number): string {
  const groups = counts.groups > 0 ? ` and made ${countOf(counts.groups, "group")}` : "";
  return `This run brought back ${countUsers(counts.restored)}${groups}, in ${formatDuration(seconds)}.`;
}

/** The first few rejects, one a line. */
export function describeRejects(rejects: readonly Reject[]): string[] {
  return [
    ...rejects.slice(0, SHOWN).map(({ sub, reason }) => `  rejected: ${sub}, ${reason}`),
    ...(rejects.length > SHOWN ? [`  … and ${formatCount(rejects.length - SHOWN)} more`] : []),
  ];
}

function describeFacts({ place, findings, seconds }: PreparedReimport) {
  const { plan, target, set } = findings;
  return {
    set: place,
    target: target.id,
    plan: plan.hash,
    users: plan.users,
    ...countPlanned(plan),
    ...plan.decisions,
    engines: plan.engines,
    skipped: plan.skipped,
    groups: plan.groupsToCreate.length,
    writes: countWrites(plan),
    activeUsers: plan.activeUsers,
    planSeconds: Math.ceil(seconds),
    hasFactors: set.hasFactors,
    lostFactors: plan.lostFactors,
    withoutWayBack: plan.withoutWayBack,
    strangers: plan.strangers,
  };
}

/** Users who are to be in the target in the end, those who cannot be among them. */
export function countPlanned({ decisions, impossible }: ReimportPlan): {
  planned: number;
  impossible: number;
} {
  const { standing, clash, gone, ...brought } = decisions;
  const wanted = Object.values(brought).reduce((sum, count) => sum + count, 0);
  return { planned: wanted + impossible.length, impossible: impossible.length };
}
