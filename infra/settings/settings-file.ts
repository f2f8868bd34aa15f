import { basename } from "node:path";
import { readSettings } from "../settings.ts";
import { readStackFile } from "./stack-file.ts";

/** The settings in a stack file, or everything that is wrong with it; a file that cannot be read is one fault. */
export async function readSettingsFile(
  file: string,
  readText: (file: string) => Promise<string>,
): Promise<ReturnType<typeof readSettings>> {
  const content = await readText(file).then(
    (text) => ({ text }),
    (error: unknown) => ({ code: codeOf(error) }),
  );
  if ("code" in content) return { faults: [{ path: basename(file), message: unreadable(content.code) }] };
  const read = readStackFile(content.text, file);
  return "faults" in read ? read : readSettings(read.raw);
}

function unreadable(code: string): string {
  if (code === "ENOENT") return "does not exist here; give the path of a file named Pulumi.<stack>.yaml";
  if (code === "EISDIR") return "is a folder; give the path of a file named Pulumi.<stack>.yaml";
  return `cannot be read (${code}); check its permissions`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
