import { formatCount, formatDuration } from "../runtime/progress.ts";
import type { RunbookResult } from "../runtime/runbook.ts";
import { describeStackChoice, type StackChoice } from "../runtime/stack-outputs.ts";
import { showText } from "../runtime/terminal-text.ts";
import { wrapLine } from "../runtime/text-table.ts";
import { formatPlan } from "./plan-text.ts";
import type { PoolFault } from "./pool-faults.ts";
import { countWrites, type ReimportPlan } from "./reimport-plan.ts";
import { exitCodeOf, type FinishedReimport, isNothingLeft, type PreparedReimport } from "./stack-reimport.ts";

/** The plan as people read it, in lines of at most so many characters. */
export function describePlan(prepared: PreparedReimport, now: Date, columns: number): string[] {
  const { findings, manifest, place, seconds, order, erasedPeople } = prepared;
  const { impossible } = findings.plan;
  const ageSeconds = Math.max(0, (now.getTime() - Date.parse(manifest.startedAt)) / 1_000);
  const lines = [
    "The plan:",
    ...formatPlan({ findings, place, ageSeconds, seconds, share: order.share, erasedPeople }),
    ...impossible.slice(0, SHOWN).map(({ sub, reason }) => `  not possible  ${sub}: ${reason}`),
    ...(impossible.length > SHOWN ? [`  … and ${formatCount(impossible.length - SHOWN)} more`] : []),
  ];
  return lines.flatMap((line) => wrapLine(showText(line), columns, " ".repeat(16)));
}

/** What a run without `--apply` ends with: the plan, and how to carry it out. */
export function describePlanned(
  prepared: PreparedReimport,
  plan: readonly string[],
  values: StackChoice,
): RunbookResult {
  const options = `${describeStackChoice(values)} --apply --ticket <id> --confirm ${prepared.findings.target.name}`;
  return {
    json: { ok: true, applied: false, ...describeFacts(prepared), faults: [] },
    text: [
      ...plan,
      ...(isNothingLeft(prepared.findings)
        ? ["Nothing is left to do. --apply --ticket <id> compares everybody with the set once more."]
        : [
            "Nothing was written. To carry it out, add to the same options:",
            showText(`  npm run reimport-users -- ${options}`),
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
  const { findings } = prepared;
  const { outcome, counts, files } = finished;
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
      ...describeFacts(prepared),
      created: check.created,
      verified: check.verified,
      linked: check.linked,
      rejected: rejects.length,
      differences: check.differences.length,
      changedSince: check.changedSince,
      run: counts,
      seconds,
      ...(files && { files: { bucket, ...files } }),
    },
    text: [
      exitCode === 0
        ? `Everybody is there: ${formatCount(check.verified)} of ${formatCount(planned)} users compared, to the last character.`
        : `${formatCount(check.verified)} of ${formatCount(planned)} users are there as planned; ${formatCount(rejects.length)} are not.`,
      files === undefined
        ? "There was nothing left to do; nothing was written."
        : describeRun(finished, seconds),
      ...(check.changedSince > 0
        ? [`${formatCount(check.changedSince)} of them changed since they came back, which is theirs.`]
        : []),
      ...rejects.slice(0, SHOWN).map(({ sub, reason }) => `  rejected: ${sub}, ${reason}`),
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

function describeRun({ counts }: FinishedReimport, seconds: number): string {
  const groups = counts.groups > 0 ? `, ${formatCount(counts.groups)} groups made` : "";
  return `This run brought back ${formatCount(counts.restored)} users${groups}, in ${formatDuration(seconds)}.`;
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
