import { needing } from "../cross-check.ts";
import { type Fault, settingPath } from "../fault.ts";
import { CONDITION_VALUES_PER_RULE, type RoutesSettings } from "../routes.ts";

/**
 * The load balancer renews people's tokens until the session ends, and sends them to sign in again when the refresh
 * token does (Application Load Balancers, Authenticate users using an Application Load Balancer).
 */
export const sessionsFitRefreshTokens = needing(["routes", "clients"], ({ routes, clients }) => {
  if (routes === undefined) return [];
  const names = new Set(
    routes.rules.filter(({ then: what }) => what === "sign-in").map(({ client }) => client),
  );
  return clients.flatMap(({ name, validity }): Fault[] => {
    if (!names.has(name) || validity.refreshMinutes >= routes.sessionHours * 60) return [];
    const setting = settingPath("sekisho:clients", name, "validity", "refresh");
    const message = `is ${routes.sessionHours}, but ${setting} ends after ${validity.refreshMinutes} minutes, and people have to sign in again then; lengthen refresh, or shorten sessionHours`;
    return [{ path: "sekisho:routes.sessionHours", message }];
  });
});

/** A host that may receive sign-ins but has no rule is an address that somebody else may come to own. */
export const clientHostsAreServed = needing(["routes", "clients"], ({ routes, clients }) => {
  if (routes === undefined) return [];
  const served = (client: string) =>
    routes.rules.filter((rule) => rule.client === client).flatMap(({ hosts }) => hosts);
  return clients.flatMap(({ name, kind, hosts }) =>
    hosts.flatMap((host, place): Fault[] => {
      if (kind !== "alb" || served(name).includes(host)) return [];
      const message = `is ${host}, where no rule of sekisho:routes signs in with ${name}; add a rule, or take the host out`;
      return [{ path: settingPath("sekisho:clients", name, "hosts", place), message }];
    }),
  );
});

/** The load balancer compares paths as they were sent (Application Load Balancers, Condition types). */
export const refusedPathsAreWide = needing(["routes"], ({ routes }) =>
  (routes?.rules ?? []).flatMap(({ name, then: what, paths }, rule) =>
    paths.flatMap((path, place): Fault[] => {
      if (what !== "deny" || path === "/" || /[*?]/.test(path)) return [];
      const message = `is ${path} and nothing more: ${path}/ passes ${name} and goes on to the rules after it; write ${path}*, and let the application refuse other spellings, such as /${path}`;
      return [{ path: settingPath("sekisho:routes", "rules", rule, "paths", place), message }];
    }),
  ),
);

/** Rules of a load balancer, those of other applications included (Application Load Balancers, Quotas). */
const RULES_PER_LOAD_BALANCER = 100;

/** Beyond the quota a deployment stops in the middle. */
export const rulesFitQuota = needing(["routes"], ({ routes }) => {
  const count = routes === undefined ? 0 : countListenerRules(routes);
  if (count <= RULES_PER_LOAD_BALANCER) return [];
  const message = `become ${count} rules on the load balancer, and it holds ${RULES_PER_LOAD_BALANCER} together with those of others; have "Rules per Application Load Balancer" raised first (Service Quotas, Elastic Load Balancing)`;
  return [{ path: "sekisho:routes.rules", message }];
});

// As many as the sources need beside the hosts and paths of a rule, and on a shared listener the final 403.
function countListenerRules({ rules, listener }: RoutesSettings): number {
  const counts = rules.map(({ from, hosts, paths }) => {
    const room = CONDITION_VALUES_PER_RULE - hosts.length - paths.length;
    return from.length === 0 ? 1 : Math.ceil(from.length / room);
  });
  const ours = new Set(rules.flatMap(({ hosts }) => hosts));
  const closing = listener.kind === "existing" ? Math.ceil(ours.size / CONDITION_VALUES_PER_RULE) : 0;
  return counts.reduce((sum, count) => sum + count, closing);
}
