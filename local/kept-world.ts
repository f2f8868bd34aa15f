import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { LockedError } from "../runbooks/runtime/errors.ts";
import { endProcess } from "./processes.ts";

const keptWorldShape = z.strictObject({ pid: z.int().positive(), url: z.url(), log: z.string() });

/** A local AWS that was left running. */
export type KeptWorld = z.output<typeof keptWorldShape>;

/**
 * The local AWS that was left running in this project, if it still answers. A note about one that is gone is removed;
 * that a process with its id runs says nothing, ids come back.
 */
export async function findKeptWorld(projectDir: string): Promise<KeptWorld | undefined> {
  const noted = await readNote(projectDir);
  if (noted === undefined) return undefined;
  if (await isAnswering(noted)) return noted;
  await forgetKeptWorld(projectDir);
  return undefined;
}

/** Notes that this world stays. Throws a LockedError when another one is noted already. */
export async function noteKeptWorld(projectDir: string, world: KeptWorld): Promise<void> {
  const file = noteFile(projectDir);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, `${JSON.stringify(world)}\n`, { mode: 0o600, flag: "wx" }).catch(
    (cause: NodeJS.ErrnoException) => {
      if (cause.code !== "EEXIST") throw cause;
      throw new LockedError("Another local AWS was left running meanwhile.", {
        remedy: "Stop it with npm stop.",
        cause,
      });
    },
  );
}

/** Ends the world that was left running and resolves with it when it is gone; undefined when none is up. */
export async function stopKeptWorld(projectDir: string): Promise<KeptWorld | undefined> {
  const kept = await findKeptWorld(projectDir);
  if (kept === undefined) return undefined;
  await endProcess(kept.pid, STOP_GRACE_MS);
  await forgetKeptWorld(projectDir);
  return kept;
}

const STOP_GRACE_MS = 10_000;

export async function forgetKeptWorld(projectDir: string): Promise<void> {
  await rm(noteFile(projectDir), { force: true });
}

function noteFile(projectDir: string): string {
  return join(projectDir, ".sekisho", "world.json");
}

async function readNote(projectDir: string): Promise<KeptWorld | undefined> {
  const text = await readFile(noteFile(projectDir), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const note = keptWorldShape.safeParse(parseJson(text));
  if (note.success) return note.data;
  await forgetKeptWorld(projectDir);
  return undefined;
}

/** undefined for what is no JSON: a note that was cut off tells nothing. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const healthShape = z.looseObject({ pid: z.number() });

async function isAnswering({ url, pid }: KeptWorld): Promise<boolean> {
  try {
    const answer = await fetch(new URL("/_sekisho/health", url), { signal: AbortSignal.timeout(2_000) });
    return healthShape.safeParse(await answer.json()).data?.pid === pid;
  } catch (error) {
    // Nobody there, or somebody else who speaks no JSON.
    if (error instanceof Error) return false;
    throw error;
  }
}
