import { hash } from "node:crypto";
import { crc32, inflateRawSync } from "node:zlib";
import { z } from "zod";
import { IntegrityError } from "../runtime/errors.ts";
import { endRecord, type PartEntry, partKindOf } from "./format.ts";
import { TAKE_ANOTHER } from "./manifest.ts";

/** Whether these are, byte for byte, the stored bytes that the manifest lists. */
export function isStoredAsListed(stored: Buffer, entry: PartEntry): boolean {
  return stored.length === entry.storedBytes && hash("sha256", stored) === entry.storedSha256;
}

/**
 * The records of a part (for `pool.json.gz` the one document), each checked against `schema`. `where` is its full
 * name for people. Throws IntegrityError on the first thing that is not exactly as the manifest and format say.
 */
export function* readPart<Schema extends z.ZodType>(
  stored: Buffer,
  entry: PartEntry,
  schema: Schema,
  where: string,
): Generator<z.infer<Schema>> {
  const fail = (what: string, cause?: unknown): never => {
    throw new IntegrityError(`${where} ${what}.`, { ...TAKE_ANOTHER, cause });
  };
  if (!isStoredAsListed(stored, entry)) fail("was altered: its bytes do not match the manifest");
  const plain = unpack(stored, entry.plainBytes, fail);
  if (plain.length !== entry.plainBytes)
    fail(`unpacks to ${plain.length} bytes instead of ${entry.plainBytes}`);
  if (hash("sha256", plain) !== entry.plainSha256) fail("unpacks to other bytes than the manifest lists");
  const hasEnd = partKindOf(entry.name) !== "pool";
  let records = 0;
  let end: number | undefined;
  for (const line of splitLines(plain, fail)) {
    if (end !== undefined) fail("goes on after its end record");
    const value = parseLine(line, records + 1, fail);
    const last = hasEnd ? endRecord.safeParse(value) : undefined;
    if (last?.success) {
      end = last.data.records;
      continue;
    }
    const record = schema.safeParse(value);
    if (!record.success) {
      const [issue] = record.error.issues;
      throw fail(`has a wrong record ${records + 1} at "${issue?.path.join(".")}": ${issue?.message}`);
    }
    records += 1;
    yield record.data;
  }
  if (hasEnd && end === undefined) fail("is cut: its end record is missing");
  if (end !== undefined && end !== records) fail(`ends by counting ${end} records, but holds ${records}`);
  if (records !== entry.records) fail(`holds ${records} records instead of ${entry.records}`);
}

type Fail = (what: string, cause?: unknown) => never;

/** Header and trailer of the one gzip member that a part is (RFC 1952): no flags, nothing before or behind. */
const HEADER = Buffer.from([0x1f, 0x8b, 0x08, 0x00]);
const HEADER_BYTES = 10;
const TRAILER_BYTES = 8;

/** Node's own gunzip takes further members and ignores trailing bytes, so the member is unpacked by hand. */
function unpack(stored: Buffer, plainBytes: number, fail: Fail): Buffer {
  if (!stored.subarray(0, HEADER.length).equals(HEADER)) fail("is not a plain gzip file");
  const body = stored.subarray(HEADER_BYTES);
  const { buffer, engine } = inflate(body, plainBytes, fail);
  const used = engine.bytesWritten;
  if (body.length !== used + TRAILER_BYTES) fail("has bytes behind its end");
  if (body.readUInt32LE(used) !== crc32(buffer)) fail("does not match its own checksum");
  if (body.readUInt32LE(used + 4) !== buffer.length) fail("does not have the length it names");
  return buffer;
}

function inflate(body: Buffer, plainBytes: number, fail: Fail): z.infer<typeof inflated> {
  try {
    // With `info` the answer also tells how much of the input was used; the types of Node leave that out.
    return inflated.parse(inflateRawSync(body, { info: true, maxOutputLength: plainBytes + 1 }));
  } catch (cause) {
    return fail("cannot be unpacked, or unpacks to more than the manifest lists", cause);
  }
}

const inflated = z.object({
  buffer: z.instanceof(Buffer),
  engine: z.object({ bytesWritten: z.number() }),
});

/** Lines end with the byte 0x0A and with nothing else; readline would also split at U+2028, which values may hold. */
function* splitLines(plain: Buffer, fail: Fail): Generator<Buffer> {
  let start = 0;
  while (start < plain.length) {
    const end = plain.indexOf(LINE_FEED, start);
    if (end === -1) fail("is cut: its last line has no end");
    if (plain[end - 1] === CARRIAGE_RETURN) fail("has line ends of another system");
    yield plain.subarray(start, end);
    start = end + 1;
  }
}

function parseLine(line: Buffer, number: number, fail: Fail): unknown {
  try {
    return JSON.parse(utf8.decode(line));
  } catch (cause) {
    return fail(`has a line that is not JSON, near record ${number}`, cause);
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
