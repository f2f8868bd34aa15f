import { readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { STACK_NAME, STACK_NAME_WORDS } from "../../infra/outputs/outputs.ts";
import { BadInputError, IntegrityError, LocalFileError, NotFoundError } from "../runtime/errors.ts";
import { checkHome, homeAt, prepareHome, type SignInHome } from "./home-folder.ts";
import { readPrivateFile, writePrivateFile } from "./private-file.ts";
import { type SignInFile, signInFile } from "./sign-in-file.ts";

export type { SignInHome } from "./home-folder.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** Most bytes a sign-in file may have. */
export const LARGEST_SIGN_IN_FILE = 65_536;

/** The folder that holds a folder for each stack: `$SEKISHO_HOME`, else `~/.sekisho`. */
export function homesFolder(env: Env): string {
  return resolve(env.SEKISHO_HOME || join(env.HOME || homedir(), ".sekisho"));
}

/** Where a stack's files are, whether they are there or not. Throws BadInputError for what is no stack name. */
export function homeOf(env: Env, stack: string): SignInHome {
  if (STACK_NAME.test(stack)) return homeAt(join(homesFolder(env), stack));
  throw new BadInputError(`--stack ${JSON.stringify(stack)} is no stack name.`, {
    remedy: `A name has ${STACK_NAME_WORDS}.`,
  });
}

/** A stack that this machine can sign in to. */
export interface ConfiguredStack {
  home: SignInHome;
  file: SignInFile;
}

/**
 * The stack that was chosen, or the only one this machine knows. Throws NotFoundError where it is not configured,
 * BadInputError where it has to be named, IntegrityError where its files cannot be trusted.
 */
export function openStack(env: Env, stack?: string): ConfiguredStack {
  const name = stack ?? onlyStack(env);
  const home = homeOf(env, name);
  const file = checkHome(home) ? readSignInFile(home) : undefined;
  if (file === undefined) {
    throw new NotFoundError(`Stack ${name} is not configured on this machine.`, {
      remedy: "Run npm run configure-profile with the file or link you were given.",
    });
  }
  if (file.stack !== name) {
    throw new IntegrityError(
      `${home.signInFile} is about stack ${file.stack}, not ${name}.`,
      CONFIGURE_AGAIN,
    );
  }
  return { home, file };
}

/** Keeps the file for this machine; with it the folder is made. Throws UnsafeFileError or LocalFileError. */
export function storeSignInFile(home: SignInHome, file: SignInFile): void {
  prepareHome(home);
  writePrivateFile(home.signInFile, `${JSON.stringify(file, undefined, 2)}\n`);
}

/** The file that configure-profile has kept, undefined where there is none. Throws IntegrityError. */
export function readSignInFile(home: SignInHome): SignInFile | undefined {
  const text = readPrivateFile(home.signInFile, LARGEST_SIGN_IN_FILE);
  if (text === undefined) return undefined;
  try {
    return signInFile.parse(JSON.parse(text));
  } catch (cause) {
    throw new IntegrityError(`${home.signInFile} is no sign-in file of this version.`, {
      ...CONFIGURE_AGAIN,
      cause,
    });
  }
}

const CONFIGURE_AGAIN = {
  remedy: "Run npm run configure-profile again with the file or link you were given.",
};

function onlyStack(env: Env): string {
  const stacks = listStacks(env);
  const [first, second] = stacks;
  if (first === undefined) {
    throw new NotFoundError("No stack is configured on this machine.", {
      remedy: "Run npm run configure-profile with the file or link you were given.",
    });
  }
  if (second === undefined) return first;
  throw new BadInputError(`This machine knows several stacks: ${stacks.join(", ")}.`, {
    remedy: "Name one with --stack.",
  });
}

function listStacks(env: Env): string[] {
  const folder = homesFolder(env);
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && STACK_NAME.test(entry.name))
      .map(({ name }) => name)
      .sort();
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    if (code === "ENOENT") return [];
    throw new LocalFileError(`${folder} cannot be read (${code}).`, {
      remedy: "Check its permissions, or set SEKISHO_HOME.",
      cause,
    });
  }
}
