import { describe, expect, test } from "vitest";
import type { AlarmDefinition } from "../../../infra/alarms/alarm-definition.ts";
import { functionAlarms } from "../../../infra/alarms/function-alarms.ts";
import {
  TRIGGER_FUNCTIONS,
  type TriggerName,
  triggerFunctionName,
} from "../../../infra/functions/trigger-functions.ts";
import { rings } from "../../support/alarm-state.ts";

const triggers: TriggerName[] = [
  "customMessage",
  "preSignUp",
  "postConfirmation",
  "defineQuestion",
  "createQuestion",
  "verifyAnswer",
  "signInLog",
];
const alarms = functionAlarms("dev", triggers);

function alarmOf(name: string): AlarmDefinition {
  const alarm = alarms.find((definition) => definition.name === name);
  if (!alarm) throw new Error(`there is no alarm ${name}`);
  return alarm;
}

describe("functions that Cognito calls", () => {
  test("are watched, each of them, for what fails and for what is not started", () => {
    expect(triggers.toSorted()).toEqual(Object.keys(TRIGGER_FUNCTIONS).toSorted());
    for (const trigger of triggers) {
      const { name } = TRIGGER_FUNCTIONS[trigger];
      for (const what of ["errors", "throttles"]) {
        const { page, watched } = alarmOf(`function-${what}-${name}`);
        expect(page).toBe(`function-${what}`);
        const metrics = "metric" in watched ? [watched.metric] : Object.values(watched.metrics);
        for (const { namespace, dimensions, statistic } of metrics) {
          expect({ namespace, dimensions, statistic }).toEqual({
            namespace: "AWS/Lambda",
            dimensions: { FunctionName: triggerFunctionName("dev", trigger) },
            statistic: "Sum",
          });
        }
      }
    }
    expect(alarms).toHaveLength(2 * triggers.length);
  });

  test.each([
    ["function-errors-verify-answer", "Errors"],
    ["function-errors-sign-in-log", "Errors"],
    ["function-throttles-verify-answer", "Throttles"],
    ["function-throttles-pre-sign-up", "Throttles"],
  ])("ring %s at the first one of %s within five minutes", (name, metric) => {
    const alarm = alarmOf(name);
    expect(alarm.watched).toMatchObject({ metric: { name: metric } });
    expect(alarm.periodSeconds).toBe(300);
    expect(rings(alarm, { watched: [1] })).toBe(true);
    expect(rings(alarm, { watched: [0] })).toBe(false);
    expect(rings(alarm, {})).toBe(false);
  });

  test.each([
    ["it refuses everybody", { calls: [5], errors: [5] }, true],
    ["it lets one of many", { calls: [40], errors: [39] }, false],
    ["it refuses a few strangers", { calls: [4], errors: [4] }, false],
    ["nobody signs up", {}, false],
  ])("may refuse to let people sign up: rings or not when %s", (_, series, isRinging) => {
    expect(rings(alarmOf("function-errors-pre-sign-up"), series)).toBe(isRinging);
  });
});
