import { open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { BadInputError, LocalFileError } from "../../runtime/errors.ts";
import type { StackFileText } from "./stack-file-edit.ts";

/** A stack file of this machine, and how it is changed: whole or not at all. */
export interface StackFile extends StackFileText {
  /** Where it is, symbolic links followed. */
  path: string;
}

/**
 * Reads the stack file of a project. Throws BadInputError where there is none, and LocalFileError where it cannot be
 * read.
 */
export async function readStackFileOf(projectDir: string, stack: string): Promise<StackFile> {
  const name = `Pulumi.${stack}.yaml`;
  try {
    const path = await realpath(join(projectDir, name));
    return { name, path, text: await readFile(path, "utf8") };
  } catch (cause) {
    if (codeOf(cause) !== "ENOENT") {
      throw new LocalFileError(`${name} cannot be read (${codeOf(cause)}).`, {
        remedy: "Check its permissions.",
        cause,
      });
    }
    throw new BadInputError(`There is no ${name} in the project's folder.`, {
      remedy: "Run this where the stack file is: a swap of clients is a change of it.",
      cause,
    });
  }
}

/**
 * Hands `work` the path of a file with other text that lies beside the stack file, and lets it take the stack file's
 * place with `replace`. Left behind is nothing, unless the process is killed; the next run takes that away. Throws
 * LocalFileError where it cannot be written, and BadInputError from `replace` where the stack file has changed meanwhile.
 */
export async function withNextStackFile<Result>(
  file: StackFile,
  text: string,
  work: (next: { path: string; replace: () => Promise<void> }) => Promise<Result>,
): Promise<Result> {
  // Its name is no stack's: the CLI takes Pulumi.<stack>.yaml alone for one.
  const path = join(dirname(file.path), `.${basename(file.name, ".yaml")}.next.yaml`);
  await onDisk(file.name, async () => {
    await rm(path, { force: true });
    const { mode } = await stat(file.path);
    // As a new file and never through a link that somebody laid there.
    const handle = await open(path, "wx", mode & 0o777);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
  try {
    return await work({ path, replace: () => replaceFile(file, path) });
  } finally {
    await onDisk(file.name, () => rm(path, { force: true }));
  }
}

async function replaceFile({ name, path, text }: StackFile, nextPath: string): Promise<void> {
  const found = await onDisk(name, () => readFile(path, "utf8"));
  if (found !== text) {
    throw new BadInputError(
      `Somebody changed ${name} meanwhile; it was left as it is, and nothing was deployed.`,
      {
        remedy: "Run this again.",
      },
    );
  }
  await onDisk(name, () => rename(nextPath, path));
}

async function onDisk<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    throw new LocalFileError(`${name} cannot be written (${codeOf(cause)}).`, {
      remedy: "Check the permissions of its folder, and the space on the disk.",
      cause,
    });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
