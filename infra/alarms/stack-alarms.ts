import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { StackOutputs } from "../outputs/outputs.ts";
import type { AlarmSettings, Settings } from "../settings.ts";
import { type AlarmGroup, alarmGroups, logCountNamespace, type WatchedStack } from "./alarm-groups.ts";
import { AlarmTopic } from "./alarm-topic.ts";
import { CallAlarm } from "./call-alarm.ts";
import { dashboardBody } from "./dashboard.ts";
import { eventDefinitions } from "./event-definitions.ts";
import { declareMetricAlarm } from "./metric-alarm.ts";
import type { LogCount } from "./sms-alarms.ts";

export interface StackAlarmsArgs {
  settings: Pick<
    Settings,
    "stack" | "region" | "disposable" | "sms" | "email" | "guard" | "triggers" | "audit"
  > & {
    alarms: AlarmSettings;
  };
  account: string;
  watched: WatchedStack<pulumi.Input<string>>;
  /** Logs of this stack whose entries are counted, and what must be made before. */
  logCounts: LogCount[];
  logs: pulumi.Resource[];
  /** ARNs of the stack's other keys in its own Region. */
  keyArns: pulumi.Input<string>[];
  /** Names of the buckets of backups, working files, evidence and access logs in its own Region. */
  buckets: pulumi.Input<string>[];
  runbookLogGroup: pulumi.Input<string>;
  /** Name and ARN of the secret that recognises erased people. */
  erasedKey: pulumi.Input<string>[];
}

/**
 * Who is told when something is wrong: a topic, alarms on numbers, alarms on calls to AWS, and a dashboard that shows
 * all of them. No alarm rings without telling the topic.
 */
export class StackAlarms extends pulumi.ComponentResource {
  /** What runbooks need to know, for `/sekisho/<stack>/alarms`. */
  readonly part: pulumi.Output<NonNullable<StackOutputs["alarms"]>>;
  readonly topicArn: pulumi.Output<string>;

  constructor(name: string, args: StackAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:StackAlarms", name, {}, opts);
    const { settings } = args;
    const topic = new AlarmTopic(`${name}-topic`, args, { parent: this });
    this.topicArn = topic.arn;

    countLogs(this, args);
    watchCalls(this, args, topic);
    const groups = alarmGroups<pulumi.Input<string>>(settings, args.watched);
    const dashboard = showAll(this, name, args, declareGroups(this, args, groups, topic.arn));

    this.part = pulumi.output({ topicArn: topic.arn, dashboard: dashboard.dashboardName });
    this.registerOutputs({ part: this.part });
  }
}

function countLogs(parent: pulumi.Resource, { settings, logCounts, logs }: StackAlarmsArgs): void {
  for (const { metric, logGroup, pattern } of logCounts) {
    new aws.cloudwatch.LogMetricFilter(
      `count-${metric}`,
      {
        name: `sekisho-${settings.stack}-${metric}`,
        logGroupName: logGroup,
        pattern,
        metricTransformation: {
          namespace: logCountNamespace(settings.stack),
          name: metric,
          value: "1",
          defaultValue: "0",
          unit: "Count",
        },
      },
      { parent, dependsOn: logs },
    );
  }
}

function watchCalls(
  parent: pulumi.Resource,
  { settings, watched, keyArns: otherKeys, buckets, runbookLogGroup, erasedKey }: StackAlarmsArgs,
  { arn: topicArn, keyArn }: AlarmTopic,
): void {
  const keyArns = [...otherKeys, keyArn];
  const definitions = eventDefinitions<pulumi.Input<string>>({
    userPoolId: watched.userPoolId,
    keyArns,
    keyIds: keyArns.map((arn) => pulumi.output(arn).apply((known) => known.split("/").at(-1) ?? known)),
    buckets,
    runbookLogGroup,
    erasedKey,
  });
  for (const definition of definitions) {
    new CallAlarm(`call-${definition.name}`, { stack: settings.stack, definition, topicArn }, { parent });
  }
}

function declareGroups(
  parent: pulumi.Resource,
  { settings }: StackAlarmsArgs,
  groups: AlarmGroup<pulumi.Input<string>>[],
  topicArn: pulumi.Output<string>,
): { title: string; alarmArns: pulumi.Output<string>[] }[] {
  return groups.map(({ title, alarms }) => ({
    title,
    alarmArns: alarms.map(
      (definition) => declareMetricAlarm({ stack: settings.stack, definition, topicArn }, { parent }).arn,
    ),
  }));
}

function showAll(
  parent: pulumi.Resource,
  name: string,
  { settings: { stack, region } }: StackAlarmsArgs,
  groups: { title: string; alarmArns: pulumi.Output<string>[] }[],
): aws.cloudwatch.Dashboard {
  return new aws.cloudwatch.Dashboard(
    name,
    {
      dashboardName: `sekisho-${stack}`,
      dashboardBody: pulumi.output(groups).apply((known) => dashboardBody({ stack, region, groups: known })),
    },
    { parent },
  );
}
