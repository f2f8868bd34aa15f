import type { ManifestBody } from "./format.ts";

/** Hours in which replication may still be on its way; what has not arrived after them is missing. */
const ARRIVAL_HOURS = 24;

/** Whether a set is so young that parts of it may still be on their way to the copy. */
export function mayStillArrive(manifest: ManifestBody, now: Date): boolean {
  return ageInHours(manifest, now) < ARRIVAL_HOURS;
}

/** Hours since the set was finished; 0 when a clock says that this is still to come. */
export function ageInHours(manifest: ManifestBody, now: Date): number {
  return Math.max(0, (now.getTime() - Date.parse(manifest.finishedAt)) / 3_600_000);
}

/**
 * How the copy of a set differs from its original, as one sentence; undefined when every part has the same hash.
 * Manifests are sealed, so two that tell the same tell it about the same bytes.
 */
export function findCopyDifference(original: ManifestBody, copy: ManifestBody): string | undefined {
  for (const part of original.parts) {
    const twin = copy.parts.find(({ name }) => name === part.name);
    if (!twin) return `the copy lists no ${part.name}`;
    if (twin.storedSha256 !== part.storedSha256) return `${part.name} has another hash in the copy`;
  }
  return JSON.stringify(original) === JSON.stringify(copy) ? undefined : "the two manifests differ";
}
