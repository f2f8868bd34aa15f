import { parseArgs } from "node:util";
import { BadInputError, exitCodeMeanings } from "./errors.ts";

/** One option of a runbook. `help` is one line; `value` names the value in the help text (`--stack <name>`). */
export interface OptionDefinition {
  type: "string" | "boolean";
  help: string;
  value?: string;
  short?: string;
  multiple?: boolean;
  required?: boolean;
  default?: string | boolean;
}

export type OptionTable = Readonly<Record<string, OptionDefinition>>;

type OptionValue<Option extends OptionDefinition> = Option["type"] extends "boolean"
  ? boolean
  : Option["multiple"] extends true
    ? string[]
    : string;

type SureKeys<Options extends OptionTable> = {
  [Key in keyof Options]: Options[Key] extends { required: true } | { default: string | boolean }
    ? Key
    : never;
}[keyof Options];

/** The values of the options: always there when required or defaulted, else perhaps undefined. */
export type OptionValues<Options extends OptionTable> = {
  [Key in SureKeys<Options>]: OptionValue<Options[Key]>;
} & {
  [Key in Exclude<keyof Options, SureKeys<Options>>]?: OptionValue<Options[Key]> | undefined;
};

export interface CommandLine<Options extends OptionTable> {
  /** The npm script, and after a blank the verb where it has several. */
  name: string;
  /** One sentence: what the command does. */
  summary: string;
  options: Options;
  /** Words after the options; absent = none are taken. Empty ones are refused unless they may be. */
  positionals?: { name: string; help: string; min: number; max: number; mayBeEmpty?: boolean };
  /** Whole commands, as a person types them. */
  examples: readonly string[];
  /** The codes this command ends with beyond 0, 1, 2, 130 and 143, or a sharper meaning for one of those. */
  exitCodes: Readonly<Record<number, string>>;
}

export interface ParsedCommandLine<Options extends OptionTable> {
  values: OptionValues<Options>;
  positionals: string[];
}

/** Options that every command has. */
export const sharedOptions = {
  json: { type: "boolean", help: "print one JSON object on stdout, and nothing else there" },
  debug: { type: "boolean", help: "show stack traces of failures" },
  help: { type: "boolean", short: "h", help: "show this text" },
} as const satisfies OptionTable;

/** Reads `argv` (without node and script). Throws BadInputError on anything the table does not allow. */
export function parseCommandLine<const Options extends OptionTable>(
  commandLine: CommandLine<Options>,
  argv: readonly string[],
): ParsedCommandLine<Options> {
  const options: OptionTable = { ...commandLine.options, ...sharedOptions };
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      Object.entries(options).map(([name, option]) => [name, toNodeOption(option)]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values: Record<string, string | boolean | string[]> = {};
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    else if (token.kind === "option") readOption(values, options, token);
  }
  fillDefaults(values, options);
  if (values.help !== true) checkPositionals(commandLine, positionals);
  return { values: values as OptionValues<Options>, positionals };
}

/** The text of `--help`. */
export function formatHelp(commandLine: CommandLine<OptionTable>): string {
  const { name, summary, positionals, examples } = commandLine;
  const options: OptionTable = { ...commandLine.options, ...sharedOptions };
  const rows = Object.entries(options);
  const usage = rows.filter(([, option]) => option.required).map(([key, option]) => flagOf(key, option));
  const words = positionals ? [positionals.min > 0 ? `<${positionals.name}>` : `[${positionals.name}]`] : [];
  const [script = name, ...verb] = name.split(" ");
  const codes = { ...pickMeanings([0, 1, 2, 130, 143]), ...commandLine.exitCodes };
  return [
    summary,
    "",
    `Usage: npm run --silent ${[script, "--", ...verb, ...usage, "[options]", ...words].join(" ")}`,
    ...(positionals ? ["", ...table([[positionals.name, positionals.help]])] : []),
    "",
    "Options:",
    ...table(
      rows.map(([key, option]) => [
        `${option.short ? `-${option.short}, ` : ""}${flagOf(key, option)}`,
        option.default === undefined ? option.help : `${option.help} (default: ${option.default})`,
      ]),
    ),
    "",
    "Examples:",
    ...examples.map((example) => `  ${example}`),
    "",
    "Exit codes (any other is a failure too):",
    ...table(Object.entries(codes)),
  ].join("\n");
}

