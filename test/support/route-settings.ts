import type { RoutesSettings, RuleSettings } from "../../infra/settings.ts";

// A name of its own, because an object literal with this key looks like a promise to readers and linters.
const TREATMENT = "then";

/** A rule for the office, slot 1, that asks for a sign-in; `overrides` say what is different. */
export function routeRule(
  treatment: RuleSettings["then"] = "sign-in",
  overrides: Omit<Partial<RuleSettings>, "then"> = {},
): RuleSettings {
  return {
    name: "office",
    slot: 1,
    from: ["203.0.113.0/24"],
    allowAnywhere: false,
    hosts: ["app.example.com"],
    paths: [],
    [TREATMENT]: treatment,
    ...(treatment === "sign-in" && { client: "web" }),
    ...(treatment === "verify-token" && { client: "batch" }),
    ...overrides,
  };
}

/** Routes with these rules on a listener that other applications use. */
export function sharedRoutes(rules: RuleSettings[], overrides: Partial<RoutesSettings> = {}): RoutesSettings {
  return {
    listener: {
      kind: "existing",
      arn: "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:listener/app/shared/50dc6c495c0c9188/f2f7dc8efc522ab2",
    },
    firstPriority: 100,
    targetGroupArn:
      "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:targetgroup/app/6d0ecf831eec9f09",
    authenticate: "cognito",
    sessionHours: 8,
    rules,
    otherwise: "deny",
    ...overrides,
  };
}

/** Routes with these rules on a load balancer of our own. */
export function ownRoutes(rules: RuleSettings[], overrides: Partial<RoutesSettings> = {}): RoutesSettings {
  return sharedRoutes(rules, {
    listener: {
      kind: "create",
      vpcId: "vpc-0123456789abcdef0",
      subnetIds: ["subnet-0b", "subnet-0a"],
      certificateArn: "arn:aws:acm:ap-northeast-1:123456789012:certificate/one",
    },
    ...overrides,
  });
}
