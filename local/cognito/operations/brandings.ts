import { AwsFault } from "../../aws-fault.ts";
import { invalidParameter, resourceNotFound } from "../faults.ts";
import { drawUuid } from "../identifiers.ts";
import {
  type CreateBrandingInput,
  createBranding,
  describeBranding,
  describeBrandingByClient,
  oneBranding,
  type UpdateBrandingInput,
  updateBranding,
} from "../shapes/pool-resources.ts";
import type { Branding, Pool } from "../state.ts";
import { toTimestamp } from "../timestamp.ts";
import { requireClient } from "./clients.ts";
import { type Operations, operation, requirePool } from "./operation.ts";

export const brandingOperations: Operations = {
  CreateManagedLoginBranding: operation(createBranding, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const client = requireClient(pool, input.ClientId);
    refuseMixedStyle(input);
    if (findByClient(pool, client.id) !== undefined) {
      throw new AwsFault(
        "ManagedLoginBrandingExistsException",
        "The app client already has an assigned branding style.",
      );
    }
    const createdAt = world.now();
    const branding: Branding = {
      id: drawUuid(world.randomBytes),
      clientId: client.id,
      createdAt,
      modifiedAt: createdAt,
      useCognitoProvidedValues: input.UseCognitoProvidedValues ?? false,
      settings: input.Settings,
      assets: input.Assets ?? [],
    };
    pool.brandings.set(branding.id, branding);
    return { ManagedLoginBranding: describe(pool, branding) };
  }),

  DescribeManagedLoginBranding: operation(describeBranding, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    return { ManagedLoginBranding: describe(pool, requireBranding(pool, input.ManagedLoginBrandingId)) };
  }),

  DescribeManagedLoginBrandingByClient: operation(describeBrandingByClient, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const branding = findByClient(pool, requireClient(pool, input.ClientId).id);
    if (branding === undefined) throw brandingNotFound();
    return { ManagedLoginBranding: describe(pool, branding) };
  }),

  // "Preserves existing style settings that you don't specify" (UpdateManagedLoginBranding, API reference).
  UpdateManagedLoginBranding: operation(updateBranding, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    const branding = requireBranding(pool, input.ManagedLoginBrandingId);
    refuseMixedStyle(input);
    const usesProvided = input.UseCognitoProvidedValues === true;
    branding.useCognitoProvidedValues = usesProvided;
    branding.settings = usesProvided ? undefined : (input.Settings ?? branding.settings);
    branding.assets = usesProvided ? [] : (input.Assets ?? branding.assets);
    branding.modifiedAt = world.now();
    return { ManagedLoginBranding: describe(pool, branding) };
  }),

  DeleteManagedLoginBranding: operation(oneBranding, (world, input) => {
    const pool = requirePool(world, input.UserPoolId);
    pool.brandings.delete(requireBranding(pool, input.ManagedLoginBrandingId).id);
    return {};
  }),
};

/** "When you specify true for this option, you must also omit values for Settings and Assets" (ManagedLoginBrandingType). */
function refuseMixedStyle(input: CreateBrandingInput | UpdateBrandingInput): void {
  const hasOwnStyle = input.Settings !== undefined || (input.Assets ?? []).length > 0;
  if (input.UseCognitoProvidedValues === true && hasOwnStyle) {
    throw invalidParameter("Settings and Assets must be omitted when UseCognitoProvidedValues is true.");
  }
}

function findByClient(pool: Pool, clientId: string): Branding | undefined {
  return [...pool.brandings.values()].find((branding) => branding.clientId === clientId);
}

function requireBranding(pool: Pool, id: string): Branding {
  const branding = pool.brandings.get(id);
  if (branding === undefined) throw brandingNotFound();
  return branding;
}

function brandingNotFound(): AwsFault {
  return resourceNotFound("Managed login branding does not exist.");
}

function describe(pool: Pool, branding: Branding): object {
  return {
    ManagedLoginBrandingId: branding.id,
    UserPoolId: pool.id,
    UseCognitoProvidedValues: branding.useCognitoProvidedValues,
    ...(branding.settings === undefined ? {} : { Settings: branding.settings }),
    Assets: branding.assets,
    CreationDate: toTimestamp(branding.createdAt),
    LastModifiedDate: toTimestamp(branding.modifiedAt),
  };
}
