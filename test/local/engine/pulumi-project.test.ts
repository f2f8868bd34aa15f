import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readPulumiProject } from "../../../local/engine/pulumi-project.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "pulumi-project-"));
  await mkdir(join(root, "infra"));
  await writeFile(join(root, "infra", "index.ts"), "");
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

async function readProject(text: string) {
  await writeFile(join(root, "Pulumi.yaml"), text);
  return readPulumiProject(root);
}

const PLAIN = { nodeArgs: [], usesTypescriptLoader: true };

describe("Pulumi.yaml", () => {
  test.each<[string, string, { programDir: string; entryPoint: string }]>([
    ["a file", "main: infra/index.ts", { programDir: "infra", entryPoint: "index.ts" }],
    ["a folder", "main: infra", { programDir: "infra", entryPoint: "." }],
    ["nothing", "description: none", { programDir: "", entryPoint: "." }],
  ])("runs %s where the Pulumi CLI would", async (_what, line, { programDir, entryPoint }) => {
    await expect(readProject(`name: p\nruntime: nodejs\n${line}\n`)).resolves.toEqual({
      ...PLAIN,
      name: "p",
      rootDir: root,
      programDir: join(root, programDir),
      entryPoint,
    });
  });

  test("says how Node is started", async () => {
    const runtime = "runtime: { name: nodejs, options: { typescript: false, nodeargs: '--import tsx' } }";
    await expect(readProject(`name: p\n${runtime}\n`)).resolves.toMatchObject({
      nodeArgs: ["--import", "tsx"],
      usesTypescriptLoader: false,
    });
  });

  test.each([
    ["is of another language", "name: p\nruntime: python\n", "runtime: Invalid input"],
    ["has no name", "runtime: nodejs\n", "name: Invalid input: expected string, received undefined"],
    [
      "is no YAML",
      "name: [",
      "Flow sequence in block collection must be sufficiently indented and end with a ]",
    ],
    ["is empty", "", "the file: Invalid input: expected object, received null"],
  ])("is refused when it %s", async (_what, text, why) => {
    await expect(readProject(text)).rejects.toThrow(
      `${root}/Pulumi.yaml does not describe a Pulumi program for Node: ${why}.`,
    );
  });
});
