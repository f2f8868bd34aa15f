import { compareDeclarations } from "./engine/change.ts";
import type { Declaration } from "./engine/registration.ts";

export interface ComparedResource {
  urn: string;
  type: string;
  name: string;
}

export interface UpdatedResource extends ComparedResource {
  /** Paths of the inputs that differ. */
  changed: string[];
}

export interface ReplacedResource extends UpdatedResource {
  /** What makes an update impossible: input paths, or `replacementTrigger`. */
  forcedBy: string[];
  isDeletedFirst: boolean;
}

export interface RefusedResource extends UpdatedResource {
  reason: string;
}

/** What a run of the program would do to the resources of an earlier run; components are left out. */
export interface RegistrationComparison {
  created: ComparedResource[];
  updated: UpdatedResource[];
  replaced: ReplacedResource[];
  deleted: ComparedResource[];
  /** Changes the provider declines: neither an update nor a replacement, the run would fail. */
  refused: RefusedResource[];
}

/**
 * Compares two runs of the program by what they registered, without asking AWS: drift is not seen. Honours aliases,
 * `ignoreChanges`, `replaceOnChanges`, `replacementTrigger` and `deleteBeforeReplace`.
 */
export function compareRegistrations(
  before: readonly Declaration[],
  after: readonly Declaration[],
): RegistrationComparison {
  const comparison: RegistrationComparison = {
    created: [],
    updated: [],
    replaced: [],
    deleted: [],
    refused: [],
  };
  const left = new Map(before.filter(isCustom).map((resource) => [resource.urn, resource]));
  for (const resource of after.filter(isCustom)) {
    const former = [resource.urn, ...resource.options.aliases].find((urn) => left.has(urn));
    const old = former === undefined ? undefined : left.get(former);
    if (former !== undefined) left.delete(former);
    if (old) addChange(comparison, old, resource);
    else comparison.created.push(identify(resource));
  }
  comparison.deleted = [...left.values()].map(identify);
  return comparison;
}

function addChange(comparison: RegistrationComparison, before: Declaration, after: Declaration): void {
  const change = compareDeclarations(before, after);
  const identity = identify(after);
  if (change.kind === "updated") comparison.updated.push({ ...identity, changed: change.changed });
  if (change.kind === "refused") {
    comparison.refused.push({ ...identity, changed: change.changed, reason: change.reason });
  }
  if (change.kind === "replaced") {
    const { changed, forcedBy, isDeletedFirst } = change;
    comparison.replaced.push({ ...identity, changed, forcedBy, isDeletedFirst });
  }
}

function identify({ urn, type, name }: Declaration): ComparedResource {
  return { urn, type, name };
}

function isCustom(resource: Declaration): boolean {
  return resource.isCustom;
}
