import { IntegrityError, LocalFileError } from "../runtime/errors.ts";
import type { SignInHome } from "./home-folder.ts";
import { type Keyring, KeyringError } from "./keyring.ts";
import { type Session, session } from "./session.ts";
import { type LockOptions, withSessionLock } from "./session-lock.ts";
import { readSessionText, removeSessionText, renewSessionText, writeSessionText } from "./session-text.ts";

/** The session of one stack on this machine. */
export interface SessionStore {
  /** Undefined where nobody has signed in. Throws IntegrityError, CredentialsError (no key) or LocalFileError. */
  read: () => Promise<Session | undefined>;
  /** Keeps the session in place of any other; whether it lies encrypted. Waits for whoever renews it at the moment. */
  write: (session: Session) => Promise<{ isEncrypted: boolean }>;
  /** Removes it; whether there was one. */
  forget: () => Promise<boolean>;
}

/** The store in a stack's folder, with the lock that a renewal holds. */
export function openSessionStore(
  home: SignInHome,
  keyring: Keyring | undefined,
  lock: LockOptions,
): SessionStore {
  return {
    read: () => readSession(home, keyring),
    write: (next) => withSessionLock(home, lock, () => writeSession(home, next, keyring)),
    forget: () => withSessionLock(home, lock, () => forgetSession(home, keyring)),
  };
}

/** The session, undefined where nobody has signed in. Throws IntegrityError, CredentialsError or LocalFileError. */
export async function readSession(
  home: SignInHome,
  keyring: Keyring | undefined,
): Promise<Session | undefined> {
  const kept = await readSessionText(home, keyring);
  if (kept === undefined) return undefined;
  const read = session.safeParse(JSON.parse(kept.text));
  if (read.success) return read.data;
  // Without what is wrong in it: that would show parts of it.
  throw new IntegrityError(`${home.session} holds no session of this version.`, {
    remedy: "Sign in again: npm run sign-in -- login.",
  });
}

/** Keeps the session; call it with the session's lock (openSessionStore does). Throws LocalFileError. */
export async function writeSession(
  home: SignInHome,
  next: Session,
  keyring: Keyring | undefined,
): Promise<{ isEncrypted: boolean }> {
  return writeSessionText(home, JSON.stringify(session.parse(next)), keyring);
}

/**
 * Keeps a session that was renewed, encrypted where it was (renewSessionText); call it with the session's lock. Throws
 * LocalFileError or CredentialsError.
 */
export async function renewSession(
  home: SignInHome,
  next: Session,
  keyring: Keyring | undefined,
): Promise<void> {
  await renewSessionText(home, JSON.stringify(session.parse(next)), keyring);
}

/** Removes the session, whatever state it is in; whether there was one. Call it with the session's lock. */
export async function forgetSession(home: SignInHome, keyring: Keyring | undefined): Promise<boolean> {
  try {
    return await removeSessionText(home, keyring);
  } catch (cause) {
    if (!(cause instanceof KeyringError)) throw cause;
    throw new LocalFileError("The session is removed, but its key stays: the key store does not answer.", {
      remedy: `Remove the key of "sekisho" there by hand.`,
      cause,
    });
  }
}
