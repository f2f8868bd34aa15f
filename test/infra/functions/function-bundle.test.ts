import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BundleError, bundleFunction, bundleText } from "../../../infra/functions/function-bundle.ts";

const PROJECT = resolve(import.meta.dirname, "../../..");
const ENTRY = "test/fixtures/functions/greeting.ts";

describe("the code of a function", () => {
  let text: string;
  let folder: string;
  beforeAll(async () => {
    text = await bundleText(ENTRY);
    folder = await mkdtemp(join(tmpdir(), "sekisho-bundle-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("runs by itself, away from every package, with the files that were put beside it", async () => {
    await writeFile(join(folder, "index.mjs"), text);
    await writeFile(join(folder, "greeting.txt"), "こんにちは");
    const { handler } = await import(pathToFileURL(join(folder, "index.mjs")).href);
    expect(await handler({ name: "花子" })).toBe("こんにちは, 花子 (ap-northeast-1)");
  });

  test("brings the AWS SDK along: what runs is what was tested, not what the runtime has", () => {
    expect(text).not.toMatch(/from ?"@(aws-sdk|smithy)\//);
    expect(text).toContain("DynamoDB_20120810");
  });

  test("tells no path of the machine that bundled it, and carries no source map", () => {
    expect(text).not.toContain(PROJECT);
    expect(text).not.toContain(tmpdir());
    expect(text).not.toContain("sourceMappingURL");
  });

  test("keeps the names that a stack trace needs", () => {
    expect(text).toContain("async function handler(");
  });

  test("is the same where the engine runs the program, in infra/ and through tsx: a function changes only when its source does", async () => {
    const script = `
      import { bundleFunction } from "./functions/function-bundle.ts";
      process.stdout.write((await bundleFunction(${JSON.stringify(ENTRY)})).sha256);`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "--eval", script],
      { cwd: join(PROJECT, "infra") },
    );
    expect(stdout).toBe((await bundleFunction(ENTRY)).sha256);
  });

  test("that cannot be bundled stops the deployment with one sentence that names it", async () => {
    const failure = await bundleText("test/fixtures/functions/missing.ts").catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BundleError);
    expect(pulumi.RunError.isInstance(failure)).toBe(true);
    expect(String(failure)).toMatch(
      /^Error: test\/fixtures\/functions\/missing\.ts cannot be bundled for Lambda; run npm ci and deploy again\. It said: .*Could not resolve.*\.$/,
    );
  });
});

describe("the archive of a function", () => {
  test("holds the code and the files beside it, and tells how large they are", async () => {
    const plain = await bundleFunction(ENTRY);
    const { archive, bytes, sha256 } = await bundleFunction(ENTRY, { files: { "greeting.txt": "やあ" } });
    const parts = await archive.assets;
    expect(Object.keys(parts)).toEqual(["greeting.txt", "index.mjs"]);
    expect(await Promise.all(Object.values(parts).map(textOf))).toEqual(["やあ", await bundleText(ENTRY)]);
    expect(bytes).toBe(plain.bytes + 6);
    expect(sha256).not.toBe(plain.sha256);
  });

  test("differs when only what lies beside the code differs", async () => {
    const hashes = await Promise.all(
      ["やあ", "よう"].map(async (greeting) => {
        const { sha256 } = await bundleFunction(ENTRY, { files: { "greeting.txt": greeting } });
        return sha256;
      }),
    );
    expect(new Set(hashes).size).toBe(2);
  });
});

async function textOf(asset: pulumi.asset.Asset | pulumi.asset.Archive): Promise<string> {
  if (!(asset instanceof pulumi.asset.StringAsset)) throw new Error("not a text");
  return asset.text;
}
