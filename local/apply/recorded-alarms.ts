import { textOf } from "./aws-shape.ts";
import type { Makers, Target } from "./maker.ts";
import { recordMaker } from "./record-maker.ts";

/** Alarms and what they watch; nothing on a laptop counts, rings or answers EventBridge. */
export const recordedAlarms: Makers = {
  "aws:cloudwatch/dashboard:Dashboard": recordMaker(async (target) => {
    const id = textOf(target.inputs, "dashboardName");
    const dashboardArn = `arn:aws:cloudwatch::${await target.aws.account()}:dashboard/${id}`;
    return { id, outputs: { dashboardArn } };
  }),
  "aws:cloudwatch/eventRule:EventRule": recordMaker(async (target) => {
    const id = nameOf(target);
    return { id, outputs: { arn: await arnOf(target, "events", `rule/${id}`) } };
  }),
  "aws:cloudwatch/eventTarget:EventTarget": recordMaker(({ inputs }) => ({
    id: `${textOf(inputs, "rule")}-${textOf(inputs, "targetId")}`,
    outputs: {},
  })),
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": recordMaker((target) => ({
    id: nameOf(target),
    outputs: {},
  })),
  "aws:cloudwatch/metricAlarm:MetricAlarm": recordMaker(async (target) => {
    const id = nameOf(target);
    return { id, outputs: { arn: await arnOf(target, "cloudwatch", `alarm:${id}`) } };
  }),
};

function nameOf({ inputs }: Target): string {
  return textOf(inputs, "name");
}

async function arnOf({ aws }: Target, service: string, resource: string): Promise<string> {
  return `arn:aws:${service}:${aws.region}:${await aws.account()}:${resource}`;
}
