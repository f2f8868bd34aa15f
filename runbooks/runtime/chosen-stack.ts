import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { STACK_NAME, STACK_NAME_WORDS } from "../../infra/outputs/outputs.ts";
import { readStackFile } from "../../infra/settings/stack-file.ts";
import { type Fault, type RawSettings, readSettings, type Settings } from "../../infra/settings.ts";
import { BadInputError, NotFoundError } from "./errors.ts";

/** A stack file of this machine that a command is about. */
export interface ChosenStack {
  /** As the person named it. */
  file: string;
  raw: RawSettings;
  settings: Settings;
}

/** How a person says which one: by the path of its file, by its name, or not at all. */
export interface StackChoice {
  file?: string | undefined;
  stack?: string | undefined;
}

/**
 * Reads the stack file that was chosen, and the sample where none was; `progress` then tells which one that is. Throws
 * `BadInputError` for a file that is not there or has faults, `NotFoundError` for a stack that has no file here.
 */
export async function readChosenStack(
  choice: StackChoice,
  progress: (line: string) => void,
): Promise<ChosenStack> {
  const file = chooseFile(choice);
  if (choice.file === undefined && choice.stack === undefined) {
    progress(`No stack file is named, so this is about the sample, ${file}.`);
  }
  return parseStack(file, await readText(file, choice.stack));
}

/** Reads the stack file at a path. Throws `BadInputError` where there is none, or one with faults. */
export async function readStackAt(file: string): Promise<ChosenStack> {
  return parseStack(file, await readText(file));
}

/** What stops a command whose stack file has faults: how many there are, and what names them. */
export function faultyStackFile(file: string, faults: readonly Fault[]): BadInputError {
  const count = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
  return new BadInputError(`${basename(file)} has ${count}.`, {
    remedy: `npm run check-settings -- ${file} names ${faults.length === 1 ? "it" : "them"}; correct the file first.`,
  });
}

const SAMPLE = "Pulumi.dev.yaml";
const NAME_A_FILE = "Give the path of a file named Pulumi.<stack>.yaml.";

function chooseFile({ file, stack }: StackChoice): string {
  if (stack === undefined) return file ?? SAMPLE;
  if (file !== undefined) {
    throw new BadInputError("Both a stack file and --stack are given.", {
      remedy: "Give the path of Pulumi.<stack>.yaml, or --stack with its name.",
    });
  }
  if (STACK_NAME.test(stack)) return `Pulumi.${stack}.yaml`;
  throw new BadInputError(`--stack ${JSON.stringify(stack)} is no stack name.`, {
    remedy: `A name has ${STACK_NAME_WORDS}.`,
  });
}

async function readText(file: string, stack?: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    if (code === "ENOENT" && stack !== undefined) {
      throw new NotFoundError(`The stack ${stack} has no ${file} in this folder.`, {
        remedy: "Give the name of a stack that has one, or the path of its file.",
        cause,
      });
    }
    const name = basename(file);
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new BadInputError(`${name} does not exist here.`, { remedy: NAME_A_FILE, cause });
    }
    if (code === "EISDIR") throw new BadInputError(`${name} is a folder.`, { remedy: NAME_A_FILE, cause });
    throw new BadInputError(`${name} cannot be read (${code}).`, { remedy: "Check its permissions.", cause });
  }
}

function parseStack(file: string, text: string): ChosenStack {
  const read = readStackFile(text, file);
  if ("faults" in read) throw noStackFile(read.faults);
  const result = readSettings(read.raw);
  if ("faults" in result) throw faultyStackFile(file, result.faults);
  return { file, raw: read.raw, settings: result.settings };
}

/** No file of this project at all, or no YAML: it has no settings that check-settings could list the faults of. */
function noStackFile([first]: readonly Fault[]): BadInputError {
  const sentence = first === undefined ? "The stack file cannot be read" : `${first.path} ${first.message}`;
  return new BadInputError(/[.?!]$/.test(sentence) ? sentence : `${sentence}.`);
}
