import { refuseClientSettings } from "../client-rules.ts";
import { createSecret } from "../client-secrets.ts";
import { clientNotFound, invalidParameter, limitExceeded } from "../faults.ts";
import { drawClientId } from "../identifiers.ts";
import { limits } from "../limits.ts";
import { continuation, readCollectionPage } from "../pages.ts";
import {
  type CreateUserPoolClientInput,
  createUserPoolClient,
  listUserPoolClients,
  oneClient,
  type UpdateUserPoolClientInput,
  updateUserPoolClient,
} from "../shapes/clients.ts";
import type { Client, ClientSettings, Pool, World } from "../state.ts";
import { toTimestamp } from "../timestamp.ts";
import { type Operations, operation, requirePool } from "./operation.ts";

export const clientOperations: Operations = {
  CreateUserPoolClient: operation(createUserPoolClient, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    if (pool.clients.size >= limits.clientsPerPool) {
      throw limitExceeded(`Maximum of ${limits.clientsPerPool} app clients in a user pool.`);
    }
    if (input.GenerateSecret === true && input.ClientSecret !== undefined) {
      throw invalidParameter("GenerateSecret and ClientSecret can't be used together.");
    }
    const settings = readSettings(input);
    const hasSecret = input.GenerateSecret === true || input.ClientSecret !== undefined;
    refuseClientSettings(pool, settings, { hasSecret, verb: "creating" });
    const client = buildClient(world, input, settings);
    pool.clients.set(client.id, client);
    return { UserPoolClient: describeClient(pool, client) };
  }),

  DescribeUserPoolClient: operation(oneClient, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    return { UserPoolClient: describeClient(pool, requireClient(pool, input.ClientId)) };
  }),

  // "If you don't provide a value for an attribute, Amazon Cognito sets it to its default value"; the secret stays.
  UpdateUserPoolClient: operation(updateUserPoolClient, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const client = requireClient(pool, input.ClientId);
    const settings = readSettings(input);
    refuseClientSettings(pool, settings, { hasSecret: client.secrets.length > 0, verb: "updating" });
    client.settings = settings;
    client.name = input.ClientName ?? client.name;
    client.modifiedAt = world.now();
    return { UserPoolClient: describeClient(pool, client) };
  }),

  DeleteUserPoolClient: operation(oneClient, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const client = requireClient(pool, input.ClientId);
    for (const branding of pool.brandings.values()) {
      if (branding.clientId === client.id) pool.brandings.delete(branding.id);
    }
    pool.clients.delete(client.id);
    return {};
  }),

  ListUserPoolClients: operation(listUserPoolClients, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const page = readCollectionPage(
      world,
      input.ClientType === "DCR" ? [] : pool.clients.values(),
      { operation: "ListUserPoolClients", owner: pool.id, parameters: [input.ClientType] },
      { limit: input.MaxResults, token: input.NextToken },
    );
    return {
      UserPoolClients: page.items.map((client) => ({
        ClientId: client.id,
        UserPoolId: pool.id,
        ClientName: client.name,
      })),
      ...continuation("NextToken", page.nextToken),
    };
  }),
};

/** The client a request names, or AWS's refusal. */
export function requireClient(pool: Pool, clientId: string): Client {
  const client = pool.clients.get(clientId);
  if (client === undefined) throw clientNotFound(clientId);
  return client;
}

function buildClient(world: World, input: CreateUserPoolClientInput, settings: ClientSettings): Client {
  const id = drawClientId(world.randomBytes);
  const createdAt = world.now();
  const client: Client = {
    id,
    sequence: world.nextSequence(),
    createdAt,
    modifiedAt: createdAt,
    name: input.ClientName,
    secrets: [],
    lastSecretNumber: 0,
    settings,
  };
  if (input.GenerateSecret === true || input.ClientSecret !== undefined) {
    client.secrets = [createSecret(world, client, input.ClientSecret, "original")];
  }
  return client;
}

/** Settings with AWS's defaults (CreateUserPoolClient, API reference): 30 days refresh, 3 minutes to answer a challenge. */
function readSettings(input: CreateUserPoolClientInput | UpdateUserPoolClientInput): ClientSettings {
  return {
    RefreshTokenValidity: input.RefreshTokenValidity || 30,
    AccessTokenValidity: input.AccessTokenValidity,
    IdTokenValidity: input.IdTokenValidity,
    TokenValidityUnits: input.TokenValidityUnits,
    ReadAttributes: nonEmpty(input.ReadAttributes),
    WriteAttributes: nonEmpty(input.WriteAttributes),
    ExplicitAuthFlows: nonEmpty(input.ExplicitAuthFlows),
    SupportedIdentityProviders: nonEmpty(input.SupportedIdentityProviders),
    CallbackURLs: nonEmpty(input.CallbackURLs),
    LogoutURLs: nonEmpty(input.LogoutURLs),
    DefaultRedirectURI: input.DefaultRedirectURI,
    AllowedOAuthFlows: nonEmpty(input.AllowedOAuthFlows),
    AllowedOAuthScopes: nonEmpty(input.AllowedOAuthScopes),
    AllowedOAuthFlowsUserPoolClient: input.AllowedOAuthFlowsUserPoolClient ?? false,
    AnalyticsConfiguration: input.AnalyticsConfiguration,
    PreventUserExistenceErrors: input.PreventUserExistenceErrors,
    EnableTokenRevocation: input.EnableTokenRevocation ?? true,
    EnablePropagateAdditionalUserContextData: input.EnablePropagateAdditionalUserContextData ?? false,
    AuthSessionValidity: input.AuthSessionValidity ?? 3,
    RefreshTokenRotation: input.RefreshTokenRotation,
  };
}

/** An empty list says nothing, like an absent one. */
function nonEmpty<Item>(list: Item[] | undefined): Item[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list;
}

/**
 * The secret that came with the client is the only one shown here: nothing takes its place when it is deleted
 * (UserPoolClientType has one ClientSecret; ListUserPoolClientSecrets says that no answer reveals the value of another).
 */
function describeClient(pool: Pool, client: Client): object {
  const described: Record<string, unknown> = {
    UserPoolId: pool.id,
    ClientName: client.name,
    ClientId: client.id,
    ClientSecret: client.secrets.find(({ isOriginal }) => isOriginal)?.value,
    LastModifiedDate: toTimestamp(client.modifiedAt),
    CreationDate: toTimestamp(client.createdAt),
    ...client.settings,
  };
  return Object.fromEntries(Object.entries(described).filter(([, value]) => value !== undefined));
}
