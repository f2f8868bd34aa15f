import { describe, expect, test } from "vitest";
import { isAllowedAddress, normalDomain } from "../../../infra/email/mail-domains.ts";

const domains = ["example.com", "xn--r8jz45g.jp"];

describe("an address that may sign up", () => {
  test.each([
    ["of the domain", "hanako@example.com"],
    ["in capitals", "Hanako.Yamada@EXAMPLE.Com"],
    ["with a tag", "hanako+sekisho@example.com"],
    ["with dots as Japanese carriers gave them out", "hana..ko.@example.com"],
    ["of a domain in Japanese", "hanako@例え.jp"],
    ["of that domain as the DNS has it", "hanako@XN--R8JZ45G.jp"],
    ["typed at full width, which names the same domain", "hanako@ｅｘａｍｐｌｅ．ｃｏｍ"],
  ])("is one %s", (_what, address) => {
    expect(isAllowedAddress(address, domains)).toBe(true);
  });
});

describe("an address that may not sign up", () => {
  test.each([
    ["of another domain", "mallory@example.org"],
    ["of a subdomain, which somebody else may hold", "mallory@mail.example.com"],
    ["of a domain that only ends alike", "mallory@notexample.com"],
    ["of a domain that only begins alike", "mallory@example.com.evil.example"],
    ["of a domain that only looks alike", "mallory@exаmple.com"],
    ["of a domain with a dot at the end", "mallory@example.com."],
    ["without a domain", "mallory@"],
    ["without a name", "@example.com"],
    ["without an at sign", "example.com"],
    ["that is empty", ""],
    ["that is missing", undefined],
    ["with a quoted name", '"mallory@evil.example"@example.com'],
    ["with two at signs", "mallory@evil.example@example.com"],
    ["that is two addresses", "mallory@evil.example,x@example.com"],
    ["in angle brackets", "<mallory@evil.example> x@example.com"],
    ["with a comment", "mallory(@evil.example)@example.com"],
    ["routed through the domain", "mallory%evil.example@example.com"],
    ["routed by bangs", "evil.example!mallory@example.com"],
    ["with a blank", "mal lory@example.com"],
    ["with a blank at the end", "mallory@example.com "],
    ["with a line break", "mallory@evil.example\n@example.com"],
    ["with a name in another script", "マロリー@example.com"],
    ["with a name that is too long", `${"a".repeat(65)}@example.com`],
    ["of an address literal", "mallory@[192.0.2.1]"],
    ["of a domain with a path", "mallory@example.com/.evil.example"],
    ["of a domain with a fragment", "mallory@example.com#.evil.example"],
    ["of a domain with a query", "mallory@example.com?.evil.example"],
    ["of a domain with a backslash", "mallory@example.com\\.evil.example"],
    ["of a domain with a port", "mallory@example.com:25"],
    ["of a domain with an escaped letter", "mallory@%65xample.com"],
    ["of a domain with a tab", "mallory@ex\tample.com"],
    ["of a domain with a line break", "mallory@exam\r\nple.com"],
    ["of a domain with an invisible character", "mallory@exam\u00adple.com"],
    ["of a domain with a path at full width", "mallory@example.com／.evil.example"],
  ])("is one %s", (_what, address) => {
    expect(isAllowedAddress(address, domains)).toBe(false);
  });

  test("is every one while no domain is allowed", () => {
    expect(isAllowedAddress("hanako@example.com", [])).toBe(false);
  });
});

describe("a domain", () => {
  test.each([
    ["Example.COM", "example.com"],
    ["例え.jp", "xn--r8jz45g.jp"],
    ["mail.example.co.jp", "mail.example.co.jp"],
  ])("is compared in one spelling: %s", (text, normal) => {
    expect(normalDomain(text)).toBe(normal);
  });

  test.each([
    "",
    "localhost",
    "*.example.com",
    "example..com",
    "-a.example.com",
    "192.0.2.1",
    "a b.com",
    "@example.com",
    "example.com/x",
    "example.com#x",
    "example.com?x",
    "example.com\\x",
    "example.com:443",
    "%65xample.com",
    "ex\tample.com",
    "example.com\n",
    " example.com",
    "[example.com]",
    "<example.com>",
    "example.com^x",
    "example.com|x",
  ])("is not %j", (text) => {
    expect(normalDomain(text)).toBeUndefined();
  });

  test("has 253 characters at most", () => {
    const label = "a".repeat(62);
    expect(normalDomain(`${label}.${label}.${label}.${label}.jp`)).toBeUndefined();
  });
});
