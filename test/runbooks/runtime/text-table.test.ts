import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatTable, wrapLine } from "../../../runbooks/runtime/text-table.ts";

const table = {
  head: ["PATH", "FROM", "GETS"],
  rows: [
    ["/api/*", "198.51.100.7/32, 203.0.113.0/24, 2001:db8:1234::/48", "401"],
    ["(other)", "(everybody)", "403"],
  ],
};

describe("a table for people", () => {
  test("has its columns aligned where they fit, and where there is no terminal", () => {
    const wide = [
      "PATH     FROM                                                 GETS",
      "/api/*   198.51.100.7/32, 203.0.113.0/24, 2001:db8:1234::/48  401",
      "(other)  (everybody)                                          403",
    ];
    expect(formatTable(table, Number.POSITIVE_INFINITY)).toEqual(wide);
    expect(formatTable(table, 66)).toEqual(wide);
  });

  test("stacks its fields in a narrower terminal, and breaks no network in its middle", () => {
    expect(formatTable(table, 40)).toEqual([
      "PATH: /api/*",
      "FROM: 198.51.100.7/32, 203.0.113.0/24,",
      "  2001:db8:1234::/48",
      "GETS: 401",
      "",
      "PATH: (other)",
      "FROM: (everybody)",
      "GETS: 403",
    ]);
  });

  test("puts numbers under each other by their last digit", () => {
    const numbers = { head: ["stack", "ids"], rows: [["dev", "7"]], hasNumbers: true };
    expect(formatTable(numbers, 80)).toEqual(["stack  ids", "dev      7"]);
  });
});

describe("a long line", () => {
  test("is broken at spaces, keeps its own indent first, and keeps a word whole that is longer", () => {
    expect(wrapLine("  one two three", 9, "    ")).toEqual(["  one two", "    three"]);
    expect(wrapLine("a very-long-word b", 6, " ")).toEqual(["a", " very-long-word", " b"]);
    expect(wrapLine("", 6, " ")).toEqual([""]);
  });

  test("loses no word, and is never longer than it may be but for one word alone", () => {
    const word = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom("a", "b", ":", "/", ",") });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), fc.integer({ min: 4, max: 60 }), (words, width) => {
        const lines = wrapLine(`  ${words.join(" ")}`, width, "  ");
        expect(lines.flatMap((line) => line.trim().split(" "))).toEqual(words);
        expect(lines.filter((line) => line.length > width && line.trim().includes(" "))).toEqual([]);
      }),
    );
  });
});
