import { RunbookError } from "../runtime/errors.ts";
import type { Journal } from "./journal.ts";
import type { JournalEntry } from "./journal-format.ts";
import { type PendingAction, type RestorerOptions, restoreUser, type UserOutcome } from "./user-restorer.ts";

export interface UserLaneOptions extends RestorerOptions {
  journal: Journal;
  /** Users under way at once. */
  lookahead: number;
  /** Users whom AWS may refuse before the run stops: then it is no longer about them. */
  mostRefused: number;
  now: () => Date;
  /** Told what became of each user. */
  onUser: (kind: UserOutcome["kind"]) => void;
  signal: AbortSignal;
}

/** Too many users were refused: whatever AWS minds is not theirs. */
export class TooManyRefusedError extends RunbookError {
  constructor(refused: number, reason: string) {
    super(`AWS refused ${refused} users, the last one because: ${reason}`, {
      exitCode: 3,
      remedy: "Nothing was undone; mend it and run again, or raise --max-rejects.",
    });
  }
}

/**
 * Brings users to their planned state, many side by side. Before any of them is touched the journal says that they will
 * be, page by page; what became of them goes onto the next page. Whatever stops the run, the users under way are waited
 * for, and what became of them is noted.
 */
export async function restoreUsers(
  actions: AsyncIterable<PendingAction>,
  options: UserLaneOptions,
): Promise<{ done: number; refused: number }> {
  const { journal, lookahead, signal } = options;
  const totals = { done: 0, refused: 0 };
  const results: JournalEntry[] = [];
  const underWay = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;

  const start = (action: PendingAction): void => {
    const task = restoreUser(action, options).then(
      (outcome) => {
        results.push(toEntry(action, outcome, options));
        if (outcome.kind === "done") totals.done += 1;
        else {
          totals.refused += 1;
          if (totals.refused > options.mostRefused) {
            failure ??= { error: new TooManyRefusedError(totals.refused, outcome.reason) };
          }
        }
        options.onUser(outcome.kind);
      },
      (error: unknown) => {
        failure ??= { error };
      },
    );
    const kept = task.finally(() => underWay.delete(kept));
    underWay.add(kept);
  };

  try {
    for await (const batch of inBatches(actions, lookahead)) {
      signal.throwIfAborted();
      await noteIntents(journal, results, batch);
      for (const action of batch) {
        while (underWay.size >= lookahead && !failure) await Promise.race(underWay);
        if (failure) throw failure.error;
        signal.throwIfAborted();
        start(action);
      }
    }
    await Promise.all(underWay);
    if (failure) throw failure.error;
  } catch (error) {
    await Promise.all(underWay);
    await noteResults(journal, results, error);
    throw error;
  }
  if (results.length > 0) await journal.append(results.splice(0));
  return totals;
}

/** Nobody else's account becomes ours: only those who are to be created are named. */
async function noteIntents(
  journal: Journal,
  results: JournalEntry[],
  batch: readonly PendingAction[],
): Promise<void> {
  const users = batch.filter(({ kind }) => kind === "create").map(({ user }) => user.ordinal);
  const noted = results.length;
  const entries = users.length > 0 ? [...results, { kind: "intent" as const, users }] : [...results];
  if (entries.length > 0) await journal.append(entries);
  results.splice(0, noted);
}

/** What became of users counts most when a run breaks off; where not even that can be noted, the first fault is told. */
async function noteResults(journal: Journal, results: JournalEntry[], cause: unknown): Promise<void> {
  if (results.length === 0) return;
  await journal.append(results.splice(0)).catch((error: unknown) => {
    if (!(error instanceof RunbookError)) throw new AggregateError([cause, error]);
  });
}

function toEntry(
  { kind, user }: PendingAction,
  outcome: UserOutcome,
  { writer, now }: Pick<UserLaneOptions, "writer" | "now">,
): JournalEntry {
  const { ordinal, oldSub } = user;
  const how = kind === "overwrite" || kind === "repair" ? { how: kind } : {};
  if (outcome.kind === "done") {
    const at = (writer.awsTime() ?? now()).toISOString();
    return { kind: "done", user: ordinal, oldSub, newSub: outcome.newSub, ...how, at };
  }
  const { newSub, reason } = outcome;
  return { kind: "refused", user: ordinal, oldSub, ...(newSub !== undefined && { newSub }), ...how, reason };
}

async function* inBatches<Item>(items: AsyncIterable<Item>, size: number): AsyncGenerator<Item[]> {
  let batch: Item[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
