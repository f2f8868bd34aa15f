import type { AlarmDefinition } from "../../infra/alarms/alarm-definition.ts";
import { evaluateMath, type Series } from "./metric-math.ts";

/**
 * Whether an alarm that was quiet rings after these periods: `series` by the id of the metric in the expression, or
 * `watched` for the only one. A metric of which nothing is said has no data.
 */
export function rings<Text>(
  definition: AlarmDefinition<Text>,
  series: Readonly<Record<string, Series>>,
): boolean {
  const { periods, alarmingPeriods, silence } = definition;
  const values = watchedSeries(definition, series).slice(-periods);
  const alarming = values.filter((value) =>
    value === undefined ? silence === "alarm" : isBeyond(definition, value),
  );
  return alarming.length >= alarmingPeriods;
}

function watchedSeries<Text>(
  { watched }: AlarmDefinition<Text>,
  series: Readonly<Record<string, Series>>,
): Series {
  if ("metric" in watched) return series.watched ?? [undefined];
  const length = Math.max(1, ...Object.values(series).map((values) => values.length));
  const nothing = Array.from({ length }, () => undefined);
  const known = Object.fromEntries(Object.keys(watched.metrics).map((id) => [id, series[id] ?? nothing]));
  return evaluateMath(watched.expression, known);
}

function isBeyond(
  { comparison, threshold }: Pick<AlarmDefinition, "comparison" | "threshold">,
  value: number,
) {
  return comparison === "at least" ? value >= threshold : value < threshold;
}
