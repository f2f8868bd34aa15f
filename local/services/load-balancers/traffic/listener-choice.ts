import { isPathInPattern } from "../../../../infra/settings/checks/rule-matching.ts";
import { fieldOf, valuesOf } from "../conditions.ts";
import type { Listener, LoadBalancerState } from "../state.ts";

/**
 * The listener that takes requests for a host: the one given; otherwise the only HTTPS listener, or the only one whose
 * rules name the host, as there is no DNS here. Or why there is none, as a sentence.
 */
export function chooseListener(
  state: LoadBalancerState,
  host: string,
  listenerArn: string | undefined,
): Listener | { problem: string } {
  if (listenerArn !== undefined) {
    return state.listeners.get(listenerArn) ?? { problem: `There is no listener '${listenerArn}'.` };
  }
  const secure = [...state.listeners.values()].filter(({ protocol }) => protocol === "HTTPS");
  const naming = secure.length === 1 ? secure : secure.filter(({ arn }) => isNamed(state, arn, host));
  const [only, ...others] = naming;
  if (only === undefined)
    return { problem: `No application of the local load balancers answers at ${host}.` };
  if (others.length === 0) return only;
  return { problem: `${naming.length} HTTPS listeners have rules for '${host}'; say which is meant.` };
}

/** Whether two names fit, with `*` and `?`, without regard to case (Application Load Balancers, Host conditions). */
export function isHostInPattern(host: string, pattern: string): boolean {
  return isPathInPattern(host.toLowerCase(), pattern.toLowerCase());
}

function isNamed(state: LoadBalancerState, listenerArn: string, host: string): boolean {
  const conditions = state.rulesOf(listenerArn).flatMap((rule) => rule.conditions);
  return conditions
    .filter((condition) => fieldOf(condition) === "host-header")
    .some((condition) => valuesOf(condition).some((pattern) => isHostInPattern(host, String(pattern))));
}
