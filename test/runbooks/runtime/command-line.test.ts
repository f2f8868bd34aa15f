import { describe, expect, it } from "vitest";
import {
  type CommandLine,
  formatHelp,
  type OptionTable,
  parseCommandLine,
} from "../../../runbooks/runtime/command-line.ts";
import { BadInputError } from "../../../runbooks/runtime/errors.ts";

const options = {
  stack: { type: "string", value: "name", required: true, help: "the stack" },
  region: { type: "string", short: "r", help: "the Region" },
  quota: { type: "string", multiple: true, help: "a quota" },
  set: { type: "string", default: "latest", help: "the set" },
  copy: { type: "boolean", help: "the copy" },
} as const satisfies OptionTable;

const commandLine = {
  name: "do-it",
  summary: "Does it.",
  options,
  examples: ["npm run do-it -- --stack dev"],
  exitCodes: { 10: "no such stack" },
} satisfies CommandLine<typeof options>;

describe("arguments", () => {
  it("reads values, repeated options, flags and defaults", () => {
    const argv = ["--stack", "dev", "-r", "ap-northeast-1", "--quota=a=1", "--quota", "b=2", "--copy"];
    expect(parseCommandLine(commandLine, argv)).toEqual({
      values: { stack: "dev", region: "ap-northeast-1", quota: ["a=1", "b=2"], copy: true, set: "latest" },
      positionals: [],
    });
  });

  it.each<[string, string[], string]>([
    ["an option it does not know", ["--stack", "dev", "--force"], "Unknown option --force."],
    ["a misspelt option", ["--stac", "dev"], "Unknown option --stac."],
    ["a prototype's name as option", ["--stack", "dev", "--constructor"], "Unknown option --constructor."],
    ["an option without its value", ["--stack"], "--stack needs a value: --stack <name>."],
    [
      "an option followed by another instead of its value",
      ["--stack", "--copy"],
      "--stack needs a value: --stack <name>.",
    ],
    ["an empty value", ["--stack="], "--stack was given an empty value."],
    ["a value for a flag", ["--stack", "dev", "--copy=yes"], "--copy takes no value, but was given one."],
    ["an option given twice", ["--stack", "a", "--stack", "b"], "--stack was given twice."],
    ["a missing required option", ["--copy"], "--stack <name> is missing."],
    ["a word it does not expect", ["--stack", "dev", "prod"], '"prod" is one word too many.'],
    ["a word behind --", ["--stack", "dev", "--", "--copy"], '"--copy" is one word too many.'],
  ])("refuses %s", (_, argv, message) => {
    const attempt = () => parseCommandLine(commandLine, argv);
    expect(attempt).toThrow(BadInputError);
    expect(attempt).toThrow(message);
  });

  it("asks for words where the command takes them, and for no more", () => {
    const withWords = { ...commandLine, positionals: { name: "file", help: "the file", min: 1, max: 1 } };
    expect(parseCommandLine(withWords, ["--stack", "dev", "a.yaml"]).positionals).toEqual(["a.yaml"]);
    expect(() => parseCommandLine(withWords, ["--stack", "dev"])).toThrow("<file> is missing.");
    expect(() => parseCommandLine(withWords, ["--stack", "dev", "a", "b"])).toThrow(
      '"b" is one word too many.',
    );
  });

  it("does not ask for required options or words when help is wanted", () => {
    expect(parseCommandLine(commandLine, ["--help"]).values).toMatchObject({ help: true });
    const withWords = { ...commandLine, positionals: { name: "file", help: "the file", min: 1, max: 1 } };
    expect(parseCommandLine(withWords, ["--help"]).values).toMatchObject({ help: true });
  });
});

describe("help", () => {
  it("shows what it does, every option, examples and every exit code", () => {
    const help = formatHelp(commandLine);
    for (const text of [
      "Does it.",
      "--stack <name>",
      "-r, --region <region>",
      "(default: latest)",
      "--json",
      "npm run do-it -- --stack dev",
      "10   no such stack",
      "130  interrupted",
    ]) {
      expect(help).toContain(text);
    }
  });

  it("puts the verb of a script that has several behind the dashes", () => {
    expect(formatHelp({ ...commandLine, name: "do-it again" })).toContain(
      "Usage: npm run --silent do-it -- again --stack <name> [options]",
    );
  });
});
