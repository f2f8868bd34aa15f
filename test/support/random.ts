import { createHash } from "node:crypto";

/** Numbers from 0 up to 1 that are the same in every run with the same seed. */
export function createRandom(seed: string): () => number {
  let state = createHash("sha256").update(seed).digest().readUInt32LE(0) || 1;
  return () => {
    // xorshift32 (Marsaglia, "Xorshift RNGs"): enough to scatter test cases.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}
