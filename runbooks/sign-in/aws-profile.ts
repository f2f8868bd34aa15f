import { BadInputError } from "../runtime/errors.ts";

/** A profile of the AWS configuration that takes its credentials from a stack's program. */
export interface AwsProfile {
  name: string;
  stack: string;
  region: string;
  /** Node and the program, absolute paths. */
  command: readonly string[];
}

/** What a profile may be called: no character that a section's line or a shell takes for its own. */
export const PROFILE_NAME = /^[A-Za-z0-9][\w.@+-]{0,63}$/;

export interface ProfileEdit {
  text: string;
  change: "added" | "updated" | "unchanged";
}

/**
 * An AWS config file with this profile in it. Nothing else of the file changes by a byte: its text is given and returned
 * as one character per byte (latin1). What somebody added to our profile stays; one that is not ours is refused with a
 * BadInputError (AWS SDKs and Tools Reference Guide, "Shared config and credentials files").
 */
export function editConfig(before: string, profile: AwsProfile): ProfileEdit {
  const { name, stack, region, command } = profile;
  const end = before.includes("\r\n") ? "\r\n" : "\n";
  const setting = `credential_process = ${bytesOf(quoteCommand(command))}`;
  const sections = findSections(before, name);
  const [section, another] = sections;
  if (section === undefined) {
    const block = [`[${sectionOf(name)}]`, marker(stack), setting, `region = ${region}`, ""].join(end);
    const gap = before === "" || before.endsWith(end + end) ? "" : before.endsWith("\n") ? end : end + end;
    return { text: `${before}${gap}${block}`, change: "added" };
  }
  const body = before.slice(section.from, section.to);
  const isOurs = splitLines(body).some((line) => line.trim() === marker(stack));
  if (!isOurs || another !== undefined) {
    throw new BadInputError(`The AWS config file has a profile ${name} that is not of this command.`, {
      remedy: "Give another name with --profile, or take that profile out.",
    });
  }
  const edited = replaceSetting(body, setting, marker(stack), end);
  const text = `${before.slice(0, section.from)}${edited}${before.slice(section.to)}`;
  return { text, change: text === before ? "unchanged" : "updated" };
}

/** Whether a credentials file has a section of that name, whose keys would be taken in place of the profile's. */
export function isInCredentialsFile(text: string, name: string): boolean {
  return splitLines(text).some((line) => readSection(line) === name);
}

/**
 * A command as both a POSIX shell (AWS SDKs) and Python's shlex (AWS CLI) read it: a word with blanks in double quotes
 * (AWS SDKs and Tools Reference Guide, "Process credential provider"). Throws BadInputError for a word that the two, or
 * the readers of the config file, would take differently.
 */
export function quoteCommand(words: readonly string[]): string {
  return words
    .map((word) => {
      if (/^[\w/.:@%+=,-]+$/.test(word)) return word;
      if (word !== "" && !UNQUOTABLE.test(word)) return `"${word}"`;
      throw new BadInputError(
        `No AWS profile can name ${JSON.stringify(word)}: tools read such a path differently.`,
        {
          remedy: "Set SEKISHO_HOME to a path of letters, digits and blanks.",
        },
      );
    })
    .join(" ");
}

/** What quotes do not protect in a shell, and what begins a comment in the file. */
const UNQUOTABLE = /["\\$`\p{Cc}]|\s[;#]|^\s|\s$/u;

interface Section {
  /** Where its first line after the name begins, and where the next section does. */
  from: number;
  to: number;
}

function findSections(text: string, name: string): Section[] {
  const found: Section[] = [];
  let open: number | undefined;
  let at = 0;
  for (const line of text.split(/(?<=\n)/)) {
    const section = readSection(line);
    if (section !== undefined) {
      if (open !== undefined) found.push({ from: open, to: at });
      open = isSectionOf(section, name) ? at + line.length : undefined;
    }
    at += line.length;
  }
  if (open !== undefined) found.push({ from: open, to: text.length });
  return found;
}

/** The name in a section's line, undefined for any other line. */
function readSection(line: string): string | undefined {
  const trimmed = (line.split(/(?:^|\s)[;#]/)[0] ?? "").trim();
  return /^\[(.*)\]$/.exec(trimmed)?.[1]?.trim();
}

function isSectionOf(section: string, name: string): boolean {
  const [, quoted, plain] = /^profile\s+(?:["'](.*)["']|(\S+))$/.exec(section) ?? [];
  return (quoted ?? plain ?? (section === "default" ? section : undefined)) === name;
}

function sectionOf(name: string): string {
  return name === "default" ? name : `profile ${name}`;
}

function marker(stack: string): string {
  return `# Written by configure-profile of Sekisho, stack ${stack}`;
}

function replaceSetting(body: string, setting: string, mark: string, end: string): string {
  const lines = body.split(/(?<=\n)/);
  const at = lines.findIndex((line) => /^credential_process\s*=/.test(line));
  if (at === -1) {
    const after = lines.findIndex((line) => line.trim() === mark);
    return lines
      .flatMap((line, place) => (place === after ? [endLine(line, end), setting, end] : [line]))
      .join("");
  }
  return lines.map((line, place) => (place === at ? setting + lineEnd(line) : line)).join("");
}

function lineEnd(line: string): string {
  return /\r?\n$/.exec(line)?.[0] ?? "";
}

function endLine(line: string, end: string): string {
  return lineEnd(line) === "" ? line + end : line;
}

function splitLines(text: string): string[] {
  return text.split(/\r?\n/);
}

/** A text as one character per byte of its UTF-8. */
function bytesOf(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}
