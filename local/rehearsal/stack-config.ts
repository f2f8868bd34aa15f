import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readStackFile } from "../../infra/settings/stack-file.ts";
import { readSettings, type Settings } from "../../infra/settings.ts";
import { BadInputError, NotFoundError } from "../../runbooks/runtime/errors.ts";
import { checkStackName } from "../../runbooks/runtime/stack-outputs.ts";

export interface StackConfig {
  /** The stack file it was read from. */
  file: { name: string; text: string };
  settings: Settings;
  /** As `pulumi config` hands it to a program: full keys, objects as JSON text. */
  config: Record<string, string>;
}

/**
 * A stack's file, checked. Throws NotFoundError without one, BadInputError for what cannot be a stack's name and, with
 * their number, for faults in the file.
 */
export async function loadStackConfig(projectDir: string, stack: string): Promise<StackConfig> {
  checkStackName(stack);
  const name = `Pulumi.${stack}.yaml`;
  return readStackConfig({ name, text: await readText(projectDir, name) });
}

/** The text of a stack file, checked. Throws BadInputError for faults in it, with their number. */
export function readStackConfig(file: StackConfig["file"]): StackConfig {
  const read = readStackFile(file.text, file.name);
  if ("faults" in read) throw refuse(file.name, read.faults);
  const result = readSettings(read.raw);
  if ("faults" in result) throw refuse(file.name, result.faults);
  const sections = Object.entries(read.raw.config).map(([key, value]) => [
    `sekisho:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const { settings } = result;
  return { file, settings, config: { "aws:region": settings.region, ...Object.fromEntries(sections) } };
}

async function readText(projectDir: string, fileName: string): Promise<string> {
  try {
    return await readFile(join(projectDir, fileName), "utf8");
  } catch (cause) {
    throw new NotFoundError(`${fileName} cannot be read.`, {
      remedy: "Copy Pulumi.dev.yaml to it and change what differs.",
      cause,
    });
  }
}

function refuse(fileName: string, faults: readonly { path: string; message: string }[]): BadInputError {
  const [first] = faults;
  const more = faults.length === 1 ? "" : ` (and ${faults.length - 1} more)`;
  return new BadInputError(`${first?.path} ${first?.message}${more}`, {
    remedy: `npm run check-settings -- ${fileName} lists them all.`,
  });
}
