import { AccessDeniedError } from "../runtime/aws-errors.ts";
import { IntegrityError, type RunbookError } from "../runtime/errors.ts";
import { formatCount } from "../runtime/progress.ts";
import { isFromFuture, type ManifestBody } from "./format.ts";
import { NewerFormatError } from "./manifest.ts";
import type { SetStore } from "./set-store.ts";
import { listSets, readManifest } from "./sets.ts";
import { hasShrunk } from "./shrinkage.ts";

/** So many users, groups or memberships are gone since the last set that no set is made before somebody looked. */
export class ShrunkError extends IntegrityError {}

/** What the comparison with an earlier set needs to know of the run. */
interface Comparison {
  pool: { id: string };
  store: SetStore;
  now: () => Date;
  warn: (line: string) => void;
  /** Accept that more than a tenth of the users, groups or memberships is gone. */
  allowShrink: boolean;
}

/**
 * The newest finished set of this pool that can be read, to compare with; undefined when there is none. What cannot be
 * read is passed over with a warning: the comparison with an older set says more than none.
 */
export async function findPrevious(run: Comparison): Promise<ManifestBody | undefined> {
  const unread: string[] = [];
  let found: ManifestBody | undefined;
  for (const set of await listSets(run.store, run.pool.id)) {
    try {
      found = await readPrevious(run, set);
      if (found) break;
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      unread.push(error.message);
    }
  }
  if (unread.length > 0) {
    run.warn(
      `${unread.length} earlier sets cannot be compared with this one, which is compared with ` +
        `${found ? found.set : "none"}: ${unread[0]}`,
    );
  }
  return found;
}

/** Throws when so much is gone since the previous set that somebody has to look, unless the run was told to accept it. */
export function refuseShrinkage(
  run: Pick<Comparison, "pool" | "allowShrink">,
  previous: ManifestBody | undefined,
  now: { users: number; groups: number; memberships: number },
): void {
  if (run.allowShrink || !previous) return;
  for (const noun of ["users", "groups", "memberships"] as const) {
    const before = previous.counts[noun];
    if (!hasShrunk({ before, now: now[noun] })) continue;
    throw new ShrunkError(
      `${run.pool.id} has ${formatCount(now[noun])} ${noun}, and had ${formatCount(before)} at ${previous.startedAt}.`,
      { remedy: "Nothing was finished. If they are meant to be gone, run it with --allow-shrink." },
    );
  }
}

/** The manifest of an earlier set; undefined when it was never finished. A set from the future is none to compare with. */
async function readPrevious(run: Comparison, set: string): Promise<ManifestBody | undefined> {
  if (isFromFuture(set, run.now())) {
    throw new IntegrityError(`${run.pool.id}/${set} says it was made in the future.`);
  }
  return readManifest(run.store, run.pool.id, set);
}

function isUnreadable(error: unknown): error is RunbookError {
  return [AccessDeniedError, IntegrityError, NewerFormatError].some((type) => error instanceof type);
}
