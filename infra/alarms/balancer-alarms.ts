import type { AlarmDefinition } from "./alarm-definition.ts";

/**
 * Alarms about sign-ins at the load balancer (Application Load Balancers, "CloudWatch metrics"). AWS publishes them
 * when they are not zero: silence is fine. `balancer` is its name in metrics, as `balancerName` reads it.
 */
export function balancerAlarms<Text>(balancer: Text): AlarmDefinition<Text>[] {
  const of = (name: string, metric: string, threshold: number, says: string): AlarmDefinition<Text> => ({
    name,
    says,
    watched: {
      metric: {
        namespace: "AWS/ApplicationELB",
        name: metric,
        dimensions: { LoadBalancer: balancer },
        statistic: "Sum",
      },
    },
    comparison: "at least",
    threshold,
    periodSeconds: 300,
    periods: 1,
    alarmingPeriods: 1,
    silence: "fine",
  });
  return [
    of(
      "balancer-sign-in-errors",
      "ELBAuthError",
      5,
      "the load balancer could not finish five or more sign-ins: a rule is wrong, a client's secret is, or Cognito does not answer.",
    ),
    of(
      "balancer-sign-in-failures",
      "ELBAuthFailure",
      20,
      "twenty or more people came back to the load balancer without being signed in.",
    ),
    of(
      "balancer-claims-too-large",
      "ELBAuthUserClaimsSizeExceeded",
      1,
      "a user has more attributes than the load balancer can hand on (11 KB), and cannot get in.",
    ),
  ];
}

/** What metrics call a load balancer, out of the ARN of its listener: app/<name>/<id>. */
export function balancerName(listenerArn: string): string {
  return listenerArn.replace(/^.*:listener\//, "").replace(/\/[^/]*$/, "");
}
