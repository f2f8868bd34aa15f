import type { PropertyMap, PropertyValue } from "../../../local/engine/property-values.ts";
import type { Deployment, Registration } from "../../../local/engine/registration.ts";
import type { AdoptedSettings } from "../../../runbooks/adoption/adopted-settings.ts";
import type { ExistingPool } from "../../../runbooks/adoption/existing-pool.ts";
import type { ExistingResource } from "../../../runbooks/adoption/existing-resources.ts";

/**
 * What an engine knows after `pulumi import`: the resources that exist, with their inputs as they are. A rendering of
 * the program gave pool and clients made-up ids; here they get their own.
 */
export function importedDeployment(
  pool: ExistingPool,
  { clientNames }: Pick<AdoptedSettings, "clientNames">,
  existing: readonly ExistingResource[],
): Deployment {
  const ids = new Map([
    ["users", pool.userPool.Id],
    ...Object.entries(clientNames).map(([clientId, name]) => [`client-${name}`, clientId] as const),
  ]);
  const registrations = existing.map(({ declaration, importId }): Registration => {
    const inputs = withRealIds(declaration.inputs, ids);
    return {
      ...declaration,
      inputs,
      existence: "made",
      // The provider imports a client as <pool>/<client> and calls it by the client's id from then on.
      id: declaration.type.endsWith(":UserPoolClient") ? (importId.split("/")[1] ?? "") : importId,
      outputs: { ...inputs, region: "ap-northeast-1", ...(pool.userPool.Id === importId && arnOf(pool)) },
      secretOutputs: [],
    };
  });
  return {
    registrations,
    leftovers: [],
    outputs: {},
    created: 0,
    recorded: 0,
    updated: 0,
    replaced: 0,
    deleted: 0,
    unchanged: 0,
    recordedBecause: [],
  };
}

function arnOf({ userPool }: ExistingPool): PropertyMap {
  return { arn: typeof userPool.Arn === "string" ? userPool.Arn : "" };
}

function withRealIds(inputs: PropertyMap, ids: ReadonlyMap<string, string>): PropertyMap {
  return Object.fromEntries(
    Object.entries(inputs).map(([key, value]): [string, PropertyValue] => {
      const isReference = key === "userPoolId" || key === "clientId";
      return [key, isReference && typeof value === "string" ? (ids.get(value) ?? value) : value];
    }),
  );
}
