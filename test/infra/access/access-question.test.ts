import { describe, expect, test } from "vitest";
import { readAccessQuestion } from "../../../infra/access/access-question.ts";

const ADDRESS = "Give one address such as 203.0.113.7 or 2001:db8::7, without a prefix length.";
const PATH = "Give it as it stands in the address, from its first / on and without what follows a ? or #.";
const HOST = "Give it without https://, port and path, such as app.example.com.";

describe("a question about access", () => {
  test("becomes a request as the load balancer sees it", () => {
    const question = { ip: "2001:DB8:0:0::7", path: "/a%20b/*", host: "App.Example.com" };
    expect(readAccessQuestion(question, [])).toMatchObject({
      source: { family: 6, prefix: 128, text: "2001:db8::7/128" },
      host: "app.example.com",
      path: "/a%20b/*",
    });
  });

  test("needs no host where the rules name one, or none", () => {
    const question = { ip: "203.0.113.7", path: "/" };
    expect(readAccessQuestion(question, ["a.example.com"])).toMatchObject({ host: "a.example.com" });
    expect(readAccessQuestion(question, [])).toMatchObject({ host: "" });
  });

  test.each<[Parameters<typeof readAccessQuestion>[0], string, string]>([
    [{ ip: "203.0.113.0/24", path: "/" }, '--ip "203.0.113.0/24" is not an address.', ADDRESS],
    [{ ip: "203.0.113", path: "/" }, '--ip "203.0.113" is not an address.', ADDRESS],
    [{ ip: "fe80::1%eth0", path: "/" }, '--ip "fe80::1%eth0" is not an address.', ADDRESS],
    [{ ip: "", path: "/" }, '--ip "" is not an address.', ADDRESS],
    [
      { ip: "::ffff:203.0.113.7", path: "/" },
      '--ip "::ffff:203.0.113.7" is not an address.',
      "Give the IPv4 address in it; the load balancer sees that.",
    ],
    [{ ip: "203.0.113.7", path: "admin" }, '--path "admin" is not the path of an address.', PATH],
    [{ ip: "203.0.113.7", path: "/a?b=c" }, '--path "/a?b=c" is not the path of an address.', PATH],
    [{ ip: "203.0.113.7", path: "/a b" }, '--path "/a b" is not the path of an address.', PATH],
    [
      { ip: "203.0.113.7", path: "/", host: "https://a.example.com" },
      '--host "https://a.example.com" is not a host name.',
      HOST,
    ],
    [
      { ip: "203.0.113.7", path: "/" },
      "The rules are for 2 hosts.",
      "Add --host with one of a.example.com, b.example.com.",
    ],
  ])("is refused with the way out: %o", (question, problem, remedy) => {
    expect(readAccessQuestion(question, ["a.example.com", "b.example.com"])).toEqual({ problem, remedy });
  });
});
