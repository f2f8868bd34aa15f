/** The key store of the operating system, as far as a session needs it. */
export interface Keyring {
  /** The key under this name, undefined where there is none. Throws KeyringError. */
  read: (name: string) => Promise<Uint8Array | undefined>;
  /** Keeps a key in place of whatever was under this name. Throws KeyringError. */
  write: (name: string, key: Uint8Array) => Promise<void>;
  /** Throws KeyringError, but not where there was none. */
  remove: (name: string) => Promise<void>;
}

/** There is no key store here, or it is locked, or does not answer. */
export class KeyringError extends Error {}

/** Longest time the key store may take: it may be asking a person in a window of its own. */
const KEYRING_MS = 5_000;

const SERVICE = "sekisho";

/**
 * The key store of this machine: Keychain on macOS, the Secret Service (GNOME Keyring, KWallet) on Linux; undefined
 * where SEKISHO_KEYRING=off says that none is to be used. The kernel's own keyring on Linux is none: it forgets at
 * the end of a login session.
 */
export function systemKeyring(env: Readonly<Record<string, string | undefined>>): Keyring | undefined {
  if (env.SEKISHO_KEYRING === "off") return undefined;
  return {
    read: (name) =>
      ask(name, async (entry, signal) => {
        const key = await entry.getSecret(signal);
        return key === null || key === undefined ? undefined : Uint8Array.from(key);
      }),
    write: (name, key) => ask(name, (entry, signal) => entry.setSecret(key, signal)),
    remove: (name) =>
      ask(name, async (entry, signal) => {
        await entry.deleteCredential(signal);
      }),
  };
}

/**
 * A key store that is asked for each key once: what a session was opened with is at hand when it is kept again. For as
 * long as nobody else can change the keys, which is while the session's lock is held.
 */
export function rememberKeys(keyring: Keyring | undefined): Keyring | undefined {
  if (keyring === undefined) return undefined;
  const known = new Map<string, Uint8Array>();
  return {
    read: async (name) => {
      const key = known.get(name) ?? (await keyring.read(name));
      if (key !== undefined) known.set(name, key);
      return key;
    },
    write: (name, key) => {
      known.delete(name);
      return keyring.write(name, key);
    },
    remove: (name) => {
      known.delete(name);
      return keyring.remove(name);
    },
  };
}

type Entry = import("@napi-rs/keyring").AsyncEntry;

async function ask<Answer>(
  name: string,
  use: (entry: Entry, signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  try {
    const { AsyncEntry } = await import("@napi-rs/keyring");
    const entry = new AsyncEntry(SERVICE, name, { linux: { store: "secret-service" } });
    const patience = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        stop.abort();
        reject(new Error(`no answer within ${KEYRING_MS / 1_000} seconds`));
      }, KEYRING_MS);
    });
    return await Promise.race([use(entry, stop.signal), patience]);
  } catch (cause) {
    throw new KeyringError("The key store of this machine cannot be used.", { cause });
  } finally {
    clearTimeout(timer);
  }
}
