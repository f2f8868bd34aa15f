import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideAccess, type Visitor } from "../../../infra/access/access-outcome.ts";
import { explainGuard } from "../../../infra/access/guard-explanation.ts";
import { type RoutedSettings, renderListenerRules } from "../../../infra/access/listener-rules.ts";
import { containsCidr, readCidr } from "../../../infra/routes/cidr.ts";
import { isPathInPattern } from "../../../infra/settings/checks/rule-matching.ts";
import type { RoutesSettings, RuleSettings } from "../../../infra/settings.ts";
import { ownRoutes, routeRule, sharedRoutes } from "../../support/route-settings.ts";
import { goodSettings } from "../../support/sample-settings.ts";

const sample = goodSettings();
const guardSettings = sample.guard ?? fail("the sample has no guard");

function fail(message: string): never {
  throw new Error(message);
}

function routed(routes: RoutesSettings): RoutedSettings {
  return { ...sample, routes };
}

function block(text: string) {
  const read = readCidr(text);
  if ("problem" in read) throw new Error(`${text} ${read.problem}`);
  return read;
}

function decide(
  routes: RoutesSettings,
  { ip = "203.0.113.7", host = "app.example.com", path = "/" },
  visitor: Visitor = { isSignedIn: false },
) {
  const request = { source: block(`${ip}/${ip.includes(":") ? 128 : 32}`), host, path };
  return decideAccess({ routes, rules: renderListenerRules(routed(routes)) }, request, visitor);
}

describe("what becomes of a request", () => {
  const routes = sharedRoutes([
    routeRule("forward-without-sign-in", { name: "status", slot: 0, paths: ["/status"] }),
    routeRule("deny", { name: "internals", slot: 1, paths: ["/debug/*"], from: [] }),
    routeRule("verify-token", { name: "api", slot: 2, paths: ["/api/*"], scope: "api/read" }),
    routeRule("sign-in", { slot: 3 }),
  ]);
  const target = routes.targetGroupArn;

  test.each<[string, Parameters<typeof decide>[1], Visitor, string | undefined, object]>([
    [
      "a person without a session is sent to sign in",
      {},
      { isSignedIn: false },
      "office-0",
      { kind: "sent-to-sign-in", client: "web" },
    ],
    [
      "a person with one is let through",
      {},
      { isSignedIn: true },
      "office-0",
      { kind: "let-through", target, proof: "sign-in", client: "web" },
    ],
    [
      "a token opens no page",
      {},
      { isSignedIn: false, tokenClient: "batch" },
      "office-0",
      { kind: "sent-to-sign-in", client: "web" },
    ],
    [
      "a program without a token is refused",
      { path: "/api/x" },
      { isSignedIn: true },
      "api-0",
      { kind: "token-refused", client: "batch", scope: "api/read" },
    ],
    [
      "a token of another client is refused",
      { path: "/api/x" },
      { isSignedIn: false, tokenClient: "backend" },
      "api-0",
      { kind: "token-refused", client: "batch", scope: "api/read" },
    ],
    [
      "a token of the client opens its path",
      { path: "/api/x" },
      { isSignedIn: false, tokenClient: "batch" },
      "api-0",
      { kind: "let-through", target, proof: "token", client: "batch" },
    ],
    [
      "a page that is spelled open is open",
      { path: "/status" },
      { isSignedIn: false },
      "status-0",
      { kind: "let-through", target, proof: "none" },
    ],
    [
      "what is denied is denied to those who signed in",
      { path: "/debug/x" },
      { isSignedIn: true },
      "internals-0",
      { kind: "refused" },
    ],
    [
      "an address outside every list gets 403",
      { ip: "192.0.2.1" },
      { isSignedIn: true },
      "otherwise-0",
      { kind: "refused" },
    ],
    [
      "another host is left to whoever owns the listener",
      { host: "b.example.com" },
      { isSignedIn: true },
      undefined,
      { kind: "not-ours" },
    ],
  ])("%s", (_, asked, visitor, label, outcome) => {
    const decision = decide(routes, asked, visitor);
    expect(decision.rule?.label).toBe(label);
    expect(decision.outcome).toEqual(outcome);
  });

  test("it is the same for both ways of signing in", () => {
    for (const authenticate of ["cognito", "oidc"] as const) {
      const either = sharedRoutes([routeRule()], { authenticate });
      expect(decide(either, {}).outcome).toEqual({ kind: "sent-to-sign-in", client: "web" });
      expect(decide(either, {}, { isSignedIn: true }).outcome).toMatchObject({ proof: "sign-in" });
    }
  });

  test("a load balancer of our own lets only the sources of admitting rules connect, and answers 403 by default", () => {
    const own = ownRoutes([
      routeRule("sign-in", { paths: ["/app/*"] }),
      routeRule("deny", { name: "blocked", slot: 0, from: ["192.0.2.0/24"] }),
    ]);
    expect(decide(own, { ip: "192.0.2.1" })).toEqual({ tried: [], outcome: { kind: "no-connection" } });
    expect(decide(own, { path: "/other" })).toMatchObject({ outcome: { kind: "refused" } });
    expect(decide(own, { path: "/other" }).rule).toBeUndefined();
  });
});

