import { createHash } from "node:crypto";
import { createLineBuffer } from "../backup/line-buffer.ts";
import { IntegrityError } from "../runtime/errors.ts";

/** A user as a row of an import file has them: names and values as AdminCreateUser would be given them. */
export interface CsvUser {
  username: string;
  attributes: readonly (readonly [string, string])[];
}

/** One file that CreateUserImportJob's address takes. */
export interface CsvFile {
  /** Whose row it is, by row: the first one is the user of the line behind the header. */
  ordinals: readonly number[];
  /** UTF-8 without a byte order mark, every line ended by a line feed. */
  body: Blob;
  /** SHA-256 of the body in hex: files of the same users and columns are the same file. */
  sha256: string;
}

/**
 * What one import file may hold; the header counts as no row, and a megabyte is taken as the smaller of its two
 * meanings (Amazon Cognito Developer Guide, "Importing users into user pools from a CSV file").
 */
export const csvLimits = { rows: 500_000, bytes: 100_000_000, rowCharacters: 16_000 } as const;

/** The column of the user name, which no attribute has. */
const USERNAME = "cognito:username";

/**
 * Attributes that Cognito knows as yes or no, written TRUE and FALSE. The column `cognito:mfa_enabled` always stays
 * blank, which "sets imported users' MFA-enabled status to the state required by the user pool" (same page).
 */
const FLAGS: ReadonlySet<string> = new Set(["email_verified", "phone_number_verified"]);

/** Bytes of a file that are put together at a time. */
const CHUNK_BYTES = 1024 * 1024;

/** The columns that GetCSVHeader gave, checked. Throws IntegrityError where no file can be made of them. */
export function checkCsvHeader(header: readonly string[], where: string): readonly string[] {
  const isWhole = header.includes(USERNAME) && new Set(header).size === header.length;
  if (isWhole && header.every((column) => COLUMN.test(column))) return header;
  throw new IntegrityError(`${where}: the columns are not those of an import file.`, {
    remedy: "Run it again, or with --engine api.",
  });
}

/** Attribute names have no comma, no white space and no control character (same guide, "Working with user attributes"). */
const COLUMN = /^[^,\s\p{Cc}\p{Cf}\p{Cs}]+$/u;

/**
 * Writes users into as few files as AWS's limits allow, in their order; a file is made when it is asked for. Throws
 * IntegrityError for an attribute without a column, and RangeError for a user whose row would not be read back as it
 * was: who goes into a file is decided before, by findCsvObstacle.
 */
export async function* createCsvFiles(
  header: readonly string[],
  users: Iterable<CsvUser & { ordinal: number }> | AsyncIterable<CsvUser & { ordinal: number }>,
  limits: { rows: number; bytes: number } = csvLimits,
): AsyncGenerator<CsvFile> {
  let file = beginFile(header);
  for await (const user of users) {
    const row = formatCsvRow(header, user);
    if (!isCarried(header, user, row)) {
      throw new RangeError(`user ${user.ordinal} of the set cannot be written as a row of an import file`);
    }
    const bytes = Buffer.byteLength(row) + 1;
    if (file.rows() === limits.rows || (file.rows() > 0 && file.bytes() + bytes > limits.bytes)) {
      yield file.end();
      file = beginFile(header);
    }
    file.add(user.ordinal, row);
  }
  if (file.rows() > 0) yield file.end();
}

/**
 * A user as a row, without its line feed. A comma inside a value gets a backslash before it, a birthdate becomes
 * `mm/dd/yyyy`, and nothing is put in quotation marks (same page).
 */
export function formatCsvRow(header: readonly string[], { username, attributes }: CsvUser): string {
  const values = new Map(attributes);
  const missing = attributes.find(([name]) => !header.includes(name));
  if (missing !== undefined) {
    throw new IntegrityError(`The import file of the target has no column ${missing[0]}.`, {
      remedy: "Run it again with --engine api.",
    });
  }
  return header
    .map((column) => (column === USERNAME ? formatText(username) : formatCell(column, values.get(column))))
    .join(",");
}

