import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findCsvObstacle } from "../../../runbooks/reimport/csv-eligibility.ts";
import {
  type CsvFile,
  type CsvUser,
  checkCsvHeader,
  createCsvFiles,
  formatCsvRow,
  parseCsvRow,
} from "../../../runbooks/reimport/csv-file.ts";
import type { TargetAttribute } from "../../../runbooks/reimport/target-pool.ts";

const header = [
  "name",
  "email",
  "email_verified",
  "birthdate",
  "updated_at",
  "custom:note",
  "cognito:mfa_enabled",
  "cognito:username",
];

async function collect(files: AsyncIterable<CsvFile>): Promise<{ text: string; file: CsvFile }[]> {
  const all: { text: string; file: CsvFile }[] = [];
  for await (const file of files) all.push({ text: await file.body.text(), file });
  return all;
}

function createUser(ordinal: number, attributes: Record<string, string> = {}): CsvUser & { ordinal: number } {
  return { ordinal, username: `user-${ordinal}`, attributes: Object.entries(attributes) };
}

/** An IntegrityError with this sentence. */
function refusal(message: string) {
  return expect.objectContaining({ message, exitCode: 13 });
}

describe("a row", () => {
  it.each<[string, Record<string, string>, string]>([
    ["has a backslash before each comma of a value", { name: "a,b,,c" }, "a\\,b\\,\\,c,,,,,,,user-7"],
    ["has TRUE and FALSE for flags", { email_verified: "false" }, ",,FALSE,,,,,user-7"],
    ["has birthdates as month, day and year", { birthdate: "1985-02-01" }, ",,,02/01/1985,,,,user-7"],
    ["leaves MFA to what the pool requires", {}, ",,,,,,,user-7"],
    ["has no quotation marks around a value", { "custom:note": "it is; fine" }, ",,,,,it is; fine,,user-7"],
  ])("%s", (_, attributes, row) => {
    expect(formatCsvRow(header, createUser(7, attributes))).toBe(row);
  });

  it("brings back every value that it may carry, and every user name", async () => {
    const schema = new Map<string, TargetAttribute>(
      header.slice(0, 6).map((name) => [
        name,
        {
          name,
          type: name === "updated_at" ? "Number" : name === "email_verified" ? "Boolean" : "String",
          isMutable: true,
          isRequired: false,
        },
      ]),
    );
    const value = fc.oneof(
      fc.string({ unit: "binary", maxLength: 20 }),
      fc.string({ unit: fc.constantFrom(",", " ", "\\", "/", "a", "1", "山", "👩‍👧"), maxLength: 8 }),
    );
    const user = fc.record({
      username: value,
      name: value,
      note: value,
      birthdate: fc.option(
        fc.date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true }),
      ),
      updated: fc.option(fc.nat()),
    });
    let carried = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(user, { maxLength: 12 }), async (drafts) => {
        const users = drafts.map(({ username, name, note, birthdate, updated }, ordinal) => ({
          ordinal,
          username,
          isEnabled: true,
          attributes: Object.entries({
            name,
            email: "user@example.com",
            email_verified: "true",
            ...(birthdate && { birthdate: birthdate.toISOString().slice(0, 10) }),
            ...(updated !== null && { updated_at: String(updated) }),
            "custom:note": note,
          }),
        }));
        const target = { schema, autoVerified: ["email" as const], usernameAttributes: [] };
        const eligible = users.filter((candidate) => findCsvObstacle(candidate, target) === undefined);
        carried += eligible.length;
        const [written] = await collect(createCsvFiles(header, eligible));
        const rows = written?.text.split("\n").slice(1, -1) ?? [];
        expect(rows.map((row) => parseCsvRow(header, row))).toEqual(
          eligible.map(({ username, attributes }) => ({ username, attributes })),
        );
        expect(written?.file.ordinals ?? []).toEqual(eligible.map(({ ordinal }) => ordinal));
      }),
      { numRuns: 400 },
    );
    expect(carried).toBeGreaterThan(200);
  });

  it.each<[string, Record<string, string>]>([
    ["a line break", { name: "a\nb" }],
    ["half of a character", { name: "a\ud800b" }],
    ["white space at the end", { name: "a " }],
    ["a backslash before a comma", { name: "a\\,b" }],
    ["a backslash at the end", { name: "a\\" }],
    ["a blank value", { name: "" }],
    ["a birthdate that is no date", { birthdate: "1985-02-30" }],
    ["a flag in another case", { email_verified: "True" }],
  ])("is not written with %s, even when nobody looked before", async (_, attributes) => {
    const files = createCsvFiles(header, [createUser(3, attributes)]);
    await expect(files.next()).rejects.toThrow(
      new RangeError("user 3 of the set cannot be written as a row of an import file"),
    );
  });

  it("is not written without a column for each attribute", async () => {
    const files = createCsvFiles(header, [createUser(3, { nickname: "Hana" })]);
    await expect(files.next()).rejects.toThrow(
      refusal("The import file of the target has no column nickname."),
    );
  });
});

