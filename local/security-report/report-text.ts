import type { SecurityException } from "../../infra/checks/exceptions.ts";
import { type Finding, type Judgement, outcomesById } from "../../infra/checks/judgement.ts";
import { notJudged } from "../../infra/checks/not-judged.ts";
import { formatTable, wrapLine } from "../../runbooks/runtime/text-table.ts";

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
  { withPassed, columns }: { withPassed: boolean; columns: number },
): string[] {
  const details = [
    ...judgements.flatMap((judgement) => section("fails", judgement, "failed")),
    ...(withPassed ? judgements.flatMap((judgement) => section("passes", judgement, "passed")) : []),
    ...describeExceptions(judgements, exceptions),
    "",
    "not a question to a program",
    ...notJudged.flatMap(({ ids, reason }) => [`  ${ids.join(", ")}`, `    ${reason}`]),
  ];
  return [
    ...formatTable(tabulate(judgements.map(summarizeJudgement)), columns),
    ...details.flatMap((line) => wrapLine(line, Math.min(columns, LONGEST_LINE), indentOf(line))),
  ];
}

/** Characters; lists of ids would be longer than any terminal. */
const LONGEST_LINE = 100;

function indentOf(line: string): string {
  return /^ */.exec(line)?.[0] ?? "";
}

function tabulate(summaries: readonly JudgementSummary[]) {
  return {
    head: ["stack", "passed ids", "excepted ids", "failed ids", "not applicable ids"],
    rows: summaries.map(({ stack, passed, excepted, failed, notApplicable }) => [
      stack,
      ...[passed, excepted, failed, notApplicable].map(String),
    ]),
    hasNumbers: true,
  };
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
