import { BadInputError, IntegrityError, NotFoundError } from "../runtime/errors.ts";
import { type ManifestBody, POOL_ID, SET_NAME } from "./format.ts";
import { TAKE_ANOTHER } from "./manifest.ts";
import type { SetStore } from "./set-store.ts";
import { findStorageFaults, listSetObjects, listSets, readManifest } from "./sets.ts";

/** A set as a person names it: the newest one, or one by name, perhaps of a pool that is gone. */
export type SetChoice = { poolId: string; set: "latest" } | { poolId: string; set: string };

/** Reads `--set`: latest, `<set name>`, or `<pool id>/<set name>` for a pool that the stack no longer has. */
export function parseSetChoice(text: string | undefined, poolId: string, option = "--set"): SetChoice {
  if (text === undefined || text === "latest") return { poolId, set: "latest" };
  const [set = "", pool = poolId, ...rest] = text.split("/").reverse();
  if (rest.length === 0 && POOL_ID.test(pool) && (set === "latest" || SET_NAME.test(set)))
    return { poolId: pool, set };
  throw new BadInputError(`${option} ${text} is neither latest nor the name of a set.`, {
    remedy: "Names look like 20261121T030000Z-0a1b2c3d.",
  });
}

export interface ChosenSet {
  manifest: ManifestBody;
  /** Sets that are no sets: begun, never finished, and newer than the chosen one. */
  skipped: string[];
}

/**
 * Finds the chosen set and reads its manifest. When the newest is asked for, a finished set that lacks objects is
 * passed over if `shouldSkip` says so; otherwise it is the one found, and verifying it will name what is missing.
 */
export async function findSet(
  store: SetStore,
  choice: SetChoice,
  shouldSkip: (manifest: ManifestBody) => boolean,
): Promise<ChosenSet> {
  const sets = await listSets(store, choice.poolId);
  const place = `s3://${store.bucket}/${choice.poolId}/`;
  if (choice.set !== "latest") return { manifest: await findNamed(store, choice, sets), skipped: [] };
  const skipped: string[] = [];
  for (const set of sets) {
    const manifest = await readManifest(store, choice.poolId, set);
    if (manifest && !(await isArriving(store, manifest, shouldSkip))) return { manifest, skipped };
    skipped.push(set);
  }
  throw new NotFoundError(`There is no finished set in ${place}.`, {
    remedy: skipped.length > 0 ? "Runs were begun and broke off; run back-up-users." : "Run back-up-users.",
  });
}

async function findNamed(store: SetStore, choice: SetChoice, sets: readonly string[]): Promise<ManifestBody> {
  const place = `s3://${store.bucket}/${choice.poolId}/${choice.set}`;
  if (!sets.includes(choice.set)) {
    throw new NotFoundError(`There is no set ${place}.`, { remedy: "Check the name, or take the latest." });
  }
  const manifest = await readManifest(store, choice.poolId, choice.set);
  if (manifest) return manifest;
  throw new IntegrityError(`${place} was never finished: it has no manifest.`, TAKE_ANOTHER);
}

async function isArriving(
  store: SetStore,
  manifest: ManifestBody,
  shouldSkip: (manifest: ManifestBody) => boolean,
): Promise<boolean> {
  return (
    shouldSkip(manifest) && findStorageFaults(manifest, await listSetObjects(store, manifest)).length > 0
  );
}
