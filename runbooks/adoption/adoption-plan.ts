import { compareRegistrations } from "../../local/compare-registrations.ts";
import { isMap } from "../../local/engine/property-path.ts";
import type { Declaration } from "../../local/engine/registration.ts";
import type { ExistingResource } from "./existing-resources.ts";

/** What `pulumi import --file` reads. */
export interface ImportFile {
  resources: ImportedResource[];
}

interface ImportedResource {
  type: string;
  /** Another name within the file for each, because two types may share one. */
  name: string;
  logicalName: string;
  parent?: string;
  id?: string;
  /** A component: it only groups others, so it has no id. */
  component?: true;
}

/** What is imported, and what the first `pulumi up` after that would do. */
export interface AdoptionPlan {
  imports: ImportFile;
  /** In place: the resource and the inputs that differ. */
  updated: { resource: string; changed: string[] }[];
  /** What must never happen: replacements, and changes that the provider declines. */
  impossible: string[];
  /** What an update would take away from those who use it: one sentence each. */
  losses: string[];
  /** Resources that do not exist yet. */
  created: string[];
}

/** Compares what exists with what the program declares. */
export function planAdoption(
  existing: readonly ExistingResource[],
  wanted: readonly Declaration[],
): AdoptionPlan {
  const before = existing.map(({ declaration }) => declaration);
  const comparison = compareRegistrations(before, wanted);
  return {
    imports: { resources: importedResources(existing, wanted) },
    updated: comparison.updated.map(({ name, changed }) => ({ resource: name, changed })),
    impossible: [
      ...comparison.replaced.map(
        ({ name, forcedBy }) => `${name} would be replaced, because of ${forcedBy.join(", ")}`,
      ),
      ...comparison.refused.map(
        ({ name, reason }) => `${name} cannot be brought to what the stack file says: ${reason}`,
      ),
    ],
    losses: existing.flatMap(({ declaration }) => findLosses(declaration, wanted)),
    created: comparison.created.map(({ name }) => name),
  };
}

function findLosses(before: Declaration, wanted: readonly Declaration[]): string[] {
  const after = wanted.find(({ urn }) => urn === before.urn);
  if (
    before.type === "aws:cognito/managedLoginBranding:ManagedLoginBranding" &&
    "settings" in before.inputs
  ) {
    return [`${before.name}: the pages have a style of their own; an update would give them Cognito's.`];
  }
  if (before.type !== "aws:cognito/resourceServer:ResourceServer" || !after) return [];
  const kept = scopesOf(after);
  const lost = scopesOf(before).filter((scope) => !kept.includes(scope));
  if (lost.length === 0) return [];
  return [
    `${before.name}: an update would take away the scopes ${lost.join(", ")}, which no adopted client uses.`,
  ];
}

function scopesOf({ inputs }: Declaration): string[] {
  const { scopes } = inputs;
  return Array.isArray(scopes)
    ? scopes.flatMap((scope) =>
        isMap(scope) && typeof scope.scopeName === "string" ? [scope.scopeName] : [],
      )
    : [];
}

function importedResources(
  existing: readonly ExistingResource[],
  wanted: readonly Declaration[],
): ImportedResource[] {
  const byUrn = new Map(wanted.map((declaration) => [declaration.urn, declaration]));
  const components = new Map<string, Declaration>();
  const addAncestors = (urn: string): void => {
    const parent = byUrn.get(urn);
    // The stack itself is there already.
    if (!parent || parent.isCustom || parent.type === "pulumi:pulumi:Stack") return;
    addAncestors(parent.options.parent);
    components.set(parent.urn, parent);
  };
  for (const { declaration } of existing) addAncestors(declaration.options.parent);
  const nameOf = ({ type, name }: Declaration) => `${type.split(":").at(-1)}-${name}`;
  const parentOf = ({ options }: Declaration) => {
    const parent = components.get(options.parent);
    return parent ? { parent: nameOf(parent) } : {};
  };
  return [
    ...[...components.values()].map((one) => ({
      type: one.type,
      name: nameOf(one),
      logicalName: one.name,
      ...parentOf(one),
      component: true as const,
    })),
    ...existing.map(({ declaration, importId }) => ({
      type: declaration.type,
      name: nameOf(declaration),
      logicalName: declaration.name,
      ...parentOf(declaration),
      id: importId,
    })),
  ];
}
