import { IntegrityError, NotFoundError, RemoteError } from "../runtime/errors.ts";
import { MANIFEST_KEY, type ManifestBody, SET_NAME } from "./format.ts";
import { openManifest } from "./manifest.ts";
import type { SetStore } from "./set-store.ts";

/** The sets of a pool by name, the newest first; whether each is finished is not known yet. */
export async function listSets(store: SetStore, poolId: string): Promise<string[]> {
  const names = await store.listFolders(`${poolId}/`);
  return names.filter((name) => SET_NAME.test(name)).sort((a, b) => (a < b ? 1 : -1));
}

/**
 * The manifest of a set, or undefined when the set has none: then it was never finished, and counts as nothing. One
 * that cannot be opened is read once more: only bytes that come twice are the set's own damage (IntegrityError), while
 * answers that differ are a fault of the connection (RemoteError).
 */
export async function readManifest(
  store: SetStore,
  poolId: string,
  set: string,
): Promise<ManifestBody | undefined> {
  const place = `${poolId}/${set}`;
  const key = `${place}/${MANIFEST_KEY}`;
  const first = await getIfThere(store, key);
  if (first === undefined) return undefined;
  try {
    return openManifest(first.toString("utf8"), place);
  } catch (error) {
    if (!(error instanceof IntegrityError)) throw error;
    const second = await getIfThere(store, key);
    if (second?.equals(first)) throw error;
    return second && openAfterNoise(second, place, error);
  }
}

function openAfterNoise(bytes: Buffer, place: string, cause: IntegrityError): ManifestBody {
  try {
    return openManifest(bytes.toString("utf8"), place);
  } catch (error) {
    if (!(error instanceof IntegrityError)) throw error;
    throw new RemoteError(`${place}/${MANIFEST_KEY} arrived broken twice, and differently each time.`, {
      remedy: "Check the network and run it again; this says nothing about the set.",
      cause,
    });
  }
}

async function getIfThere(store: SetStore, key: string): Promise<Buffer | undefined> {
  try {
    return await store.get(key);
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** The newest of these sets that has a manifest, with the number of unfinished ones before it. */
export async function findNewestSet(
  store: SetStore,
  poolId: string,
  sets: readonly string[],
): Promise<{ manifest: ManifestBody; unfinished: number } | undefined> {
  for (const [unfinished, set] of sets.entries()) {
    const manifest = await readManifest(store, poolId, set);
    if (manifest) return { manifest, unfinished };
  }
  return undefined;
}

/** What the objects of a set lack or have too much against its manifest, as one sentence each. */
export function findStorageFaults(
  manifest: ManifestBody,
  objects: readonly { key: string; bytes: number }[],
): string[] {
  const place = `${manifest.pool.id}/${manifest.set}`;
  const found = new Map(objects.map(({ key, bytes }) => [key.slice(place.length + 1), bytes]));
  const faults: string[] = [];
  for (const { name, storedBytes } of manifest.parts) {
    const bytes = found.get(name);
    if (bytes === undefined) faults.push(`${place}/${name} is missing`);
    else if (bytes !== storedBytes)
      faults.push(`${place}/${name} has ${bytes} bytes instead of ${storedBytes}`);
    found.delete(name);
  }
  found.delete(MANIFEST_KEY);
  for (const name of found.keys()) faults.push(`${place}/${name} does not belong to the set`);
  return faults;
}

/**
 * Lists the parts of a set that was just written and compares names and sizes with what its manifest will say; S3
 * lists an object as soon as it is stored (Amazon S3 User Guide, "Amazon S3 data consistency model"). Needs the right
 * to list the pool's prefix (s3:ListBucket). Throws IntegrityError at the first difference.
 */
export async function checkStored(store: SetStore, manifest: ManifestBody): Promise<void> {
  const [fault] = findStorageFaults(manifest, await listSetObjects(store, manifest));
  if (fault === undefined) return;
  throw new IntegrityError(`${fault}.`, {
    remedy: "The bucket lacks what was written; nothing was finished. Run it again, which makes a new set.",
  });
}

/** All objects that lie in a set. */
export async function listSetObjects(store: SetStore, manifest: ManifestBody) {
  const objects: { key: string; bytes: number }[] = [];
  for await (const page of store.list(`${manifest.pool.id}/${manifest.set}/`)) objects.push(...page);
  return objects;
}
