import { basename, resolve } from "node:path";
import { readMessages } from "../message-files.ts";
import { readSettings } from "../settings.ts";
import type { Fault } from "./fault.ts";
import { readStackFile } from "./stack-file.ts";

/** What is wrong with a stack file, and what in it is seldom meant; warnings come only of a file without faults. */
export interface StackFileFindings {
  faults: Fault[];
  warnings: Fault[];
}

/**
 * Every fault of a stack file and of the messages it names, a file that cannot be read being one; none when the stack
 * can be deployed with it. `projectDir` is the folder of Pulumi.yaml.
 */
export async function checkStackFile(
  file: string,
  readText: (file: string) => Promise<string>,
  projectDir = resolve(import.meta.dirname, "../.."),
): Promise<StackFileFindings> {
  const content = await readText(file).then(
    (text) => ({ text }),
    (error: unknown) => ({ code: codeOf(error) }),
  );
  if ("code" in content) return refused([{ path: basename(file), message: unreadable(content.code) }]);
  const read = readStackFile(content.text, file);
  if ("faults" in read) return refused(read.faults);
  const result = readSettings(read.raw);
  if ("faults" in result) return refused(result.faults);
  const texts = await readMessages(result.settings, (path) => readText(resolve(projectDir, path)));
  return "faults" in texts ? refused(texts.faults) : { faults: [], warnings: result.warnings };
}

function refused(faults: Fault[]): StackFileFindings {
  return { faults, warnings: [] };
}

function unreadable(code: string): string {
  if (code === "ENOENT") return "does not exist here; give the path of a file named Pulumi.<stack>.yaml";
  if (code === "EISDIR") return "is a folder; give the path of a file named Pulumi.<stack>.yaml";
  return `cannot be read (${code}); check its permissions`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
