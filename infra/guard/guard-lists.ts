import { readCidr } from "../routes/cidr.ts";
import type { GuardSettings } from "../settings/guard.ts";
import type { Settings } from "../settings.ts";

/** Who reaches a part of the user pool: networks in canonical spelling, or everybody. */
export type GuardList = string[] | "everybody";

/** What the lists are made of. */
export type ListedSettings = Pick<Settings, "routes"> & { guard: GuardSettings };

/**
 * Whose browsers reach the sign-in pages: the sources of every rule that signs people in, who could not sign in
 * otherwise, and `pageCidrs`. Everybody, where that is spelled here or for such a rule.
 */
export function listPageSources(settings: ListedSettings): GuardList {
  const { guard, routes } = settings;
  const isOpen = (routes?.rules ?? []).some(
    ({ then: treatment, from }) => treatment === "sign-in" && (from.length === 0 || from.some(isEverything)),
  );
  return isOpen || guard.allowAnywhere.includes("pages") ? "everybody" : namedPageSources(settings);
}

/**
 * Whose programs reach the user pool's API: every network that is named for the pages, and `apiCidrs`. Pages that
 * everybody sees do not open it: they do not use it.
 */
export function listApiSources(settings: ListedSettings): GuardList {
  const { guard } = settings;
  if (guard.allowAnywhere.includes("api")) return "everybody";
  return uniqueNetworks([...namedPageSources(settings), ...guard.apiCidrs]);
}

/** What a web ACL on the load balancer does: nothing, unless the load balancer is ours or it is spelled. */
export function loadBalancerGuard({ guard, routes }: ListedSettings): "block" | "count" | "off" {
  if (routes === undefined) return "off";
  return guard.loadBalancer ?? (routes.listener.kind === "create" ? "block" : "off");
}

function namedPageSources({ guard, routes }: ListedSettings): string[] {
  const signIns = (routes?.rules ?? []).filter((rule) => rule.then === "sign-in");
  const networks = [...signIns.flatMap(({ from }) => from), ...guard.pageCidrs];
  return uniqueNetworks(networks.filter((network) => !isEverything(network)));
}

function uniqueNetworks(networks: readonly string[]): string[] {
  return [...new Set(networks)].sort();
}

// AWS WAF takes no /0 in a list.
function isEverything(network: string): boolean {
  const read = readCidr(network);
  return !("problem" in read) && read.prefix === 0;
}
