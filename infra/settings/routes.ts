import { z } from "zod";
import { FIRST_PRIORITY, LONGEST_SESSION_HOURS, SESSION_HOURS, WIDEST_SOURCE_PREFIX } from "../defaults.ts";
import { type Cidr, containsCidr, readCidr } from "../routes/cidr.ts";
import {
  certificateArn,
  hostName,
  listenerArn,
  SHORT_NAME,
  SHORT_NAME_WORDS,
  targetGroupArn,
} from "./formats.ts";
import { expecting, group, list, oneOf, text, wholeNumber, yesNo } from "./schema.ts";

/** One rule of `sekisho:routes`: who, for what, gets which treatment. */
export interface RuleSettings {
  name: string;
  /** Place in the order, 0 to 98; each slot owns ten priorities. */
  slot: number;
  /** CIDR blocks in canonical spelling, none inside another; empty = everybody (allowAnywhere, or deny). */
  from: string[];
  /** Whether `from` may be empty or hold blocks as wide as the internet. */
  allowAnywhere: boolean;
  /** Empty = every host. */
  hosts: string[];
  /** Patterns with `*` and `?`; empty = every path. */
  paths: string[];
  then: "sign-in" | "verify-token" | "forward-without-sign-in" | "deny";
  client?: string;
  /** How this rule signs people in, where it differs from `sekisho:routes.authenticate`. */
  authenticate?: "cognito" | "oidc";
  /** A scope that a token must have besides being the client's. */
  scope?: string;
  targetGroupArn?: string;
}

export type ListenerSettings =
  | { kind: "existing"; arn: string }
  | { kind: "create"; vpcId: string; subnetIds: string[]; certificateArn: string };

/** `sekisho:routes`: the rules on the load balancer. */
export interface RoutesSettings {
  listener: ListenerSettings;
  firstPriority: number;
  targetGroupArn: string;
  /**
   * Who holds the client's secret for sign-in: the load balancer reads it from Cognito when a rule is written, or is
   * given the one that is live in Secrets Manager.
   */
  authenticate: "cognito" | "oidc";
  sessionHours: number;
  /** Sorted by slot. */
  rules: RuleSettings[];
  otherwise: "deny";
}

/** Each slot owns ten priorities, so a rule of a slot can be split into ten; slot 99 is the final deny. */
export const PRIORITIES_PER_SLOT = 10;
export const LAST_SLOT = 98;

/** Values that all conditions of a rule may hold together (Application Load Balancers, Quotas). */
export const CONDITION_VALUES_PER_RULE = 5;

/** Wildcards that all conditions of a rule may hold together (same page). */
const WILDCARDS_PER_RULE = 5;

const LAST_PRIORITY = 50_000;

// A name of its own, because an object literal with this key looks like a promise to readers and linters.
const TREATMENT = "then";

/** Reads `sekisho:routes`. The rules keep the order of the file. */
export function routesSchema() {
  return group({
    listenerArn: listenerArn().optional(),
    create: createdListener().optional(),
    firstPriority: wholeNumber(1, LAST_PRIORITY - (LAST_SLOT + 2) * PRIORITIES_PER_SLOT + 1).optional(),
    targetGroupArn: targetGroupArn(),
    authenticate: oneOf(["cognito", "oidc"]).default("cognito"),
    sessionHours: wholeNumber(1, LONGEST_SESSION_HOURS, " of hours").default(SESSION_HOURS),
    rules: list(rule(), "rules (name, slot, from, then)"),
    otherwise: oneOf(["deny"]).default("deny"),
  }).transform(({ listenerArn: arn, create, firstPriority, ...rest }, context): RoutesSettings => {
    const refuse = (message: string, ...path: string[]) =>
      context.addIssue({ code: "custom", path, message });
    if ((arn === undefined) === (create === undefined)) {
      refuse("needs either listenerArn (a listener that exists) or create (a new one), and not both");
    }
    if (arn !== undefined && firstPriority === undefined) {
      refuse(
        "is missing; give the first of 1000 priorities that nobody else uses on this listener",
        "firstPriority",
      );
    }
    for (const { path, message } of clashes(rest.rules)) context.addIssue({ code: "custom", path, message });
    return {
      ...rest,
      listener: create === undefined ? { kind: "existing", arn: arn ?? "" } : { kind: "create", ...create },
      firstPriority: firstPriority ?? FIRST_PRIORITY,
    };
  });
}

function createdListener() {
  return group({
    vpcId: text(/^vpc-[0-9a-f]{8,17}$/, "the id of a VPC such as vpc-0123456789abcdef0"),
    // Elastic Load Balancing User Guide, Application Load Balancers: at least two Availability Zones.
    subnetIds: list(text(/^subnet-[0-9a-f]{8,17}$/, "the id of a subnet"), "subnets in two zones").refine(
      (ids) => ids.length >= 2,
      { error: "names one subnet; a load balancer needs two, in different zones" },
    ),
    certificateArn: certificateArn(),
  });
}

