import { createHash } from "node:crypto";

/**
 * Divides values among as few chunks of at most `capacity` as possible. Who is in which chunk depends on the
 * values alone, never on their order, and one value more or less changes few chunks: each changed chunk takes
 * in at most one value and gives away at most one. `capacity` is 1 or more.
 */
export function chunkValues(values: readonly string[], capacity: number): string[][] {
  const chunks: string[][] = [];
  let rest = [...new Set(values)];
  while (rest.length > 0) {
    // Every chunk keeps the values that it ranks first, in a ranking of its own. A new value pushes one other
    // into the next chunk, which ranks that one anew, so the pushing soon reaches the last chunk and ends.
    const ranked = rankFor(chunks.length, rest);
    chunks.push(ranked.slice(0, capacity).sort());
    rest = ranked.slice(capacity);
  }
  return chunks;
}

function rankFor(chunk: number, values: string[]): string[] {
  const rank = new Map(values.map((value) => [value, rankOf(chunk, value)]));
  return values.sort((one, other) => ((rank.get(one) ?? "") < (rank.get(other) ?? "") ? -1 : 1));
}

function rankOf(chunk: number, value: string): string {
  return createHash("sha256").update(`${chunk} ${value}`).digest("hex");
}
