import { hash } from "node:crypto";

/** A map from texts to unsigned 32-bit numbers that takes 16 bytes a slot, however long the texts are. */
export interface DigestIndex {
  get: (text: string) => number | undefined;
  set: (text: string, value: number) => void;
  size: () => number;
}

/**
 * Remembers texts by 96 bits of their SHA-256 (two of 40 million texts share them with a chance of 1 in 10^14), in
 * one flat table with open addressing: a million entries take 32 MB, where a Map of strings takes four times that.
 */
export function createDigestIndex(): DigestIndex {
  let slots = FIRST_SLOTS;
  let table = new Uint32Array(slots * WORDS);
  let used = 0;

  const place = (into: Uint32Array, size: number, a: number, b: number, c: number): number => {
    let slot = a & (size - 1);
    for (;;) {
      const at = slot * WORDS;
      if (into[at + 2] === 0) return at;
      if (into[at] === a && into[at + 1] === b && into[at + 2] === c) return at;
      slot = (slot + 1) & (size - 1);
    }
  };
  const grow = (): void => {
    const bigger = new Uint32Array(slots * 2 * WORDS);
    for (let from = 0; from < table.length; from += WORDS) {
      const [a, b, c] = [table[from] ?? 0, table[from + 1] ?? 0, table[from + 2] ?? 0];
      if (c === 0) continue;
      const at = place(bigger, slots * 2, a, b, c);
      for (let word = 0; word < WORDS; word++) bigger[at + word] = table[from + word] ?? 0;
    }
    slots *= 2;
    table = bigger;
  };

  return {
    get: (text) => {
      const at = place(table, slots, ...digestOf(text));
      return table[at + 2] === 0 ? undefined : table[at + 3];
    },
    set: (text, value) => {
      if (used >= slots * FULL) grow();
      const [a, b, c] = digestOf(text);
      const at = place(table, slots, a, b, c);
      if (table[at + 2] === 0) used += 1;
      table[at] = a;
      table[at + 1] = b;
      table[at + 2] = c;
      table[at + 3] = value;
    },
    size: () => used,
  };
}

const WORDS = 4;
const FIRST_SLOTS = 64;
const FULL = 0.75;

/** The third word is never 0: that marks a free slot. */
function digestOf(text: string): [number, number, number] {
  // As a string: a million small buffers would burden the memory outside the heap.
  const digest = hash("sha256", text, "binary");
  return [wordAt(digest, 0), wordAt(digest, 4), wordAt(digest, 8) || 1];
}

function wordAt(digest: string, at: number): number {
  const low = digest.charCodeAt(at) | (digest.charCodeAt(at + 1) << 8);
  const high = digest.charCodeAt(at + 2) | (digest.charCodeAt(at + 3) << 8);
  return (low | (high << 16)) >>> 0;
}
