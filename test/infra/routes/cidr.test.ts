import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Cidr, containsCidr, halvesOf, readCidr } from "../../../infra/routes/cidr.ts";

describe("reading a CIDR block", () => {
  it.each([
    ["203.0.113.0/24", "203.0.113.0/24"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["198.51.100.7/32", "198.51.100.7/32"],
    ["2001:DB8::/32", "2001:db8::/32"],
    ["2001:0db8:0000:0000:0001:0000:0000:0000/80", "2001:db8:0:0:1::/80"],
    ["::/0", "::/0"],
    ["::1/128", "::1/128"],
    ["::ffff:192.0.2.1/128", "::ffff:c000:201/128"],
    ["2001:db8:0:1:2:3:4:5/128", "2001:db8:0:1:2:3:4:5/128"],
  ])("spells %s as %s", (text, canonical) => {
    expect(readCidr(text)).toMatchObject({ text: canonical });
  });

  it.each([
    ["", "is not a CIDR block; write it as 203.0.113.0/24 or 2001:db8::/32"],
    ["office", "is not a CIDR block; write it as 203.0.113.0/24 or 2001:db8::/32"],
    ["203.0.113.256/32", "is not a CIDR block; write it as 203.0.113.0/24 or 2001:db8::/32"],
    ["203.0.113.010/32", "is not a CIDR block; write it as 203.0.113.0/24 or 2001:db8::/32"],
    ["203.0.113.0/24/8", "is not a CIDR block; write it as 203.0.113.0/24 or 2001:db8::/32"],
    ["fe80::1%eth0/64", "is not a CIDR block; write it as 203.0.113.0/24 or 2001:db8::/32"],
    ["203.0.113.7", "has no prefix length; for this one address write 203.0.113.7/32"],
    ["2001:db8::1", "has no prefix length; for this one address write 2001:db8::1/128"],
    ["203.0.113.0/33", "has a prefix length outside 0 to 32"],
    ["2001:db8::/129", "has a prefix length outside 0 to 128"],
    ["203.0.113.0/024", "has a prefix length outside 0 to 32"],
    ["203.0.113.0/", "has a prefix length outside 0 to 32"],
    ["203.0.113.7/24", "names a host inside a block; write 203.0.113.0/24"],
    ["2001:db8::1/64", "names a host inside a block; write 2001:db8::/64"],
  ])("says of %j that it %s", (text, problem) => {
    expect(readCidr(text)).toEqual({ problem });
  });

  it("reads its own spelling of any block to the same block", () => {
    const anyBlock = fc
      .record({
        isSix: fc.boolean(),
        bits: fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }),
        length: fc.nat(128),
      })
      .map(({ isSix, bits, length }) => blockOf(isSix, bits, length));
    fc.assert(
      fc.property(anyBlock, (text) => {
        const block = good(text);
        expect(readCidr(block.text)).toEqual(block);
      }),
    );
  });
});

describe("one block inside another", () => {
  it.each([
    ["203.0.113.0/24", "203.0.113.128/25", true],
    ["203.0.113.0/24", "203.0.113.0/24", true],
    ["203.0.113.0/25", "203.0.113.0/24", false],
    ["203.0.113.0/25", "203.0.113.128/25", false],
    ["0.0.0.0/0", "198.51.100.7/32", true],
    ["0.0.0.0/0", "::/0", false],
    ["2001:db8::/32", "2001:db8:1234::/48", true],
    ["2001:db8::/48", "2001:db8:1::/48", false],
  ])("%s contains %s: %s", (outer, inner, isInside) => {
    expect(containsCidr(good(outer), good(inner))).toBe(isInside);
  });
});

function blockOf(isSix: boolean, bits: bigint, length: number): string {
  const size = isSix ? 128 : 32;
  const prefix = length % (size + 1);
  const shift = BigInt(size - prefix);
  const address = ((bits & ((1n << BigInt(size)) - 1n)) >> shift) << shift;
  if (!isSix) return `${[24n, 16n, 8n, 0n].map((move) => (address >> move) & 255n).join(".")}/${prefix}`;
  const groups = Array.from({ length: 8 }, (_, place) => (address >> BigInt(112 - 16 * place)) & 0xffffn);
  return `${groups.map((group) => group.toString(16).padStart(4, "0")).join(":")}/${prefix}`;
}

function good(text: string): Cidr {
  const read = readCidr(text);
  if ("problem" in read) throw new Error(`${text} ${read.problem}`);
  return read;
}

describe("the halves of a block", () => {
  it.each([
    ["203.0.113.0/24", ["203.0.113.0/25", "203.0.113.128/25"]],
    ["0.0.0.0/0", ["0.0.0.0/1", "128.0.0.0/1"]],
    ["::/0", ["::/1", "8000::/1"]],
    ["2001:db8::/127", ["2001:db8::/128", "2001:db8::1/128"]],
    ["198.51.100.7/32", ["198.51.100.7/32"]],
    ["2001:db8::/128", ["2001:db8::/128"]],
  ])("of %s are %j", (text, halves) => {
    const block = readCidr(text);
    if ("problem" in block) throw new Error(block.problem);
    expect(halvesOf(block).map((half) => half.text)).toEqual(halves);
    expect(halvesOf(block)).toEqual(halves.map((half) => readCidr(half)));
  });
});
