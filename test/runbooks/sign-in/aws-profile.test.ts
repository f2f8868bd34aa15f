import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BadInputError } from "../../../runbooks/runtime/errors.ts";
import { editConfig, isInCredentialsFile, quoteCommand } from "../../../runbooks/sign-in/aws-profile.ts";

const profile = {
  name: "sekisho-dev",
  stack: "dev",
  region: "ap-northeast-1",
  command: ["/usr/bin/node", "/home/hanako/.sekisho/dev/credential-process.cjs"],
};
const BLOCK = [
  "[profile sekisho-dev]",
  "# Written by configure-profile of Sekisho, stack dev",
  "credential_process = /usr/bin/node /home/hanako/.sekisho/dev/credential-process.cjs",
  "region = ap-northeast-1",
  "",
].join("\n");

describe("The AWS config file", () => {
  test.each([
    ["is made where there is none", "", BLOCK],
    ["keeps what it has", "[default]\nregion = us-east-1\n", `[default]\nregion = us-east-1\n\n${BLOCK}`],
    ["keeps a last line without an end", "[default]\nregion=x", `[default]\nregion=x\n\n${BLOCK}`],
    ["keeps its last blank line", "[default]\n\n", `[default]\n\n${BLOCK}`],
    [
      "keeps the line ends of Windows",
      "[default]\r\nregion = x\r\n",
      `[default]\r\nregion = x\r\n\r\n${BLOCK.replaceAll("\n", "\r\n")}`,
    ],
    [
      "is not taken in by a name that begins the same",
      "[profile sekisho-dev2]\n",
      `[profile sekisho-dev2]\n\n${BLOCK}`,
    ],
    [
      "is not taken in by a section of another kind",
      "[sso-session sekisho-dev]\n",
      `[sso-session sekisho-dev]\n\n${BLOCK}`,
    ],
  ])("%s", (_, before, after) => {
    expect(editConfig(before, profile)).toEqual({ text: after, change: "added" });
  });

  test("stays as it is where it says so already", () => {
    const before = `[default]\n\n${BLOCK}\n[profile other]\nregion = x\n`;
    expect(editConfig(before, profile)).toEqual({ text: before, change: "unchanged" });
  });

  test("gets a new command in place of the old one, and keeps what somebody added to the profile", () => {
    const before = `[a]\n${BLOCK.replace("/usr/bin/node", "/old/node")}output = json\nregion = us-east-1\n[b]\n`;
    expect(editConfig(before, profile)).toEqual({
      text: `[a]\n${BLOCK}output = json\nregion = us-east-1\n[b]\n`,
      change: "updated",
    });
  });

  test("gets the command back where somebody took it out", () => {
    const before = "[profile sekisho-dev]\n# Written by configure-profile of Sekisho, stack dev";
    expect(editConfig(before, profile).text).toBe(BLOCK.replace("region = ap-northeast-1\n", ""));
  });

  test.each([
    ["[profile sekisho-dev]\nregion = x\n"],
    ['[profile "sekisho-dev"]\nregion = x\n'],
    ["[ profile   sekisho-dev ] ; mine\n"],
    ["[profile sekisho-dev]\n# Written by configure-profile of Sekisho, stack prod\n"],
    [`${BLOCK}[profile sekisho-dev]\nregion = x\n`],
  ])("is left alone where a profile of that name is another's: %j", (before) => {
    expect(() => editConfig(before, profile)).toThrow(BadInputError);
    expect(() => editConfig(before, profile)).toThrow(
      "has a profile sekisho-dev that is not of this command",
    );
  });

  test("has a section of its own for the default profile", () => {
    expect(editConfig("", { ...profile, name: "default" }).text).toMatch(/^\[default\]\n/);
    expect(() => editConfig("[default]\nregion = x\n", { ...profile, name: "default" })).toThrow(
      BadInputError,
    );
  });

  test("keeps every byte of what it had, whatever that is, and a second run changes nothing", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const before = Buffer.from(bytes).toString("latin1");
        const { text } = editConfig(before, profile);
        expect(text.startsWith(before)).toBe(true);
        expect(editConfig(text, profile)).toEqual({ text, change: "unchanged" });
      }),
    );
  });

  test("writes a path of any script as UTF-8", () => {
    const command = ["/usr/bin/node", "/home/花子/dev"];
    const { text } = editConfig("", { ...profile, command });
    expect(Buffer.from(text, "latin1").toString("utf8")).toContain('"/home/花子/dev"');
  });

  test("knows keys of the same name in the credentials file, which would win", () => {
    expect(isInCredentialsFile("[sekisho-dev]\naws_access_key_id = x\n", "sekisho-dev")).toBe(true);
    expect(isInCredentialsFile("[default]\n", "sekisho-dev")).toBe(false);
  });
});

describe("A command in a profile", () => {
  const words = ["/usr/bin/node", "/home/hanako o'hara/my dev/花子/a;b#c/credential-process.cjs"];

  test("is read by a shell, as the SDKs run it, and by shlex, as the AWS CLI does, as it was meant", () => {
    const command = quoteCommand(words);
    const shell = execFileSync("/bin/sh", ["-c", `printf '%s\\n' ${command}`], { encoding: "utf8" });
    expect(shell.trimEnd().split("\n")).toEqual(words);
    const script = "import json,shlex,sys; print(json.dumps(shlex.split(sys.argv[1])))";
    expect(JSON.parse(execFileSync("python3", ["-c", script, command], { encoding: "utf8" }))).toEqual(words);
  });

  test.each(['/a"b', "/a\\b", "/a$b", "/a`b", "/a\nb", "/a #b", "/a ;b", "", " /a"])(
    "is refused with the word %j",
    (word) => {
      expect(() => quoteCommand(["/usr/bin/node", word])).toThrow(BadInputError);
    },
  );
});
