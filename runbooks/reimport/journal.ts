import type { SetStore } from "../backup/set-store.ts";
import { IntegrityError, LockedError } from "../runtime/errors.ts";
import {
  type JournalEntry,
  type JournalState,
  PAGE_NAME,
  pageHash,
  pageName,
  readPage,
  writePage,
} from "./journal-format.ts";

/** An append-only list of what a re-import does, kept in the work bucket as numbered pages that are written once. */
export interface Journal {
  /** The folder it lies in, with a slash behind it. */
  folder: string;
  state: JournalState;
  /** How many pages there are. */
  pages: () => number;
  /**
   * Writes one more page. Throws LockedError when somebody else has written that page meanwhile: two runs never go on
   * from the same place.
   */
  append: (entries: readonly JournalEntry[]) => Promise<void>;
}

/**
 * Reads the journal in a folder of the work bucket, which may be empty, to go on as `run`. Throws IntegrityError for
 * one that was altered.
 */
export async function openJournal(store: SetStore, folder: string, run: string): Promise<Journal> {
  const pages = await listPages(store, folder);
  const state = noState();
  let after = "";
  for (const [place, page] of pages.entries()) {
    if (page !== place + 1) throw gap(store, folder, place + 1);
    const key = `${folder}${pageName(page)}`;
    const text = (await store.get(key)).toString("utf8");
    for (const entry of readPage(text, page, after, `s3://${store.bucket}/${key}`)) note(state, entry);
    after = pageHash(text);
  }
  let last = pages.length;
  return {
    folder,
    state,
    pages: () => last,
    append: async (entries) => {
      const text = writePage({ page: last + 1, run, after }, entries);
      try {
        await store.put(`${folder}${pageName(last + 1)}`, Buffer.from(text));
      } catch (error) {
        if (error instanceof IntegrityError) throw overtaken(store, folder, error);
        throw error;
      }
      last += 1;
      after = pageHash(text);
      for (const entry of entries) note(state, entry);
    },
  };
}

async function listPages(store: SetStore, folder: string): Promise<number[]> {
  const pages: number[] = [];
  for await (const objects of store.list(folder)) {
    for (const { key } of objects) {
      const [, digits] = PAGE_NAME.exec(key.slice(folder.length)) ?? [];
      if (digits !== undefined) pages.push(Number(digits));
    }
  }
  return pages.sort((a, b) => a - b);
}

function noState(): JournalState {
  return {
    done: new Map(),
    refused: new Map(),
    intended: new Set(),
    imported: new Set(),
    jobs: [],
    settled: new Set(),
    ends: 0,
    open: new Set(),
  };
}

function note(state: JournalState, entry: JournalEntry): void {
  switch (entry.kind) {
    case "start":
      state.open.add(entry.scope);
      break;
    case "intent":
      for (const user of entry.users) state.intended.add(user);
      break;
    case "job":
      state.jobs.push({ name: entry.name, users: entry.users });
      for (const user of entry.users) state.intended.add(user);
      break;
    case "imported":
      for (const user of entry.users) state.imported.add(user);
      break;
    case "done":
      state.done.set(entry.user, entry);
      state.refused.delete(entry.user);
      state.intended.delete(entry.user);
      state.imported.delete(entry.user);
      state.settled.delete(entry.user);
      break;
    case "refused":
      state.refused.set(entry.user, entry);
      // Without a sub nobody knows who is there: an earlier attempt may have made them all the same.
      if (entry.newSub !== undefined) state.intended.delete(entry.user);
      break;
    case "end":
      state.open.delete(entry.scope);
      state.ends += 1;
      // A re-import of chosen users has looked at nobody else.
      if (entry.scope === "everybody" || entry.scope === "missing")
        state.settled = new Set(state.done.keys());
      for (const user of entry.differing ?? []) state.settled.delete(user);
      break;
  }
}

function gap(store: SetStore, folder: string, page: number): IntegrityError {
  return new IntegrityError(`s3://${store.bucket}/${folder}${pageName(page)} is missing from the journal.`, {
    remedy: "Bring the object's last version back; without it nobody knows who was created by whom.",
  });
}

function overtaken(store: SetStore, folder: string, cause: unknown): LockedError {
  return new LockedError(`Somebody else writes to s3://${store.bucket}/${folder} at the same time.`, {
    remedy: "Find the other run and end it; then run this again.",
    cause,
  });
}
