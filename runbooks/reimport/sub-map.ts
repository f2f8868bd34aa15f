import { createDigestIndex } from "../backup/digest-index.ts";
import type { PartEntry } from "../backup/format.ts";
import { sealRecords } from "../backup/part-writer.ts";
import type { SetStore } from "../backup/set-store.ts";
import { IntegrityError } from "../runtime/errors.ts";
import type { DoneEntry } from "./journal-format.ts";

/** Pairs in one part of a map. */
const PAIRS_PER_PART = 100_000;

/**
 * Writes who is who: the `sub` of each user in the set, and in the target. Parts are NDJSON as in a backup set, closed by
 * an end record; `sub-map.json` lists them with their hashes and is written last. Throws IntegrityError unless every old
 * `sub` stands for exactly one new one, and the other way round.
 */
export async function writeSubMap(
  store: SetStore,
  folder: string,
  done: Iterable<DoneEntry>,
): Promise<{ pairs: number; key: string }> {
  const entries = [...done].sort((one, other) => one.user - other.user);
  refuseShared(entries);
  const parts: PartEntry[] = [];
  for (let first = 0; first < entries.length; first += PAIRS_PER_PART) {
    const lines = entries
      .slice(first, first + PAIRS_PER_PART)
      .map(({ oldSub, newSub }) => JSON.stringify({ kind: "pair", oldSub, newSub }));
    const part = await sealRecords(`sub-map-${String(parts.length).padStart(5, "0")}.ndjson.gz`, lines);
    await store.put(`${folder}${part.entry.name}`, part.stored);
    parts.push(part.entry);
  }
  const index = { format: "sekisho-sub-map", version: 1, pairs: entries.length, parts };
  const key = `${folder}sub-map.json`;
  await store.put(key, Buffer.from(`${JSON.stringify(index)}\n`));
  return { pairs: entries.length, key };
}

function refuseShared(entries: readonly DoneEntry[]): void {
  const [old, fresh] = [createDigestIndex(), createDigestIndex()];
  for (const { oldSub, newSub } of entries) {
    if (old.get(oldSub) !== undefined || fresh.get(newSub) !== undefined) {
      throw new IntegrityError(`The user ${oldSub} of the set shares a sub with another one.`, {
        remedy: "Somebody changed the journal; look before you run it again.",
      });
    }
    old.set(oldSub, 1);
    fresh.set(newSub, 1);
  }
}
