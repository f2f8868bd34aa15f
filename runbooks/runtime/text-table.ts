/** Rows of cells under a head; every row has one cell for each column. */
export interface TextTable {
  head: readonly string[];
  rows: readonly (readonly string[])[];
  /** Flush right from the second column on, for numbers. */
  hasNumbers?: boolean;
}

/**
 * A table as people read it: columns aligned, or, where a line would be longer than `width` characters, one line for
 * each cell, a blank line between rows and cells broken between words alone.
 */
export function formatTable({ head, rows, hasNumbers = false }: TextTable, width: number): string[] {
  const table = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => {
        const room = widths[column] ?? 0;
        return hasNumbers && column > 0 ? cell.padStart(room) : cell.padEnd(room);
      })
      .join("  ")
      .trimEnd(),
  );
  return lines.every((line) => line.length <= width) ? lines : stackFields(head, rows, width);
}

function stackFields(head: readonly string[], rows: readonly (readonly string[])[], width: number): string[] {
  return rows.flatMap((row, place) => [
    ...(place === 0 ? [] : [""]),
    ...row.flatMap((cell, column) => wrapLine(`${head[column]}: ${cell}`, width, "  ")),
  ]);
}

/**
 * A line in lines of at most `width` characters, broken at spaces alone: a word that is longer stays whole. The first
 * keeps the spaces it begins with; the others begin with `indent`.
 */
export function wrapLine(line: string, width: number, indent: string): string[] {
  const [, lead = "", text = ""] = /^( *)(.*)$/s.exec(line) ?? [];
  const [first = "", ...words] = text.split(" ");
  const lines: string[] = [];
  let current = lead + first;
  for (const word of words) {
    if (`${current} ${word}`.length <= width) {
      current = `${current} ${word}`;
    } else {
      lines.push(current);
      current = indent + word;
    }
  }
  return [...lines, current];
}
