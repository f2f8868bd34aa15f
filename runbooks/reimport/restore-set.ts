import { type ManifestBody, POOL_ID } from "../backup/format.ts";
import { findSet, parseSetChoice, type SetChoice } from "../backup/set-choice.ts";
import type { SetStore } from "../backup/set-store.ts";
import { listSets } from "../backup/sets.ts";
import { NotFoundError } from "../runtime/errors.ts";

export interface RestoreSetChoice {
  /** latest, a set's name, or `<pool id>/<name>`. */
  from: string;
  targetId: string;
  /** Whether the set is to be one of the target itself. */
  isSamePool: boolean;
  /** Whether a finished set that lacks objects may still be on its way. */
  mayStillArrive: (manifest: ManifestBody) => boolean;
}

/**
 * The set that users are brought back from. Unless it is to be one of the target, the newest of all other pools is
 * meant: a pool that was built anew has another id than the one whose sets lie there. Throws NotFoundError where there
 * is none.
 */
export async function findRestoreSet(
  store: SetStore,
  { from, targetId, isSamePool, mayStillArrive }: RestoreSetChoice,
): Promise<ManifestBody> {
  const find = (choice: SetChoice) => findSet(store, choice, mayStillArrive);
  if (isSamePool || from.includes("/"))
    return (await find(parseSetChoice(from, targetId, "--from"))).manifest;
  const { set } = parseSetChoice(from, targetId, "--from");
  const pools = (await store.listFolders("")).filter((name) => POOL_ID.test(name) && name !== targetId);
  let newest: ManifestBody | undefined;
  for (const poolId of pools) {
    if (set !== "latest" && !(await listSets(store, poolId)).includes(set)) continue;
    const manifest = await find({ poolId, set }).then((found) => found.manifest, ifNone);
    if (manifest && (newest === undefined || manifest.set > newest.set)) newest = manifest;
  }
  if (newest !== undefined) return newest;
  const wanted = set === "latest" ? "no finished set" : `no set ${set}`;
  throw new NotFoundError(`s3://${store.bucket} holds ${wanted} of another pool than the target.`, {
    remedy: "Check --from and the stack; sets of the target itself are for --same-pool.",
  });
}

function ifNone(error: unknown): undefined {
  if (error instanceof NotFoundError) return undefined;
  throw error;
}
