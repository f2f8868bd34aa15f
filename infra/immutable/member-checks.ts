import { hasSecret } from "../clients/app-client-inputs.ts";
import type { Fault } from "../settings.ts";
import {
  type Comparison,
  hasLostProtection,
  type ImmutableCheck,
  isSamePool,
  letGoFirst,
} from "./comparison.ts";

/** Groups and clients, which hold memberships, ids and secrets. */
export const memberChecks: readonly ImmutableCheck[] = [groupsStay, clientsStay, clientKindsStay];

function groupsStay(comparison: Comparison): Fault[] {
  const { deployed, isPoolThere, settings } = comparison;
  if (!isPoolThere) return [];
  const wanted = new Set(settings.users.groups.map(({ name }) => name));
  return (deployed.groups?.names ?? [])
    .filter((name) => !wanted.has(name) && !hasLostProtection(comparison, "groups", name))
    .map((name) => ({
      path: `sekisho:users.groups.${name}`,
      message: `cannot go: with the group everybody's membership of it is lost; ${letGoFirst("groups", name)}`,
    }));
}

function clientsStay(comparison: Comparison): Fault[] {
  const { deployed, isPoolThere, settings } = comparison;
  if (!isPoolThere) return [];
  const wanted = new Set(settings.clients.map(({ name }) => name));
  return Object.keys(deployed.clients ?? {})
    .filter((name) => !wanted.has(name) && !hasLostProtection(comparison, "clients", name))
    .map((name) => ({
      path: `sekisho:clients.${name}`,
      message:
        `cannot go: whatever signs in with its id stops working, and a client that is made again has another id; ` +
        letGoFirst("clients", name),
    }));
}

/** Cognito decides whether a client has a secret when it is made. */
function clientKindsStay(comparison: Comparison): Fault[] {
  if (!isSamePool(comparison)) return [];
  const { deployed, settings } = comparison;
  return settings.clients.flatMap(({ name, kind }): Fault[] => {
    const before = deployed.clients?.[name];
    if (!before || hasSecret(before.kind) === hasSecret(kind)) return [];
    const message =
      `cannot change from ${before.kind} to ${kind}: a client's secret is decided when it is made, so another client ` +
      `would take its place, with another id; put it back, and add a client of another name beside it`;
    return [{ path: `sekisho:clients.${name}.kind`, message }];
  });
}
