/** The known key that was most likely meant, or nothing when none is near. */
export function nearestKey(wrong: string, known: readonly string[]): string | undefined {
  const reach = Math.max(2, Math.floor(wrong.length / 3));
  const ranked = known
    .map((key) => ({ key, distance: editDistance(wrong.toLowerCase(), key.toLowerCase()) }))
    .filter(({ distance }) => distance <= reach)
    .sort((one, other) => one.distance - other.distance);
  return ranked[0]?.key;
}

// Levenshtein, row by row. Longer keys than any of ours are compared by their beginning.
function editDistance(from: string, to: string): number {
  const source = from.slice(0, 64);
  let row = Array.from({ length: to.length + 1 }, (_, place) => place);
  for (const [above, letter] of [...source].entries()) {
    const next = [above + 1];
    for (const [left, other] of [...to].entries()) {
      const replaced = (row[left] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[left + 1] ?? 0) + 1, (next[left] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? source.length;
}
