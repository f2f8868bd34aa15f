/** A group of alarms that stand together on the dashboard. */
export interface DashboardGroup {
  title: string;
  alarmArns: readonly string[];
}

/**
 * The dashboard: the state of every alarm first, then what each watches, with its threshold (Amazon CloudWatch API
 * Reference, "Dashboard body structure and syntax"). One line of JSON, so that equal dashboards are equal texts.
 */
export function dashboardBody({
  stack,
  region,
  groups,
}: {
  stack: string;
  region: string;
  groups: readonly DashboardGroup[];
}): string {
  const filled = groups.filter(({ alarmArns }) => alarmArns.length > 0);
  const all = filled.flatMap(({ alarmArns }) => alarmArns);
  const stateHeight = Math.max(2, Math.ceil(all.length / 4) + 1);
  const widgets: object[] = [
    {
      type: "alarm",
      ...placed(0, 0, COLUMNS, stateHeight),
      properties: { title: `Alarms of stack ${stack}`, alarms: all },
    },
  ];
  let y = stateHeight;
  for (const { title, alarmArns } of filled) {
    widgets.push({ type: "text", ...placed(0, y, COLUMNS, 1), properties: { markdown: `## ${title}` } });
    y += 1;
    for (const [place, arn] of alarmArns.entries()) {
      const row = Math.floor(place / PER_ROW);
      widgets.push({
        type: "metric",
        ...placed((place % PER_ROW) * WIDTH, y + row * HEIGHT, WIDTH, HEIGHT),
        properties: { title: alarmName(arn), region, view: "timeSeries", annotations: { alarms: [arn] } },
      });
    }
    y += Math.ceil(alarmArns.length / PER_ROW) * HEIGHT;
  }
  return JSON.stringify({ widgets });
}

/** A dashboard is 24 columns wide. */
const COLUMNS = 24;
const PER_ROW = 4;
const WIDTH = COLUMNS / PER_ROW;
const HEIGHT = 5;

function placed(x: number, y: number, width: number, height: number) {
  return { x, y, width, height };
}

function alarmName(arn: string): string {
  return arn.slice(arn.indexOf(":alarm:") + ":alarm:".length);
}
