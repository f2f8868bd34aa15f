import { describe, expect, it } from "vitest";
import {
  checkListener,
  type FoundBalancer,
  type FoundRule,
  type ListenerReader,
} from "../../../infra/deployment/listener-check.ts";
import { planRouteRules } from "../../../infra/routes/route-rules.ts";
import { ownRoutes, routeRule, sharedRoutes } from "../../support/route-settings.ts";

const FIRST = "sekisho:routes.firstPriority";
const LISTENER = "sekisho:routes.listenerArn";

const routes = sharedRoutes([routeRule("sign-in"), routeRule("deny", { name: "closed", slot: 2, from: [] })]);
const ours: FoundRule = { arn: "arn:ours", tags: { "sekisho:stack": "dev" } };
const foreign: FoundRule = { arn: "arn:foreign", tags: {} };

/** A listener with these rules, answering as the provider does. */
function listener(
  rules: Record<number, FoundRule>,
  protocol = "HTTPS",
  balancer: FoundBalancer = { internal: false, ipAddressType: "ipv4" },
): ListenerReader & { asked: number[] } {
  const asked: number[] = [];
  return {
    asked,
    getListener: async () => ({ protocol }),
    getLoadBalancer: async () => balancer,
    getListenerRule: async ({ priority }) => {
      asked.push(priority);
      const found = rules[priority];
      if (!found)
        throw new Error(`reading ELBV2 Listener Rule Data Source ("arn"/${priority}): empty result`);
      return found;
    },
  };
}

describe("a listener that others made", () => {
  it("is good while the priorities of the stack are free or its own, and only those are asked about", async () => {
    const reader = listener({ 110: ours, 999: foreign });
    expect(await checkListener({ stack: "dev", routes }, reader)).toEqual({ faults: [], warnings: [] });
    expect(reader.asked).toEqual(planRouteRules(routes).map(({ priority }) => priority));
  });

  it("is refused where rules of somebody else stand at our priorities, all of them named", async () => {
    const other = { arn: "arn:other", tags: { "sekisho:stack": "prod" } };
    expect(await checkListener({ stack: "dev", routes }, listener({ 110: foreign, 1090: other }))).toEqual({
      faults: [
        {
          path: FIRST,
          message:
            "is 100, but rules of somebody else stand on the listener at 110 (office-0), 1090 (otherwise-0), the first is arn:foreign; give the first of 1000 priorities that nobody uses",
        },
      ],
      warnings: [],
    });
  });

  it("is refused when it speaks plain HTTP, on which nobody can sign in", async () => {
    expect(await checkListener({ stack: "dev", routes }, listener({}, "HTTP"))).toEqual({
      faults: [
        {
          path: LISTENER,
          message:
            "is a listener for HTTP, and only one for HTTPS signs people in or checks tokens (rule office); name that of port 443",
        },
      ],
      warnings: [],
    });
    const open = sharedRoutes([routeRule("deny")]);
    expect(await checkListener({ stack: "dev", routes: open }, listener({}, "HTTP"))).toEqual({
      faults: [],
      warnings: [],
    });
  });

  const inside = sharedRoutes([routeRule("sign-in", { from: ["10.0.0.0/16"] })]);
  const refused = {
    path: "sekisho:routes.rules[0].from",
    message:
      "(office) has only private networks, and nobody comes from them to this load balancer, which stands on the internet; name the public addresses that people come from",
  };
  const turnedAway = {
    path: "sekisho:routes.rules",
    message:
      "name IPv4 networks only, and the load balancer answers IPv6 too: people whose browsers take that are refused; add their IPv6 networks",
  };

  it.each<[string, typeof routes, FoundBalancer, object[], object[]]>([
    [
      "refuses private networks on the internet",
      inside,
      { internal: false, ipAddressType: "ipv4" },
      [refused],
      [],
    ],
    ["takes private networks on an internal one", inside, { internal: true, ipAddressType: "ipv4" }, [], []],
    [
      "warns of IPv4 networks alone where IPv6 is answered",
      sharedRoutes([routeRule()]),
      { internal: false, ipAddressType: "dualstack" },
      [],
      [turnedAway],
    ],
    [
      "takes networks of both kinds",
      sharedRoutes([routeRule("sign-in", { from: ["203.0.113.0/24", "2001:db8::/32"] })]),
      { internal: false, ipAddressType: "dualstack-without-public-ipv4" },
      [],
      [],
    ],
  ])("%s", async (_title, own, balancer, faults, warnings) => {
    expect(await checkListener({ stack: "dev", routes: own }, listener({}, "HTTPS", balancer))).toEqual({
      faults,
      warnings,
    });
  });

  it("is a warning for each question that AWS does not answer", async () => {
    const silent = async () => Promise.reject(new Error("NotImplemented."));
    const { faults, warnings } = await checkListener(
      { stack: "dev", routes },
      { getListener: silent, getLoadBalancer: silent, getListenerRule: silent },
    );
    const { arn } = routes.listener.kind === "existing" ? routes.listener : { arn: "" };
    expect(faults).toEqual([]);
    expect(warnings).toEqual([
      {
        path: LISTENER,
        message: `is ${arn}, and whether it is there and speaks HTTPS could not be checked; see that the deploying role may call elasticloadbalancing:DescribeListeners, elasticloadbalancing:DescribeListenerAttributes, elasticloadbalancing:DescribeTags. AWS said: NotImplemented`,
      },
      {
        path: LISTENER,
        message: `belongs to ${arn.replace("listener/", "loadbalancer/").replace(/\/[^/]+$/, "")}, and whether the networks of the rules reach that could not be checked; see that the deploying role may call elasticloadbalancing:DescribeLoadBalancers, elasticloadbalancing:DescribeLoadBalancerAttributes, elasticloadbalancing:DescribeTags. AWS said: NotImplemented`,
      },
      {
        path: FIRST,
        message:
          "is 100, and whether the priorities from there are free on the listener could not be checked; see that the deploying role may call elasticloadbalancing:DescribeRules, elasticloadbalancing:DescribeTags. AWS said: NotImplemented",
      },
    ]);
  });

  it.each([
    ["the listener is our own", ownRoutes([routeRule()])],
    ["there are no routes", undefined],
  ])("is asked about nobody when %s", async (_title, own) => {
    const reader = listener({});
    expect(await checkListener({ stack: "dev", ...(own && { routes: own }) }, reader)).toEqual({
      faults: [],
      warnings: [],
    });
    expect(reader.asked).toEqual([]);
  });
});
