import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { stackTags } from "../stack-tags.ts";
import { type AlarmDefinition, alarmText, type Metric, type Silence } from "./alarm-definition.ts";

export interface MetricAlarmArgs {
  stack: string;
  definition: AlarmDefinition<pulumi.Input<string>>;
  /** Who hears when it rings, and when it is over. */
  topicArn: pulumi.Input<string>;
}

/** Declares one alarm, named `sekisho-<stack>-<name>`. Every input is spelled, so that no default differs later. */
export function declareMetricAlarm(
  { stack, definition, topicArn }: MetricAlarmArgs,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.MetricAlarm {
  const { name, comparison, threshold, periods, alarmingPeriods, silence } = definition;
  return new aws.cloudwatch.MetricAlarm(
    `alarm-${name}`,
    {
      name: `sekisho-${stack}-${name}`,
      alarmDescription: alarmText(definition, stack),
      ...watchedInputs(definition),
      comparisonOperator: COMPARISONS[comparison],
      threshold,
      evaluationPeriods: periods,
      datapointsToAlarm: alarmingPeriods,
      treatMissingData: TREATMENTS[silence],
      actionsEnabled: true,
      alarmActions: [topicArn],
      okActions: [topicArn],
      tags: stackTags(stack),
    },
    opts,
  );
}

const COMPARISONS = { "at least": "GreaterThanOrEqualToThreshold", below: "LessThanThreshold" } as const;

const TREATMENTS: Readonly<Record<Silence, string>> = {
  fine: "notBreaching",
  keep: "ignore",
  alarm: "breaching",
};

type WatchedInputs = Pick<
  aws.cloudwatch.MetricAlarmArgs,
  "metricName" | "namespace" | "dimensions" | "statistic" | "period" | "metricQueries"
>;

function watchedInputs({ watched, periodSeconds }: AlarmDefinition<pulumi.Input<string>>): WatchedInputs {
  if ("metric" in watched) {
    const { name, namespace, statistic } = watched.metric;
    return {
      metricName: name,
      namespace,
      statistic,
      period: periodSeconds,
      ...dimensionsOf(watched.metric),
    };
  }
  const { expression, label, metrics } = watched;
  return {
    metricQueries: [
      { id: "watched", expression, label, returnData: true },
      ...Object.entries(metrics).map(([id, metric]) => ({
        id,
        returnData: false,
        metric: {
          metricName: metric.name,
          namespace: metric.namespace,
          stat: metric.statistic,
          period: periodSeconds,
          ...dimensionsOf(metric),
        },
      })),
    ],
  };
}

/** An empty map would come back as none. */
function dimensionsOf({ dimensions }: Metric<pulumi.Input<string>>) {
  return Object.keys(dimensions).length === 0 ? {} : { dimensions };
}
