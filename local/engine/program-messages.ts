import { stripVTControlCharacters } from "node:util";

/** What a person needs of an error that ended the program. */
export interface ProgramError {
  /** Its message, without Pulumi's preamble, the stack, and the fields Node prints behind it. */
  message: string;
  /** Meant for people (settings faults, refusals), as opposed to a fault of the program itself. */
  isForPeople: boolean;
}

const PREAMBLE = /^Running program '.*' failed with an unhandled exception:$/;

/** Reads an error as Pulumi's SDK logs it: errors for people as they are, everything else as Node prints it. */
export function readProgramError(logged: string): ProgramError {
  const [first = "", ...rest] = stripVTControlCharacters(logged).trim().split("\n");
  if (!PREAMBLE.test(first)) return { message: [first, ...rest].join("\n"), isForPeople: true };
  const stackStart = rest.findIndex((line) => /^\s+at .+/.test(line));
  const message = (stackStart === -1 ? rest : rest.slice(0, stackStart)).join("\n").trim();
  return {
    message: message.replace(/^(<ref \*\d+> )?\[?([A-Za-z]*Error|Exception)( \[[\w ]+\])?: /, ""),
    isForPeople: false,
  };
}
