import { BlockList, isIPv6 } from "node:net";
import { isPathInPattern } from "../../../../infra/settings/checks/rule-matching.ts";
import type { WebRequest } from "../../../web-exchange.ts";
import { fieldOf, valuesOf } from "../conditions.ts";
import type { Condition } from "../shapes.ts";
import { isHostInPattern } from "./listener-choice.ts";

/**
 * Whether a request meets all conditions of a rule; of each, one value suffices (Application Load Balancers, Condition
 * types). Hosts, headers and queries are compared without regard to case, paths and methods with it.
 */
export function meetsConditions(
  conditions: readonly Condition[],
  request: WebRequest,
  sourceIp: string,
): boolean {
  return conditions.every((condition) => meetsCondition(condition, request, sourceIp));
}

/** The path of a request without its query, as it was sent. */
export function pathOf({ path }: Pick<WebRequest, "path">): string {
  return path.split("?", 1)[0] ?? path;
}

/** The query of a request without its question mark, as it was sent. */
export function queryOf({ path }: Pick<WebRequest, "path">): string {
  return path.slice(pathOf({ path }).length + 1);
}

function meetsCondition(condition: Condition, request: WebRequest, sourceIp: string): boolean {
  const texts = valuesOf(condition).map(String);
  switch (fieldOf(condition)) {
    case "host-header":
      return texts.some((pattern) => isHostInPattern(request.host, pattern));
    case "path-pattern":
      return texts.some((pattern) => isPathInPattern(pathOf(request), pattern));
    case "http-header": {
      const value = request.headers[condition.HttpHeaderConfig?.HttpHeaderName.toLowerCase() ?? ""];
      return value !== undefined && texts.some((pattern) => isTextInPattern(value, pattern));
    }
    case "http-request-method":
      return texts.includes(request.method);
    case "query-string":
      return meetsQuery(condition, queryOf(request));
    case "source-ip":
      return texts.some((block) => isInBlock(sourceIp, block));
  }
}

/** Pairs are compared as they were sent; a value without a key fits any key. */
function meetsQuery({ QueryStringConfig: config }: Condition, query: string): boolean {
  const pairs = query.split("&").map((pair) => {
    const [key = "", ...rest] = pair.split("=");
    return { key, value: rest.join("=") };
  });
  return (config?.Values ?? []).some(({ Key, Value }) =>
    pairs.some(
      ({ key, value }) => (Key === undefined || isTextInPattern(key, Key)) && isTextInPattern(value, Value),
    ),
  );
}

function isTextInPattern(text: string, pattern: string): boolean {
  return isPathInPattern(text.toLowerCase(), pattern.toLowerCase());
}

// Unlike the settings of the program, AWS takes blocks that name a host inside a block.
function isInBlock(address: string, block: string): boolean {
  const [network = "", bits] = block.split("/");
  const familyOf = (text: string) => (isIPv6(text) ? "ipv6" : "ipv4");
  const list = new BlockList();
  list.addSubnet(network, Number(bits), familyOf(network));
  return familyOf(network) === familyOf(address) && list.check(address, familyOf(address));
}
