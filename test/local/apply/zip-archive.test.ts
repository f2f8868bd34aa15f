import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { zipCode } from "../../../local/apply/function-code.ts";
import { type ZippedFile, zipFiles } from "../../../local/apply/zip-archive.ts";

const files = fc.uniqueArray(
  fc.record({
    path: fc.stringMatching(/^[a-z]{1,8}(\/[a-z]{1,8})?\.mjs$/),
    text: fc.string({ unit: "grapheme", maxLength: 200 }),
  }),
  { selector: ({ path }) => path, minLength: 1, maxLength: 5 },
);

describe("the archive of a function", () => {
  test("gives every file back as it was put in", async () => {
    await fc.assert(
      fc.property(files, (given) => {
        expect(readArchive(zipFiles(given))).toEqual(given);
      }),
    );
  });

  test("is the same for the same files, whenever it is made", () => {
    const given = [{ path: "index.mjs", text: "export const handler = () => 1;" }];
    expect(zipFiles(given).equals(zipFiles(given))).toBe(true);
  });

  test("is one that other programs read", () => {
    const folder = mkdtempSync(join(tmpdir(), "sekisho-zip-"));
    try {
      const archive = join(folder, "code.zip");
      writeFileSync(archive, zipFiles([{ path: "日本/index.mjs", text: "勤務先" }]));
      const script = "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])";
      execFileSync("python3", ["-c", script, archive, folder]);
      expect(readFileSync(join(folder, "日本", "index.mjs"), "utf8")).toBe("勤務先");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("holds the text assets of the program", () => {
    const code = { assets: { "index.mjs": { text: "1" }, "lib/a.mjs": { text: "2" } } };
    expect(readArchive(zipCode(code))).toEqual([
      { path: "index.mjs", text: "1" },
      { path: "lib/a.mjs", text: "2" },
    ]);
  });

  test.each<[string, Parameters<typeof zipCode>[0], string]>([
    ["no code at all", undefined, "code must be an AssetArchive of StringAssets"],
    ["an archive on disk", { path: "./dist" }, "code must be an AssetArchive of StringAssets"],
    [
      "a file by its path, whose changes nobody would see",
      { assets: { "a.mjs": { path: "a.mjs" } } },
      "code: a.mjs must be a StringAsset",
    ],
  ])("is refused for %s", (_what, code, message) => {
    expect(() => zipCode(code)).toThrow(message);
  });
});

/** Reads an archive by its directory, as programs do. */
function readArchive(archive: Buffer): ZippedFile[] {
  const end = archive.length - 22;
  const found: ZippedFile[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const nameLength = archive.readUInt16LE(at + 28);
    const local = archive.readUInt32LE(at + 42);
    const start = local + 30 + archive.readUInt16LE(local + 26);
    const packed = archive.subarray(start, start + archive.readUInt32LE(at + 20));
    const path = archive.subarray(at + 46, at + 46 + nameLength).toString("utf8");
    found.push({ path, text: inflateRawSync(packed).toString("utf8") });
    at += 46 + nameLength;
  }
  return found;
}