describe("an import file", () => {
  it("is UTF-8 without a byte order mark, its lines end with a line feed, and its hash is that of its bytes", async () => {
    const [written] = await collect(createCsvFiles(header, [createUser(4, { name: "花子" }), createUser(9)]));
    const expected = `${header.join(",")}\n花子,,,,,,,user-4\n,,,,,,,user-9\n`;
    const bytes = Buffer.from((await written?.file.body.bytes()) ?? []);
    expect(bytes.equals(Buffer.from(expected))).toBe(true);
    expect(written?.file.sha256).toBe(createHash("sha256").update(expected).digest("hex"));
    expect(written?.file.ordinals).toEqual([4, 9]);
  });

  it("is the same file for the same users", async () => {
    const hashes = await Promise.all(
      [1, 2].map(async () => (await collect(createCsvFiles(header, [createUser(1)])))[0]?.file.sha256),
    );
    expect(hashes[0]).toBe(hashes[1]);
  });

  it("is not made for nobody", async () => {
    expect(await collect(createCsvFiles(header, []))).toEqual([]);
  });

  it("ends at the most rows that AWS takes, the header not counted", async () => {
    const users = Array.from({ length: 5 }, (_, ordinal) => createUser(ordinal));
    const files = await collect(createCsvFiles(header, users, { rows: 2, bytes: 1_000_000 }));
    expect(files.map(({ file }) => file.ordinals)).toEqual([[0, 1], [2, 3], [4]]);
    for (const { text } of files) expect(text.startsWith(`${header.join(",")}\n`)).toBe(true);
  });

  it("ends before the most bytes that AWS takes, and fills them to the last", async () => {
    const users = Array.from({ length: 4 }, (_, ordinal) => createUser(ordinal, { name: "花" }));
    const twoRows = Buffer.byteLength(`${header.join(",")}\n`) + 2 * Buffer.byteLength("花,,,,,,,user-0\n");
    const filled = await collect(createCsvFiles(header, users, { rows: 100, bytes: twoRows }));
    expect(filled.map(({ file }) => [file.ordinals.length, file.body.size])).toEqual([
      [2, twoRows],
      [2, twoRows],
    ]);
    const short = await collect(createCsvFiles(header, users, { rows: 100, bytes: twoRows - 1 }));
    expect(short.map(({ file }) => file.ordinals)).toEqual([[0], [1], [2], [3]]);
  });

  it("holds every row where it is put together from many pieces", async () => {
    const users = Array.from({ length: 30_000 }, (_, ordinal) =>
      createUser(ordinal, { name: "花".repeat(40) }),
    );
    const [written, ...others] = await collect(createCsvFiles(header, users));
    expect(others).toEqual([]);
    expect(written?.file.body.size).toBeGreaterThan(3 * 1024 * 1024);
    const rows = written?.text.split("\n").slice(1, -1) ?? [];
    expect(rows.every((row, at) => row.endsWith(`,user-${at}`))).toBe(true);
    expect(rows).toHaveLength(users.length);
  });
});

describe("the columns of an import file", () => {
  it.each<[string, string[]]>([
    ["have no user name", ["name", "email"]],
    ["come twice", ["cognito:username", "name", "name"]],
    ["would be several", ["cognito:username", "name,email"]],
    ["hold a line break", ["cognito:username", "na\nme"]],
    ["are none", []],
  ])("are refused where they %s", (_, columns) => {
    expect(() => checkCsvHeader(columns, "GetCSVHeader on pool")).toThrow(
      refusal("GetCSVHeader on pool: the columns are not those of an import file."),
    );
  });

  it("are taken as AWS gives them", () => {
    expect(checkCsvHeader(header, "GetCSVHeader on pool")).toEqual(header);
  });
});
