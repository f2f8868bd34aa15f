import { describe, expect, test } from "vitest";
import { checkWebAcl, type WebAclReader } from "../../../infra/guard/web-acl-check.ts";
import type { GuardSettings, RoutesSettings } from "../../../infra/settings.ts";
import { ownRoutes, routeRule, sharedRoutes } from "../../support/route-settings.ts";

const BALANCER =
  "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:loadbalancer/app/shared/50dc6c495c0c9188";
const ACL = "arn:aws:wafv2:ap-northeast-1:123456789012:regional/webacl";

async function check(
  answer: { arn: string } | Error,
  {
    said = { loadBalancer: "block" },
    routes = sharedRoutes([routeRule()]),
  }: { said?: Pick<GuardSettings, "loadBalancer">; routes?: RoutesSettings } = {},
) {
  const asked: object[] = [];
  const reader: WebAclReader = {
    getWebAcl: async (args) => {
      asked.push(args);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const guard: GuardSettings = {
    pageCidrs: [],
    apiCidrs: [],
    allowAnywhere: [],
    requestsPerFiveMinutes: 3000,
    logRetentionDays: 365,
    ...said,
  };
  return { ...(await checkWebAcl({ stack: "dev", guard, routes }, reader)), asked };
}

const missing = new Error(
  `invocation returned an error: WAFv2 WebACL not found for resource_arn: ${BALANCER}`,
);

describe("a web ACL for a load balancer that others made", () => {
  test("is welcome where none stands before it, or ours does", async () => {
    expect(await check(missing)).toEqual({
      faults: [],
      warnings: [],
      asked: [{ resourceArn: BALANCER, scope: "REGIONAL" }],
    });
    expect(await check({ arn: `${ACL}/sekisho-dev-load-balancer/1a2b` })).toMatchObject({
      faults: [],
      warnings: [],
    });
  });

  test.each([`${ACL}/company-wide/1a2b`, `${ACL}/sekisho-prod-load-balancer/1a2b`])(
    "never takes the place of %s",
    async (arn) => {
      expect((await check({ arn })).faults).toEqual([
        {
          path: "sekisho:guard.loadBalancer",
          message: `is block, but ${arn} of somebody else stands before the load balancer already, and it has room for one; set it to off, or have that one taken away first`,
        },
      ]);
    },
  );

  test("is a warning where AWS does not say", async () => {
    const { faults, warnings } = await check(new Error("AccessDeniedException: no right"));
    expect(faults).toEqual([]);
    expect(warnings).toEqual([
      {
        path: "sekisho:guard.loadBalancer",
        message:
          "is block, and whether another web ACL stands before the load balancer, whose place ours would take, could not be checked; see that the deploying role may call wafv2:GetWebACLForResource, wafv2:GetWebACL. AWS said: AccessDeniedException: no right",
      },
    ]);
  });

  test("is not asked about where the guard leaves the load balancer alone, or it is ours", async () => {
    expect((await check(missing, { said: { loadBalancer: "off" } })).asked).toEqual([]);
    expect((await check(missing, { said: {} })).asked).toEqual([]);
    expect((await check(missing, { routes: ownRoutes([routeRule()]) })).asked).toEqual([]);
  });
});
