import { isPrivate } from "../../routes/private-networks.ts";
import { needing } from "../cross-check.ts";
import { type Fault, settingPath } from "../fault.ts";
import type { RuleSettings } from "../routes.ts";
import { sourcesOf } from "./rule-matching.ts";

/** A load balancer on the internet sees the public addresses of browsers, never those of the network behind them. */
export const privateSourcesReachUs = needing(["routes"], ({ routes }) =>
  routes?.listener.kind === "create"
    ? routes.rules.flatMap((rule, place) =>
        isPrivateOnly(rule)
          ? [
              sourceFault(
                place,
                "has only private networks, which never reach the load balancer of sekisho:routes.create, as it stands on the internet; name the public addresses that people come from",
              ),
            ]
          : [],
      )
    : [],
);

/**
 * Where some rules name IPv6 networks the load balancer answers IPv6 too, and browsers prefer it: a rule for people
 * that names only one kind refuses those who come by the other.
 */
export const peopleHaveBothFamilies = needing(["routes"], ({ routes }) => {
  const rules = routes?.rules ?? [];
  const isDualStack = rules.some((rule) => rule.from.length > 0 && hasFamily(rule, 6));
  return rules.flatMap((rule, place): Fault[] => {
    const isForPeople = rule.then === "sign-in" || rule.then === "forward-without-sign-in";
    if (!isDualStack || !isForPeople || rule.from.length === 0) return [];
    if (!hasFamily(rule, 6)) {
      return [sourceFault(place, missingFamily(rule, "IPv6"))];
    }
    return hasFamily(rule, 4) ? [] : [sourceFault(place, missingFamily(rule, "IPv4"))];
  });
});

function missingFamily({ name }: RuleSettings, family: "IPv4" | "IPv6"): string {
  return `has no ${family} network, but the load balancer answers both kinds: people who come by ${family} get past ${name} and are refused; add their ${family} networks`;
}

/** Whether a rule is for networks alone that no packet on the internet comes from. */
export function isPrivateOnly(rule: RuleSettings): boolean {
  return sourcesOf(rule).every(isPrivate);
}

function hasFamily(rule: RuleSettings, family: 4 | 6): boolean {
  return sourcesOf(rule).some((source) => source.family === family);
}

function sourceFault(place: number, message: string): Fault {
  return { path: settingPath("sekisho:routes", "rules", place, "from"), message };
}
