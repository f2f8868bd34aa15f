import { spawn } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

const STARTER = new URL("../../local/start.mjs", import.meta.url);

let project: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "start-"));
  await mkdir(join(project, "local"));
  await copyFile(STARTER, join(project, "local", "start.mjs"));
});

afterAll(async () => {
  await rm(project, { recursive: true });
});

it("says on a fresh clone that packages are being installed before npm ci begins, not on the report's stdout", async () => {
  const npm = join(project, "npm.cjs");
  await writeFile(
    npm,
    "process.stderr.write(`npm was asked: `.concat(process.argv[2], `.\\n`)); process.exit(1);",
  );
  const { status, stdout, stderr } = await runStarter(npm);
  expect({ status, stdout, lines: stderr.trimEnd().split("\n") }).toEqual({
    status: 2,
    stdout: "",
    lines: [
      "Installing the project's packages (npm ci); this takes about a minute …",
      "npm was asked: ci.",
      "npm ci could not install the packages (see above); connect to the registry once, then run npm start again.",
    ],
  });
});

interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

function runStarter(npm: string): Promise<Ended> {
  const { npm_config_keep: _keep, ...env } = process.env;
  const child = spawn(process.execPath, [join(project, "local", "start.mjs")], {
    env: { ...env, npm_execpath: npm },
  });
  const ended = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    ended.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    ended.stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, ...ended }));
  });
}
