import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  renameSync,
  type Stats,
  unlinkSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { BadInputError, IntegrityError, LocalFileError } from "../runtime/errors.ts";

// Everything here is synchronous and needs Node alone: a program that asks for cached credentials waits for it.

/** A file or folder of this user alone that somebody else could have read or put there. */
export class UnsafeFileError extends IntegrityError {}

/**
 * The text of a file that this user alone may read, undefined where there is none. Throws UnsafeFileError for one that
 * others may read or write, own, or that is reached by a link, for what is no plain file and for one of more than
 * `maxBytes`; IntegrityError where it is no UTF-8 text; LocalFileError where it cannot be read.
 */
export function readPrivateFile(path: string, maxBytes: number): string | undefined {
  const uid = ownUid();
  let descriptor: number;
  try {
    // Not following a link, and not waiting for somebody at the other end of a pipe.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    const code = codeOf(cause);
    if (code === "ENOENT") return undefined;
    if (code === "ELOOP" || code === "EMLINK") throw unsafe(path, "is a symbolic link", REMOVE);
    if (code === "ENXIO") throw unsafe(path, "is no plain file", REMOVE);
    throw new LocalFileError(`${path} cannot be read (${code}).`, {
      remedy: "Check its permissions.",
      cause,
    });
  }
  try {
    const found = fstatSync(descriptor);
    refuseUnsafeFile(path, found, uid);
    if (found.size > maxBytes) {
      throw unsafe(path, `is larger than ${maxBytes} bytes`, REMOVE);
    }
    return decode(path, readWhole(path, descriptor, maxBytes));
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Puts a text in the place of a file that this user alone may read: written beside it, on disk, then renamed, so that a
 * crash leaves the old one whole. Throws LocalFileError.
 */
export function writePrivateFile(path: string, text: string): void {
  replaceFile(path, text, 0o600);
}

/** The same with another mode, such as of a file that others may read. */
export function replaceFile(path: string, text: string | Uint8Array, mode: number): void {
  const draft = join(dirname(path), `${draftPrefix(path)}${randomBytes(8).toString("hex")}`);
  let isThere = false;
  try {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    const descriptor = openSync(draft, flags, 0o600);
    isThere = true;
    try {
      const bytes = typeof text === "string" ? Buffer.from(text) : text;
      for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
      fchmodSync(descriptor, mode);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(draft, path);
    isThere = false;
    syncFolder(dirname(path));
  } catch (cause) {
    throw new LocalFileError(`${path} cannot be written (${codeOf(cause)}).`, {
      remedy: "Check the permissions of its folder, and the space on the disk.",
      cause,
    });
  } finally {
    if (isThere) unlinkSync(draft);
  }
}

/** Removes what writers of this file left behind when they were killed; call it where no other can be writing. */
export function removeDrafts(path: string): void {
  const folder = dirname(path);
  for (const name of readdirSync(folder)) {
    if (name.startsWith(draftPrefix(path))) removePrivateFile(join(folder, name));
  }
}

/** Removes a file, or the link in its place; whether there was one. Throws LocalFileError. */
export function removePrivateFile(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch (cause) {
    const code = codeOf(cause);
    if (code === "ENOENT") return false;
    throw new LocalFileError(`${path} cannot be removed (${code}).`, {
      remedy: "Remove it by hand.",
      cause,
    });
  }
}

/**
 * Makes sure that a folder is this user's alone, and that nobody else can put another in its place. Throws
 * UnsafeFileError; LocalFileError where it cannot be looked at. Whether it is there.
 */
export function checkPrivateFolder(path: string): boolean {
  const uid = ownUid();
  const found = lookAt(path);
  if (found === undefined) return false;
  if (found.isSymbolicLink()) throw unsafe(path, "is a symbolic link", "Put a folder in its place.");
  if (!found.isDirectory()) throw unsafe(path, "is no folder", "Put a folder in its place.");
  if (found.uid !== uid) throw unsafe(path, "belongs to another user", "Use a folder of your own.");
  if ((found.mode & 0o077) !== 0) throw unsafe(path, "is open to others", `Run chmod 700 ${path}.`);
  checkWay(path, uid);
  return true;
}

/** Makes a folder for this user alone where there is none, and checks it (checkPrivateFolder). */
export function makePrivateFolder(path: string): void {
  if (checkPrivateFolder(path)) return;
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new LocalFileError(`${path} cannot be made (${codeOf(cause)}).`, {
      remedy: "Check the permissions of the folder it is in, or set SEKISHO_HOME to another.",
      cause,
    });
  }
  checkPrivateFolder(path);
}

const REMOVE = "Look who did that, remove it and sign in again.";

/** Who could rename a folder on the way to this one could put another in its place. */
function checkWay(path: string, uid: number): void {
  let at: string;
  try {
    at = dirname(realpathSync(path));
  } catch (cause) {
    throw new LocalFileError(`${path} cannot be reached (${codeOf(cause)}).`, { cause });
  }
  for (; ; at = dirname(at)) {
    const found = lookAt(at);
    if (found !== undefined) {
      const isForAll = (found.mode & 0o002) !== 0;
      const isSticky = (found.mode & 0o1000) !== 0;
      if (isForAll && !isSticky) throw unsafe(at, "can be written by everybody", `Run chmod o-w ${at}.`);
      // But for the user's own group, which most systems give to one user alone.
      const isForGroup = (found.mode & 0o020) !== 0 && found.gid !== process.getgid?.();
      if (isForGroup && !isSticky) throw unsafe(at, "can be written by a group", `Run chmod g-w ${at}.`);
      if (found.uid !== uid && found.uid !== 0) {
        throw unsafe(at, "belongs to another user", "Set SEKISHO_HOME to a folder below your own.");
      }
    }
    if (at === dirname(at)) return;
  }
}

function refuseUnsafeFile(path: string, found: Stats, uid: number): void {
  if (!found.isFile()) throw unsafe(path, "is no plain file", REMOVE);
  if (found.uid !== uid) throw unsafe(path, "belongs to another user", REMOVE);
  if ((found.mode & 0o077) !== 0) throw unsafe(path, "is open to others", `Run chmod 600 ${path}.`);
  if (found.nlink !== 1) throw unsafe(path, "has a second name (a hard link)", REMOVE);
}

function readWhole(path: string, descriptor: number, maxBytes: number): Buffer {
  const bytes = Buffer.alloc(maxBytes + 1);
  let length = 0;
  try {
    for (;;) {
      const count = readSync(descriptor, bytes, length, bytes.length - length, null);
      if (count === 0) return bytes.subarray(0, length);
      length += count;
      if (length > maxBytes) throw unsafe(path, `is larger than ${maxBytes} bytes`, REMOVE);
    }
  } catch (cause) {
    if (cause instanceof UnsafeFileError) throw cause;
    throw new LocalFileError(`${path} cannot be read (${codeOf(cause)}).`, { cause });
  }
}

function decode(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new IntegrityError(`${path} is no text.`, { remedy: "Remove it and sign in again.", cause });
  }
}

function lookAt(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (cause) {
    const code = codeOf(cause);
    if (code === "ENOENT") return undefined;
    throw new LocalFileError(`${path} cannot be looked at (${code}).`, {
      remedy: "Check its permissions.",
      cause,
    });
  }
}

/** That a rename is on disk is known only when the folder is; some file systems cannot be asked. */
function syncFolder(path: string): void {
  const descriptor = openSync(path, constants.O_RDONLY);
  try {
    fsyncSync(descriptor);
  } catch (error) {
    if (codeOf(error) !== "EINVAL") throw error;
  } finally {
    closeSync(descriptor);
  }
}

function draftPrefix(path: string): string {
  return `.${basename(path)}.new-`;
}

function ownUid(): number {
  const uid = process.getuid?.();
  if (uid !== undefined) return uid;
  throw new BadInputError("This system has no file modes that keep a session from other users.", {
    remedy: "Use Linux, macOS or the Windows Subsystem for Linux.",
  });
}

function unsafe(path: string, what: string, remedy: string): UnsafeFileError {
  return new UnsafeFileError(`${path} ${what}.`, { remedy });
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
