import { z } from "zod";

/** What lies under a lease's key. Nothing in it is secret, and no time in it decides anything. */
export interface LeaseRecord {
  /** The run that wrote it, 32 hexadecimal digits. */
  holder: string;
  /** For people: who that is, such as "the schedule". */
  what: string;
  /** For people: when that run took it, as its machine's clock says. */
  takenAt: string;
  /** How long it holds after it was written last. */
  seconds: number;
  isReleased: boolean;
}

/** A lease as S3 gave it: both times are S3's own. */
export interface FoundLease {
  record: LeaseRecord;
  etag: string;
  writtenAt: Date;
  readAt: Date;
}

const leaseRecord = z.strictObject({
  holder: z.string().regex(/^[0-9a-f]{32}$/),
  what: z.string(),
  takenAt: z.string(),
  seconds: z.int().positive(),
  isReleased: z.boolean(),
});

export function writeRecord(record: LeaseRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** The record in a text, or undefined when it is none: what cannot be read holds nothing. */
export function readRecord(text: string): LeaseRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return leaseRecord.safeParse(value).data;
}

/** Seconds that a lease still holds; 0 when it was given back or has run out. */
export function secondsLeft({ record, writtenAt, readAt }: FoundLease): number {
  if (record.isReleased) return 0;
  // S3 tells whole seconds; one that has just begun counts as gone only when the next is over.
  const age = (readAt.getTime() - writtenAt.getTime()) / 1_000;
  return Math.max(0, Math.ceil(record.seconds - age));
}
