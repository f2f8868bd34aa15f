import { expect, test } from "vitest";
import { loadBalancerArnOf } from "../../../infra/routes/load-balancer-arn.ts";

test("a listener's ARN tells its load balancer's", () => {
  const prefix = "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012";
  expect(loadBalancerArnOf(`${prefix}:listener/app/my-listener/50dc6c495c0c9188/f2f7dc8efc522ab2`)).toBe(
    `${prefix}:loadbalancer/app/my-listener/50dc6c495c0c9188`,
  );
});
