import { invalidParameter, limitExceeded, resourceNotFound } from "../faults.ts";
import { limits } from "../limits.ts";
import { continuation, readCollectionPage } from "../pages.ts";
import { listResourceServers, oneResourceServer, writeResourceServer } from "../shapes/pool-resources.ts";
import type { Pool, ResourceServer } from "../state.ts";
import { type Operations, operation, requirePool } from "./operation.ts";

export const resourceServerOperations: Operations = {
  CreateResourceServer: operation(writeResourceServer, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    if (pool.resourceServers.has(input.Identifier)) {
      throw invalidParameter(`${input.Identifier} already exists in user pool ${pool.id}.`);
    }
    if (pool.resourceServers.size >= limits.resourceServersPerPool) {
      throw limitExceeded(`Maximum of ${limits.resourceServersPerPool} resource servers in a user pool.`);
    }
    const server: ResourceServer = {
      identifier: input.Identifier,
      sequence: world.nextSequence(),
      name: input.Name,
      scopes: uniqueScopes(input.Scopes ?? []),
    };
    pool.resourceServers.set(server.identifier, server);
    return { ResourceServer: describeResourceServer(pool, server) };
  }),

  DescribeResourceServer: operation(oneResourceServer, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    return { ResourceServer: describeResourceServer(pool, requireResourceServer(pool, input.Identifier)) };
  }),

  UpdateResourceServer: operation(writeResourceServer, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const server = requireResourceServer(pool, input.Identifier);
    server.scopes = uniqueScopes(input.Scopes ?? []);
    server.name = input.Name;
    return { ResourceServer: describeResourceServer(pool, server) };
  }),

  // Clients that still name its scopes do not hinder it.
  DeleteResourceServer: operation(oneResourceServer, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    pool.resourceServers.delete(requireResourceServer(pool, input.Identifier).identifier);
    return {};
  }),

  ListResourceServers: operation(listResourceServers, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const page = readCollectionPage(
      world,
      pool.resourceServers.values(),
      { operation: "ListResourceServers", owner: pool.id },
      { limit: input.MaxResults ?? limits.resourceServerPageSize, token: input.NextToken },
    );
    return {
      ResourceServers: page.items.map((server) => describeResourceServer(pool, server)),
      ...continuation("NextToken", page.nextToken),
    };
  }),
};

function uniqueScopes(scopes: ResourceServer["scopes"]): ResourceServer["scopes"] {
  if (new Set(scopes.map(({ ScopeName }) => ScopeName)).size < scopes.length) {
    throw invalidParameter("Scope names must be unique within a resource server.");
  }
  return scopes;
}

function requireResourceServer(pool: Pool, identifier: string): ResourceServer {
  const server = pool.resourceServers.get(identifier);
  if (server === undefined) throw resourceNotFound(`Resource server ${identifier} does not exist.`);
  return server;
}

function describeResourceServer(pool: Pool, server: ResourceServer): object {
  return { UserPoolId: pool.id, Identifier: server.identifier, Name: server.name, Scopes: server.scopes };
}
