/** The known key that was most likely meant, or nothing when none is near. */
export function nearestKey(wrong: string, known: readonly string[]): string | undefined {
  if (wrong.length > LONGEST_KEY) return undefined;
  const reach = Math.max(2, Math.floor(wrong.length / 3));
  const ranked = known
    .map((key) => ({ key, distance: editDistance(wrong.toLowerCase(), key.toLowerCase()) }))
    .filter(({ distance }) => distance <= reach)
    .sort((one, other) => one.distance - other.distance);
  return ranked[0]?.key;
}

/** Nobody mistypes one of our keys into something this long. */
const LONGEST_KEY = 64;

// Levenshtein, row by row.
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, place) => place);
  for (const [above, letter] of [...from].entries()) {
    const next = [above + 1];
    for (const [left, other] of [...to].entries()) {
      const replaced = (row[left] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[left + 1] ?? 0) + 1, (next[left] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? from.length;
}
