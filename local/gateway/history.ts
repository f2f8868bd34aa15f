import type { FaultKind } from "../faults.ts";

/** One request the gateway saw. */
export interface HistoryEntry {
  /** Milliseconds since the epoch, when it arrived. */
  at: number;
  service: string;
  operation: string;
  region: string;
  isSigned: boolean;
  /** HTTP status; undefined when no answer was sent. */
  status?: number;
  fault?: FaultKind;
}

/** The newest requests, oldest first; older ones fall out so that a long run does not fill memory. */
export class History {
  #entries: HistoryEntry[] = [];
  readonly #capacity: number;

  constructor(capacity = 100_000) {
    this.#capacity = capacity;
  }

  /** Adds an entry; the caller completes it when the answer is known. */
  add(entry: HistoryEntry): HistoryEntry {
    this.#entries.push(entry);
    if (this.#entries.length > this.#capacity * 2) this.#entries = this.#entries.slice(-this.#capacity);
    return entry;
  }

  get entries(): readonly HistoryEntry[] {
    return this.#entries.slice(-this.#capacity);
  }

  /** How often an operation was asked for. */
  count(operation: string): number {
    return this.#entries.filter((entry) => entry.operation === operation).length;
  }

  clear(): void {
    this.#entries = [];
  }
}
