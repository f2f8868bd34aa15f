import { createCipheriv, createDecipheriv, randomBytes, timingSafeEqual } from "node:crypto";
import { CredentialsError, IntegrityError } from "../runtime/errors.ts";
import { checkHome, prepareHome, type SignInHome } from "./home-folder.ts";
import { type Keyring, KeyringError } from "./keyring.ts";
import { readPrivateFile, removeDrafts, removePrivateFile, writePrivateFile } from "./private-file.ts";

/** Version of the file around a session; a reader refuses a number it does not know. */
const SESSION_FILE_VERSION = 1;

/** Most bytes a session file may have: tokens of some kilobytes each, with room to spare. */
const LARGEST_SESSION = 262_144;

/** The text of a session as it was written, and whether it lay encrypted; undefined where nobody has signed in. */
export async function readSessionText(
  home: SignInHome,
  keyring: Keyring | undefined,
): Promise<{ text: string; isEncrypted: boolean } | undefined> {
  if (!checkHome(home)) return undefined;
  const whole = readPrivateFile(home.session, LARGEST_SESSION);
  if (whole === undefined) return undefined;
  const kept = parseKept(home, whole);
  if ("session" in kept) return { text: JSON.stringify(kept.session), isEncrypted: false };
  return { text: open(home, await readKey(home, keyring), kept.sealed), isEncrypted: true };
}

/**
 * Keeps the text of a session, encrypted (AES-256-GCM) where the machine has a key store; whether it is. Throws
 * LocalFileError or UnsafeFileError. Call it with the session's lock.
 */
export async function writeSessionText(
  home: SignInHome,
  text: string,
  keyring: Keyring | undefined,
): Promise<{ isEncrypted: boolean }> {
  prepareHome(home);
  return keepText(home, text, keyring && (await findOrMakeKey(keyring, home)));
}

/**
 * The same for a session that was renewed: one that lay encrypted stays so. Throws CredentialsError where the key store
 * does not give its key any more.
 */
export async function renewSessionText(
  home: SignInHome,
  text: string,
  keyring: Keyring | undefined,
): Promise<{ isEncrypted: boolean }> {
  prepareHome(home);
  if (isSealed(home)) return keepText(home, text, await readKey(home, keyring));
  return keepText(home, text, keyring && (await findOrMakeKey(keyring, home)));
}

function keepText(home: SignInHome, text: string, key: Uint8Array | undefined): { isEncrypted: boolean } {
  removeDrafts(home.session);
  const kept: KeptSession = key ? { sealed: seal(key, text) } : { session: JSON.parse(text) };
  writePrivateFile(home.session, `${JSON.stringify({ version: SESSION_FILE_VERSION, ...kept })}\n`);
  return { isEncrypted: key !== undefined };
}

/** Removes the session and the key that it was encrypted with. Throws LocalFileError; KeyringError when it is gone. */
export async function removeSessionText(home: SignInHome, keyring: Keyring | undefined): Promise<boolean> {
  if (!checkHome(home)) return false;
  removeDrafts(home.session);
  const wasEncrypted = isSealed(home);
  const wasThere = removePrivateFile(home.session);
  if (wasEncrypted) await keyring?.remove(keyName(home));
  return wasThere;
}

/** One of the two: as it is, or nonce, tag and encrypted text in base64. */
type KeptSession = { session: unknown } | { sealed: string };

function parseKept(home: SignInHome, whole: string): KeptSession {
  let kept: unknown;
  try {
    kept = JSON.parse(whole);
  } catch (cause) {
    throw damaged(home, "it is not JSON", cause);
  }
  const { version, session, sealed } = Object(kept) as Record<string, unknown>;
  if (version !== SESSION_FILE_VERSION) throw damaged(home, "it is of no version this command knows");
  if (typeof sealed === "string" && session === undefined) return { sealed };
  if (typeof session === "object" && session !== null && sealed === undefined) return { session };
  throw damaged(home, "it holds no session");
}

/** Whatever is damaged there has no key that needs to be removed. */
function isSealed(home: SignInHome): boolean {
  try {
    const whole = readPrivateFile(home.session, LARGEST_SESSION);
    return whole !== undefined && "sealed" in parseKept(home, whole);
  } catch (error) {
    if (error instanceof IntegrityError) return false;
    throw error;
  }
}

async function readKey(home: SignInHome, keyring: Keyring | undefined): Promise<Uint8Array> {
  let cause: unknown;
  try {
    const key = await keyring?.read(keyName(home));
    if (key?.length === KEY_BYTES) return key;
  } catch (error) {
    if (!(error instanceof KeyringError)) throw error;
    cause = error;
  }
  throw new CredentialsError(
    "The session is encrypted, and this machine's key store does not give its key.",
    {
      remedy: "Unlock the key store, or sign in again: npm run sign-in -- login.",
      ...(cause === undefined ? {} : { cause }),
    },
  );
}

/** A key that is in the store for certain; undefined where there is no store that could keep one. */
async function findOrMakeKey(keyring: Keyring, home: SignInHome): Promise<Uint8Array | undefined> {
  const name = keyName(home);
  try {
    const found = await keyring.read(name);
    if (found?.length === KEY_BYTES) return found;
    const key = randomBytes(KEY_BYTES);
    await keyring.write(name, key);
    const kept = await keyring.read(name);
    return kept?.length === KEY_BYTES && timingSafeEqual(kept, key) ? key : undefined;
  } catch (error) {
    if (error instanceof KeyringError) return undefined;
    throw error;
  }
}

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Of one folder: whoever has several (SEKISHO_HOME) has a key for each. */
function keyName({ folder }: SignInHome): string {
  return `session ${folder}`;
}

function seal(key: Uint8Array, text: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64");
}

function open(home: SignInHome, key: Uint8Array, sealed: string): string {
  const bytes = Buffer.from(sealed, "base64");
  try {
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString("utf8");
  } catch (cause) {
    throw damaged(home, "its key does not open it", cause);
  }
}

function damaged({ session }: SignInHome, why: string, cause?: unknown): IntegrityError {
  return new IntegrityError(`${session} cannot be used: ${why}.`, {
    remedy: "Sign in again: npm run sign-in -- login.",
    cause,
  });
}
