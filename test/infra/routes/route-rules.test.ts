import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planRouteRules, RouteRuleError } from "../../../infra/routes/route-rules.ts";
import type { RuleSettings } from "../../../infra/settings.ts";
import { ownRoutes, routeRule, sharedRoutes } from "../../support/route-settings.ts";

describe("where a rule stands on the listener", () => {
  test("gives every rule the ten priorities of its slot", () => {
    const planned = planRouteRules(
      ownRoutes([
        routeRule("sign-in", { name: "office", slot: 3, from: networks(9) }),
        routeRule("verify-token", { name: "api", slot: 0, paths: ["/api/*"] }),
      ]),
    );
    expect(planned.map(({ resource, label, priority }) => [resource, label, priority])).toEqual([
      ["slot-0-0", "api-0", 100],
      ["slot-3-0", "office-0", 130],
      ["slot-3-1", "office-1", 131],
      ["slot-3-2", "office-2", 132],
    ]);
  });

  test("inserting a rule in slot 3 moves no other rule", () => {
    const first = routeRule("sign-in", { name: "office", slot: 1, from: networks(9) });
    const last = routeRule("deny", { name: "admin", slot: 7, paths: ["/admin/*"] });
    const before = planRouteRules(ownRoutes([first, last]));
    const after = planRouteRules(ownRoutes([first, routeRule("sign-in", { name: "vpn", slot: 3 }), last]));
    expect(after.filter(({ label }) => label !== "vpn-0")).toEqual(before);
  });

  test("a name of a resource always has the same priority, whatever is inserted, reordered or grown", () => {
    fc.assert(
      fc.property(rules, rules, (some, others) => {
        const priorities = new Map<string, number>();
        for (const planned of [some, others, some.toReversed()].flatMap((list) =>
          planRouteRules(ownRoutes(list)),
        )) {
          const known = priorities.get(planned.resource) ?? planned.priority;
          expect(planned.priority).toBe(known);
          priorities.set(planned.resource, known);
        }
        expect(new Set(priorities.values()).size).toBe(priorities.size);
      }),
    );
  });

  test("two rules may trade places, and a rule its name, without asking for a priority that is still taken", () => {
    const places = (rules: RuleSettings[]) =>
      planRouteRules(ownRoutes(rules)).map(({ resource, priority }) => [resource, priority]);
    const office = routeRule("sign-in", { name: "office", slot: 1 });
    const vpn = routeRule("deny", { name: "vpn", slot: 2 });
    const before = places([office, vpn]);
    expect(
      places([
        { ...office, slot: 2 },
        { ...vpn, slot: 1 },
      ]),
    ).toEqual(before);
    expect(places([{ ...office, name: "headquarters" }, vpn])).toEqual(before);
  });

  test("growing or changing one rule leaves every other as it was, to the last character", () => {
    fc.assert(
      fc.property(rules, fc.nat(), fc.integer({ min: 1, max: 40 }), (list, place, count) => {
        fc.pre(list.length > 0);
        const slot = list[place % list.length]?.slot;
        const grown = list.map((rule) => (rule.slot === slot ? { ...rule, from: networks(count) } : rule));
        const others = (rules: RuleSettings[]) =>
          planRouteRules(ownRoutes(rules)).filter(({ resource }) => !resource.startsWith(`slot-${slot}-`));
        expect(others(grown)).toEqual(others(list));
      }),
    );
  });

  test("the order of rules, hosts, paths and sources in the file means nothing", () => {
    const office = routeRule("sign-in", { hosts: ["a.example.com", "b.example.com"], from: networks(6) });
    const api = routeRule("verify-token", { name: "api", slot: 0, paths: ["/api/*", "/v2/*"] });
    const turned = {
      ...office,
      hosts: office.hosts.toReversed(),
      from: office.from.toReversed(),
    };
    const plain = (rules: RuleSettings[]) =>
      planRouteRules(sharedRoutes(rules)).map(({ action, ...rest }) => ({
        ...rest,
        treatment: action === "refuse" ? action : action.then,
      }));
    expect(plain([{ ...api, paths: api.paths.toReversed() }, turned])).toEqual(plain([office, api]));
  });
});

describe("what a rule on the listener matches", () => {
  test("holds at most five values: two hosts and a path leave room for two networks", () => {
    const hosts = ["b.example.com", "a.example.com"];
    const planned = planRouteRules(
      ownRoutes([routeRule("sign-in", { hosts, paths: ["/x/*"], from: networks(3) })]),
    );
    expect(planned).toHaveLength(2);
    for (const { hosts: sorted, paths, from } of planned) {
      expect(sorted).toEqual(["a.example.com", "b.example.com"]);
      expect(paths).toEqual(["/x/*"]);
      expect(sorted.length + paths.length + from.length).toBeLessThanOrEqual(5);
    }
    expect(planned.flatMap(({ from }) => from).sort()).toEqual(networks(3));
  });

  test("never lets in an address that is in no list: every rule that forwards names its sources", () => {
    fc.assert(
      fc.property(rules, (list) => {
        for (const { action, from } of planRouteRules(ownRoutes(list))) {
          if (action === "refuse" || action.then === "deny") continue;
          expect(from.length > 0 || action.allowAnywhere).toBe(true);
          for (const network of from) expect(action.from).toContain(network);
        }
      }),
    );
  });

  test("matches every request where a rule names neither host nor path nor source", () => {
    const [planned] = planRouteRules(
      ownRoutes([routeRule("sign-in", { hosts: [], from: [], allowAnywhere: true })]),
    );
    expect(planned).toMatchObject({ hosts: [], paths: ["/*"], from: [] });
  });
});

