import { RunError } from "@pulumi/pulumi";
import { CONDITION_VALUES_PER_RULE, LAST_SLOT, PRIORITIES_PER_SLOT } from "../settings/routes.ts";
import type { RoutesSettings, RuleSettings } from "../settings.ts";
import { chunkValues } from "./source-ips.ts";

/** One listener rule as it will stand on the load balancer. */
export interface PlannedRule {
  /**
   * Name of the resource. It says the place and nothing else, so that one name always has the same priority: a
   * rule that changes its name or trades places with another is an update, never a second rule at a priority
   * that is still taken.
   */
  resource: string;
  /** What the console shows: the rule's name in the settings and the number of its chunk. */
  label: string;
  priority: number;
  hosts: string[];
  paths: string[];
  from: string[];
  action: RuleSettings | "refuse";
}

/** A rule that cannot stand on a listener as the settings have it. */
export class RouteRuleError extends RunError {
  readonly rule: string;

  constructor(rule: string, problem: string) {
    super(`Rule ${rule} of sekisho:routes: ${problem}`);
    this.rule = rule;
  }
}

/** The slot of the final refusal, behind every slot of the settings. */
const REFUSAL_SLOT = LAST_SLOT + 1;

const HIGHEST_PRIORITY = 50_000;

/**
 * The listener rules for `sekisho:routes`, in order of priority: `firstPriority + slot * 10 + chunk`. On a
 * listener that other applications use, the last ones refuse the rest for our hosts only; on a listener of our
 * own its default action does that. Throws `RouteRuleError` for what no listener can hold.
 */
export function planRouteRules(routes: RoutesSettings): PlannedRule[] {
  refuseSharedSlots(routes.rules);
  const planned = routes.rules.flatMap((rule) => planRule(routes, rule));
  const refusals = routes.listener.kind === "existing" ? planRefusals(routes) : [];
  return [...planned, ...refusals].sort((one, other) => one.priority - other.priority);
}

function refuseSharedSlots(rules: RuleSettings[]): void {
  const owners = new Map<number, string>();
  for (const { name, slot } of rules) {
    const owner = owners.get(slot);
    if (owner !== undefined) {
      throw new RouteRuleError(name, `slot ${slot} belongs to rule ${owner}; take a free one`);
    }
    if (!Number.isInteger(slot) || slot < 0 || slot > LAST_SLOT) {
      throw new RouteRuleError(name, `slot ${slot} is outside 0 to ${LAST_SLOT}`);
    }
    owners.set(slot, name);
  }
}

function planRule(routes: RoutesSettings, rule: RuleSettings): PlannedRule[] {
  const { name, hosts, paths, from } = rule;
  if (routes.listener.kind === "existing" && hosts.length === 0) {
    throw new RouteRuleError(
      name,
      "names no hosts, and the listener serves other applications too; add hosts",
    );
  }
  if (from.length === 0 && !rule.allowAnywhere && rule.then !== "deny") {
    throw new RouteRuleError(name, "names no source addresses; add from, or spell allowAnywhere: true");
  }
  const room = CONDITION_VALUES_PER_RULE - hosts.length - paths.length;
  if (room < (from.length === 0 ? 0 : 1)) {
    throw new RouteRuleError(
      name,
      `hosts (${hosts.length}), paths (${paths.length})${from.length === 0 ? "" : " and one source address"} are more ` +
        `than the ${CONDITION_VALUES_PER_RULE} values of a listener rule; split it into rules in slots of their own`,
    );
  }
  const chunks = from.length === 0 ? [[]] : chunkValues(from, room);
  return chunks.map((chunk, number) => ({
    ...placeOf(routes, { name, slot: rule.slot, number, count: chunks.length }),
    hosts: [...hosts].sort(),
    // A rule needs a condition; this one matches every request.
    paths: hosts.length + paths.length + from.length === 0 ? ["/*"] : [...paths].sort(),
    from: chunk,
    action: rule,
  }));
}

function planRefusals(routes: RoutesSettings): PlannedRule[] {
  const hosts = routes.rules.flatMap((rule) => rule.hosts);
  const chunks = chunkValues(hosts, CONDITION_VALUES_PER_RULE);
  return chunks.map((chunk, number) => ({
    ...placeOf(routes, { name: "otherwise", slot: REFUSAL_SLOT, number, count: chunks.length }),
    hosts: chunk,
    paths: [],
    from: [],
    action: "refuse",
  }));
}

function placeOf(
  { firstPriority }: RoutesSettings,
  { name, slot, number, count }: { name: string; slot: number; number: number; count: number },
): Pick<PlannedRule, "resource" | "label" | "priority"> {
  if (count > PRIORITIES_PER_SLOT) {
    throw new RouteRuleError(
      name,
      `becomes ${count} listener rules, and a slot has room for ${PRIORITIES_PER_SLOT}; split it into rules in slots of their own`,
    );
  }
  const priority = firstPriority + slot * PRIORITIES_PER_SLOT + number;
  if (priority > HIGHEST_PRIORITY) {
    throw new RouteRuleError(
      name,
      `priority ${priority} is above ${HIGHEST_PRIORITY}, the highest of a listener; lower firstPriority`,
    );
  }
  return { resource: `slot-${slot}-${number}`, label: `${name}-${number}`, priority };
}
