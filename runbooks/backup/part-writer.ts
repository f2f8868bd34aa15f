import { hash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { PART_BYTES, type PartEntry, type PartKind, partName } from "./format.ts";

export interface SealedPart {
  entry: PartEntry;
  stored: Buffer;
}

export interface PartWriter {
  /** Adds one record as a line. With a key the record can be replaced as long as its part is still open. */
  add: (line: string, key?: string) => Promise<void>;
  /** The line of a key in the part that is still open. */
  find: (key: string) => string | undefined;
  /** Replaces the line of a key that `find` finds. */
  replace: (key: string, line: string) => void;
  /** Closes the last part; resolves when all are stored, with what the manifest says about them. */
  finish: () => Promise<PartEntry[]>;
}

export interface PartWriterOptions {
  kind: PartKind;
  store: (part: SealedPart) => Promise<void>;
  /** Plain bytes after which a part is closed. */
  partBytes?: number;
}

/**
 * Collects records in memory until a part is full, and stores it while the next one fills: at most two parts are in
 * memory. Parts are whole buffers because those can be sent again when a connection breaks; streams cannot.
 */
export function createPartWriter({ kind, store, partBytes = PART_BYTES }: PartWriterOptions): PartWriter {
  const entries: PartEntry[] = [];
  let lines: string[] = [];
  let places = new Map<string, number>();
  let bytes = 0;
  let partCount = 0;
  let storing: Promise<Settled> = Promise.resolve({});

  const settle = async (): Promise<void> => {
    const { error } = await storing;
    if (error !== undefined) throw error;
  };
  const closePart = async (): Promise<void> => {
    const full = lines;
    const name = partName(kind, partCount);
    partCount += 1;
    lines = [];
    places = new Map();
    bytes = 0;
    const previous = storing;
    storing = settleAfter(previous, async () => {
      const part = await sealRecords(name, full);
      entries.push(part.entry);
      await store(part);
    });
    const { error } = await previous;
    if (error !== undefined) throw error;
  };

  return {
    add: async (line, key) => {
      if (key !== undefined) places.set(key, lines.length);
      lines.push(line);
      bytes += Buffer.byteLength(line) + 1;
      if (bytes >= partBytes) await closePart();
    },
    find: (key) => {
      const place = places.get(key);
      return place === undefined ? undefined : lines[place];
    },
    replace: (key, line) => {
      const place = places.get(key);
      if (place === undefined) throw new Error(`no open record has the key ${key}`);
      bytes += Buffer.byteLength(line) - Buffer.byteLength(lines[place] ?? "");
      lines[place] = line;
    },
    finish: async () => {
      if (lines.length > 0 || partCount === 0) await closePart();
      await settle();
      return entries;
    },
  };
}

/** A part of NDJSON records, closed by the end record. */
export async function sealRecords(name: string, lines: readonly string[]): Promise<SealedPart> {
  const end = JSON.stringify({ kind: "end", records: lines.length });
  return sealBytes(name, lines.length, joinLines([...lines, end]));
}

/** A part that is one JSON document. */
export async function sealDocument(name: string, document: object): Promise<SealedPart> {
  return sealBytes(name, 1, joinLines([JSON.stringify(document)]));
}

interface Settled {
  error?: unknown;
}

/** Runs `work` after what came before, and keeps a failure for whoever asks next instead of losing it. */
async function settleAfter(previous: Promise<Settled>, work: () => Promise<void>): Promise<Settled> {
  const before = await previous;
  if (before.error !== undefined) return before;
  try {
    await work();
    return {};
  } catch (error) {
    return { error };
  }
}

async function sealBytes(name: string, records: number, plain: Buffer): Promise<SealedPart> {
  const stored = await compress(plain);
  return {
    stored,
    entry: {
      name,
      records,
      storedBytes: stored.length,
      plainBytes: plain.length,
      storedSha256: hash("sha256", stored),
      plainSha256: hash("sha256", plain),
    },
  };
}

const compress = promisify<Buffer, Buffer>(gzip);

/** Written line by line into one buffer: a joined string of this size would be in memory twice. */
function joinLines(lines: readonly string[]): Buffer {
  const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
  const buffer = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const line of lines) {
    at += buffer.write(line, at);
    at = buffer.writeUInt8(LINE_FEED, at);
  }
  return buffer;
}

const LINE_FEED = 0x0a;
