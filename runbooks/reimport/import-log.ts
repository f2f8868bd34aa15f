import { IntegrityError } from "../runtime/errors.ts";
import { shortenText } from "../runtime/terminal-text.ts";

/** What became of one row of an import file: made, there before, or refused. */
export type ImportStatus = "imported" | "skipped" | "failed";

export interface ImportOutcome {
  status: ImportStatus;
  /** In AWS's words, without any data of the user. */
  reason: string;
}

/** Outcomes by the ordinals of users, and the ordinals that the log tells nothing certain of, in the file's order. */
export interface ImportOutcomes {
  outcomes: Map<number, ImportOutcome>;
  unknown: number[];
}

/** The log of one import job, read line by line; the order does not matter, and lines may come twice. */
export interface ImportLog {
  /** Throws IntegrityError for a message that is none of an import job's. */
  add: (message: string) => void;
  /** How many rows it told of so far. */
  rows: () => number;
  /** Throws IntegrityError when the line numbers cannot be those of a file with these users. */
  decode: (ordinals: readonly number[]) => ImportOutcomes;
}

/**
 * Begins a log. Its lines are `[SUCCEEDED] Line Number 5956 - The import succeeded.`, with SKIPPED and FAILED likewise
 * (Amazon Cognito Developer Guide, "Viewing the user pool import results in the CloudWatch console"). Whether the
 * header is line 0 or line 1, AWS does not say; the numbers decide, and where they leave it open nothing is told.
 */
export function createImportLog(where: string): ImportLog {
  const lines = new Map<number, ImportOutcome>();
  // Half a million rows share a few outcomes.
  const known = new Map<string, ImportOutcome>();
  let lowest = Number.POSITIVE_INFINITY;
  let highest = 0;
  return {
    add: (message) => {
      const text = message.trim();
      if (text === PROBE) return;
      const [, word = "", digits = "", reason = ""] = LINE.exec(text) ?? [];
      const status = statuses.get(word);
      if (status === undefined) throw unreadable(where, text);
      const outcome = known.get(`${status} ${reason}`) ?? { status, reason };
      known.set(`${status} ${reason}`, outcome);
      const line = Number(digits);
      const earlier = lines.get(line);
      // A line with two fates has none that is certain.
      lines.set(line, earlier === undefined || earlier.status === status ? outcome : CONTRADICTION);
      lowest = Math.min(lowest, line);
      highest = Math.max(highest, line);
    },
    rows: () => lines.size,
    decode: (ordinals) => {
      if (lines.size === 0) return { outcomes: new Map(), unknown: [...ordinals] };
      const fitting = FIRST_ROWS.filter((first) => lowest >= first && highest < first + ordinals.length);
      if (fitting.length === 0) throw foreignNumbers(where, lowest, highest, ordinals.length);
      const [first = 0] = fitting;
      const outcomes = new Map<number, ImportOutcome>();
      const unknown: number[] = [];
      for (const [row, ordinal] of ordinals.entries()) {
        const outcome = fitting.length === 1 ? lines.get(first + row) : undefined;
        if (outcome === undefined || outcome === CONTRADICTION) unknown.push(ordinal);
        else outcomes.set(ordinal, outcome);
      }
      return { outcomes, unknown };
    },
  };
}

const LINE = /^\[(\w+)\] Line Number (\d{1,9}) - (.*)$/s;

const statuses: ReadonlyMap<string, ImportStatus> = new Map([
  ["SUCCEEDED", "imported"],
  ["SKIPPED", "skipped"],
  ["FAILED", "failed"],
]);

/** What Cognito writes to try its role out before a job, as logs that people published show. */
const PROBE = "Cognito User Pools Import - Test Log";

/** The number of the first row, if the header is line 0 and if it is line 1. */
const FIRST_ROWS = [1, 2];

const CONTRADICTION: ImportOutcome = { status: "failed", reason: "" };

function unreadable(where: string, text: string): IntegrityError {
  return new IntegrityError(`${where} has a line that is not known: "${shortenText(text, 60)}".`, BY_API);
}

function foreignNumbers(where: string, lowest: number, highest: number, rows: number): IntegrityError {
  const range = lowest === highest ? `line ${lowest}` : `lines ${lowest} to ${highest}`;
  return new IntegrityError(`${where} tells of ${range}, and its file has ${rows} rows.`, BY_API);
}

const BY_API = { remedy: "Run it again with --engine api, which looks at what is there." };
