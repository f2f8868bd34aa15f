import { readAddress } from "../../infra/access/access-question.ts";
import { type ListenerRule, renderListenerRules } from "../../infra/access/listener-rules.ts";
import { findMatch, type ListenerRequest } from "../../infra/access/request-matching.ts";
import { readCidr } from "../../infra/routes/cidr.ts";
import type { ClientSettings, Settings } from "../../infra/settings.ts";

/** The client whose secret a rehearsal rotates, and the request that leads people to its sign-in. */
export interface RotationTarget {
  client: ClientSettings;
  /** The way that rotate-client-secret takes with it. */
  way: "two-secrets" | "client-swap";
  /** An address of the application behind the load balancer. */
  address: string;
  sourceIp: string;
}

/**
 * A client through which the load balancer signs people in, and how to get there; or why there is none, as the end of a
 * sentence that begins with "because".
 */
export function findRotationTarget(settings: Settings): RotationTarget | { obstacle: string } {
  const { routes, clients } = settings;
  if (routes === undefined) return { obstacle: "the stack has no rules on a load balancer" };
  const rules = renderListenerRules({ ...settings, routes });
  for (const rule of rules) {
    const client = clients.find(({ name }) => name === signInClient(rule)?.name);
    const request = client && findRequest(rule, rules);
    if (client === undefined || request === undefined) continue;
    const uses = rules.map(signInClient).filter((use) => use?.name === client.name);
    return {
      client,
      way: uses.some((use) => use?.by === "cognito") ? "client-swap" : "two-secrets",
      address: `https://${request.host}${request.path}`,
      sourceIp: request.source.text.replace(/\/\d+$/, ""),
    };
  }
  return { obstacle: "no rule on the load balancer asks people to sign in" };
}

/** The client that a rule signs people in with, and whose action that is. */
function signInClient({ actions }: ListenerRule): { name: string; by: "cognito" | "oidc" } | undefined {
  for (const action of actions) {
    if (action.type === "authenticate-cognito") {
      return { name: action.authenticateCognito.userPoolClientId, by: "cognito" };
    }
    if (action.type === "authenticate-oidc") return { name: action.authenticateOidc.clientId, by: "oidc" };
  }
  return undefined;
}

/** A request that this rule decides about, and none before it. */
function findRequest(rule: ListenerRule, rules: readonly ListenerRule[]): ListenerRequest | undefined {
  const patterns = { host: ["app.example.com"], path: ["/"], source: ["203.0.113.1/32"] };
  for (const condition of rule.conditions) {
    if ("hostHeader" in condition) patterns.host = condition.hostHeader.values;
    else if ("pathPattern" in condition) patterns.path = condition.pathPattern.values;
    else patterns.source = condition.sourceIp.values;
  }
  for (const block of patterns.source) {
    const source = firstAddress(block);
    if (source === undefined) continue;
    for (const host of patterns.host) {
      for (const path of patterns.path) {
        const request = { source, host: fillIn(host), path: fillIn(path) };
        if (findMatch(rules, request) === rule) return request;
      }
    }
  }
  return undefined;
}

function firstAddress(block: string) {
  const read = readCidr(block);
  if ("problem" in read) return undefined;
  const address = readAddress(read.text.replace(/\/\d+$/, ""));
  return "problem" in address ? undefined : address;
}

/** One text that a pattern with * and ? takes. */
function fillIn(pattern: string): string {
  return pattern.replaceAll(/[*?]/g, "x");
}
