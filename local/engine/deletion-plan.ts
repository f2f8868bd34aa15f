import { containsPath } from "./property-path.ts";
import { providerRules } from "./provider-rules.ts";
import { describeResource, type Registration } from "./registration.ts";

/** What happens to resources the program no longer declares. */
export interface DeletionPlan {
  /** In the order in which they can go: what depends on another goes before it. */
  deleted: Registration[];
  /** Left alone in AWS and forgotten, because `retainOnDelete` says so, or because they go with another. */
  forgotten: Registration[];
  /** One sentence for each that must not be deleted; with any of these nothing may be deleted at all. */
  refusals: string[];
}

export function planDeletions(
  unclaimed: readonly Registration[],
  leftovers: readonly Registration[],
): DeletionPlan {
  const gone = [...unclaimed, ...leftovers];
  const isForgotten = (resource: Registration) =>
    resource.options.retainOnDelete || gone.some(({ urn }) => urn === resource.options.deletedWith);
  return {
    deleted: orderForDeletion(gone.filter((resource) => !isForgotten(resource))),
    forgotten: gone.filter(isForgotten),
    refusals: unclaimed
      .filter(({ options }) => options.protect)
      .map(
        (resource) =>
          `${describeResource(resource)} is protected and cannot be deleted, but the program no longer declares it.`,
      ),
  };
}

/**
 * Resources of the last deployment that must go before `replaced` can: those that would themselves be replaced when
 * the property they take from it changes, and those that hang on them.
 */
export function findReplacedDependents(
  replaced: Registration,
  others: readonly Registration[],
): Registration[] {
  const condemned = new Set([replaced]);
  for (const resource of condemned) {
    for (const other of others) {
      if (other !== replaced && isReplacedWith(other, resource.urn)) condemned.add(other);
    }
  }
  condemned.delete(replaced);
  return orderForDeletion([...condemned]);
}

function isReplacedWith({ type, options }: Registration, urn: string): boolean {
  const { replaces } = providerRules(type);
  return Object.entries(options.propertyDependencies).some(
    ([property, urns]) => urns.includes(urn) && replaces.some((path) => containsPath(property, path)),
  );
}

/** Dependents first; what does not depend on each other goes newest first. */
function orderForDeletion(resources: readonly Registration[]): Registration[] {
  const ordered: Registration[] = [];
  const seen = new Set<Registration>();
  const visit = (resource: Registration) => {
    if (seen.has(resource)) return;
    seen.add(resource);
    const needed = new Set([...resource.options.dependsOn, resource.options.parent]);
    for (const other of resources) if (needed.has(other.urn)) visit(other);
    ordered.push(resource);
  };
  for (const resource of resources) visit(resource);
  return ordered.reverse();
}
