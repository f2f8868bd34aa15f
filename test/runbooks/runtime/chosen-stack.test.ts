import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readStackToJudge } from "../../../local/security-report/stacks-to-judge.ts";
import { readChosenStack, readStackAt } from "../../../runbooks/runtime/chosen-stack.ts";
import { SAMPLE_FILE, sampleConfig } from "../../support/sample-settings.ts";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "chosen-stack-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function write(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

describe("the stack file that a command is about", () => {
  test("is the one at the path, with its settings and as it stands", async () => {
    const lines: string[] = [];
    const file = SAMPLE_FILE.pathname;
    const chosen = await readChosenStack({ file }, (line) => lines.push(line));
    expect(chosen).toMatchObject({ file, raw: { stack: "dev" }, settings: { stack: "dev" } });
    expect(lines).toEqual([]);
  });

  test("is the sample where none is named, and the person is told", async () => {
    const lines: string[] = [];
    const { file } = await readChosenStack({}, (line) => lines.push(line));
    expect([file, ...lines]).toEqual([
      "Pulumi.dev.yaml",
      "No stack file is named, so this is about the sample, Pulumi.dev.yaml.",
    ]);
  });

  test.each([
    ["Pulumi.none.yaml", "Pulumi.none.yaml does not exist here."],
    [".", "is a folder."],
  ])("ends with 2 and says what to give where there is no file: %s", async (name, message) => {
    const failure = {
      exitCode: 2,
      message: expect.stringContaining(message),
      remedy: "Give the path of a file named Pulumi.<stack>.yaml.",
    };
    await expect(readStackAt(join(folder, name))).rejects.toMatchObject(failure);
    await expect(readStackToJudge(join(folder, name))).rejects.toMatchObject(failure);
  });

  test.each([
    [
      "notes.yaml",
      "config: {}",
      "notes.yaml is not named Pulumi.<stack>.yaml; the name tells which stack it is for.",
    ],
    [
      "Pulumi.bare.yaml",
      "settings: {}",
      "Pulumi.bare.yaml has no config, which must hold aws:region and the sekisho: sections.",
    ],
    [
      "Pulumi.huge.yaml",
      " ".repeat(256 * 1024 + 1),
      "Pulumi.huge.yaml has more than 256 KiB, which no stack file needs; is it the right file?",
    ],
  ])("ends with 2 and one whole sentence for what is no stack file: %s", async (name, text, message) => {
    const file = await write(name, text);
    await expect(readStackAt(file)).rejects.toMatchObject({ exitCode: 2, message, remedy: "" });
  });

  test("ends with 2 and says what lists the faults of the settings, and of the messages they name", async () => {
    const faulty = await write("Pulumi.faulty.yaml", "config: {aws:region: tokyo}");
    await expect(readStackToJudge(faulty)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/^Pulumi\.faulty\.yaml has \d+ faults\.$/),
      remedy: `npm run check-settings -- ${faulty} names them; correct the file first.`,
    });
    const config = sampleConfig([["messages"], { mfa: { sms: "no-such-file.txt" } }]);
    const sections = Object.fromEntries(
      Object.entries(config).map(([key, value]) => [`sekisho:${key}`, value]),
    );
    const mute = await write(
      "Pulumi.mute.yaml",
      JSON.stringify({ config: { "aws:region": "ap-northeast-1", ...sections } }),
    );
    await expect(readStackToJudge(mute)).rejects.toMatchObject({
      exitCode: 2,
      message: "Pulumi.mute.yaml has 1 fault.",
      remedy: `npm run check-settings -- ${mute} names it; correct the file first.`,
    });
  });
});
