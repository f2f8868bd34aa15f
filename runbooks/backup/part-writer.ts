import { hash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { PART_BYTES, type PartEntry, type PartKind, partName } from "./format.ts";
import { createLineBuffer, type LineBuffer } from "./line-buffer.ts";

export interface SealedPart {
  entry: PartEntry;
  stored: Buffer;
}

export interface PartWriter {
  /** Adds one record as a line. With a key the record can be replaced as long as its part is still open. */
  add: (line: string, key?: string) => Promise<void>;
  /** Whether the record of a key is in the part that is still open. */
  has: (key: string) => boolean;
  /** Replaces the record of a key that is still open; it moves to the end of the part. */
  replace: (key: string, line: string) => Promise<void>;
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
  let open = createLineBuffer(FIRST_BYTES);
  let spare: LineBuffer | undefined;
  let partCount = 0;
  let storing: Promise<Settled> = Promise.resolve({});

  const throwFailure = async (work: Promise<Settled>): Promise<void> => {
    const { error } = await work;
    if (error !== undefined) throw error;
  };
  const closePart = async (): Promise<void> => {
    const name = partName(kind, partCount);
    partCount += 1;
    const full = open;
    const previous = storing;
    open = spare ?? createLineBuffer(FIRST_BYTES);
    spare = undefined;
    storing = settleAfter(previous, async () => {
      const part = await sealLines(name, full);
      full.clear();
      spare = full;
      entries.push(part.entry);
      await store(part);
    });
    await throwFailure(previous);
  };
  const add = async (line: string, key?: string): Promise<void> => {
    open.add(line, key);
    if (open.bytes() >= partBytes) await closePart();
  };

  return {
    add,
    has: (key) => open.has(key),
    replace: async (key, line) => {
      open.remove(key);
      await add(line, key);
    },
    finish: async () => {
      if (open.lines() > 0 || partCount === 0) await closePart();
      await throwFailure(storing);
      return entries;
    },
  };
}

/** A part begins with this much memory and doubles it as it fills. */
const FIRST_BYTES = 64 * 1024;

/** A part of NDJSON records, closed by the end record. */
export async function sealRecords(name: string, lines: readonly string[]): Promise<SealedPart> {
  const buffer = createLineBuffer(FIRST_BYTES);
  for (const line of lines) buffer.add(line);
  return sealLines(name, buffer);
}

/** A part that is one JSON document. */
export async function sealDocument(name: string, document: object): Promise<SealedPart> {
  return sealBytes(name, 1, Buffer.from(`${JSON.stringify(document)}\n`));
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

async function sealLines(name: string, buffer: LineBuffer): Promise<SealedPart> {
  const records = buffer.lines();
  buffer.add(JSON.stringify({ kind: "end", records }));
  return sealBytes(name, records, buffer.take());
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
