import { describe, expect, test } from "vitest";
import { accessLogStep } from "../../../infra/audit/access-log-step.ts";
import { ownRoutes, sharedRoutes } from "../../support/route-settings.ts";

describe("the step to access logs", () => {
  test("is told where the load balancer is not ours, as one command to copy", () => {
    expect(accessLogStep(sharedRoutes([]), "logs")).toBe(
      "The load balancer is not this stack's; unless its access logs are on already, switch them on once: " +
        "aws elbv2 modify-load-balancer-attributes --load-balancer-arn " +
        "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:loadbalancer/app/shared/50dc6c495c0c9188 " +
        "--attributes Key=access_logs.s3.enabled,Value=true Key=access_logs.s3.bucket,Value=logs",
    );
  });

  test("is nobody's where the balancer is ours, or where there is none", () => {
    expect(accessLogStep(ownRoutes([]), "logs")).toBeUndefined();
    expect(accessLogStep(undefined, "logs")).toBeUndefined();
  });
});
