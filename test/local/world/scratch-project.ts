import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The checkout the tests run in. */
export const checkout = join(import.meta.dirname, "..", "..", "..");

/** A project folder of its own, so that no test meets a world that somebody keeps in the checkout. */
export async function createScratchProject(): Promise<{ dir: string; remove: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), "sekisho-world-"));
  await mkdir(join(dir, ".sekisho"));
  for (const name of ["node_modules", "local"]) await symlink(join(checkout, name), join(dir, name));
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}
