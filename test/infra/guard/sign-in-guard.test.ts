import { describe, expect, test } from "vitest";
import { SignInGuard } from "../../../infra/guard/sign-in-guard.ts";
import type { GuardSettings, RoutesSettings } from "../../../infra/settings.ts";
import { declare } from "../../support/pulumi-mocks.ts";
import { ownRoutes, routeRule, sharedRoutes } from "../../support/route-settings.ts";

const IP_SET = "aws:wafv2/ipSet:IpSet";
const ACL = "aws:wafv2/webAcl:WebAcl";
const ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation";
const LOGGING = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration";
const LOG = "aws:cloudwatch/logGroup:LogGroup";

const office = routeRule("sign-in", { from: ["203.0.113.0/24", "2001:db8::/32"] });

function declareGuard({
  guard = {},
  routes = sharedRoutes([office]),
  disposable = false,
  logKeyArn,
}: {
  guard?: Partial<GuardSettings>;
  routes?: RoutesSettings;
  disposable?: boolean;
  logKeyArn?: string;
} = {}) {
  return declare(() => {
    const { webAclArn, logGroupName } = new SignInGuard("sign-in-guard", {
      settings: {
        stack: "dev",
        disposable,
        letGo: undefined,
        routes,
        guard: {
          pageCidrs: [],
          apiCidrs: ["198.51.100.0/25"],
          allowAnywhere: [],
          requestsPerFiveMinutes: 3000,
          logRetentionDays: 365,
          ...guard,
        },
      },
      userPoolArn: "arn:pool",
      loadBalancerArn: "arn:balancer",
      logKeyArn,
    });
    return { webAclArn, logGroupName };
  });
}

describe("the web ACL of the user pool", () => {
  test("stands in front of the pool, with one set of networks for each list and family", async () => {
    const declared = await declareGuard();
    expect(declared.one(ASSOCIATION).inputs).toEqual({
      webAclArn: declared.outputs.webAclArn,
      resourceArn: "arn:pool",
    });
    expect(
      declared
        .all(IP_SET)
        .map(({ name, inputs }) => [name, inputs.ipAddressVersion, inputs.scope, inputs.addresses]),
    ).toEqual([
      ["sign-in-guard-pages-ipv4", "IPV4", "REGIONAL", ["203.0.113.0/24"]],
      ["sign-in-guard-pages-ipv6", "IPV6", "REGIONAL", ["2001:db8::/32"]],
      ["sign-in-guard-api-ipv4", "IPV4", "REGIONAL", ["198.51.100.0/25", "203.0.113.0/24"]],
      ["sign-in-guard-api-ipv6", "IPV6", "REGIONAL", ["2001:db8::/32"]],
    ]);
    const acl = JSON.stringify(declared.one(ACL).inputs.rules);
    for (const { name } of declared.all(IP_SET)) expect(acl).toContain(`${name}-id`);
  });

  test("refuses by default, with a page that people understand, Japanese first", async () => {
    const { inputs } = (await declareGuard()).one(ACL);
    expect(inputs).toMatchObject({ name: "sekisho-dev-sign-in", scope: "REGIONAL" });
    expect(inputs.defaultAction).toEqual({
      block: { customResponse: { responseCode: 403, customResponseBodyKey: "refused-page" } },
    });
    expect(inputs.customResponseBodies).toMatchObject([{ key: "refused-page", contentType: "TEXT_HTML" }]);
    expect(JSON.stringify(inputs.customResponseBodies)).toContain(
      "このネットワークからはご利用いただけません",
    );
  });

  test("has no set for a family or list without networks, and none for a list that is open", async () => {
    const ipv4 = sharedRoutes([routeRule("sign-in", { from: ["203.0.113.0/24"] })]);
    const open = await declareGuard({ guard: { apiCidrs: [], allowAnywhere: ["api"] }, routes: ipv4 });
    expect(open.all(IP_SET).map(({ name }) => name)).toEqual(["sign-in-guard-pages-ipv4"]);
    const nobody = await declareGuard({ guard: { apiCidrs: [] }, routes: sharedRoutes([]) });
    expect(nobody.all(IP_SET)).toEqual([]);
  });

  test("counts every rule under a metric, keeps no samples, and hides what lets somebody in", async () => {
    const declared = await declareGuard();
    const { inputs } = declared.one(ACL);
    const rules = inputs.rules as { name: string; visibilityConfig: object }[];
    for (const { name, visibilityConfig } of rules) {
      expect(visibilityConfig).toEqual({
        cloudwatchMetricsEnabled: true,
        metricName: `sekisho-dev-sign-in-${name}`,
        sampledRequestsEnabled: false,
      });
    }
    expect(inputs.dataProtectionConfig).toMatchObject({
      dataProtections: [
        {
          action: "SUBSTITUTION",
          field: { fieldType: "SINGLE_HEADER", fieldKeys: ["authorization", "cookie"] },
        },
      ],
    });
    expect(declared.one(LOGGING).inputs).toEqual({
      resourceArn: declared.outputs.webAclArn,
      logDestinationConfigs: ["arn:aws:cloudwatch:ap-northeast-1:123456789012:sign-in-guard-log-id"],
      redactedFields: [{ singleHeader: { name: "authorization" } }, { singleHeader: { name: "cookie" } }],
    });
  });

  test("logs where AWS WAF may write, for as long as the settings say, and keeps the log with the evidence", async () => {
    const kept = (await declareGuard({ guard: { logRetentionDays: 90 }, logKeyArn: "arn:key" })).one(LOG);
    expect(kept.inputs).toMatchObject({
      name: "aws-waf-logs-sekisho-dev-sign-in",
      retentionInDays: 90,
      kmsKeyId: "arn:key",
      tags: { "sekisho:stack": "dev" },
    });
    expect(kept.options).toMatchObject({ protect: true, retainOnDelete: true });
    const disposable = (await declareGuard({ disposable: true })).one(LOG);
    expect(disposable.inputs).not.toHaveProperty("kmsKeyId");
    expect(disposable.options).toMatchObject({ protect: false, retainOnDelete: false });
  });
});

describe("the web ACL of a load balancer", () => {
  test("stands in front of one of our own", async () => {
    const declared = await declareGuard({ routes: ownRoutes([office]) });
    expect(declared.all(ASSOCIATION).map(({ inputs }) => inputs.resourceArn)).toEqual([
      "arn:pool",
      "arn:balancer",
    ]);
    const { inputs } = declared.one(ACL, "sign-in-guard-alb");
    expect(inputs.defaultAction).toEqual({ allow: {} });
    expect(inputs).not.toHaveProperty("customResponseBodies");
    expect(declared.all(LOG).map(({ inputs }) => inputs.name)).toEqual([
      "aws-waf-logs-sekisho-dev-sign-in",
      "aws-waf-logs-sekisho-dev-load-balancer",
    ]);
  });

  test("never takes the place of somebody else's, unless the settings say so", async () => {
    const left = await declareGuard();
    expect(left.all(ASSOCIATION).map(({ inputs }) => inputs.resourceArn)).toEqual(["arn:pool"]);
    const told = await declareGuard({ guard: { loadBalancer: "count" } });
    expect(told.all(ASSOCIATION).map(({ inputs }) => inputs.resourceArn)).toEqual([
      "arn:pool",
      "arn:balancer",
    ]);
    expect(JSON.stringify(told.one(ACL, "sign-in-guard-alb").inputs.rules)).not.toContain('"none"');
  });
});
