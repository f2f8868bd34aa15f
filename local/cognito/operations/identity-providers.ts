import { AwsFault } from "../../aws-fault.ts";
import { invalidParameter, limitExceeded, resourceNotFound } from "../faults.ts";
import { limits } from "../limits.ts";
import { continuation, readCollectionPage } from "../pages.ts";
import {
  type CreateProviderInput,
  createProvider,
  listProviders,
  oneProvider,
  type UpdateProviderInput,
  updateProvider,
} from "../shapes/identity-providers.ts";
import type { IdentityProvider, Pool, ProviderType } from "../state.ts";
import { toTimestamp } from "../timestamp.ts";
import { type Operations, operation, requirePool } from "./operation.ts";

export const identityProviderOperations: Operations = {
  CreateIdentityProvider: operation(createProvider, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const { ProviderName: name, ProviderType: type } = input;
    if (pool.identityProviders.has(name)) throw duplicateProvider(name);
    if (pool.identityProviders.size >= limits.identityProvidersPerPool) {
      throw limitExceeded(`Maximum of ${limits.identityProvidersPerPool} identity providers in a user pool.`);
    }
    refuseName(name, type);
    refuseSettings(pool, { name, type }, input);
    const createdAt = world.now();
    const provider: IdentityProvider = {
      name,
      type,
      sequence: world.nextSequence(),
      createdAt,
      modifiedAt: createdAt,
      details: input.ProviderDetails,
      attributeMapping: input.AttributeMapping ?? {},
      identifiers: input.IdpIdentifiers ?? [],
    };
    pool.identityProviders.set(name, provider);
    return { IdentityProvider: describeProvider(pool, provider) };
  }),

  DescribeIdentityProvider: operation(oneProvider, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    return { IdentityProvider: describeProvider(pool, requireProvider(pool, input.ProviderName)) };
  }),

  UpdateIdentityProvider: operation(updateProvider, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const provider = requireProvider(pool, input.ProviderName);
    refuseSettings(pool, provider, input);
    provider.details = input.ProviderDetails ?? provider.details;
    provider.attributeMapping = input.AttributeMapping ?? provider.attributeMapping;
    provider.identifiers = input.IdpIdentifiers ?? provider.identifiers;
    provider.modifiedAt = world.now();
    return { IdentityProvider: describeProvider(pool, provider) };
  }),

  // Users who signed in with it, or are linked to it, stay as they are.
  DeleteIdentityProvider: operation(oneProvider, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    pool.identityProviders.delete(requireProvider(pool, input.ProviderName).name);
    return {};
  }),

  ListIdentityProviders: operation(listProviders, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const page = readCollectionPage(
      world,
      pool.identityProviders.values(),
      { operation: "ListIdentityProviders", owner: pool.id },
      { limit: input.MaxResults, token: input.NextToken },
    );
    return {
      Providers: page.items.map((provider) => ({
        ProviderName: provider.name,
        ProviderType: provider.type,
        LastModifiedDate: toTimestamp(provider.modifiedAt),
        CreationDate: toTimestamp(provider.createdAt),
      })),
      ...continuation("NextToken", page.nextToken),
    };
  }),
};

/** The provider a request names, or AWS's refusal. */
export function requireProvider(pool: Pool, name: string): IdentityProvider {
  const provider = pool.identityProviders.get(name);
  if (provider === undefined) throw resourceNotFound(`Identity provider ${name} does not exist.`);
  return provider;
}

/** Whether a pool has at most one provider of this type, under the type's own name. */
export function isSocial(type: ProviderType): boolean {
  return type !== "OIDC" && type !== "SAML";
}

/** What ProviderDetails must hold; of several names in one entry, one is enough (CreateIdentityProvider, API reference). */
const requiredDetails: Readonly<Record<ProviderType, readonly (readonly string[])[]>> = {
  OIDC: [["client_id"], ["attributes_request_method"], ["authorize_scopes"], ["oidc_issuer"]],
  SAML: [["MetadataURL", "MetadataFile"]],
  Facebook: [["client_id"], ["client_secret"], ["authorize_scopes"]],
  Google: [["client_id"], ["client_secret"], ["authorize_scopes"]],
  LoginWithAmazon: [["client_id"], ["client_secret"], ["authorize_scopes"]],
  SignInWithApple: [["client_id"], ["team_id"], ["key_id"], ["private_key"], ["authorize_scopes"]],
};

function refuseName(name: string, type: ProviderType): void {
  const isReserved = name.toLowerCase() === "cognito" || (!isSocial(type) && name in requiredDetails);
  if (isReserved || (isSocial(type) && name !== type)) {
    throw invalidParameter(`${name} cannot be the name of a provider of type ${type}.`);
  }
}

function refuseSettings(
  pool: Pool,
  { name, type }: Pick<IdentityProvider, "name" | "type">,
  input: CreateProviderInput | UpdateProviderInput,
): void {
  if (input.AcrMapping !== undefined) {
    throw invalidParameter("The local world does not know the setting AcrMapping yet.");
  }
  const details = input.ProviderDetails;
  if (details !== undefined) {
    const missing = requiredDetails[type].find((names) => !names.some((key) => details[key]));
    if (missing !== undefined) {
      throw invalidParameter(`ProviderDetails of ${type} must have ${missing.join(" or ")}.`);
    }
  }
  const unknown = Object.keys(input.AttributeMapping ?? {}).find(
    (attribute) => attribute !== "username" && !pool.schema.has(attribute),
  );
  if (unknown !== undefined) {
    throw invalidParameter(`AttributeMapping: the user pool has no attribute ${unknown}.`);
  }
  for (const other of pool.identityProviders.values()) {
    const taken = input.IdpIdentifiers?.find((identifier) => other.identifiers.includes(identifier));
    if (taken !== undefined && other.name !== name) throw duplicateProvider(taken);
  }
}

function duplicateProvider(name: string): AwsFault {
  return new AwsFault("DuplicateProviderException", `A provider ${name} already exists in the user pool.`);
}

function describeProvider(pool: Pool, provider: IdentityProvider): object {
  return {
    UserPoolId: pool.id,
    ProviderName: provider.name,
    ProviderType: provider.type,
    ProviderDetails: provider.details,
    AttributeMapping: provider.attributeMapping,
    IdpIdentifiers: provider.identifiers,
    LastModifiedDate: toTimestamp(provider.modifiedAt),
    CreationDate: toTimestamp(provider.createdAt),
  };
}
