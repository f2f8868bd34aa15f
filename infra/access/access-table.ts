import { type Cidr, containsCidr, readCidr } from "../routes/cidr.ts";
import { isPathInPattern } from "../settings/checks/rule-matching.ts";
import type { RuleSettings } from "../settings.ts";
import { decideAccess, type Outcome } from "./access-outcome.ts";
import { nameOutcome } from "./access-sentences.ts";
import type { ListenerRule, RoutedSettings } from "./listener-rules.ts";

/** What requests of one kind get: one host, one sort of path, and networks that are treated alike. */
export interface AccessRow {
  host: string;
  /** The pattern as the settings have it; `(other)` for paths that no pattern of this host covers but `/*`. */
  path: string;
  /**
   * Networks as the settings name them, `(other IPv4)` and `(other IPv6)` for those they do not name; `(everybody)` for
   * all of them together.
   */
  from: string[];
  /** The rule that decides, by its name in the settings; `-` where none does. */
  rule: string;
  outcome: string;
  kind: Outcome["kind"];
}

/**
 * The whole matrix for people without a session and programs without a token: every host with every path and network
 * that some rule for it names, and everything else. Each cell is what one request in the middle of it gets.
 */
export function listAccess({ routes }: RoutedSettings, rules: readonly ListenerRule[]): AccessRow[] {
  return hostsOf(routes.rules).flatMap((host) => {
    const concerned = routes.rules.filter(({ hosts }) => hosts.length === 0 || hosts.includes(host));
    // Who may connect to a load balancer of our own depends on all rules, whichever host is asked for.
    const networks = sampleNetworks(routes.listener.kind === "create" ? routes.rules : concerned);
    return samplePaths(concerned).flatMap(({ pattern, path }) => {
      const cells = networks.map(({ name, source }): AccessRow => {
        const request = { host, path, source };
        const { rule, outcome } = decideAccess({ routes, rules }, request, { isSignedIn: false });
        return {
          host: host || ANY_HOST,
          path: pattern,
          from: [name],
          rule: rule === undefined ? "-" : rule.label.replace(/-\d+$/, ""),
          outcome: nameOutcome(outcome),
          kind: outcome.kind,
        };
      });
      return mergeNetworks(cells);
    });
  });
}

/** The table as people read it. */
export function tabulateAccess(rows: readonly AccessRow[]) {
  return {
    head: ["HOST", "PATH", "FROM", "RULE", "WITHOUT SESSION OR TOKEN"],
    rows: rows.map(({ host, path, from, rule, outcome }) => [host, path, from.join(", "), rule, outcome]),
  };
}

const ANY_HOST = "(any)";
const OTHER_PATH = "(other)";

function hostsOf(rules: readonly RuleSettings[]): string[] {
  const hosts = [...new Set(rules.flatMap((rule) => rule.hosts))].sort();
  return rules.some((rule) => rule.hosts.length === 0) || hosts.length === 0 ? [...hosts, ""] : hosts;
}

function samplePaths(rules: readonly RuleSettings[]): { pattern: string; path: string }[] {
  const patterns = [...new Set(rules.flatMap(({ paths }) => paths))].filter((one) => one !== "/*").sort();
  return [
    // A wildcard's stead is taken by letters that no sensible pattern has.
    ...patterns.map((pattern) => ({
      pattern,
      path: pattern.replaceAll("*", "zzz").replaceAll("?", "z"),
    })),
    ...otherPaths(patterns),
  ];
}

/** A path that none of the patterns covers, if one is found. */
function otherPaths(patterns: readonly string[]): { pattern: string; path: string }[] {
  const path = ["/zzz-other", "/", "/0", "/-/-"].find(
    (candidate) => !patterns.some((pattern) => isPathInPattern(candidate, pattern)),
  );
  return path === undefined ? [] : [{ pattern: OTHER_PATH, path }];
}

interface SampleNetwork {
  name: string;
  source: Cidr;
}

/** Each network by an address that lies in no smaller one; a network that smaller ones fill has none. */
function sampleNetworks(rules: readonly RuleSettings[]): SampleNetwork[] {
  const named = new Map(
    rules.flatMap(({ from }) => from.flatMap(readBlock)).map((block) => [block.text, block]),
  );
  const everybody = [
    { name: "(other IPv4)", text: "0.0.0.0/0" },
    { name: "(other IPv6)", text: "::/0" },
  ];
  const blocks = [...named.values()].sort(compareBlocks);
  const rest = everybody.flatMap(({ name, text }) =>
    named.has(text) ? [] : readBlock(text).map((block) => ({ name, block })),
  );
  return [...blocks.map((block) => ({ name: block.text, block })), ...rest].flatMap(({ name, block }) => {
    const source = findOwnAddress(block, blocks);
    return source === undefined ? [] : [{ name, source }];
  });
}

function readBlock(text: string): Cidr[] {
  const read = readCidr(text);
  return "problem" in read ? [] : [read];
}

function compareBlocks(one: Cidr, other: Cidr): number {
  if (one.family !== other.family) return one.family - other.family;
  if (one.first !== other.first) return one.first < other.first ? -1 : 1;
  return one.prefix - other.prefix;
}

/** Smaller blocks leave a gap at the beginning or right behind one of them, or none at all. */
function findOwnAddress(block: Cidr, blocks: readonly Cidr[]): Cidr | undefined {
  const inner = blocks.filter((other) => other.prefix > block.prefix && containsCidr(block, other));
  const candidates = [block.first, ...inner.map((other) => lastOf(other) + 1n)].filter(
    (address) => address <= lastOf(block),
  );
  const own = candidates.find((address) =>
    inner.every((other) => address < other.first || address > lastOf(other)),
  );
  return own === undefined ? undefined : singleAddress(block.family, own);
}

function lastOf({ family, first, prefix }: Cidr): bigint {
  return first + (1n << BigInt((family === 4 ? 32 : 128) - prefix)) - 1n;
}

function singleAddress(family: Cidr["family"], first: bigint): Cidr {
  return { family, first, prefix: family === 4 ? 32 : 128, text: `address ${first}` };
}

/** Networks that the same rule treats the same way share a row. */
function mergeNetworks(cells: readonly AccessRow[]): AccessRow[] {
  const merged = new Map<string, AccessRow>();
  for (const cell of cells) {
    const key = `${cell.rule} ${cell.outcome}`;
    const row = merged.get(key);
    merged.set(key, row === undefined ? cell : { ...row, from: [...row.from, ...cell.from] });
  }
  const rows = [...merged.values()];
  return rows.length === 1 ? rows.map((row) => ({ ...row, from: ["(everybody)"] })) : rows;
}
