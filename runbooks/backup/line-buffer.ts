/** Lines of text as UTF-8 bytes outside the garbage-collected heap; lines can be taken out again by their key. */
export interface LineBuffer {
  /** Adds a line; the line feed is put behind it. */
  add: (line: string, key?: string) => void;
  has: (key: string) => boolean;
  /** Takes the line of a key out. */
  remove: (key: string) => void;
  lines: () => number;
  bytes: () => number;
  /** All lines in order; the bytes hold until the buffer is cleared. */
  take: () => Buffer;
  /** Empties the buffer and keeps its memory for the next lines. */
  clear: () => void;
}

/** `capacity` is the size to begin with, in bytes; the buffer grows when more is added. */
export function createLineBuffer(capacity: number): LineBuffer {
  let buffer = Buffer.allocUnsafeSlow(capacity);
  let end = 0;
  let lines = 0;
  let removedBytes = 0;
  const places = new Map<string, Place>();
  let removed: Place[] = [];

  const reserve = (bytes: number): void => {
    if (end + bytes <= buffer.length) return;
    const bigger = Buffer.allocUnsafeSlow(Math.max(buffer.length * 2, end + bytes));
    buffer.copy(bigger, 0, 0, end);
    buffer = bigger;
  };

  return {
    add: (line, key) => {
      // No UTF-16 code unit takes more than three bytes.
      reserve(line.length * 3 + 1);
      const start = end;
      end += buffer.write(line, end);
      end = buffer.writeUInt8(LINE_FEED, end);
      lines += 1;
      if (key !== undefined) places.set(key, { start, end });
    },
    has: (key) => places.has(key),
    remove: (key) => {
      const place = places.get(key);
      if (!place) throw new RangeError(`no line has the key ${key}`);
      places.delete(key);
      removed.push(place);
      removedBytes += place.end - place.start;
      lines -= 1;
    },
    lines: () => lines,
    bytes: () => end - removedBytes,
    take: () => {
      const taken = buffer.subarray(0, end);
      if (removed.length === 0) return taken;
      return Buffer.concat(findKept(removed, end).map((place) => taken.subarray(place.start, place.end)));
    },
    clear: () => {
      places.clear();
      removed = [];
      removedBytes = 0;
      lines = 0;
      end = 0;
    },
  };
}

interface Place {
  start: number;
  end: number;
}

/** What lies between the removed places. */
function findKept(removed: readonly Place[], end: number): Place[] {
  const kept: Place[] = [];
  let start = 0;
  for (const gap of removed.toSorted((a, b) => a.start - b.start)) {
    kept.push({ start, end: gap.start });
    start = gap.end;
  }
  return [...kept, { start, end }];
}

const LINE_FEED = 0x0a;
