import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findCoveringRules, isMatch } from "../../../infra/aws-access/role-coverage.ts";

const rule = (match: "equals" | "contains" | "startsWith" | "notEqual", value: string, claim = "team") => ({
  claim,
  match,
  value,
});

describe("rules of which the first match decides", () => {
  it.each([
    ["the same value twice", rule("equals", "sre"), [rule("equals", "sre")], [0]],
    ["a value that an earlier part contains", rule("equals", "sre-night"), [rule("contains", "sre")], [0]],
    ["a longer part after a shorter one", rule("contains", "admin-read"), [rule("contains", "admin")], [0]],
    [
      "a longer beginning after a shorter one",
      rule("startsWith", "dev-jp"),
      [rule("startsWith", "dev")],
      [0],
    ],
    ["a beginning after a part of it", rule("startsWith", "dev-jp"), [rule("contains", "jp")], [0]],
    [
      "everything but one value, twice",
      rule("notEqual", "x"),
      [rule("equals", "x"), rule("notEqual", "x")],
      [1],
    ],
    ["a value after everything but another one", rule("equals", "sre"), [rule("notEqual", "dev")], [0]],
    [
      "anything after a value and everything but it",
      rule("contains", "s"),
      [rule("equals", "s"), rule("notEqual", "s")],
      [0, 1],
    ],
    ["a part after a beginning of it", rule("contains", "dev-jp"), [rule("startsWith", "dev")], undefined],
    [
      "a shorter part after a longer one",
      rule("contains", "admin"),
      [rule("contains", "admin-read")],
      undefined,
    ],
    [
      "the value that everything else leaves over",
      rule("equals", "dev"),
      [rule("notEqual", "dev")],
      undefined,
    ],
    ["the same value of another claim", rule("equals", "sre"), [rule("equals", "sre", "grade")], undefined],
    ["the first rule", rule("equals", "sre"), [], undefined],
  ] as const)("says of %s what takes everything before it", (_title, last, earlier, covering) => {
    expect(findCoveringRules(last, earlier)).toEqual(covering);
  });

  it("agrees with trying every text", () => {
    // Every text of up to five letters out of the two that rules know and one that none knows.
    const texts = [""];
    for (let length = 1; length <= 5; length += 1) {
      texts.push(
        ...texts
          .filter((text) => text.length === length - 1)
          .flatMap((text) => [..."ab_"].map((letter) => text + letter)),
      );
    }
    const rules = fc.record({
      claim: fc.constant("team"),
      match: fc.constantFrom("equals", "contains", "startsWith", "notEqual"),
      value: fc.string({ unit: fc.constantFrom("a", "b"), minLength: 1, maxLength: 2 }),
    });
    fc.assert(
      fc.property(rules, fc.array(rules, { maxLength: 4 }), (last, earlier) => {
        const isReached = texts.some(
          (text) => isMatch(last, text) && !earlier.some((other) => isMatch(other, text)),
        );
        expect(findCoveringRules(last, earlier) === undefined).toBe(isReached);
      }),
      { numRuns: 500 },
    );
  });
});
