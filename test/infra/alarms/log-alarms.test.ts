import { describe, expect, test } from "vitest";
import { notificationAlarm, notificationCount, silentLogAlarm } from "../../../infra/alarms/log-alarms.ts";
import { rings } from "../../support/alarm-state.ts";

describe("a log of sign-ins that says nothing", () => {
  const alarm = silentLogAlarm({
    name: "sign-in-log-silence",
    what: "the log of sign-ins",
    logGroup: "/aws/lambda/x",
    userPoolId: "pool",
    clientIds: ["web", "cli"],
  });

  test.each([
    ["people sign in and nothing is written", { signins0: [3] }, true],
    ["people sign in through another client", { signins1: [1], entries: [0] }, true],
    ["every sign-in is written", { signins0: [3], entries: [9] }, false],
    ["nobody signs in", { entries: [0] }, false],
    ["all is silent", {}, false],
  ])("rings or not when %s", (_, series, isRinging) => {
    expect(rings(alarm, series)).toBe(isRinging);
  });

  test("is watched by the clients an alarm can read, ten metrics with the log", () => {
    const clientIds = Array.from({ length: 30 }, (_, place) => `client-${place}`);
    const { watched } = silentLogAlarm({ name: "n", what: "w", logGroup: "g", userPoolId: "p", clientIds });
    expect("metrics" in watched && Object.keys(watched.metrics)).toHaveLength(10);
  });
});

describe("messages that Cognito could not send", () => {
  test("ring at the first entry of the log of its notifications", () => {
    const alarm = notificationAlarm("Sekisho/dev");
    expect(rings(alarm, { watched: [1] })).toBe(true);
    expect(rings(alarm, {})).toBe(false);
    const count = notificationCount("/aws/vendedlogs/cognito/sekisho-dev/notifications");
    expect(alarm.watched).toMatchObject({ metric: { namespace: "Sekisho/dev", name: count.metric } });
    expect(count).toMatchObject({
      logGroup: "/aws/vendedlogs/cognito/sekisho-dev/notifications",
      pattern: "",
    });
  });
});
