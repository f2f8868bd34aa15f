import { isIPv4, isIPv6 } from "node:net";

/** One block of addresses. `text` is its canonical spelling: IPv6 compressed and in lower case. */
export interface Cidr {
  family: 4 | 6;
  /** First address as a number; bits behind the prefix are 0. */
  first: bigint;
  prefix: number;
  text: string;
}

/** Reads a CIDR block; what is wrong with it comes back as the rest of a sentence that begins with the text. */
export function readCidr(text: string): Cidr | { problem: string } {
  const [address = "", length, ...rest] = text.split("/");
  const family = isIPv4(address) ? 4 : isIPv6(address) && !address.includes("%") ? 6 : undefined;
  if (family === undefined || rest.length > 0) {
    return { problem: "is not a CIDR block; write it as 203.0.113.0/24 or 2001:db8::/32" };
  }
  const bits = family === 4 ? 32 : 128;
  if (length === undefined)
    return { problem: `has no prefix length; for this one address write ${text}/${bits}` };
  if (!/^(0|[1-9]\d{0,2})$/.test(length) || Number(length) > bits) {
    return { problem: `has a prefix length outside 0 to ${bits}` };
  }
  const prefix = Number(length);
  const number = family === 4 ? ipv4Number(address) : ipv6Number(address);
  const hostBits = BigInt(bits - prefix);
  const first = (number >> hostBits) << hostBits;
  const canonical = `${family === 4 ? ipv4Text(first) : ipv6Text(first)}/${prefix}`;
  if (first !== number) return { problem: `names a host inside a block; write ${canonical}` };
  return { family, first, prefix, text: canonical };
}

/** Whether every address of `inner` lies in `outer`. */
export function containsCidr(outer: Cidr, inner: Cidr): boolean {
  if (outer.family !== inner.family || outer.prefix > inner.prefix) return false;
  const hostBits = BigInt((outer.family === 4 ? 32 : 128) - outer.prefix);
  return inner.first >> hostBits === outer.first >> hostBits;
}

/** The two blocks that make up a block; of a single address that address alone. */
export function halvesOf(block: Cidr): Cidr[] {
  const bits = block.family === 4 ? 32 : 128;
  if (block.prefix === bits) return [block];
  const prefix = block.prefix + 1;
  return [block.first, block.first + (1n << BigInt(bits - prefix))].map((first) => ({
    family: block.family,
    first,
    prefix,
    text: `${block.family === 4 ? ipv4Text(first) : ipv6Text(first)}/${prefix}`,
  }));
}

function ipv4Number(address: string): bigint {
  return address.split(".").reduce((sum, part) => (sum << 8n) + BigInt(part), 0n);
}

function ipv6Number(address: string): bigint {
  const [head = "", tail] = address.split("::");
  const before = ipv6Groups(head);
  const after = tail === undefined ? [] : ipv6Groups(tail);
  const zeros = Array<bigint>(8 - before.length - after.length).fill(0n);
  return [...before, ...zeros, ...after].reduce((sum, group) => (sum << 16n) + group, 0n);
}

function ipv6Groups(part: string): bigint[] {
  if (part === "") return [];
  return part.split(":").flatMap((group) => {
    if (!group.includes(".")) return [BigInt(`0x${group}`)];
    const tail = ipv4Number(group);
    return [tail >> 16n, tail & 0xffffn];
  });
}

function ipv4Text(address: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 0xffn)).join(".");
}

// The longest run of two or more zero groups becomes `::`, the first of equals (RFC 5952).
function ipv6Text(address: bigint): string {
  const groups = Array.from({ length: 8 }, (_, place) =>
    ((address >> BigInt(112 - place * 16)) & 0xffffn).toString(16),
  );
  const runs = groups.map((_, start) => {
    const end = groups.findIndex((group, place) => place >= start && group !== "0");
    return { start, length: (end === -1 ? groups.length : end) - start };
  });
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best));
  if (longest.length < 2) return groups.join(":");
  const before = groups.slice(0, longest.start).join(":");
  return `${before}::${groups.slice(longest.start + longest.length).join(":")}`;
}
