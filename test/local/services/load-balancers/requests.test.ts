import { beforeEach, describe, expect, test } from "vitest";
import { originOf } from "../../../../local/services/load-balancers/traffic/web-origin.ts";
import { type Balancer, Browser, HOST, hosts, openBalancer, paths, refuse, sources } from "./balancer.ts";

let balancer: Balancer;
beforeEach(async () => {
  balancer = await openBalancer();
});

const header = (HttpHeaderName: string, ...Values: string[]) => ({
  Field: "http-header",
  HttpHeaderConfig: { HttpHeaderName, Values },
});
const method = (...Values: string[]) => ({
  Field: "http-request-method",
  HttpRequestMethodConfig: { Values },
});
const query = (...Values: { Key?: string; Value: string }[]) => ({
  Field: "query-string",
  QueryStringConfig: { Values },
});

describe("A rule answers a request that meets its conditions", () => {
  const url = (rest: string) => `https://${HOST}${rest}`;

  test.each([
    ["a host, whatever its case", [hosts("APP.example.com")], url("/"), {}, true],
    ["a pattern of hosts", [hosts("*.example.com")], url("/"), {}, true],
    ["another host", [hosts("www.example.com")], url("/"), {}, false],
    ["a path without its query", [paths("/reports")], url("/reports?x=1"), {}, true],
    ["a pattern of paths", [paths("/api/*", "/v?")], url("/v2"), {}, true],
    ["a path in another case", [paths("/reports")], url("/Reports"), {}, false],
    [
      "a header, whatever its case",
      [header("X-Kind", "mobile*")],
      url("/"),
      { headers: { "x-kind": "MOBILE-2" } },
      true,
    ],
    ["a header that is not there", [header("x-kind", "*")], url("/"), {}, false],
    ["a method", [method("GET", "HEAD")], url("/"), { method: "HEAD" }, true],
    ["a method in another case", [method("GET")], url("/"), { method: "get" }, false],
    ["a pair of the query", [query({ Key: "version", Value: "v1" })], url("/?a=b&Version=V1"), {}, true],
    ["the value of another key", [query({ Key: "version", Value: "v1" })], url("/?a=v1"), {}, false],
    ["the value of any key", [query({ Value: "ex*" })], url("/?a=example"), {}, true],
    ["a value of the query that has an equals sign", [query({ Value: "b=c" })], url("/?a=b=c"), {}, true],
    [
      "one value of a condition, of every condition",
      [hosts("x.example.com", HOST), paths("/a")],
      url("/a"),
      {},
      true,
    ],
    ["all conditions but one", [hosts(HOST), paths("/a")], url("/b"), {}, false],
    [
      "both of two headers",
      [header("x-a", "1"), header("x-b", "2")],
      url("/"),
      { headers: { "x-a": "1", "x-b": "2" } },
      true,
    ],
    [
      "one of two headers",
      [header("x-a", "1"), header("x-b", "2")],
      url("/"),
      { headers: { "x-a": "1" } },
      false,
    ],
  ])("%s", async (_, conditions, address, more, isMet) => {
    await balancer.rule(10, [refuse("matched")], conditions);
    const { body } = await new Browser(balancer).go(address, more);
    expect(body).toBe(isMet ? "matched" : "default");
  });

  test.each([
    ["203.0.113.7", "203.0.113.0/24", true],
    ["203.0.114.7", "203.0.113.0/24", false],
    ["203.0.113.200", "203.0.113.7/24", true],
    ["198.51.100.9", "0.0.0.0/0", true],
    ["2001:db8::7", "2001:db8::/32", true],
    ["2001:db9::7", "2001:db8::/32", false],
    ["2001:db8::7", "0.0.0.0/0", false],
    ["203.0.113.7", "::/0", false],
    [undefined, "127.0.0.1/32", true],
  ])("that comes from %s, for the block %s: %s", async (sourceIp, block, isMet) => {
    await balancer.rule(10, [refuse("matched")], [sources(block)]);
    const { body } = await new Browser(balancer, { sourceIp }).go(url("/"));
    expect(body).toBe(isMet ? "matched" : "default");
  });

  test("in the order of priorities: a source that does not fit goes on to the next rule", async () => {
    await balancer.rule(30, [refuse("everybody")]);
    await balancer.rule(10, [refuse("office")], [hosts(HOST), sources("203.0.113.0/24")]);
    await balancer.rule(20, [refuse("branch")], [hosts(HOST), sources("198.51.100.0/24")]);
    const seen = async (sourceIp: string) => (await new Browser(balancer, { sourceIp }).go(url("/"))).body;
    expect([await seen("203.0.113.7"), await seen("198.51.100.9"), await seen("192.0.2.1")]).toEqual([
      "office",
      "branch",
      "everybody",
    ]);
  });

  test("does not believe X-Forwarded-For", async () => {
    await balancer.rule(10, [refuse("office")], [sources("203.0.113.0/24")]);
    const headers = { "x-forwarded-for": "203.0.113.7" };
    expect((await new Browser(balancer, { sourceIp: "192.0.2.1" }).go(url("/"), { headers })).body).toBe(
      "default",
    );
  });

  test("and no address that is none", async () => {
    const answer = await new Browser(balancer, { sourceIp: "office" }).go(url("/"));
    expect(answer).toMatchObject({ status: 400, body: "'office' is not an IP address.\n" });
  });
});

