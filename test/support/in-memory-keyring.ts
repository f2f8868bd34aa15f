import { type Keyring, KeyringError } from "../../runbooks/sign-in/keyring.ts";

/** A key store of a machine; with `isLocked` it answers nothing. */
export interface InMemoryKeyring extends Keyring {
  keys: Map<string, Uint8Array>;
  isLocked: boolean;
}

export function createInMemoryKeyring(): InMemoryKeyring {
  const keys = new Map<string, Uint8Array>();
  const use = async <Answer>(work: () => Answer): Promise<Answer> => {
    if (keyring.isLocked) throw new KeyringError("locked");
    return work();
  };
  const keyring: InMemoryKeyring = {
    keys,
    isLocked: false,
    read: (name) => use(() => keys.get(name)),
    write: (name, key) => use(() => void keys.set(name, Uint8Array.from(key))),
    remove: (name) => use(() => void keys.delete(name)),
  };
  return keyring;
}
