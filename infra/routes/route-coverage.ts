import { isPatternInPattern, sourcesOf } from "../settings/checks/rule-matching.ts";
import type { RuleSettings } from "../settings/routes.ts";
import { type Cidr, containsCidr, halvesOf } from "./cidr.ts";

/**
 * The earlier rules that together take every request of a rule, so that it never acts: in their order, or nothing when
 * some request may reach it. What overlaps only by several path patterns together counts as reachable.
 */
export function findCoveringRoutes(
  rule: RuleSettings,
  earlier: readonly RuleSettings[],
): RuleSettings[] | undefined {
  const used = new Set<RuleSettings>();
  for (const { host, path } of requestsOf(rule)) {
    const blocks = earlier
      .filter((other) => isHostIn(host, other) && isPathIn(path, other))
      .flatMap((other) => sourcesOf(other).map((block) => ({ rule: other, block })));
    for (const source of sourcesOf(rule)) {
      const covering = coverSource(source, blocks);
      if (covering === undefined) return undefined;
      for (const other of covering) used.add(other);
    }
  }
  return earlier.filter((other) => used.has(other));
}

interface Requests {
  /** Absent = a host that no rule names. */
  host: string | undefined;
  /** A pattern that all these paths fit. */
  path: string;
}

function requestsOf({ hosts, paths }: RuleSettings): Requests[] {
  const names = hosts.length === 0 ? [undefined] : hosts;
  const patterns = paths.length === 0 ? ["/*"] : paths;
  return names.flatMap((host) => patterns.map((path) => ({ host, path })));
}

function isHostIn(host: string | undefined, { hosts }: RuleSettings): boolean {
  return hosts.length === 0 || (host !== undefined && hosts.includes(host));
}

function isPathIn(path: string, { paths }: RuleSettings): boolean {
  return paths.length === 0 || paths.some((pattern) => isPatternInPattern(path, pattern));
}

interface OwnedBlock {
  rule: RuleSettings;
  block: Cidr;
}

// A block that no single one takes whole may still be taken by halves.
function coverSource(source: Cidr, blocks: readonly OwnedBlock[]): RuleSettings[] | undefined {
  const whole = blocks.find(({ block }) => containsCidr(block, source));
  if (whole !== undefined) return [whole.rule];
  const inside = blocks.filter(({ block }) => containsCidr(source, block));
  if (inside.length === 0) return undefined;
  const halves = halvesOf(source).map((half) => coverSource(half, inside));
  return halves.some((half) => half === undefined) ? undefined : halves.flatMap((half) => half ?? []);
}
