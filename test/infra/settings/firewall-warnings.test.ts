import { describe, expect, test } from "vitest";
import { firewallFitsQuota } from "../../../infra/settings/checks/firewall-warnings.ts";
import { ownRoutes, routeRule, sharedRoutes } from "../../support/route-settings.ts";

const networks = (count: number) => Array.from({ length: count }, (_, number) => `10.0.${number}.0/24`);
const networks6 = (count: number) => Array.from({ length: count }, (_, number) => `2001:db8:${number}::/48`);

describe("the security group of a load balancer of our own", () => {
  test("holds thirty networks of each family without a word", () => {
    const routes = ownRoutes([routeRule("sign-in", { from: [...networks(30), ...networks6(30)] })]);
    expect(firewallFitsQuota({ routes })).toEqual([]);
  });

  test("warns of more, family by family, however many rules name them", () => {
    const routes = ownRoutes([
      routeRule("sign-in", { from: [...networks(20), ...networks6(31)] }),
      routeRule("deny", { name: "blocked", slot: 3, from: ["192.0.2.0/24"] }),
      routeRule("sign-in", { name: "more", slot: 2, from: networks(31) }),
    ]);
    const sentence = (family: string) =>
      `name 31 ${family} networks that may connect, which become 62 rules of the load balancer's security group, and AWS takes 60 until the quota is raised (Service Quotas, Amazon VPC, Inbound or outbound rules per security group); raise it first, or name wider networks`;
    expect(firewallFitsQuota({ routes })).toEqual([
      { path: "sekisho:routes.rules", message: sentence("IPv4") },
      { path: "sekisho:routes.rules", message: sentence("IPv6") },
    ]);
  });

  test("is nobody's business on a load balancer that exists, or without routes", () => {
    const routes = sharedRoutes([routeRule("sign-in", { from: networks(40) })]);
    expect(firewallFitsQuota({ routes })).toEqual([]);
    expect(firewallFitsQuota({})).toEqual([]);
  });
});
