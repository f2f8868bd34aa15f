import { resolve } from "node:path";
import { readMessages } from "../messages/message-files.ts";
import type { Fault } from "./fault.ts";
import { readSettingsFile } from "./settings-file.ts";

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
  const result = await readSettingsFile(file, readText);
  if ("faults" in result) return refused(result.faults);
  const texts = await readMessages(result.settings, (path) => readText(resolve(projectDir, path)));
  return "faults" in texts ? refused(texts.faults) : { faults: [], warnings: result.warnings };
}

function refused(faults: Fault[]): StackFileFindings {
  return { faults, warnings: [] };
}
