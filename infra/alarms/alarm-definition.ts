/** One metric of CloudWatch; `Text` is what stands for ids that AWS makes up later. */
export interface Metric<Text = string> {
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, Text>>;
  statistic: "Average" | "Maximum" | "SampleCount" | "Sum";
}

/** What an alarm watches: one metric, or a number worked out from several, each under a name of its own. */
export type Watched<Text = string> =
  | { metric: Metric<Text> }
  | { expression: string; label: string; metrics: Readonly<Record<string, Metric<Text>>> };

/**
 * What CloudWatch takes a period without data for. `fine`: nothing happened, as with counts of what should not happen.
 * `keep`: the state stays, as with numbers that AWS publishes only now and then. `alarm`: silence is the fault.
 */
export type Silence = "fine" | "keep" | "alarm";

/** One alarm, before anything is declared. */
export interface AlarmDefinition<Text = string> {
  /** Lower case with hyphens. */
  name: string;
  /** The heading in docs/alarms.md. Default: the name. */
  page?: string;
  /** What has happened when it rings, in one sentence. */
  says: string;
  watched: Watched<Text>;
  comparison: "at least" | "below";
  threshold: number;
  /** Length of a period: 10, 30, or a multiple of 60. */
  periodSeconds: number;
  /** How many periods are looked at; as many as `alarmingPeriods` must be over the threshold. */
  periods: number;
  alarmingPeriods: number;
  silence: Silence;
}

/** Where somebody whom an alarm woke reads on. */
export function alarmPage(heading: string): string {
  return `docs/alarms.md#${heading}`;
}

/** What is said to whoever gets the mail; CloudWatch takes 1024 characters. */
export function alarmText(
  { name, page = name, says }: Pick<AlarmDefinition, "name" | "page" | "says">,
  stack: string,
): string {
  return `Stack ${stack}: ${says} What it means and what to do first: ${alarmPage(page)} in the stack's repository.`;
}
