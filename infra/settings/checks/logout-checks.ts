import type { Cidr } from "../../routes/cidr.ts";
import { needing } from "../cross-check.ts";
import { type Fault, settingPath } from "../fault.ts";
import type { RuleSettings } from "../routes.ts";
import { isRuleFor, isSourceCovered, sourcesOf } from "./rule-matching.ts";

/**
 * The page users land on after signing out must not ask them to sign in again (Application Load Balancers,
 * Authenticate users): on our own hosts a rule in a lower slot lets it through.
 */
export const logoutPageIsPublic = needing(["clients", "routes"], ({ clients, routes }) => {
  const rules = (routes?.rules ?? []).toSorted((one, other) => one.slot - other.slot);
  return clients.flatMap(({ name, logoutUrls }) =>
    logoutUrls.flatMap((url, place): Fault[] => {
      const { hostname, pathname } = new URL(url);
      const candidates = rules.filter((rule) => isRuleFor(rule, hostname, pathname));
      const blocking = candidates.find((rule) => isBlocking(rule, candidates));
      if (blocking === undefined || routes === undefined) return [];
      const path = settingPath(
        "sekisho:clients",
        name,
        "logoutUrl",
        ...(logoutUrls.length > 1 ? [place] : []),
      );
      const setting = settingPath("sekisho:routes", "rules", routes.rules.indexOf(blocking));
      const rule = `then: forward-without-sign-in, hosts: [${hostname}], paths: [${pathname}] and the same sources`;
      const message = `is ${url}, which ${setting} (${blocking.name}) puts behind sign-in; add a rule in a slot below ${blocking.slot} with ${rule}`;
      return [{ path, message }];
    }),
  );
});

// A sign-in rule blocks when some of its users meet it, or a refusal, before a rule that lets them through.
function isBlocking(rule: RuleSettings, candidates: readonly RuleSettings[]): boolean {
  if (rule.then !== "sign-in") return false;
  const earlier = candidates.filter(({ slot }) => slot < rule.slot);
  return sourcesOf(rule).some((source) => !isLetThrough(source, earlier));
}

// An earlier sign-in rule for the same users is judged on its own.
function isLetThrough(source: Cidr, earlier: readonly RuleSettings[]): boolean {
  const first = earlier.find((rule) => isSourceCovered(rule, source));
  return first?.then === "forward-without-sign-in" || first?.then === "sign-in";
}
