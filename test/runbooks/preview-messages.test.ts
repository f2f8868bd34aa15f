import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { previewMessagesRunbook } from "../../runbooks/preview-messages.ts";
import { runRunbook } from "../../runbooks/runtime/runbook.ts";
import { sampleConfig } from "../support/sample-settings.ts";
import { createTestHost } from "../support/test-host.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "preview-messages-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Runs the command as the project's own folder would, and writes its page where the test can see it. */
async function preview(...args: string[]) {
  const out = join(folder, "page.html");
  const host = createTestHost(args.includes("--out") ? args : ["--out", out, ...args]);
  await runRunbook(previewMessagesRunbook, host);
  return { code: host.exitCode(), text: host.out(), errors: host.errors(), out };
}

async function stackFile(messages: object): Promise<string> {
  const config = Object.entries(sampleConfig([["messages"], messages]));
  const path = join(folder, "Pulumi.dev.yaml");
  const sections = Object.fromEntries(config.map(([key, value]) => [`sekisho:${key}`, value]));
  await writeFile(path, JSON.stringify({ config: { "aws:region": "ap-northeast-1", ...sections } }));
  return path;
}

describe("preview-messages", () => {
  it("writes the page and says how large each message is and what it costs", async () => {
    const { code, text, errors, out } = await preview("Pulumi.dev.yaml");
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
    expect(text.split("\n")).toEqual([
      "from      message        mail characters  text characters  parts  USD/1,000",
      expect.stringMatching(/^pool {6}invitation {5}[\d,]+ +50 UCS-2 {9}1 {6}74\.50$/),
      ...Array.from({ length: 4 }, () => expect.stringMatching(/^(pool|function) /)),
      // The sample resets passwords by mail alone.
      expect.stringMatching(/^function {2}passwordReset {2}[\d,]+ +not sent {9}- {6}-$/),
      ...Array.from({ length: 2 }, () => expect.stringMatching(/^function /)),
      "",
      `Page: ${out}`,
      "",
    ]);
    expect(await readFile(out, "utf8")).toContain("<title>Messages of dev</title>");
  });

  it("prints the same as one JSON object", async () => {
    const { code, text, out } = await preview("--json", "--sms-price", "0.1");
    expect(code).toBe(0);
    expect(JSON.parse(text)).toMatchObject({
      page: out,
      faults: [],
      messages: [
        {
          message: "invitation",
          from: "pool",
          mail: { subject: "【Example】アカウントのご案内", isSent: true },
          sms: { characters: 50, encoding: "UCS-2", parts: 1, usdPerThousand: 100, isSent: true },
          remarks: [],
        },
        ...Array.from({ length: 7 }, () => ({ remarks: [] })),
      ],
    });
  });

  it("shows faulty messages all the same, names the faults and ends with 2", async () => {
    const text = join(folder, "mfa.txt");
    await writeFile(text, "コードは {####} です。{code}");
    const { code, errors, out } = await preview(await stackFile({ mfa: { sms: text } }));
    const sentence =
      "which has {code}, which nobody fills in; known here: {####}, {siteUrl}, {siteName}, {nickname}";
    expect(code).toBe(2);
    expect(errors).toBe(`warning: sekisho:messages.mfa.sms names ${text}, ${sentence}\n`);
    expect(await readFile(out, "utf8")).toContain("1 fault; the stack cannot be deployed with it");
  });

  it("remarks a text message of two parts, which is billed twice", async () => {
    const text = join(folder, "mfa.txt");
    await writeFile(text, `コードは {####} です。${"あ".repeat(70)}`);
    const { code, text: printed } = await preview(await stackFile({ mfa: { sms: text } }));
    expect(code).toBe(0);
    expect(printed).toContain(
      "pool-mfa: The text message is billed 2 times; 70 characters of Japanese are one part.",
    );
    expect(printed).toMatch(/pool +mfa .* 2 +149\.00/);
  });

  it.each([
    [
      ["Pulumi.gone.yaml"],
      2,
      "preview-messages: Pulumi.gone.yaml does not exist here. Give the path of a file named Pulumi.<stack>.yaml.\n",
    ],
    [
      ["--sms-price", "7 yen"],
      2,
      'preview-messages: --sms-price is "7 yen". Give USD per part, such as 0.0745.\n',
    ],
    ...[
      ["/dev/null/page.html", "ENOTDIR"],
      ["/no/such/folder/page.html", "ENOENT"],
      ["/proc/x/y.html", "ENOENT"],
      ["/", "EISDIR"],
    ].map(([path, code]): [string[], number, string] => [
      ["Pulumi.dev.yaml", "--out", path ?? ""],
      16,
      `preview-messages: ${path} cannot be written (${code}). Give --out a file in a folder that exists and that you may write to.\n`,
    ]),
  ])("refuses %j with one line", async (args, code, line) => {
    const result = await preview(...args);
    expect({ code: result.code, errors: result.errors, text: result.text }).toEqual({
      code,
      errors: line,
      text: "",
    });
  });

  it("refuses a stack file with faults, and says who names them", async () => {
    const file = await stackFile({ language: "fr" });
    const { code, errors } = await preview(file);
    expect(code).toBe(2);
    expect(errors).toBe(
      `preview-messages: Pulumi.dev.yaml has 1 fault. npm run check-settings -- ${file} names it; correct the file first.\n`,
    );
  });
});
