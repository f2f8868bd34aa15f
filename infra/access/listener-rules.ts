import { type ActionTargets, actionsOf, type ListenerAction } from "../routes/listener-actions.ts";
import { conditionsOf, type ListenerCondition } from "../routes/listener-conditions.ts";
import { planRouteRules } from "../routes/route-rules.ts";
import type { RoutesSettings, Settings } from "../settings.ts";

/** One rule as it stands on the load balancer; clients go by their names, what AWS makes up by a word for it. */
export interface ListenerRule {
  /** The rule's name in the settings and the number of its chunk. */
  label: string;
  priority: number;
  conditions: ListenerCondition[];
  actions: ListenerAction<string>[];
}

/** Settings that have routes. */
export type RoutedSettings = Pick<Settings, "stack" | "clients" | "signInPage"> & { routes: RoutesSettings };

/**
 * The rules that a deployment of these settings puts on the load balancer, in order of priority, without asking AWS.
 * Throws `RouteRuleError` for what no listener can hold.
 */
export function renderListenerRules(settings: RoutedSettings): ListenerRule[] {
  const targets = namedTargets(settings);
  return planRouteRules(settings.routes).map((rule) => ({
    label: rule.label,
    priority: rule.priority,
    conditions: conditionsOf(rule),
    actions: actionsOf(rule, targets),
  }));
}

function namedTargets({ stack, clients, routes, signInPage }: RoutedSettings): ActionTargets<string> {
  return {
    stack,
    clients,
    routes,
    userPool: { arn: "user pool", issuer: "issuer", jwksEndpoint: "keys" },
    signIn: signInPage && {
      domain: "sign-in page",
      endpoints: { authorization: "authorize", token: "token", userInfo: "userInfo" },
    },
    clientIds: Object.fromEntries(clients.map(({ name }) => [name, [name] as const])),
    currentSecret: () => "live secret",
  };
}
