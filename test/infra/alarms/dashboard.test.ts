import { describe, expect, test } from "vitest";
import { dashboardBody } from "../../../infra/alarms/dashboard.ts";

interface Widget {
  type: string;
  x: number;
  y: number;
  width: number;
  height: number;
  properties: { alarms?: string[]; annotations?: { alarms: string[] }; title?: string; markdown?: string };
}

function arns(group: string, count: number): string[] {
  return Array.from(
    { length: count },
    (_, place) => `arn:aws:cloudwatch:ap-northeast-1:123456789012:alarm:sekisho-dev-${group}-${place}`,
  );
}

function widgetsOf(groups: { title: string; alarmArns: string[] }[]): Widget[] {
  const body: { widgets: Widget[] } = JSON.parse(
    dashboardBody({ stack: "dev", region: "ap-northeast-1", groups }),
  );
  return body.widgets;
}

describe("the dashboard", () => {
  const groups = [
    { title: "Sign-ins", alarmArns: arns("one", 5) },
    { title: "Nothing", alarmArns: [] },
    { title: "Mails", alarmArns: arns("two", 2) },
  ];
  const widgets = widgetsOf(groups);
  const all = groups.flatMap(({ alarmArns }) => alarmArns);

  test("shows the state of every alarm first", () => {
    expect(widgets[0]).toMatchObject({ type: "alarm", x: 0, y: 0, properties: { alarms: all } });
  });

  test("shows what each alarm watches, once, under its heading", () => {
    const shown = widgets.flatMap(({ type, properties }) =>
      type === "metric" ? (properties.annotations?.alarms ?? []) : [],
    );
    expect(shown).toEqual(all);
    expect(
      widgets.filter(({ type }) => type === "text").map(({ properties }) => properties.markdown),
    ).toEqual(["## Sign-ins", "## Mails"]);
    expect(widgets.find(({ type }) => type === "metric")?.properties.title).toBe("sekisho-dev-one-0");
  });

  test("puts nothing over something else, nor beyond the 24 columns there are", () => {
    for (const [place, one] of widgets.entries()) {
      expect(one.x + one.width).toBeLessThanOrEqual(24);
      for (const other of widgets.slice(place + 1)) {
        const isApart =
          one.x + one.width <= other.x ||
          other.x + other.width <= one.x ||
          one.y + one.height <= other.y ||
          other.y + other.height <= one.y;
        expect(isApart).toBe(true);
      }
    }
  });
});
