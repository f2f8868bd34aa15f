import { describe, expect, it } from "vitest";
import { readStackFile } from "../../../infra/settings/stack-file.ts";

describe("reading a stack file", () => {
  it("takes the stack from the file's name, the Region and the sekisho: sections from config", () => {
    const text = "config:\n  aws:region: ap-northeast-1\n  aws:profile: ops\n  sekisho:mfa:\n    mode: off\n";
    expect(readStackFile(text, "/somewhere/Pulumi.dev.yaml")).toEqual({
      raw: { stack: "dev", region: "ap-northeast-1", config: { mfa: { mode: "off" } } },
    });
  });

  it.each<[string, string, unknown]>([
    ["a group as JSON text", `'{"mode":"off"}'`, { mode: "off" }],
    ["a list as JSON text", `'[1]'`, [1]],
    ["true as text", `"true"`, true],
    ["a word", "baseline", "baseline"],
    ["a number", "3", 3],
    ["text that only looks like JSON", `'{"mode": off}'`, '{"mode": off}'],
    ["nothing", "", null],
    ["an alias", "&same {a: 1}\n  sekisho:y: *same", { a: 1 }],
  ])("reads %s", (_title, value, expected) => {
    expect(readStackFile(`config:\n  sekisho:x: ${value}\n`, "Pulumi.dev.yaml")).toMatchObject({
      raw: { config: { x: expected } },
    });
  });

  it.each([
    [
      "a name that tells no stack",
      "",
      "dev.yaml",
      "is not named Pulumi.<stack>.yaml; the name tells which stack it is for",
    ],
    [
      "an empty file",
      "",
      "Pulumi.dev.yaml",
      "has no config, which must hold aws:region and the sekisho: sections",
    ],
    [
      "a file of a size no stack file has, whose keys it would compare for minutes",
      `config:\n${Array.from({ length: 20_000 }, (_, index) => `  sekisho:x${index}: 1\n`).join("")}`,
      "Pulumi.dev.yaml",
      "has more than 256 KiB, which no stack file needs; is it the right file?",
    ],
    [
      "a list",
      "- config",
      "Pulumi.dev.yaml",
      "has no config, which must hold aws:region and the sekisho: sections",
    ],
    [
      "config without sections",
      "config: 3",
      "Pulumi.dev.yaml",
      "has no config, which must hold aws:region and the sekisho: sections",
    ],
    [
      "a key twice",
      "config:\n  sekisho:mfa: {mode: off}\n  sekisho:mfa: {mode: required}\n",
      "Pulumi.dev.yaml",
      "is not readable as YAML: Map keys must be unique at line 3, column 3; correct that place",
    ],
    [
      "an open quote",
      'config:\n  sekisho:preset: "baseline\n',
      "Pulumi.dev.yaml",
      'is not readable as YAML: Missing closing "quote at line 3, column 1; correct that place',
    ],
    [
      "an alias to nothing",
      "config:\n  sekisho:mfa: *gone\n",
      "Pulumi.dev.yaml",
      "is not readable as YAML: Unresolved alias (the anchor must be set before the alias): gone; correct that place",
    ],
    [
      "aliases that multiply without end",
      `a: &a [x]\n${"bcdefghij".replaceAll(/./g, (letter, at: number) => `${letter}: &${letter} [${`*${"abcdefghij"[at]},`.repeat(9)}]\n`)}config: {sekisho:mfa: *j}\n`,
      "Pulumi.dev.yaml",
      "is not readable as YAML: Excessive alias count indicates a resource exhaustion attack; correct that place",
    ],
  ])("refuses %s", (_title, text, name, message) => {
    expect(readStackFile(text, name)).toEqual({ faults: [{ path: name, message }] });
  });

  it("repeats a Region that is no text, so that the fault can show it", () => {
    expect(readStackFile("config:\n  aws:region: [tokyo]\n", "Pulumi.dev.yaml")).toMatchObject({
      raw: { region: "a list" },
    });
  });
});
