import { type Cidr, containsCidr, readCidr } from "../routes/cidr.ts";
import type { ListenerCondition } from "../routes/listener-conditions.ts";
import { isPathInPattern } from "../settings/checks/rule-matching.ts";
import type { ListenerRule } from "./listener-rules.ts";

/** A request as the load balancer sees it. */
export interface ListenerRequest {
  /** The address that connects, as a block of one; behind a proxy it is the proxy's. */
  source: Cidr;
  host: string;
  /** The path of the URL as it was sent, without the query. */
  path: string;
}

/** A condition that a request does not meet. */
export type Mismatch =
  | { about: "source"; wanted: string[] }
  | { about: "host"; wanted: string[] }
  | { about: "path"; wanted: string[] };

/** A rule that was looked at, and what of it the request does not meet; nothing = it matches. */
export interface TriedRule {
  rule: ListenerRule;
  mismatches: Mismatch[];
}

/**
 * The rules a load balancer looks at for a request, lowest priority first, up to the one that matches; when none does,
 * the listener's default action answers (Application Load Balancers, Listener rules).
 */
export function tryRules(rules: readonly ListenerRule[], request: ListenerRequest): TriedRule[] {
  const ordered = rules.toSorted((one, other) => one.priority - other.priority);
  const tried = ordered.map((rule) => ({ rule, mismatches: findMismatches(rule, request) }));
  const match = tried.findIndex(({ mismatches }) => mismatches.length === 0);
  return match === -1 ? tried : tried.slice(0, match + 1);
}

/** The rule that decides about a request, if one of these does. */
export function findMatch(
  rules: readonly ListenerRule[],
  request: ListenerRequest,
): ListenerRule | undefined {
  const last = tryRules(rules, request).at(-1);
  return last?.mismatches.length === 0 ? last.rule : undefined;
}

/** All conditions must hold; of the values of one condition, one. */
function findMismatches({ conditions }: ListenerRule, request: ListenerRequest): Mismatch[] {
  return conditions.flatMap((condition) => findMismatch(condition, request));
}

// Hosts without regard to case, paths with it, both with * and ? (Application Load Balancers, Condition types).
function findMismatch(condition: ListenerCondition, { host, path, source }: ListenerRequest): Mismatch[] {
  if ("hostHeader" in condition) {
    const wanted = condition.hostHeader.values;
    const isMet = wanted.some((pattern) => isPathInPattern(host.toLowerCase(), pattern.toLowerCase()));
    return isMet ? [] : [{ about: "host", wanted }];
  }
  if ("pathPattern" in condition) {
    const wanted = condition.pathPattern.values;
    return wanted.some((pattern) => isPathInPattern(path, pattern)) ? [] : [{ about: "path", wanted }];
  }
  const wanted = condition.sourceIp.values;
  return wanted.some((block) => isInBlock(source, block)) ? [] : [{ about: "source", wanted }];
}

function isInBlock(source: Cidr, block: string): boolean {
  const read = readCidr(block);
  return !("problem" in read) && containsCidr(read, source);
}
