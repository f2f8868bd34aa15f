import { MANIFEST_KEY, type ManifestBody, type PartKind } from "./format.ts";
import { sealManifest } from "./manifest.ts";
import { createPartWriter, type PartWriter, type SealedPart } from "./part-writer.ts";
import type { SetStore } from "./set-store.ts";

/** One set being written: its parts in any order, and last of all its manifest, which makes it a set. */
export interface SetWriter {
  openParts: (kind: PartKind) => PartWriter;
  storePart: (part: SealedPart) => Promise<void>;
  finish: (manifest: ManifestBody) => Promise<void>;
}

export function createSetWriter(store: SetStore, place: string, partBytes?: number): SetWriter {
  const storePart = ({ entry, stored }: SealedPart) => store.put(`${place}/${entry.name}`, stored);
  return {
    openParts: (kind) =>
      createPartWriter({ kind, store: storePart, ...(partBytes !== undefined && { partBytes }) }),
    storePart,
    finish: (manifest) => store.put(`${place}/${MANIFEST_KEY}`, Buffer.from(sealManifest(manifest))),
  };
}