function rule() {
  return group({
    name: text(SHORT_NAME, SHORT_NAME_WORDS),
    slot: wholeNumber(0, LAST_SLOT),
    from: list(cidr(), "CIDR blocks").default([]),
    allowAnywhere: yesNo().default(false),
    hosts: list(hostName(), "host names").default([]),
    paths: list(pathPattern(), "paths such as /admin/*").default([]),
    [TREATMENT]: oneOf(["sign-in", "verify-token", "forward-without-sign-in", "deny"]),
    client: text(SHORT_NAME, "the name of a client").optional(),
    authenticate: oneOf(["cognito", "oidc"]).optional(),
    scope: text(/^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/, "one scope of the client, such as api/read").optional(),
    targetGroupArn: targetGroupArn().optional(),
  }).transform((input, context): RuleSettings => {
    const refuse = (path: (string | number)[], message: string) =>
      context.addIssue({ code: "custom", path, message });
    // A refusal weakens nothing, so it may concern everybody.
    const isAnywhereAllowed = input.allowAnywhere || input.then === "deny";
    if (input.from.length === 0 && !isAnywhereAllowed) {
      refuse(["from"], "is missing; name the networks it is for, or add allowAnywhere: true to this rule");
    }
    for (const { place, message } of sourceProblems(input.from, isAnywhereAllowed)) {
      refuse(["from", place], message);
    }
    for (const { path, message } of sizeProblems(input)) refuse(path, message);
    const asksWho = input.then === "sign-in" || input.then === "verify-token";
    if (asksWho && input.client === undefined)
      refuse(["client"], `is missing; then: ${input.then} needs a client`);
    if (!asksWho && input.client !== undefined)
      refuse(["client"], `has no use with then: ${input.then}; take it out`);
    if (input.then !== "sign-in" && input.authenticate !== undefined)
      refuse(["authenticate"], `has no use with then: ${input.then}; take it out`);
    if (input.then !== "verify-token" && input.scope !== undefined)
      refuse(["scope"], `has no use with then: ${input.then}; take it out`);
    if (input.then === "deny" && input.targetGroupArn !== undefined) {
      refuse(["targetGroupArn"], "has no use with then: deny; take it out");
    }
    const { client, authenticate, scope, targetGroupArn: target, from, ...rest } = input;
    return {
      ...rest,
      from: from.map(({ text: canonical }) => canonical),
      ...(client === undefined ? {} : { client }),
      ...(authenticate === undefined ? {} : { authenticate }),
      ...(scope === undefined ? {} : { scope }),
      ...(target === undefined ? {} : { targetGroupArn: target }),
    };
  });
}

// An address may not be 255.255.255.255/32 (Application Load Balancers, Condition types for listener rules).
function cidr() {
  return z.string({ error: expecting("a CIDR block such as 203.0.113.0/24") }).transform((value, context) => {
    const read =
      value === "255.255.255.255/32"
        ? { problem: "is refused by the load balancer; take it out" }
        : readCidr(value);
    if (!("problem" in read)) return read;
    context.addIssue({ code: "custom", message: `${JSON.stringify(value)} ${read.problem}` });
    return z.NEVER;
  });
}

// Characters and length: Application Load Balancers, Condition types for listener rules.
function pathPattern() {
  return text(
    /^\/(?!(?:[^*?]*[*?]){6})[\w\-.$/~"'@:+&()!,;=*?]{0,127}$/,
    "a path that begins with /, such as /admin/*, with at most 128 characters and five wildcards",
  );
}

interface RuleConditions {
  from: readonly unknown[];
  hosts: readonly string[];
  paths: readonly string[];
}

// Hosts, paths and sources share the values of one rule on the load balancer; more sources need more such rules.
function sizeProblems({ from, hosts, paths }: RuleConditions): { path: string[]; message: string }[] {
  const room = CONDITION_VALUES_PER_RULE - hosts.length - paths.length;
  const least = from.length === 0 ? 0 : 1;
  if (room < least) {
    const most = CONDITION_VALUES_PER_RULE - least;
    const message = `has ${hosts.length + paths.length} hosts and paths, and the load balancer takes ${most} of them together; split it into rules in slots of their own`;
    return [{ path: [], message }];
  }
  const wildcards = paths.join("").replaceAll(/[^*?]/g, "").length;
  if (wildcards > WILDCARDS_PER_RULE) {
    const message = `have ${wildcards} wildcards together, and the load balancer takes ${WILDCARDS_PER_RULE}; split it into rules in slots of their own`;
    return [{ path: ["paths"], message }];
  }
  const rules = from.length === 0 ? 1 : Math.ceil(from.length / room);
  if (rules <= PRIORITIES_PER_SLOT) return [];
  const message = `has ${from.length} blocks, which become ${rules} rules on the load balancer, and a slot has room for ${PRIORITIES_PER_SLOT}; split this rule into two`;
  return [{ path: ["from"], message }];
}

function sourceProblems(from: readonly Cidr[], isAnywhereAllowed: boolean) {
  return from.flatMap((block, place) => {
    const widest = block.family === 4 ? WIDEST_SOURCE_PREFIX.ipv4 : WIDEST_SOURCE_PREFIX.ipv6;
    const outer = from.find((other, index) => index !== place && isOutside(other, block, index < place));
    if (block.prefix < widest && !isAnywhereAllowed) {
      const message = `${block.text} lets in everybody; name your networks, or add allowAnywhere: true to this rule`;
      return [{ place, message }];
    }
    if (outer === undefined) return [];
    return [{ place, message: `${block.text} lies in ${outer.text} of the same rule; take it out` }];
  });
}

// Of two equal blocks the later one is the repetition.
function isOutside(other: Cidr, block: Cidr, isEarlier: boolean): boolean {
  return containsCidr(other, block) && (other.text !== block.text || isEarlier);
}

function clashes(rules: readonly RuleSettings[]) {
  return rules.flatMap(({ name, slot }, place) => {
    const before = rules.slice(0, place);
    const sameSlot = before.find((other) => other.slot === slot);
    const sameName = before.some((other) => other.name === name);
    return [
      ...(sameSlot === undefined
        ? []
        : [
            {
              path: ["rules", place, "slot"],
              message: `is the slot of ${sameSlot.name}; give each rule its own`,
            },
          ]),
      ...(sameName
        ? [{ path: ["rules", place, "name"], message: `is taken; give each rule its own name` }]
        : []),
    ];
  });
}
