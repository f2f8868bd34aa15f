import { describe, expect, it } from "vitest";
import { createImportLog, type ImportOutcome } from "../../../runbooks/reimport/import-log.ts";
import { IntegrityError } from "../../../runbooks/runtime/errors.ts";

/** Users 10, 20 and 30, in the first three rows. */
const ordinals = [10, 20, 30];

function decode(messages: readonly string[], of: readonly number[] = ordinals) {
  const log = createImportLog("The log");
  for (const message of messages) log.add(message);
  return log.decode(of);
}

const imported: ImportOutcome = { status: "imported", reason: "The import succeeded." };
const skipped: ImportOutcome = { status: "skipped", reason: "The user already exists." };

function succeeded(line: number): string {
  return `[SUCCEEDED] Line Number ${line} - The import succeeded.`;
}

/** An IntegrityError with this sentence, which says how to go on. */
function refusal(message: unknown) {
  const remedy = "Run it again with --engine api, which looks at what is there.";
  return expect.objectContaining({ message, remedy, exitCode: 13 });
}

describe("the log of an import job", () => {
  it.each([
    ["0", 1],
    ["1", 2],
  ])("tells each user's outcome where the header is line %s", (_, first) => {
    const failed =
      "The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true).";
    const messages = [
      `[FAILED] Line Number ${first + 2} - ${failed}`,
      succeeded(first),
      `[SKIPPED] Line Number ${first + 1} - The user already exists.`,
    ];
    expect(decode(messages)).toEqual({
      outcomes: new Map<number, ImportOutcome>([
        [10, imported],
        [20, skipped],
        [30, { status: "failed", reason: failed }],
      ]),
      unknown: [],
    });
  });

  it.each([
    [2, [10]],
    [1, [10]],
  ])("tells the outcome of a single user, at line %s", (line, users) => {
    expect(decode([succeeded(line)], users).outcomes).toEqual(new Map([[10, imported]]));
  });

  it("may tell a line twice, as pages do, and end with a line feed", () => {
    const log = createImportLog("The log");
    for (const line of [2, 3, 4, 3]) log.add(`${succeeded(line)}\n`);
    expect(log.rows()).toBe(3);
    expect(log.decode(ordinals).unknown).toEqual([]);
  });

  it("may begin with the line by which Cognito tries its role out", () => {
    const probe = "Cognito User Pools Import - Test Log";
    expect(decode([probe, probe, succeeded(2), succeeded(3), succeeded(4)]).unknown).toEqual([]);
  });

  it("leaves those unknown of whom it says nothing", () => {
    expect(decode([succeeded(4)])).toEqual({ outcomes: new Map([[30, imported]]), unknown: [10, 20] });
    expect(decode([])).toEqual({ outcomes: new Map(), unknown: ordinals });
  });

  it("leaves all unknown where its numbers fit both ways of counting: nobody is guessed", () => {
    expect(decode([succeeded(2), succeeded(3)])).toEqual({ outcomes: new Map(), unknown: ordinals });
  });

  it("leaves those unknown of whom it says two things", () => {
    const twice = [succeeded(2), "[FAILED] Line Number 2 - The user could not be imported.", succeeded(4)];
    expect(decode(twice)).toEqual({ outcomes: new Map([[30, imported]]), unknown: [10, 20] });
  });

  it.each([
    ["line 0", [0], "The log tells of lines 0 to 2, and its file has 3 rows."],
    ["a line behind the file", [5], "The log tells of lines 2 to 5, and its file has 3 rows."],
    ["more lines than rows", [1, 4], "The log tells of lines 1 to 4, and its file has 3 rows."],
  ])("is not believed where it tells of %s", (_, lines, sentence) => {
    expect(() => decode([2, ...lines].map(succeeded))).toThrow(refusal(sentence));
  });

  it("is not believed where one line is of another file", () => {
    expect(() => decode([succeeded(9)])).toThrow(
      refusal("The log tells of line 9, and its file has 3 rows."),
    );
  });

  it.each([
    "[DONE] Line Number 2 - The import succeeded.",
    "[SUCCEEDED] Line Number two - The import succeeded.",
    "[SUCCEEDED] Line Number -1 - The import succeeded.",
    "[SUCCEEDED] Line 2 - The import succeeded.",
    "[constructor] Line Number 2 - The import succeeded.",
    "an extra line",
    "",
  ])("is not believed where a line is none of its own: %j", (message) => {
    const log = createImportLog("The log");
    expect(() => log.add(message)).toThrow(IntegrityError);
  });

  it("is quoted where it has such a line, shortened", () => {
    const log = createImportLog("The log of import job import-1");
    expect(() => log.add("gone")).toThrow(
      refusal('The log of import job import-1 has a line that is not known: "gone".'),
    );
    expect(() => log.add("x".repeat(1_000))).toThrow(refusal(expect.stringMatching(/"x{30}…x{29}"/)));
  });
});
