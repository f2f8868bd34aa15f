import { z } from "zod";
import {
  GUARD_LOG_RETENTION_DAYS,
  GUARD_REQUESTS_PER_FIVE_MINUTES,
  WIDEST_SOURCE_PREFIX,
} from "../defaults.ts";
import { readCidr } from "../routes/cidr.ts";
import { logRetention } from "./log-retention.ts";
import { expecting, group, list, oneOf, wholeNumber } from "./schema.ts";

/** `sekisho:guard`: who reaches the sign-in page and the user pool's API, and what else AWS WAF refuses. */
export interface GuardSettings {
  /** Networks whose browsers reach the sign-in pages, beside those of rules that sign in; canonical spelling. */
  pageCidrs: string[];
  /** Networks whose programs reach the user pool's API, beside those of the pages; canonical spelling. */
  apiCidrs: string[];
  /** What everybody reaches, whatever the lists say. */
  allowAnywhere: ("pages" | "api")[];
  /** From one address, those for tokens not counted. */
  requestsPerFiveMinutes: number;
  /** What a web ACL on the load balancer does; absent = block on one of our own, off on one that exists. */
  loadBalancer?: "block" | "count" | "off";
  logRetentionDays: number;
}

/** AWS WAF takes rates from 10 on (API reference, RateBasedStatement). */
const LOWEST_RATE = 10;
const HIGHEST_RATE = 1_000_000;

/** Reads `sekisho:guard`. */
export function guardSchema() {
  return group({
    pageCidrs: list(network(), "CIDR blocks").default([]),
    apiCidrs: list(network(), "CIDR blocks").default([]),
    allowAnywhere: list(oneOf(["pages", "api"]), "pages, api").default([]),
    requestsPerFiveMinutes: wholeNumber(LOWEST_RATE, HIGHEST_RATE, " of requests").default(
      GUARD_REQUESTS_PER_FIVE_MINUTES,
    ),
    loadBalancer: oneOf(["block", "count", "off"]).optional(),
    logRetentionDays: logRetention().default(GUARD_LOG_RETENTION_DAYS),
  }).transform(({ loadBalancer, ...input }, context): GuardSettings => {
    for (const [key, opened] of [
      ["pageCidrs", "pages"],
      ["apiCidrs", "api"],
    ] as const) {
      if (input[key].length === 0 || !input.allowAnywhere.includes(opened)) continue;
      const message = `has no use while allowAnywhere holds ${opened}; take one of the two out`;
      context.addIssue({ code: "custom", path: [key], message });
    }
    return { ...input, ...(loadBalancer !== undefined && { loadBalancer }) };
  });
}

// An IP set takes every block but /0 (AWS WAF API reference, IPSet).
function network() {
  return z.string({ error: expecting("a CIDR block such as 203.0.113.0/24") }).transform((value, context) => {
    const read = readCidr(value);
    if ("problem" in read) {
      context.addIssue({ code: "custom", message: `${JSON.stringify(value)} ${read.problem}` });
      return z.NEVER;
    }
    const widest = read.family === 4 ? WIDEST_SOURCE_PREFIX.ipv4 : WIDEST_SOURCE_PREFIX.ipv6;
    if (read.prefix < widest) {
      const message = `${read.text} lets in everybody; name your networks, or spell it under allowAnywhere`;
      context.addIssue({ code: "custom", message });
    }
    return read.text;
  });
}
