import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "check-settings-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe("check-settings", () => {
  it("says that the sample is good and ends with 0", async () => {
    expect(await check("Pulumi.dev.yaml")).toEqual({
      code: 0,
      out: "Pulumi.dev.yaml: no faults\n",
      error: "",
    });
  });

  it("lists every fault on a line of its own and ends with 2", async () => {
    const file = await stackFile(
      "Pulumi.dev.yaml",
      "config:\n  aws:region: tokyo\n  sekisho:mfa: {mode: off}\n",
    );
    expect(await check(file)).toEqual({
      code: 2,
      out: "",
      error: [
        'aws:region must be a Region such as ap-northeast-1, not "tokyo"',
        "sekisho:users.signInWith is missing; give email, phone, [email, phone] or username",
        "sekisho:backup.copyTo is missing; give the Region that holds the copy, such as ap-northeast-3, or none",
        "",
      ].join("\n"),
    });
  });

  it("prints one JSON object and nothing else with --json", async () => {
    const good = await check("Pulumi.dev.yaml", "--json");
    expect({ ...good, out: JSON.parse(good.out) }).toEqual({
      code: 0,
      out: { faults: [], warnings: [] },
      error: "",
    });
    const bad = await check(await stackFile("Pulumi.x.yaml", "config: {a: 1, a: 2}"), "--json");
    expect({ ...bad, out: JSON.parse(bad.out) }).toEqual({
      code: 2,
      out: {
        faults: [
          {
            path: "Pulumi.x.yaml",
            message:
              "is not readable as YAML: Map keys must be unique at line 1, column 16; correct that place",
          },
        ],
        warnings: [],
      },
      error: "",
    });
  });

  it("says what is seldom meant, and ends with 21 only when --strict asks for it", async () => {
    const file = await stackFile(
      "Pulumi.open.yaml",
      "config: {aws:region: ap-northeast-1, sekisho:users: {signInWith: email, selfSignUp: true}, sekisho:mfa: {mode: off}, sekisho:backup: {copyTo: none}}\n",
    );
    const error = expect.stringMatching(
      /^warning: sekisho:users\.selfSignUp is true: [^\n]+\n(warning: [^\n]+\n)*$/,
    );
    const out = expect.stringMatching(/Pulumi\.open\.yaml: no faults, \d+ warnings?\n$/);
    const [lenient, strict, { code, out: json }] = await Promise.all([
      check(file),
      check(file, "--strict"),
      check(file, "--strict", "--json"),
    ]);
    expect(lenient).toEqual({ code: 0, out, error });
    expect(strict).toEqual({ code: 21, out, error });
    expect({ code, json: JSON.parse(json) }).toMatchObject({
      code: 21,
      json: {
        faults: [],
        warnings: expect.arrayContaining([{ path: "sekisho:users.selfSignUp", message: expect.any(String) }]),
      },
    });
  });

  it.each([
    [
      "a file that is not there",
      "Pulumi.gone.yaml",
      "Pulumi.gone.yaml does not exist here; give the path of a file named Pulumi.<stack>.yaml",
    ],
    ["a folder", "infra", "infra is a folder; give the path of a file named Pulumi.<stack>.yaml"],
  ])("refuses %s with one line", async (_title, file, line) => {
    expect(await check(file)).toEqual({ code: 2, out: "", error: `${line}\n` });
  });

  it("asks for the file when none is named", async () => {
    const { code, error } = await check();
    expect({ code, lines: error.trimEnd().split("\n").length }).toEqual({ code: 2, lines: 1 });
  });
});

async function stackFile(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

function check(...args: string[]): Promise<{ code: number; out: string; error: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ["--import", "tsx", "infra/check-settings.ts", ...args],
      { cwd: ROOT },
      (_error, out, error) => resolve({ code: child.exitCode ?? -1, out, error }),
    );
  });
}