describe("The last action", () => {
  test("answers what it says", async () => {
    await balancer.rule(10, [refuse("Not from here.")]);
    expect(await new Browser(balancer).go(`https://${HOST}/`)).toEqual({
      status: 403,
      headers: { "content-type": "text/plain" },
      body: "Not from here.",
    });
  });

  test.each([
    [
      { Protocol: "HTTPS", StatusCode: "HTTP_301", Path: "/new/#{path}" },
      301,
      "https://app.example.com:443/new/a/b?c=d",
    ],
    [
      { Host: "www.#{host}", Port: "8443", StatusCode: "HTTP_302" },
      302,
      "https://www.app.example.com:8443/a/b?c=d",
    ],
    [{ Path: "/", Query: "", StatusCode: "HTTP_302" }, 302, "https://app.example.com:443/"],
    [
      { Query: "from=#{path}&#{query}", StatusCode: "HTTP_302" },
      302,
      "https://app.example.com:443/a/b?from=a/b&c=d",
    ],
  ])("redirects by %j", async (RedirectConfig, status, location) => {
    await balancer.rule(10, [{ Type: "redirect", RedirectConfig }]);
    const answer = await new Browser(balancer).go(`https://${HOST}/a/b?c=d`);
    expect(answer).toEqual({ status, headers: { location }, body: "" });
  });

  test("forwards to the heaviest of weighted target groups", async () => {
    const { balancers, targetGroupArn: TargetGroupArn } = balancer;
    const input = {
      Name: "blue",
      Protocol: "HTTP",
      Port: 80,
      VpcId: "vpc-0cccccccccccccccc",
      TargetType: "ip",
    };
    const created = await balancers.handle("CreateTargetGroup", input);
    const [{ TargetGroupArn: blue }] = Reflect.get(created, "TargetGroups");
    const TargetGroups = [
      { TargetGroupArn, Weight: 0 },
      { TargetGroupArn: blue, Weight: 5 },
    ];
    await balancer.rule(10, [{ Type: "forward", ForwardConfig: { TargetGroups } }]);
    const { body } = await new Browser(balancer).go(`https://${HOST}/`);
    expect(JSON.parse(body)).toEqual({ targetGroupArn: blue, user: null });
  });
});

describe("A request reaches", () => {
  const seen = async (listenerArn?: string, host = HOST) =>
    (await new Browser(balancer, { listenerArn }).go(`https://${host}/`)).body;

  test("the only HTTPS listener, whatever its host", async () => {
    await balancer.listener("HTTP", 80);
    expect(await seen(undefined, "anything.example.org")).toBe("default");
  });

  test("of several HTTPS listeners the one whose rules name the host", async () => {
    await balancer.listener("HTTPS", 8443);
    await balancer.rule(10, [refuse("matched")], [hosts("*.EXAMPLE.com")]);
    expect(await seen()).toBe("matched");
  });

  test("the listener it is meant for, HTTP too", async () => {
    const http = await balancer.listener("HTTP", 80);
    await balancer.rule(10, [refuse("of HTTPS")]);
    expect(await seen(http)).toBe("default");
    expect(await seen(balancer.listenerArn)).toBe("of HTTPS");
  });

  test.each([
    [
      "nobody where no listener names the host",
      async () => balancer.listener("HTTPS", 8443),
      undefined,
      "No application of the local load balancers answers at app.example.com.\n",
    ],
    [
      "nobody where the listener is unknown",
      async () => {},
      "arn:none",
      "There is no listener 'arn:none'.\n",
    ],
    [
      "nobody where two listeners name the host",
      async () => {
        const other = await balancer.listener("HTTPS", 8443);
        await balancer.rule(10, [refuse("one")]);
        const second = {
          ListenerArn: other,
          Priority: 10,
          Conditions: [hosts(HOST)],
          Actions: [refuse("two")],
        };
        await balancer.balancers.handle("CreateRule", second);
      },
      undefined,
      "2 HTTPS listeners have rules for 'app.example.com'; say which is meant.\n",
    ],
  ])("%s, and is told so", async (_, prepare, listenerArn, sentence) => {
    await prepare();
    const answer = await new Browser(balancer, { listenerArn }).go(`https://${HOST}/`);
    expect(answer).toMatchObject({ status: 404, body: sentence });
  });

  test("the listener and from the address that its headers name", () => {
    const headers = { "x-sekisho-source-ip": "203.0.113.7", "x-sekisho-listener": "arn:one" };
    expect(originOf({ headers })).toEqual({ sourceIp: "203.0.113.7", listenerArn: "arn:one" });
    expect(originOf({ headers: {} })).toEqual({});
  });
});
