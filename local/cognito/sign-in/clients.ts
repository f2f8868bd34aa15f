import { clientNotFound, invalidParameter, userNotFound } from "../faults.ts";
import type { Client, Pool, User, World } from "../state.ts";
import { notAuthorized } from "./secret-hash.ts";
import { rotates } from "./tokens.ts";

export interface PoolClient {
  pool: Pool;
  client: Client;
}

/** The client of an unsigned request, which names no pool. */
export function requirePoolClient(world: World, clientId: string): PoolClient {
  for (const pool of world.pools.values()) {
    const client = pool.clients.get(clientId);
    if (client !== undefined) return { pool, client };
  }
  throw clientNotFound(clientId);
}

/** What a client without a list of flows allows (CreateUserPoolClient, API reference). */
const defaultFlows = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_CUSTOM_AUTH"];

/**
 * Whether the sign-in pages may ask for a password: they too need a flow that the client lists (Developer Guide,
 * "Implement authentication flows").
 */
export function allowsPasswordPages(client: Client): boolean {
  const flows = client.settings.ExplicitAuthFlows ?? defaultFlows;
  return flows.some((flow) => /^(ALLOW_)?USER_(SRP_|PASSWORD_)?AUTH$/.test(flow));
}

/** Refuses a flow the client does not list; the older names ADMIN_NO_SRP_AUTH and so on count as their successors. */
export function refuseDisabledFlow(client: Client, flow: string): void {
  if (flow.startsWith("REFRESH_TOKEN") && rotates(client)) {
    // Only GetTokensFromRefreshToken rotates (API reference, RefreshTokenRotationType).
    throw invalidParameter("Auth flow not enabled for this client");
  }
  const flows = client.settings.ExplicitAuthFlows ?? defaultFlows;
  const isOlderName = flow.startsWith("REFRESH_TOKEN");
  const names = [`ALLOW_${flow}`, flow, ...(isOlderName ? ["ALLOW_REFRESH_TOKEN_AUTH"] : [])];
  if (flow === "ADMIN_NO_SRP_AUTH") names.push("ALLOW_ADMIN_USER_PASSWORD_AUTH");
  const isAllowed =
    names.some((name) => flows.includes(name)) ||
    (isOlderName && flows.every((name) => !name.startsWith("ALLOW_")));
  if (isAllowed) return;
  throw flow === "USER_PASSWORD_AUTH" || flow === "USER_SRP_AUTH"
    ? invalidParameter(`${flow} flow not enabled for this client`)
    : invalidParameter(`Auth flow not enabled for this client`);
}

/** What a client with PreventUserExistenceErrors may learn about a user who is not there: nothing. */
export function hideMissingUser(client: Client): Error {
  return hidesUsers(client) ? notAuthorized("Incorrect username or password.") : userNotFound();
}

export function hidesUsers(client: Client): boolean {
  return client.settings.PreventUserExistenceErrors === "ENABLED";
}

export function requireEnabled(user: User): void {
  if (!user.isEnabled) throw notAuthorized("User is disabled.");
}
