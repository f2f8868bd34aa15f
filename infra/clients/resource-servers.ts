import type { ClientSettings } from "../settings.ts";

/** One API that machine clients ask for access to, with the scopes they use. */
export interface ResourceServer {
  identifier: string;
  scopes: string[];
}

/**
 * The resource servers behind the custom scopes of all clients: `api/read` is scope `read` of the server `api`. A
 * server may itself be an address: what follows the last slash is the scope. Both lists are sorted.
 */
export function resourceServers(clients: Pick<ClientSettings, "scopes">[]): ResourceServer[] {
  const scopes = [...new Set(clients.flatMap((client) => client.scopes.filter(isCustomScope)))].sort();
  const servers = Map.groupBy(scopes, (scope) => scope.slice(0, scope.lastIndexOf("/")));
  return [...servers]
    .map(([identifier, full]) => ({
      identifier,
      scopes: full.map((scope) => scope.slice(identifier.length + 1)),
    }))
    .sort((one, other) => (one.identifier < other.identifier ? -1 : 1));
}

// OpenID scopes have no slash.
function isCustomScope(scope: string): boolean {
  return scope.includes("/");
}
