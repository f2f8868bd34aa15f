import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { containsCidr, readCidr } from "../../../infra/routes/cidr.ts";
import { findCoveringRoutes } from "../../../infra/routes/route-coverage.ts";
import { isRuleFor, sourcesOf } from "../../../infra/settings/checks/rule-matching.ts";
import type { RuleSettings } from "../../../infra/settings.ts";
import { routeRule } from "../../support/route-settings.ts";

const rule = (name: string, overrides: Partial<RuleSettings> = {}) =>
  routeRule("deny", { name, hosts: [], from: [], ...overrides });

describe("rules of which the lowest slot decides", () => {
  it.each<[string, RuleSettings, RuleSettings[], string[] | undefined]>([
    ["everything before", rule("late"), [rule("all")], ["all"]],
    ["the same request twice", routeRule("deny"), [routeRule("sign-in", { name: "first" })], ["first"]],
    [
      "a path within a pattern",
      rule("late", { paths: ["/admin/users"] }),
      [rule("admin", { paths: ["/admin/*"] })],
      ["admin"],
    ],
    [
      "a pattern within a wider one",
      rule("late", { paths: ["/admin/?/x"] }),
      [rule("admin", { paths: ["/a*/?/x"] })],
      ["admin"],
    ],
    [
      "a block in two halves, one in each of two rules",
      rule("late", { from: ["203.0.113.0/24"] }),
      [rule("low", { from: ["203.0.113.0/25"] }), rule("high", { from: ["203.0.113.128/25"] })],
      ["low", "high"],
    ],
    [
      "hosts in two rules",
      rule("late", { hosts: ["a.example.com", "b.example.com"] }),
      [rule("a", { hosts: ["a.example.com"] }), rule("b", { hosts: ["b.example.com"] })],
      ["a", "b"],
    ],
    [
      "every host when only some were named before",
      rule("late"),
      [rule("a", { hosts: ["a.example.com"] })],
      undefined,
    ],
    ["IPv6 when only IPv4 was named before", rule("late"), [rule("old", { from: ["0.0.0.0/0"] })], undefined],
    [
      "a pattern of which only a part came before",
      rule("late", { paths: ["/admin/*"] }),
      [rule("users", { paths: ["/admin/users"] })],
      undefined,
    ],
    [
      "a star where only one letter came before",
      rule("late", { paths: ["/a*"] }),
      [rule("one", { paths: ["/a?"] })],
      undefined,
    ],
    [
      "half of a block",
      rule("late", { from: ["203.0.113.0/24"] }),
      [rule("low", { from: ["203.0.113.0/25"] })],
      undefined,
    ],
  ])("says of %s what takes it first", (_title, last, earlier, covering) => {
    expect(findCoveringRoutes(last, earlier)?.map(({ name }) => name)).toEqual(covering);
  });

  it("agrees with trying every request", () => {
    const blocks = [
      "203.0.113.0/29",
      "203.0.113.0/30",
      "203.0.113.4/30",
      "203.0.113.0/31",
      "203.0.113.2/31",
      "203.0.113.5/32",
    ];
    const addresses = [
      ...Array.from({ length: 8 }, (_, last) => `203.0.113.${last}/32`),
      "198.51.100.1/32",
      "2001:db8::/128",
    ];
    const hosts = ["a.example.com", "b.example.com"];
    const paths = ["/", "/a", "/a/", "/a/b", "/a/_", "/b", "/_"];
    const some = (values: string[]) => fc.uniqueArray(fc.constantFrom(...values), { maxLength: 3 });
    const rules = fc
      .record({
        from: some(blocks),
        hosts: some(hosts),
        paths: some(["/*", "/a", "/a/*", "/a/b", "/b", "/?"]),
      })
      .map((conditions) => rule("any", conditions));
    fc.assert(
      fc.property(rules, fc.array(rules, { maxLength: 4 }), (last, earlier) => {
        const requests = addresses.flatMap((source) =>
          [...hosts, "other.example.com"].flatMap((host) => paths.map((path) => ({ source, host, path }))),
        );
        const isReached = requests.some(
          (request) => isTaken(last, request) && !earlier.some((other) => isTaken(other, request)),
        );
        expect(findCoveringRoutes(last, earlier) === undefined).toBe(isReached);
      }),
      { numRuns: 300 },
    );
  });
});

function isTaken(
  other: RuleSettings,
  { source, host, path }: { source: string; host: string; path: string },
) {
  const address = readCidr(source);
  if ("problem" in address) throw new Error(address.problem);
  return isRuleFor(other, host, path) && sourcesOf(other).some((block) => containsCidr(block, address));
}
