import { crc32, deflateRawSync } from "node:zlib";

/** One file of an archive: its path inside, with forward slashes, and its text. */
export interface ZippedFile {
  path: string;
  text: string;
}

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
const NEEDED_VERSION = 20;
const UTF8_NAMES = 0x0800;
const DEFLATED = 8;
/** 1 January 1980, the earliest day the format knows: the same files make the same archive at any time. */
const MODIFIED_ON = 0x0021;
/** A regular file everybody may read, as Unix keeps it in the upper half. */
const READABLE_FILE = (0o100644 << 16) >>> 0;

/** A ZIP archive of text files (APPNOTE.TXT of PKWARE, without its 64-bit parts), the same bytes for the same files. */
export function zipFiles(files: readonly ZippedFile[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const name = Buffer.from(file.path, "utf8");
    const plain = Buffer.from(file.text, "utf8");
    const packed = deflateRawSync(plain, { level: 9 });
    const entry = { name, crc: crc32(plain), packed: packed.length, plain: plain.length };
    const header = Buffer.concat([localHeader(entry), name]);
    directory.push(centralHeader(entry, offset), name);
    parts.push(header, packed);
    offset += header.length + packed.length;
  }
  const listing = Buffer.concat(directory);
  return Buffer.concat([...parts, listing, endOfDirectory(files.length, listing.length, offset)]);
}

interface Entry {
  name: Buffer;
  crc: number;
  packed: number;
  plain: number;
}

function localHeader({ name, crc, packed, plain }: Entry): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(LOCAL_HEADER, 0);
  header.writeUInt16LE(NEEDED_VERSION, 4);
  header.writeUInt16LE(UTF8_NAMES, 6);
  header.writeUInt16LE(DEFLATED, 8);
  header.writeUInt16LE(MODIFIED_ON, 12);
  header.writeUInt32LE(crc, 14);
  header.writeUInt32LE(packed, 18);
  header.writeUInt32LE(plain, 22);
  header.writeUInt16LE(name.length, 26);
  return header;
}

function centralHeader({ name, crc, packed, plain }: Entry, offset: number): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(CENTRAL_HEADER, 0);
  // The upper byte says whose file attributes follow: 3 is Unix.
  header.writeUInt16LE((3 << 8) | NEEDED_VERSION, 4);
  header.writeUInt16LE(NEEDED_VERSION, 6);
  header.writeUInt16LE(UTF8_NAMES, 8);
  header.writeUInt16LE(DEFLATED, 10);
  header.writeUInt16LE(MODIFIED_ON, 14);
  header.writeUInt32LE(crc, 16);
  header.writeUInt32LE(packed, 20);
  header.writeUInt32LE(plain, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt32LE(READABLE_FILE, 38);
  header.writeUInt32LE(offset, 42);
  return header;
}

function endOfDirectory(count: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(END_OF_DIRECTORY, 0);
  record.writeUInt16LE(count, 8);
  record.writeUInt16LE(count, 10);
  record.writeUInt32LE(size, 12);
  record.writeUInt32LE(offset, 16);
  return record;
}
