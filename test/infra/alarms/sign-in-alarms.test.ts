import { describe, expect, test } from "vitest";
import type { AlarmDefinition } from "../../../infra/alarms/alarm-definition.ts";
import { signInAlarms } from "../../../infra/alarms/sign-in-alarms.ts";
import { rings } from "../../support/alarm-state.ts";

function alarmsFor(...clients: string[]): AlarmDefinition[] {
  const clientIds = Object.fromEntries(clients.map((client) => [client, `${client}-id`]));
  return signInAlarms({ userPoolId: "pool", clientIds, signInSuccessPercent: 50 });
}

describe("sign-ins through one client", () => {
  const [failures] = alarmsFor("web");
  if (!failures) throw new Error("there is no alarm");

  test.each([
    ["half of them succeed", { attempts: [10], succeeded: [5] }, false],
    ["fewer than half succeed", { attempts: [10], succeeded: [4] }, true],
    ["none succeeds", { attempts: [40], succeeded: [0] }, true],
    ["a few people mistype", { attempts: [9], succeeded: [0] }, false],
    ["it is night", {}, false],
  ])("ring or not when %s", (_, series, isRinging) => {
    expect(rings(failures, series)).toBe(isRinging);
  });

  test("are counted by pool and client, as Cognito publishes them", () => {
    expect(failures).toMatchObject({
      name: "sign-in-failures-web",
      watched: {
        metrics: {
          attempts: {
            namespace: "AWS/Cognito",
            name: "SignInSuccesses",
            dimensions: { UserPool: "pool", UserPoolClient: "web-id" },
            statistic: "SampleCount",
          },
          succeeded: { statistic: "Sum" },
        },
      },
    });
  });
});

describe("sign-ins that Cognito turns away", () => {
  test("ring at the first one, of whichever client, and of tokens too", () => {
    const throttles = alarmsFor("web", "cli").find(({ name }) => name === "sign-in-throttles");
    if (!throttles) throw new Error("there is no alarm");
    expect(rings(throttles, {})).toBe(false);
    expect(rings(throttles, { signins1: [1] })).toBe(true);
    expect(rings(throttles, { refreshes0: [1] })).toBe(true);
  });

  test("are watched for every client although an alarm reads ten metrics at most", () => {
    const clients = Array.from({ length: 12 }, (_, place) => `client-${place}`);
    const throttles = alarmsFor(...clients).filter(({ name }) => name.startsWith("sign-in-throttles"));
    expect(throttles.map(({ name }) => name)).toEqual([
      "sign-in-throttles",
      "sign-in-throttles-2",
      "sign-in-throttles-3",
    ]);
    const watched = throttles.flatMap((alarm) =>
      "metric" in alarm.watched ? [] : Object.values(alarm.watched.metrics),
    );
    expect(new Set(watched.map(({ dimensions }) => dimensions.UserPoolClient)).size).toBe(12);
  });

  test("have no alarm in a pool that nobody signs in to", () => {
    expect(alarmsFor()).toEqual([]);
  });
});
