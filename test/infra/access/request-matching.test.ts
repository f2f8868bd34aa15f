import { describe, expect, test } from "vitest";
import type { ListenerRule } from "../../../infra/access/listener-rules.ts";
import { findMatch, tryRules } from "../../../infra/access/request-matching.ts";
import { readCidr } from "../../../infra/routes/cidr.ts";
import type { ListenerCondition } from "../../../infra/routes/listener-conditions.ts";

function rule(priority: number, ...conditions: ListenerCondition[]): ListenerRule {
  return { label: `rule-${priority}`, priority, conditions, actions: [] };
}

function request(ip: string, { host = "app.example.com", path = "/" } = {}) {
  const source = readCidr(`${ip}/${ip.includes(":") ? 128 : 32}`);
  if ("problem" in source) throw new Error(source.problem);
  return { source, host, path };
}

const host = (...values: string[]): ListenerCondition => ({ hostHeader: { values } });
const path = (...values: string[]): ListenerCondition => ({ pathPattern: { values } });
const from = (...values: string[]): ListenerCondition => ({ sourceIp: { values } });

describe("which rule a load balancer takes", () => {
  test("the lowest priority that matches, whatever order the rules are listed in", () => {
    const rules = [rule(30, path("/*")), rule(10, path("/x")), rule(20, path("/*"))];
    expect(findMatch(rules, request("192.0.2.1"))?.priority).toBe(20);
    expect(findMatch(rules, request("192.0.2.1", { path: "/x" }))?.priority).toBe(10);
  });

  test("none of them where none matches, so that the default action answers", () => {
    expect(findMatch([rule(1, path("/x"))], request("192.0.2.1"))).toBeUndefined();
    expect(findMatch([], request("192.0.2.1"))).toBeUndefined();
  });

  test.each<[string, ListenerCondition[], Parameters<typeof request>, boolean]>([
    [
      "all conditions hold",
      [host("app.example.com"), path("/a"), from("192.0.2.0/24")],
      ["192.0.2.9", { path: "/a" }],
      true,
    ],
    [
      "one condition fails",
      [host("app.example.com"), path("/b"), from("192.0.2.0/24")],
      ["192.0.2.9", { path: "/a" }],
      false,
    ],
    ["one value of a condition holds", [from("198.51.100.0/24", "192.0.2.0/24")], ["192.0.2.9"], true],
    ["the host differs in case", [host("APP.example.com")], ["192.0.2.9", { host: "app.EXAMPLE.com" }], true],
    ["a host has a wildcard", [host("*.example.com")], ["192.0.2.9"], true],
    ["a wildcard needs the dot", [host("*.example.com")], ["192.0.2.9", { host: "example.com" }], false],
    ["the path differs in case", [path("/Admin")], ["192.0.2.9", { path: "/admin" }], false],
    ["a star is empty", [path("/admin*")], ["192.0.2.9", { path: "/admin" }], true],
    ["a star crosses a slash", [path("/a/*")], ["192.0.2.9", { path: "/a/b/c" }], true],
    ["a question mark is one letter", [path("/?")], ["192.0.2.9", { path: "/ab" }], false],
    ["an address is just inside", [from("192.0.2.0/25")], ["192.0.2.127"], true],
    ["an address is just outside", [from("192.0.2.0/25")], ["192.0.2.128"], false],
    ["an IPv6 address is inside", [from("2001:db8::/32")], ["2001:db8:ffff::1"], true],
    ["an IPv6 address meets only IPv4 blocks", [from("0.0.0.0/0")], ["2001:db8::1"], false],
    ["there is no condition", [], ["192.0.2.9"], true],
  ])("%s", (_, conditions, asked, isMatching) => {
    expect(findMatch([rule(1, ...conditions)], request(...asked)) !== undefined).toBe(isMatching);
  });
});

describe("why a rule is passed over", () => {
  test("every condition that fails is told, with what it wants", () => {
    const [tried] = tryRules(
      [rule(1, host("b.example.com"), path("/x", "/y"), from("192.0.2.0/24"))],
      request("198.51.100.1"),
    );
    expect(tried?.mismatches).toEqual([
      { about: "host", wanted: ["b.example.com"] },
      { about: "path", wanted: ["/x", "/y"] },
      { about: "source", wanted: ["192.0.2.0/24"] },
    ]);
  });

  test("rules behind the one that matches are not looked at", () => {
    const rules = [rule(1, path("/x")), rule(2), rule(3)];
    expect(tryRules(rules, request("192.0.2.1")).map(({ rule: { priority } }) => priority)).toEqual([1, 2]);
  });
});
