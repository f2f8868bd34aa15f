/**
 * Things in the order they came, each with a number that never changes. Reading on after a number costs what is read, however
 * deep, and neither arrivals nor removals move what is left: the base of pages that skip and repeat nothing.
 */
export class SequencedList<Item extends object> {
  #entries: Entry<Item>[] = [];
  #next = 1;
  #live = 0;

  get size(): number {
    return this.#live;
  }

  /** The number the next item will get. */
  get nextSequence(): number {
    return this.#next;
  }

  add(item: Item): number {
    const sequence = this.#next++;
    this.#entries.push({ sequence, item });
    this.#live++;
    return sequence;
  }

  remove(sequence: number): void {
    const entry = this.#entries[this.#indexAfter(sequence - 1)];
    if (entry?.sequence !== sequence || entry.item === undefined) return;
    entry.item = undefined;
    this.#live--;
    // Removed entries are swept out together, so that removing stays cheap on average.
    if (this.#entries.length > 64 && this.#live < this.#entries.length / 2) {
      this.#entries = this.#entries.filter((kept) => kept.item !== undefined);
    }
  }

  /** Items that came after `sequence` (0 = from the start), oldest first, with their numbers. */
  *after(sequence: number): Generator<{ sequence: number; item: Item }> {
    let last = sequence;
    for (let index = this.#indexAfter(last); index < this.#entries.length; index++) {
      const entry = this.#entries[index];
      if (entry?.item === undefined) continue;
      last = entry.sequence;
      yield { sequence: last, item: entry.item };
    }
  }

  #indexAfter(sequence: number): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle]?.sequence ?? Number.POSITIVE_INFINITY) <= sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

interface Entry<Item> {
  readonly sequence: number;
  item: Item | undefined;
}