/** One value as a cell of its column; blank where there is none. */
export function formatCell(column: string, value: string | undefined): string {
  if (value === undefined) return "";
  if (FLAGS.has(column)) return value.toUpperCase();
  if (column === "birthdate") return toCsvDate(value) ?? "";
  return formatText(value);
}

/** What a row says when it is read by AWS's rules: values trimmed, blank ones left out, in the order of the columns. */
export function parseCsvRow(header: readonly string[], row: string): CsvUser {
  const cells = row.split(/(?<!\\),/).map((cell) => cell.replaceAll("\\,", ",").trim());
  const attributes = header.flatMap((column, at): [string, string][] => {
    const value = column === USERNAME ? undefined : parseCell(column, cells[at] ?? "");
    return value === undefined ? [] : [[column, value]];
  });
  return { username: cells[header.indexOf(USERNAME)] ?? "", attributes };
}

/** `1985-02-01` -> `02/01/1985`; undefined where it is no day of the calendar, or of the year 0, which some do not have. */
export function toCsvDate(value: string): string | undefined {
  const [, year, month, day] = /^(?!0000)(\d{4})-(\d{2})-(\d{2})$/.exec(value) ?? [];
  const date = new Date(`${value}T00:00:00Z`);
  if (year === undefined || Number.isNaN(date.getTime())) return undefined;
  return date.toISOString().startsWith(value) ? `${month}/${day}/${year}` : undefined;
}

/** Whether a text can stand in a line at all: no control character, no line end of any kind, no half of a character. */
export function fitsLine(text: string): boolean {
  return !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text);
}

interface OpenFile {
  rows: () => number;
  bytes: () => number;
  add: (ordinal: number, row: string) => void;
  end: () => CsvFile;
}

function beginFile(header: readonly string[]): OpenFile {
  const ordinals: number[] = [];
  const chunks: Blob[] = [];
  const hash = createHash("sha256");
  const lines = createLineBuffer(CHUNK_BYTES);
  let closedBytes = 0;
  const closeChunk = (): void => {
    const chunk = lines.take();
    hash.update(chunk);
    // A copy, made at once: the buffer's memory takes the next lines.
    chunks.push(new Blob([Uint8Array.from(chunk)]));
    closedBytes += chunk.length;
    lines.clear();
  };
  lines.add(header.join(","));
  return {
    rows: () => ordinals.length,
    bytes: () => closedBytes + lines.bytes(),
    add: (ordinal, row) => {
      lines.add(row);
      ordinals.push(ordinal);
      if (lines.bytes() >= CHUNK_BYTES) closeChunk();
    },
    end: () => {
      closeChunk();
      return { ordinals, body: new Blob(chunks), sha256: hash.digest("hex") };
    },
  };
}

/** Whether a row is one line that reads back as the user, in the one way that AWS's rules leave. */
function isCarried(header: readonly string[], user: CsvUser, row: string): boolean {
  const texts = [user.username, ...user.attributes.map(([, value]) => value)];
  if (!fitsLine(row) || texts.some((text) => text.includes("\\"))) return false;
  const { username, attributes } = parseCsvRow(header, row);
  const values = new Map(attributes);
  return (
    username === user.username &&
    attributes.length === user.attributes.length &&
    user.attributes.every(([name, value]) => values.get(name) === value)
  );
}

function formatText(text: string): string {
  return text.replaceAll(",", "\\,");
}

function parseCell(column: string, cell: string): string | undefined {
  if (cell === "") return undefined;
  if (FLAGS.has(column)) return { TRUE: "true", FALSE: "false" }[cell];
  return column === "birthdate" ? fromCsvDate(cell) : cell;
}

function fromCsvDate(cell: string): string | undefined {
  const [, month, day, year] = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(cell) ?? [];
  return year === undefined ? undefined : `${year}-${month}-${day}`;
}
