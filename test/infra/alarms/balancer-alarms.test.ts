import { describe, expect, test } from "vitest";
import { balancerAlarms, balancerName } from "../../../infra/alarms/balancer-alarms.ts";
import { rings } from "../../support/alarm-state.ts";

const balancer = "app/shared/50dc6c495c0c9188";

describe("sign-ins at the load balancer", () => {
  test.each([
    ["balancer-sign-in-errors", "ELBAuthError", 5],
    ["balancer-sign-in-failures", "ELBAuthFailure", 20],
    ["balancer-claims-too-large", "ELBAuthUserClaimsSizeExceeded", 1],
  ])("ring %s from a number that is no chance, and not in silence", (name, metric, least) => {
    const alarm = balancerAlarms(balancer).find((definition) => definition.name === name);
    if (!alarm) throw new Error(`there is no alarm ${name}`);
    expect(alarm.watched).toEqual({
      metric: {
        namespace: "AWS/ApplicationELB",
        name: metric,
        dimensions: { LoadBalancer: balancer },
        statistic: "Sum",
      },
    });
    expect(rings(alarm, { watched: [least] })).toBe(true);
    expect(rings(alarm, { watched: [least - 1] })).toBe(false);
    expect(rings(alarm, {})).toBe(false);
  });

  test("are found by the listener's ARN", () => {
    const arn = `arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:listener/${balancer}/f2f7dc8efc522ab2`;
    expect(balancerName(arn)).toBe(balancer);
  });
});
