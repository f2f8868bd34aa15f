import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Gateway, startGateway } from "../../local/gateway.ts";
import { findKeptWorld, forgetKeptWorld, noteKeptWorld } from "../../local/kept-world.ts";
import { openModel } from "./cognito/strict-model.ts";

let projectDir: string;
let gateway: Gateway;

beforeEach(async () => {
  projectDir = await mkdtemp(join(tmpdir(), "sekisho-kept-"));
  gateway = await startGateway({ cognito: openModel(), about: { pid: 4711 } });
});

afterEach(async () => {
  await gateway.close();
  await rm(projectDir, { recursive: true, force: true });
});

const file = () => join(projectDir, ".sekisho", "world.json");
const kept = () => ({ pid: 4711, url: gateway.url, log: "world.log" });

describe("The note about a kept world", () => {
  test("leads to the world, and only its owner may read it", async () => {
    expect(await findKeptWorld(projectDir)).toBeUndefined();
    await noteKeptWorld(projectDir, kept());
    expect(await findKeptWorld(projectDir)).toEqual(kept());
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    await forgetKeptWorld(projectDir);
    expect(await findKeptWorld(projectDir)).toBeUndefined();
  });

  test("is never written over another one", async () => {
    await noteKeptWorld(projectDir, kept());
    await expect(noteKeptWorld(projectDir, { ...kept(), pid: 1 })).rejects.toMatchObject({
      message: "Another local AWS was left running meanwhile.",
      remedy: "Stop it with npm stop.",
      exitCode: 11,
    });
    expect(await findKeptWorld(projectDir)).toEqual(kept());
  });

  test.each([
    ["whose world has gone", () => JSON.stringify({ ...kept(), url: "http://127.0.0.1:9" })],
    ["whose address another process answers", () => JSON.stringify({ ...kept(), pid: 1 })],
    ["that was cut off", () => JSON.stringify(kept()).slice(0, 20)],
    ["that says something else", () => '{"pid":"x"}'],
  ])("%s is removed", async (_, text) => {
    await mkdir(join(projectDir, ".sekisho"));
    await writeFile(file(), text());
    expect(await findKeptWorld(projectDir)).toBeUndefined();
    await expect(readFile(file())).rejects.toMatchObject({ code: "ENOENT" });
  });
});