interface OptionToken {
  name: string;
  rawName: string;
  value?: string | undefined;
  inlineValue?: boolean | undefined;
}

function toNodeOption({ type, short }: OptionDefinition): { type: "string" | "boolean"; short?: string } {
  return short === undefined ? { type } : { type, short };
}

function readOption(
  values: Record<string, string | boolean | string[]>,
  options: OptionTable,
  { name, rawName, value, inlineValue }: OptionToken,
): void {
  const option = Object.hasOwn(options, name) ? options[name] : undefined;
  if (!option) throw unknownOption(rawName, Object.keys(options));
  if (option.type === "boolean") {
    if (value !== undefined)
      throw new BadInputError(`${rawName} takes no value, but was given one.`, SEE_HELP);
    values[name] = true;
    return;
  }
  if (value === undefined || (!inlineValue && value.startsWith("-"))) {
    throw new BadInputError(`${rawName} needs a value: ${flagOf(name, option)}.`, SEE_HELP);
  }
  if (value === "") throw new BadInputError(`${rawName} was given an empty value.`, SEE_HELP);
  const before = values[name];
  if (option.multiple) {
    values[name] = Array.isArray(before) ? [...before, value] : [value];
  } else if (before === undefined) {
    values[name] = value;
  } else {
    throw new BadInputError(`${rawName} was given twice.`, { remedy: "Give it once." });
  }
}

function unknownOption(rawName: string, known: readonly string[]): BadInputError {
  const typed = rawName.replace(/^-+/, "");
  const near = known.find((name) => name.startsWith(typed) || typed.startsWith(name));
  const remedy = near && typed.length > 1 ? `Did you mean --${near}?` : SEE_HELP.remedy;
  return new BadInputError(`Unknown option ${rawName}.`, { remedy });
}

function fillDefaults(values: Record<string, string | boolean | string[]>, options: OptionTable): void {
  for (const [name, option] of Object.entries(options)) {
    if (values[name] !== undefined) continue;
    if (option.required && values.help !== true) {
      throw new BadInputError(`${flagOf(name, option)} is missing.`, SEE_HELP);
    }
    if (option.default !== undefined) values[name] = option.default;
  }
}

function checkPositionals(commandLine: CommandLine<OptionTable>, positionals: readonly string[]): void {
  const none: NonNullable<typeof commandLine.positionals> = { name: "argument", help: "", min: 0, max: 0 };
  const { name, min, max, mayBeEmpty = false } = commandLine.positionals ?? none;
  const extra = positionals[max];
  if (extra !== undefined) throw new BadInputError(`"${extra}" is one word too many.`, SEE_NPM);
  if (positionals.length < min) throw new BadInputError(`<${name}> is missing.`, SEE_HELP);
  if (!mayBeEmpty && positionals.includes("")) throw new BadInputError(`<${name}> is empty.`, SEE_HELP);
}

const SEE_HELP = { remedy: "--help shows the options." };
// npm takes options for its own unless "--" comes first, and hands on only their values.
const SEE_NPM = { remedy: "Behind npm run, options come after -- ; --help shows them." };

function flagOf(name: string, option: OptionDefinition): string {
  return option.type === "boolean" ? `--${name}` : `--${name} <${option.value ?? name}>`;
}

function pickMeanings(codes: readonly (keyof typeof exitCodeMeanings)[]): Record<number, string> {
  return Object.fromEntries(codes.map((code) => [code, exitCodeMeanings[code]]));
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
