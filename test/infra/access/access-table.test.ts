import { describe, expect, test } from "vitest";
import { listAccess, tabulateAccess } from "../../../infra/access/access-table.ts";
import { renderListenerRules } from "../../../infra/access/listener-rules.ts";
import type { RoutesSettings } from "../../../infra/settings.ts";
import { ownRoutes, routeRule, sharedRoutes } from "../../support/route-settings.ts";
import { goodSettings } from "../../support/sample-settings.ts";

const sample = goodSettings();

function table(routes: RoutesSettings) {
  const settings = { ...sample, routes };
  return listAccess(settings, renderListenerRules(settings));
}

function lines(routes: RoutesSettings): string[] {
  return table(routes).map(({ host, path, from, rule, outcome }) =>
    [host, path, from.join(" "), rule, outcome].join(" | "),
  );
}

describe("the matrix of who gets what", () => {
  test("has every host, path and network that a rule names, and everything else", () => {
    const routes = sharedRoutes([
      routeRule("verify-token", { name: "api", slot: 0, paths: ["/api/*"], from: ["198.51.100.7/32"] }),
      routeRule("sign-in", { slot: 1, from: ["203.0.113.0/24", "2001:db8::/32"] }),
      routeRule("sign-in", { name: "other", slot: 2, hosts: ["b.example.com"], from: ["192.0.2.0/24"] }),
    ]);
    expect(lines(routes)).toEqual([
      "app.example.com | /api/* | 198.51.100.7/32 | api | token (batch)",
      "app.example.com | /api/* | 203.0.113.0/24 2001:db8::/32 | office | sign-in (web)",
      "app.example.com | /api/* | (other IPv4) (other IPv6) | otherwise | 403",
      "app.example.com | (other) | 198.51.100.7/32 (other IPv4) (other IPv6) | otherwise | 403",
      "app.example.com | (other) | 203.0.113.0/24 2001:db8::/32 | office | sign-in (web)",
      "b.example.com | (other) | 192.0.2.0/24 | other | sign-in (web)",
      "b.example.com | (other) | (other IPv4) (other IPv6) | otherwise | 403",
    ]);
  });

  test("tells a network from the smaller ones inside it, and leaves out one that they fill", () => {
    const routes = sharedRoutes([
      routeRule("deny", { name: "guests", slot: 0, from: ["10.0.0.0/25"] }),
      routeRule("sign-in", { slot: 1, from: ["10.0.0.0/24"] }),
    ]);
    expect(lines(routes)).toEqual([
      "app.example.com | (other) | 10.0.0.0/24 | office | sign-in (web)",
      "app.example.com | (other) | 10.0.0.0/25 | guests | 403",
      "app.example.com | (other) | (other IPv4) (other IPv6) | otherwise | 403",
    ]);
    const filled = sharedRoutes([
      routeRule("deny", { name: "guests", slot: 0, from: ["10.0.0.0/25", "10.0.0.128/25"] }),
      routeRule("sign-in", { slot: 1, from: ["10.0.0.0/24"] }),
    ]);
    expect(lines(filled).join()).not.toContain("office");
  });

  test("says everybody where everybody gets the same", () => {
    const routes = sharedRoutes([routeRule("deny", { from: [] })]);
    expect(lines(routes)).toEqual(["app.example.com | (other) | (everybody) | office | 403"]);
  });

  test("shows who cannot even connect to a load balancer of our own, and hosts that no rule names", () => {
    const routes = ownRoutes([
      routeRule("sign-in"),
      routeRule("deny", { name: "all", slot: 2, hosts: [], from: [] }),
    ]);
    expect(lines(routes)).toEqual([
      "app.example.com | (other) | 203.0.113.0/24 | office | sign-in (web)",
      "app.example.com | (other) | (other IPv4) (other IPv6) | - | no connection",
      "(any) | (other) | 203.0.113.0/24 | all | 403",
      "(any) | (other) | (other IPv4) (other IPv6) | - | no connection",
    ]);
  });

  test("has no row for other paths where the patterns leave none that could be tried", () => {
    const routes = sharedRoutes([routeRule("sign-in", { paths: ["/*", "/?*", "/"] })]);
    expect(table(routes).map(({ path }) => path)).not.toContain("(other)");
  });

  test("is printed with one column for each part, and networks as one list", () => {
    expect(tabulateAccess(table(sharedRoutes([routeRule("sign-in")])))).toEqual({
      head: ["HOST", "PATH", "FROM", "RULE", "WITHOUT SESSION OR TOKEN"],
      rows: [
        ["app.example.com", "(other)", "203.0.113.0/24", "office", "sign-in (web)"],
        ["app.example.com", "(other)", "(other IPv4), (other IPv6)", "otherwise", "403"],
      ],
    });
  });
});
