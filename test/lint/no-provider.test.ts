import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
const rules = z
  .object({ plugins: z.array(z.string()) })
  .parse(JSON.parse(readFileSync(join(PROJECT, "biome.json"), "utf8"))).plugins;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sekisho-lint-"));
  // The rules of this project by themselves: the rest of its linting has nothing to do with it.
  const plugins = rules.map((rule) => join(PROJECT, rule));
  writeFileSync(join(folder, "biome.json"), JSON.stringify({ root: true, plugins }));
});
afterAll(() => rmSync(folder, { recursive: true }));

function lint(text: string): { status: number | null; output: string } {
  writeFileSync(join(folder, "linted.ts"), text);
  const args = ["lint", "--colors=off", "linted.ts"];
  const biome = join(PROJECT, "node_modules/.bin/biome");
  const { status, stdout, stderr } = spawnSync(biome, args, { cwd: folder, encoding: "utf8" });
  return { status, output: stdout + stderr };
}

describe("the linter", () => {
  test.each([
    `import * as aws from "@pulumi/aws";\nexport const osaka = new aws.Provider("osaka", { region: "ap-northeast-3" });\n`,
    `import { Provider } from "@pulumi/aws";\nexport const osaka = new Provider("osaka");\n`,
    `import * as cloud from "@pulumi/aws";\nexport const use = (name: string) => {\n  return { provider: new cloud.Provider(name, {}, { parent: undefined }) };\n};\n`,
  ])("refuses an explicit provider, which leaves the account of the stack's configuration: %j", (text) => {
    const { status, output } = lint(text);
    expect(output).toContain("An explicit provider ignores the aws: configuration of the stack");
    expect(output).toContain("For another Region give the resource its own region.");
    expect(status).toBe(1);
  });

  test("has nothing against a resource in another Region", () => {
    const text = `import * as aws from "@pulumi/aws";\nexport const topic = new aws.sns.Topic("copy", { region: "ap-northeast-3" });\n`;
    expect(lint(text)).toMatchObject({ status: 0 });
  });
});
