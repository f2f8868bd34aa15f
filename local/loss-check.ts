import { compareRegistrations } from "./compare-registrations.ts";
import { type Declaration, describeResource } from "./engine/registration.ts";

/**
 * What a run of the program would do to protected resources of the run before it: one sentence for each that would be
 * deleted or replaced, or whose change the provider declines. Pulumi's engine would refuse all of them, half-way
 * through at worst; the guard has to speak first.
 */
export function findLosses(before: readonly Declaration[], after: readonly Declaration[]): string[] {
  const guarded = new Map(
    before.filter(({ options }) => options.protect).map((resource) => [resource.urn, resource]),
  );
  const comparison = compareRegistrations(before, after);
  const sentences = [
    ...comparison.deleted.map((resource) => [resource, "would be deleted"] as const),
    ...comparison.replaced.map(
      (resource) => [resource, `would be replaced, because of ${resource.forcedBy.join(", ")}`] as const,
    ),
    ...comparison.refused.map((resource) => [resource, `cannot change: ${resource.reason}`] as const),
  ];
  return sentences.flatMap(([resource, what]) =>
    guarded.has(resource.urn) ? [`${describeResource(resource)} ${what}.`] : [],
  );
}
