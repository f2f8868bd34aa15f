import { MANIFEST_KEY, type ManifestBody, type PartKind } from "./format.ts";
import { sealManifest } from "./manifest.ts";
import { createPartWriter, type PartWriter, type SealedPart } from "./part-writer.ts";
import type { SetStore } from "./set-store.ts";
import { checkStored } from "./sets.ts";

/** One set being written: its parts in any order, and last of all its manifest, which makes it a set. */
export interface SetWriter {
  openParts: (kind: PartKind) => PartWriter;
  storePart: (part: SealedPart) => Promise<void>;
  /**
   * Writes the manifest once the bucket lists every part of it. That is the very last request, so that a run that
   * fails leaves no set; that the manifest itself arrived, S3's checksum of it proves.
   */
  finish: (manifest: ManifestBody) => Promise<void>;
}

export function createSetWriter(store: SetStore, place: string, partBytes?: number): SetWriter {
  const storePart = ({ entry, stored }: SealedPart) => store.put(`${place}/${entry.name}`, stored);
  return {
    openParts: (kind) =>
      createPartWriter({ kind, store: storePart, ...(partBytes !== undefined && { partBytes }) }),
    storePart,
    finish: async (manifest) => {
      await checkStored(store, manifest);
      await store.put(`${place}/${MANIFEST_KEY}`, Buffer.from(sealManifest(manifest)));
    },
  };
}
