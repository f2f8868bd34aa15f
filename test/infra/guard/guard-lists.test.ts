import { describe, expect, test } from "vitest";
import {
  type ListedSettings,
  listApiSources,
  listPageSources,
  loadBalancerGuard,
} from "../../../infra/guard/guard-lists.ts";
import type { GuardSettings, RoutesSettings, RuleSettings } from "../../../infra/settings.ts";
import { ownRoutes, routeRule, sharedRoutes } from "../../support/route-settings.ts";

function settings(rules: RuleSettings[], guard: Partial<GuardSettings> = {}): ListedSettings {
  return { guard: guardOf(guard), routes: sharedRoutes(rules) };
}

function guardOf(overrides: Partial<GuardSettings>): GuardSettings {
  return {
    pageCidrs: [],
    apiCidrs: [],
    allowAnywhere: [],
    requestsPerFiveMinutes: 3000,
    logRetentionDays: 365,
    ...overrides,
  };
}

const office = routeRule("sign-in", { from: ["203.0.113.0/24", "2001:db8::/32"] });
const open = routeRule("sign-in", { name: "public", slot: 9, from: [], allowAnywhere: true });
const api = routeRule("verify-token", { name: "api", slot: 2, from: ["198.51.100.7/32"] });
const status = routeRule("forward-without-sign-in", { name: "status", slot: 3, from: ["192.0.2.9/32"] });

describe("whose browsers reach the sign-in page", () => {
  test("whoever a route sends there, and the networks beside", () => {
    expect(listPageSources(settings([office, api, status], { pageCidrs: ["192.0.2.0/25"] }))).toEqual([
      "192.0.2.0/25",
      "2001:db8::/32",
      "203.0.113.0/24",
    ]);
  });

  test("each network once", () => {
    expect(listPageSources(settings([office], { pageCidrs: ["203.0.113.0/24"] }))).toEqual([
      "2001:db8::/32",
      "203.0.113.0/24",
    ]);
  });

  test.each<[string, ListedSettings]>([
    ["a route that sends everybody there", settings([office, open])],
    ["a route that names everybody", settings([routeRule("sign-in", { from: ["0.0.0.0/0", "::/0"] })])],
    ["the guard, where it is spelled", settings([office], { allowAnywhere: ["pages"] })],
  ])("everybody, because of %s", (_, given) => {
    expect(listPageSources(given)).toBe("everybody");
  });

  test("not everybody, because of routes that everybody uses without signing in", () => {
    const anywhere = { from: [], allowAnywhere: true };
    const given = settings([
      office,
      routeRule("forward-without-sign-in", { name: "status", slot: 3, ...anywhere }),
      routeRule("verify-token", { name: "api", slot: 4, ...anywhere }),
      routeRule("deny", { name: "rest", slot: 5, from: [] }),
    ]);
    expect(listPageSources(given)).toEqual(["2001:db8::/32", "203.0.113.0/24"]);
  });

  test("nobody, where nothing is named", () => {
    expect(listPageSources({ guard: guardOf({}) })).toEqual([]);
    expect(listPageSources(settings([api, status]))).toEqual([]);
  });
});

describe("whose programs reach the user pool's API", () => {
  test("whoever reaches the pages by name, and the networks beside", () => {
    const given = settings([office], { pageCidrs: ["192.0.2.0/25"], apiCidrs: ["198.51.100.0/25"] });
    expect(listApiSources(given)).toEqual([
      "192.0.2.0/25",
      "198.51.100.0/25",
      "2001:db8::/32",
      "203.0.113.0/24",
    ]);
  });

  test("not everybody, only because everybody sees the pages", () => {
    expect(listApiSources(settings([office, open], { apiCidrs: ["198.51.100.0/25"] }))).toEqual([
      "198.51.100.0/25",
      "2001:db8::/32",
      "203.0.113.0/24",
    ]);
    expect(listApiSources(settings([routeRule("sign-in", { from: ["0.0.0.0/0"] })]))).toEqual([]);
  });

  test("everybody, where it is spelled", () => {
    expect(listApiSources(settings([office], { allowAnywhere: ["api"] }))).toBe("everybody");
  });
});

describe("what guards the load balancer", () => {
  test.each<[string, RoutesSettings | undefined, GuardSettings["loadBalancer"], string]>([
    ["one of our own, unless told otherwise", ownRoutes([office]), undefined, "block"],
    ["one of our own, only counting", ownRoutes([office]), "count", "count"],
    ["one of our own, not at all", ownRoutes([office]), "off", "off"],
    ["one that exists, only when told", sharedRoutes([office]), undefined, "off"],
    ["one that exists, as told", sharedRoutes([office]), "block", "block"],
    ["none", undefined, undefined, "off"],
  ])("%s", (_, routes, loadBalancer, mode) => {
    const guard = guardOf(loadBalancer === undefined ? {} : { loadBalancer });
    expect(loadBalancerGuard({ guard, ...(routes && { routes }) })).toBe(mode);
  });
});