describe("the final refusal", () => {
  test("on a shared listener covers our hosts only, behind every rule of ours", () => {
    const planned = planRouteRules(
      sharedRoutes([
        routeRule("sign-in", { hosts: ["app.example.com"] }),
        routeRule("forward-without-sign-in", {
          name: "status",
          slot: 98,
          hosts: ["status.example.com", "app.example.com"],
        }),
      ]),
    );
    const last = planned.at(-1);
    expect(last).toEqual({
      resource: "slot-99-0",
      label: "otherwise-0",
      priority: 1090,
      hosts: ["app.example.com", "status.example.com"],
      paths: [],
      from: [],
      action: "refuse",
    });
    expect(planned.filter(({ action }) => action === "refuse")).toHaveLength(1);
  });

  test("takes five hosts to a rule", () => {
    const hosts = Array.from({ length: 12 }, (_, number) => `app${number}.example.com`);
    const list = [0, 1, 2].map((slot) =>
      routeRule("sign-in", { name: `r${slot}`, slot, hosts: hosts.slice(slot * 4, slot * 4 + 4) }),
    );
    const refusals = planRouteRules(sharedRoutes(list)).filter(({ action }) => action === "refuse");
    expect(refusals.map(({ priority, hosts }) => [priority, hosts.length])).toEqual([
      [1090, 5],
      [1091, 5],
      [1092, 2],
    ]);
    expect(refusals.flatMap((refusal) => refusal.hosts).sort()).toEqual([...hosts].sort());
  });

  test("on a listener of our own is the default action, so there is no rule for it", () => {
    expect(planRouteRules(ownRoutes([routeRule()])).map(({ resource }) => resource)).toEqual(["slot-1-0"]);
  });
});

describe("rules no listener can hold", () => {
  test.each<[string, () => unknown, string]>([
    [
      "refuses more networks than ten listener rules can name",
      () => planRouteRules(ownRoutes([routeRule("sign-in", { from: networks(41) })])),
      "Rule office of sekisho:routes: becomes 11 listener rules, and a slot has room for 10; split it into rules in slots of their own",
    ],
    [
      "refuses hosts and paths that leave no room for a network",
      () => planRouteRules(ownRoutes([routeRule("sign-in", { paths: ["/a", "/b", "/c", "/d"] })])),
      "Rule office of sekisho:routes: hosts (1), paths (4) and one source address are more than the 5 values of a listener rule; split it into rules in slots of their own",
    ],
    [
      "refuses six paths even for everybody",
      () =>
        planRouteRules(
          ownRoutes([
            routeRule("sign-in", {
              from: [],
              allowAnywhere: true,
              hosts: [],
              paths: ["/a", "/b", "/c", "/d", "/e", "/f"],
            }),
          ]),
        ),
      "Rule office of sekisho:routes: hosts (0), paths (6) are more than the 5 values of a listener rule; split it into rules in slots of their own",
    ],
    [
      "refuses to let everybody in because a list is empty",
      () => planRouteRules(ownRoutes([routeRule("forward-without-sign-in", { from: [] })])),
      "Rule office of sekisho:routes: names no source addresses; add from, or spell allowAnywhere: true",
    ],
    [
      "refuses to touch other applications on a shared listener",
      () => planRouteRules(sharedRoutes([routeRule("deny", { hosts: [] })])),
      "Rule office of sekisho:routes: names no hosts, and the listener serves other applications too; add hosts",
    ],
    [
      "refuses two rules in one slot",
      () => planRouteRules(ownRoutes([routeRule(), routeRule("deny", { name: "vpn" })])),
      "Rule vpn of sekisho:routes: slot 1 belongs to rule office; take a free one",
    ],
    [
      "refuses the slot of the final refusal",
      () => planRouteRules(ownRoutes([routeRule("deny", { slot: 99 })])),
      "Rule office of sekisho:routes: slot 99 is outside 0 to 98",
    ],
    [
      "refuses priorities beyond the end of a listener",
      () => planRouteRules(sharedRoutes([routeRule()], { firstPriority: 49_100 })),
      "Rule otherwise of sekisho:routes: priority 50090 is above 50000, the highest of a listener; lower firstPriority",
    ],
  ])("%s", (_, plan, sentence) => {
    expect(plan).toThrow(RouteRuleError);
    expect(plan).toThrow(expect.objectContaining({ message: sentence }));
  });

  test("holds forty networks for one host and fifty without any", () => {
    expect(planRouteRules(ownRoutes([routeRule("sign-in", { from: networks(40) })]))).toHaveLength(10);
    expect(planRouteRules(ownRoutes([routeRule("sign-in", { hosts: [], from: networks(50) })]))).toHaveLength(
      10,
    );
  });
});

function networks(count: number): string[] {
  return Array.from({ length: count }, (_, number) => `10.0.${number}.0/24`).sort();
}

const treatment = fc.constantFrom<RuleSettings["then"]>(
  "sign-in",
  "verify-token",
  "forward-without-sign-in",
  "deny",
);

/** Rules in slots of their own, none with more sources than its slot can hold. */
const rules = fc.uniqueArray(fc.integer({ min: 0, max: 98 }), { maxLength: 6 }).chain((slots) =>
  fc.tuple(
    ...slots.map((slot) =>
      fc
        .record({ treatment, count: fc.integer({ min: 1, max: 20 }), isOpen: fc.boolean() })
        .map(({ treatment: then, count, isOpen }) =>
          routeRule(then, {
            name: `rule-${slot}`,
            slot,
            from: isOpen ? [] : networks(count),
            allowAnywhere: isOpen,
            hosts: [`app${slot}.example.com`],
          }),
        ),
    ),
  ),
);
