import { limits } from "../limits.ts";

/** A file of users to import, taken apart into lines, or why it cannot be. */
export type ImportTable =
  | { kind: "readable"; columns: readonly string[]; rows: readonly string[] }
  | { kind: "unreadable"; reason: string };

/**
 * Reads an import file: UTF-8 without byte order mark, at most 100 MB and 500,000 rows, and a header of exactly the pool's
 * columns in any order (Developer Guide, "Importing users into user pools from a CSV file"). AWS documents that such a file
 * fails the job, not with which sentence.
 */
export function readImportTable(file: Buffer, expected: readonly string[]): ImportTable {
  if (file.length > limits.importFileBytes) return unreadable("it is larger than 100 MB");
  const text = decode(file);
  if (text === undefined) return unreadable("it is not UTF-8");
  if (text.startsWith("\ufeff")) return unreadable("it begins with a byte order mark");
  const [header = "", ...rows] = text.split(/\r\n|\r|\n/);
  if (rows.at(-1) === "") rows.pop();
  const columns = readFields(header);
  if (columns.length !== expected.length || expected.some((name) => !columns.includes(name))) {
    return unreadable("its header has not exactly the pool's columns");
  }
  if (rows.length > limits.importRowsPerFile) {
    return unreadable(`it has more than ${limits.importRowsPerFile} rows`);
  }
  return { kind: "readable", columns, rows };
}

/** The fields of one line: parted by commas without a backslash before them, freed of white space at both ends. */
export function readFields(line: string): string[] {
  return line.split(/(?<!\\),/).map((field) => field.replaceAll("\\,", ",").trim());
}

function unreadable(reason: string): ImportTable {
  return { kind: "unreadable", reason: `The CSV file could not be read: ${reason}.` };
}

function decode(file: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(file);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
