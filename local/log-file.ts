import { type FileHandle, mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";

const LARGEST_BYTES = 5 * 1024 * 1024;

/** Opens a log for appending; one that has grown large becomes `<file>.old` first. Only its owner may read it. */
export async function openLog(file: string): Promise<FileHandle> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const handle = await open(file, "a", 0o600);
  if ((await handle.stat()).size <= LARGEST_BYTES) return handle;
  await handle.close();
  await rename(file, `${file}.old`);
  return open(file, "a", 0o600);
}
