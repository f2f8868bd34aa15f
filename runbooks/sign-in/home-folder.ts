import { join } from "node:path";
import { checkPrivateFolder, makePrivateFolder } from "./private-file.ts";

/** Where this machine keeps what belongs to one stack. */
export interface SignInHome {
  /** Of this user alone (0700). */
  folder: string;
  /** The SignInFile. */
  signInFile: string;
  /** Tokens and credentials of whoever has signed in. */
  session: string;
  /** Held while a session is renewed. */
  lock: string;
}

/** What lies where in a stack's folder. */
export function homeAt(folder: string): SignInHome {
  return {
    folder,
    signInFile: join(folder, "sign-in.json"),
    session: join(folder, "session"),
    lock: join(folder, "lock"),
  };
}

/** Whether the folder is there; throws UnsafeFileError where it is not this user's alone. */
export function checkHome({ folder }: SignInHome): boolean {
  return checkPrivateFolder(folder);
}

/** Makes the folder where it is not there yet. Throws UnsafeFileError or LocalFileError. */
export function prepareHome({ folder }: SignInHome): void {
  makePrivateFolder(folder);
}
