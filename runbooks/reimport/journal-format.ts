import { hash } from "node:crypto";
import { z } from "zod";
import { IntegrityError } from "../runtime/errors.ts";

/** The version of the journal that this code writes and reads. */
export const JOURNAL_VERSION = 1;

const ordinal = z.int().nonnegative();
const instant = z.iso.datetime();

const startEntry = z.strictObject({
  kind: z.literal("start"),
  /** Which target, set and choice of users it is about. */
  target: z.string(),
  set: z.string(),
  scope: z.string(),
  /** SHA-256 of the plan it began with. */
  plan: z.string(),
  at: instant,
});

/** Users who are about to be created: whoever is found there afterwards is ours if they look as planned. */
const intentEntry = z.strictObject({ kind: z.literal("intent"), users: z.array(ordinal) });

/** A CSV import job that is about to be made, for these users. */
const jobEntry = z.strictObject({ kind: z.literal("job"), name: z.string(), users: z.array(ordinal) });

/** Users of whom the log of a job says that it imported them. */
const importedEntry = z.strictObject({ kind: z.literal("imported"), users: z.array(ordinal) });

/** A user for whom nothing is left to do; `at` is AWS's time. */
const doneEntry = z.strictObject({
  kind: z.literal("done"),
  user: ordinal,
  oldSub: z.string(),
  newSub: z.string(),
  /** How, where the user was not made: whatever else they have is theirs. */
  how: z.enum(["overwrite", "repair"]).optional(),
  at: instant,
});

/** A user whom AWS refused; with `newSub` where they exist and something is missing, with `how` where they are others'. */
const refusedEntry = z.strictObject({
  kind: z.literal("refused"),
  user: ordinal,
  oldSub: z.string(),
  newSub: z.string().optional(),
  how: z.enum(["overwrite", "repair"]).optional(),
  reason: z.string(),
});

/** A re-import came to its end; `differing` are users who were not as planned. */
const endEntry = z.strictObject({
  kind: z.literal("end"),
  scope: z.string(),
  at: instant,
  differing: z.array(ordinal).optional(),
});

const journalEntry = z.discriminatedUnion("kind", [
  startEntry,
  intentEntry,
  jobEntry,
  importedEntry,
  doneEntry,
  refusedEntry,
  endEntry,
]);

/** What a re-import notes down, in the order it happens. */
export type JournalEntry = z.infer<typeof journalEntry>;
export type StartEntry = z.infer<typeof startEntry>;
export type DoneEntry = z.infer<typeof doneEntry>;
export type RefusedEntry = z.infer<typeof refusedEntry>;

/** What a journal says happened so far. */
export interface JournalState {
  /** By ordinal: users for whom nothing is left to do. */
  done: Map<number, DoneEntry>;
  /** Users whom AWS refused at the last attempt. */
  refused: Map<number, RefusedEntry>;
  /** Users who may have been created; not those of whom it is known what became of them. */
  intended: Set<number>;
  /** Users whom a job has imported, and for whom something may be left to do. */
  imported: Set<number>;
  /** CSV import jobs that may have been made, with their users, in order. */
  jobs: { name: string; users: number[] }[];
  /** Those of the done whom a re-import that came to its end has found there, as planned. */
  settled: Set<number>;
  /** Times that a re-import came to its end. */
  ends: number;
  /** Scopes of re-imports that were begun and did not come to their end. */
  open: Set<string>;
}

const header = z.strictObject({
  kind: z.literal("journal"),
  version: z.literal(JOURNAL_VERSION),
  /** From 1, without a gap. */
  page: z.int().positive(),
  /** The run that wrote it: pages of two runs are never the same bytes. */
  run: z.string(),
  /** SHA-256 of the page before, so that none can be altered or left out unseen. */
  after: z.string(),
});

/** One page of a journal as text: its header and its entries, one a line. */
export function writePage(
  { page, run, after }: { page: number; run: string; after: string },
  entries: readonly JournalEntry[],
): string {
  const lines = [{ kind: "journal", version: JOURNAL_VERSION, page, run, after }, ...entries];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** What a page is called among the objects of its journal: six digits, so that they sort. */
export function pageName(page: number): string {
  return `journal-${String(page).padStart(6, "0")}.ndjson`;
}

export const PAGE_NAME = /^journal-(\d{6,})\.ndjson$/;

/** The hash by which the next page names this one. */
export function pageHash(text: string): string {
  return hash("sha256", text);
}

/** The entries of a page. Throws IntegrityError when it is not the page that follows `after`. */
export function readPage(text: string, page: number, after: string, where: string): JournalEntry[] {
  const fail = (what: string, cause?: unknown): never => {
    throw new IntegrityError(`${where} ${what}.`, {
      remedy: "Bring the object's first version back, and look who wrote there.",
      cause,
    });
  };
  const lines = text.split("\n");
  if (lines.pop() !== "") fail("is cut");
  const values = lines.map((line): unknown => {
    try {
      return JSON.parse(line);
    } catch (cause) {
      return fail("has a line that is not JSON", cause);
    }
  });
  const head = header.safeParse(values[0]).data ?? fail("is no page of a journal of this version");
  if (head.page !== page || head.after !== after) fail("does not follow the page before it");
  return values.slice(1).map((value) => {
    const entry = journalEntry.safeParse(value);
    return entry.success ? entry.data : fail(`has an entry that is none: ${entry.error.issues[0]?.message}`);
  });
}