describe("for any routes and any request", () => {
  test("no request reaches a target from outside the rule's sources, or without the sign-in or token it asks for", () => {
    fc.assert(
      fc.property(anyRoutes, anyRequest, (routes, { visitor, ...asked }) => {
        const { outcome } = decide(routes, asked, visitor);
        const owner = firstRuleFor(routes.rules, asked);
        if (outcome.kind !== "let-through") return;
        expect(owner).toBeDefined();
        if (owner === undefined) return;
        expect(owner.allowAnywhere || isFromSource(owner, asked.ip)).toBe(true);
        if (owner.then === "sign-in") expect(visitor.isSignedIn).toBe(true);
        if (owner.then === "verify-token") expect(visitor.tokenClient).toBe(owner.client);
        if (owner.then !== "sign-in" && owner.then !== "verify-token") {
          expect(owner.then).toBe("forward-without-sign-in");
        }
      }),
      { numRuns: 500 },
    );
  });

  test("the first rule of the settings that fits decides, however many listener rules it became", () => {
    fc.assert(
      fc.property(anyRoutes, anyRequest, (routes, { visitor, ...asked }) => {
        const { rule, outcome } = decide(routes, asked, visitor);
        const owner = firstRuleFor(routes.rules, asked);
        if (outcome.kind === "no-connection") {
          // A load balancer has IPv6 only where some rule that admits names IPv6 networks.
          const hasIpv6 = routes.rules.some(
            ({ then: treatment, from }) =>
              treatment !== "deny" && from.some((network) => network.includes(":")),
          );
          const isUnreachable = asked.ip.includes(":") && !hasIpv6;
          expect(isUnreachable || owner === undefined || owner.then === "deny").toBe(true);
          return;
        }
        const decided = rule?.label.replace(/-\d+$/, "");
        expect(decided === "otherwise" ? undefined : decided).toBe(owner?.name);
      }),
      { numRuns: 500 },
    );
  });

  test("whoever is in no source of an admitting rule is never let through, with session and token in hand", () => {
    fc.assert(
      fc.property(anyRoutes, anyRequest, (routes, asked) => {
        const isNamed = routes.rules.some(
          (rule) => rule.then !== "deny" && (rule.allowAnywhere || isFromSource(rule, asked.ip)),
        );
        fc.pre(!isNamed);
        for (const tokenClient of ["batch", "backend"]) {
          expect(decide(routes, asked, { isSignedIn: true, tokenClient }).outcome.kind).not.toBe(
            "let-through",
          );
        }
      }),
    );
  });
});

describe("the guard of the sign-in page", () => {
  test("lets in whomever a route sends there, whatever the routes are", () => {
    fc.assert(
      fc.property(anyRoutes, anyRequest, (routes, asked) => {
        fc.pre(decide(routes, asked).outcome.kind === "sent-to-sign-in");
        const guard = { ...guardSettings, pageCidrs: [], apiCidrs: [] };
        const source = block(`${asked.ip}/${asked.ip.includes(":") ? 128 : 32}`);
        expect(explainGuard({ guard, routes }, source).page?.action).toBe("allow");
      }),
    );
  });
});

/** What the settings say, read without priorities, chunks and actions. */
function firstRuleFor(
  rules: readonly RuleSettings[],
  { ip, host, path }: { ip: string; host: string; path: string },
): RuleSettings | undefined {
  return rules
    .toSorted((one, other) => one.slot - other.slot)
    .find(
      (rule) =>
        (rule.hosts.length === 0 || rule.hosts.includes(host)) &&
        (rule.paths.length === 0 || rule.paths.some((pattern) => isPathInPattern(path, pattern))) &&
        (rule.from.length === 0 || isFromSource(rule, ip)),
    );
}

function isFromSource({ from }: RuleSettings, ip: string): boolean {
  const address = block(`${ip}/${ip.includes(":") ? 128 : 32}`);
  return from.some((network) => containsCidr(block(network), address));
}

const HOSTS = ["a.example.com", "b.example.com"];
const NETWORKS = [
  ...Array.from({ length: 12 }, (_, number) => `10.0.${number}.0/24`),
  "10.0.0.0/21",
  "10.0.3.128/25",
  "2001:db8::/32",
  "2001:db8:1::/48",
];

const anyRule = fc.record({
  treatment: fc.constantFrom("sign-in", "verify-token", "forward-without-sign-in", "deny"),
  hosts: fc.subarray(HOSTS, { minLength: 1 }),
  paths: fc.subarray(["/x/*", "/x/y", "/?"], { maxLength: 2 }),
  from: fc.subarray(NETWORKS, { maxLength: 10 }),
  authenticate: fc.constantFrom("cognito", "oidc"),
  client: fc.constantFrom("batch", "backend"),
});

const anyRoutes = fc
  .tuple(fc.boolean(), fc.uniqueArray(fc.integer({ min: 0, max: 98 }), { maxLength: 5, minLength: 1 }))
  .chain(([isOwn, slots]) =>
    fc.tuple(...slots.map((slot) => anyRule.map((rule) => ({ ...rule, slot })))).map((drafts) => {
      const rules = drafts.map(({ treatment, authenticate, client, slot, ...rest }) =>
        routeRule(treatment, {
          ...rest,
          name: `rule${slot}`,
          slot,
          allowAnywhere: rest.from.length === 0,
          ...(treatment === "sign-in" && { authenticate }),
          ...(treatment === "verify-token" && { client }),
        }),
      );
      return isOwn ? ownRoutes(rules) : sharedRoutes(rules);
    }),
  );

const anyRequest = fc.record({
  ip: fc.constantFrom(
    "10.0.0.9",
    "10.0.3.1",
    "10.0.3.200",
    "10.0.11.7",
    "192.0.2.1",
    "2001:db8:1::5",
    "2001:db9::1",
  ),
  host: fc.constantFrom(...HOSTS, "c.example.com"),
  path: fc.constantFrom("/", "/x", "/x/y", "/x/y/z", "/q"),
  visitor: fc.record({
    isSignedIn: fc.boolean(),
    tokenClient: fc.constantFrom("batch", "backend", undefined),
  }),
});
