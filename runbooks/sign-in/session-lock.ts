import { closeSync, constants, lstatSync, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { LocalFileError, LockedError } from "../runtime/errors.ts";
import { prepareHome, type SignInHome } from "./home-folder.ts";
import { UnsafeFileError } from "./private-file.ts";

export interface LockOptions {
  /** Waits so many milliseconds; rejects when the run stops. */
  pause: (milliseconds: number) => Promise<void>;
  /** Longest wait for another process; 60 unless given. */
  seconds?: number;
}

/**
 * Does the work while no other process of this user does any on the same session. The lock is the operating system's
 * own, by way of SQLite: it ends with the process that holds it, however that ends, so that nothing has to be guessed
 * about stale ones. Throws LockedError where another process does not let go in time.
 */
export async function withSessionLock<Result>(
  home: SignInHome,
  { pause, seconds = 60 }: LockOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  prepareHome(home);
  makeLockFile(home.lock);
  const database = openDatabase(home.lock);
  try {
    for (let waited = 0; !tryLock(database, home.lock); waited += EVERY_MS) {
      if (waited >= seconds * 1_000) {
        throw new LockedError(`Another process has been renewing this session for ${seconds} seconds.`, {
          remedy: "Look what it does, end it and run this again.",
        });
      }
      await pause(EVERY_MS);
    }
    return await work();
  } finally {
    database.close();
  }
}

const EVERY_MS = 50;

/** SQLite's result code for a lock that another holds (SQLite, Result and Error Codes). */
const SQLITE_BUSY = 5;

/** SQLite would follow a link, and make a file that others may read. */
function makeLockFile(path: string): void {
  try {
    const found = lstatSync(path);
    if (found.isFile() && found.uid === process.getuid?.()) return;
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw unusable(path, error);
    try {
      // Closed at once: closing a file later would end every lock that this process has on it.
      closeSync(
        openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600),
      );
    } catch (cause) {
      // Another process was quicker, which is as good.
      if (codeOf(cause) !== "EEXIST") throw unusable(path, cause);
    }
    return;
  }
  throw new UnsafeFileError(`${path} is not a plain file of yours.`, { remedy: "Remove it." });
}

function openDatabase(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: 0 });
  } catch (cause) {
    throw unusable(path, cause);
  }
}

function tryLock(database: DatabaseSync, path: string): boolean {
  try {
    database.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (cause) {
    if (cause instanceof Error && "errcode" in cause && cause.errcode === SQLITE_BUSY) return false;
    throw unusable(path, cause);
  }
}

function unusable(path: string, cause: unknown): LocalFileError {
  return new LocalFileError(`${path} cannot be locked (${codeOf(cause)}).`, {
    remedy: "Check the permissions of its folder and the space on the disk, or remove the file.",
    cause,
  });
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ("errcode" in error) return `SQLite ${String(error.errcode)}`;
  return "code" in error ? String(error.code) : error.name;
}
