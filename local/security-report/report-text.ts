import type { SecurityException } from "../../infra/checks/exceptions.ts";
import { type Finding, type Judgement, outcomesById } from "../../infra/checks/judgement.ts";
import { notJudged } from "../../infra/checks/not-judged.ts";

export type LabelledJudgement = Judgement & { label: string };

/** How many ids pass, are excepted, fail, or concern nothing in the stack. */
export interface JudgementSummary {
  stack: string;
  preset: Judgement["preset"];
  passed: number;
  excepted: number;
  failed: number;
  notApplicable: number;
  failures: Pick<Finding, "id" | "resource" | "says">[];
}

/** The numbers of one stack and what failed, for `--json`. */
export function summarizeJudgement(judgement: LabelledJudgement): JudgementSummary {
  const outcomes = [...outcomesById(judgement).values()];
  const count = (wanted: Finding["outcome"]) => outcomes.filter((outcome) => outcome === wanted).length;
  return {
    stack: judgement.label,
    preset: judgement.preset,
    passed: count("passed"),
    excepted: count("excepted"),
    failed: count("failed"),
    notApplicable: judgement.notApplicable.length,
    failures: judgement.findings
      .filter(({ outcome }) => outcome === "failed")
      .map(({ id, resource, says }) => ({ id, resource, says })),
  };
}

/** The report for people: a table of numbers, what failed, and what is excepted with its reason. */
export function describeJudgements(
  judgements: readonly LabelledJudgement[],
  exceptions: readonly SecurityException[],
  { withPassed }: { withPassed: boolean },
): string[] {
  return [
    ...table(judgements.map(summarizeJudgement)),
    ...judgements.flatMap((judgement) => section("fails", judgement, "failed")),
    ...(withPassed ? judgements.flatMap((judgement) => section("passes", judgement, "passed")) : []),
    ...describeExceptions(judgements, exceptions),
    "",
    "asked by the scanners, but not of a program",
    ...notJudged.flatMap(({ ids, reason }) => [`  ${ids.join(", ")}`, `    ${reason}`]),
  ];
}

function table(summaries: readonly JudgementSummary[]): string[] {
  const head = ["stack", "passed", "excepted", "failed", "not applicable"];
  const rows = summaries.map(({ stack, passed, excepted, failed, notApplicable }) => [
    stack,
    ...[passed, excepted, failed, notApplicable].map(String),
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  "),
  );
}

/** One entry for each question: what it says, of which resources, and who asks. */
function section(
  title: string,
  { label, findings }: LabelledJudgement,
  wanted: Finding["outcome"],
): string[] {
  const bySentence = Map.groupBy(
    findings.filter(({ outcome }) => outcome === wanted),
    ({ says }) => says,
  );
  if (bySentence.size === 0) return [];
  const entries = [...bySentence].flatMap(([says, found]) => [
    `  ${says}`,
    `    of ${distinct(found.map(({ resource }) => resource))}`,
    `    (${distinct(found.map(({ id }) => id))})`,
  ]);
  return ["", `${label}: ${title}`, ...entries];
}

function distinct(names: readonly string[]): string {
  return [...new Set(names)].join(", ");
}

/** Each exception that one of the stacks needs, once. */
function describeExceptions(
  judgements: readonly LabelledJudgement[],
  exceptions: readonly SecurityException[],
): string[] {
  const needed = exceptions.filter((exception) =>
    judgements.some(({ used }) => used.some((use) => use.exception === exception)),
  );
  if (needed.length === 0) return [];
  const lines = needed.flatMap(({ ids, presets, reason, owner }) => [
    `  ${ids.join(", ")}`,
    `    ${reason.trim()} (${[...(presets.length === 1 ? presets : []), owner].join(", ")})`,
  ]);
  return ["", "excepted in writing (infra/checks/exceptions.yaml)", ...lines];
}
