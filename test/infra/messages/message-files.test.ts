import { describe, expect, it } from "vitest";
import { readMessages } from "../../../infra/messages/message-files.ts";
import { checkStackFile } from "../../../infra/settings/stack-file-check.ts";
import { type Change, goodSettings, sampleConfig } from "../../support/sample-settings.ts";
import { readBuiltIn } from "../../support/stack-messages.ts";

/** A disk that holds the built-in files and these. */
function disk(files: Record<string, string | Error> = {}) {
  const asked: string[] = [];
  return {
    asked,
    async readText(path: string): Promise<string> {
      asked.push(path);
      const found = files[path];
      if (found instanceof Error) throw found;
      if (found !== undefined) return found;
      if (!path.startsWith("infra/messages/")) throw fileError("ENOENT");
      return readBuiltIn(path.slice("infra/messages/".length));
    },
  };
}

function fileError(code: string): Error {
  return Object.assign(new Error(`${code}: no`), { code });
}

function read(changes: readonly Change[], files: Record<string, string | Error> = {}) {
  return readMessages(goodSettings(...changes), disk(files).readText);
}

const invitation = (text: string) =>
  `<title>${text}</title>\n<p>{username} {####}</p>\n<p><a href="{siteUrl}">{siteUrl}</a></p>`;

describe("the messages of a stack", () => {
  it("are the built-in ones unless the stack file names others", async () => {
    const { asked, readText } = disk();
    expect(await readMessages(goodSettings(), readText)).toMatchObject({
      messages: {
        site: { siteUrl: "https://app.example.com/", siteName: "Example", passwordDays: "7" },
        sources: { invitation: { sms: readBuiltIn("invitation.ja.txt") } },
      },
    });
    expect(asked).toHaveLength(12);
    expect(asked.every((path) => /^infra\/messages\/[a-z-]+\.ja\.(html|txt)$/.test(path))).toBe(true);
  });

  it("are English where the stack file says so", async () => {
    const { asked, readText } = disk();
    expect(await readMessages(goodSettings([["messages", "language"], "en"]), readText)).toHaveProperty(
      "messages",
    );
    expect(asked.every((path) => path.includes(".en."))).toBe(true);
  });

  it("name the first application's host when the stack file names no site", async () => {
    expect(await read([[["messages"], undefined]])).toMatchObject({
      messages: { site: { siteUrl: "https://app.example.com/", siteName: "app.example.com" } },
    });
  });

  it.each([
    ["a name, in infra/messages", "ours.ja.html", "infra/messages/ours.ja.html"],
    ["a path from the folder of Pulumi.yaml", "./texts/ours.html", "./texts/ours.html"],
    ["a path beside it", "../texts/ours.html", "../texts/ours.html"],
    ["an absolute path", "/srv/texts/ours.html", "/srv/texts/ours.html"],
  ])("may be the operator's own by %s", async (_title, named, path) => {
    const text = invitation("ようこそ");
    expect(await read([[["messages", "invitation"], named]], { [path]: text })).toMatchObject({
      messages: { sources: { invitation: { mail: text, sms: readBuiltIn("invitation.ja.txt") } } },
    });
  });

  it("are read without the mark that Windows editors put first", async () => {
    const files = { "infra/messages/a.html": `\uFEFF${invitation("x")}` };
    expect(await read([[["messages", "invitation"], "a.html"]], files)).toMatchObject({
      messages: { sources: { invitation: { mail: invitation("x") } } },
    });
  });

  it("are refused all together, each with its setting, its file and the way out", async () => {
    const result = await read(
      [
        [["messages", "invitation"], { mail: "gone.html", sms: "./denied.txt" }],
        [["messages", "passwordReset"], "reset.html"],
      ],
      { "./denied.txt": fileError("EACCES"), "infra/messages/reset.html": "<title>a</title><p>b</p>" },
    );
    expect(result).toEqual({
      faults: [
        {
          path: "sekisho:messages.invitation.mail",
          message:
            "names gone.html, which does not exist (looked for infra/messages/gone.html, from the folder of Pulumi.yaml); correct the name",
        },
        {
          path: "sekisho:messages.invitation.sms",
          message: "names ./denied.txt, which cannot be read (EACCES, ./denied.txt); check its permissions",
        },
        {
          path: "sekisho:messages.passwordReset.mail",
          message: "names reset.html, which has no {####}, where Cognito puts the code",
        },
      ],
    });
  });

  it("name a built-in file that somebody spoiled by its place", async () => {
    expect(await read([], { "infra/messages/mfa.ja.txt": "コード" })).toEqual({
      faults: [{ path: "infra/messages/mfa.ja.txt", message: "has no {####}, where Cognito puts the code" }],
    });
  });
});

describe("check-settings", () => {
  it("reads the messages too, from the project's folder, and says what is wrong with them", async () => {
    const stackFile = JSON.stringify({
      config: {
        "aws:region": "ap-northeast-1",
        ...Object.fromEntries(
          Object.entries(sampleConfig([["messages", "mfa"], "./mfa.html"])).map(([key, value]) => [
            `sekisho:${key}`,
            value,
          ]),
        ),
      },
    });
    const asked: string[] = [];
    const readText = async (path: string) => {
      asked.push(path);
      if (path === "Pulumi.dev.yaml") return stackFile;
      if (path === "/project/mfa.html") return "<title>a</title>\n<p>{####}";
      return readBuiltIn(path.slice("/project/infra/messages/".length));
    };
    const findings = await checkStackFile("Pulumi.dev.yaml", readText, "/project");
    expect(findings).toEqual({
      faults: [{ path: "sekisho:messages.mfa.mail", message: "names ./mfa.html, which never closes <p>" }],
      warnings: [],
    });
    expect(asked).toContain("/project/infra/messages/invitation.ja.html");
  });
});
