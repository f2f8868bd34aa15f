import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shortenText, showText } from "../../../runbooks/runtime/terminal-text.ts";

describe("text from outside on a terminal", () => {
  it.each([
    ["\u001b[2J", "\\u{1b}[2J"],
    ["a\nb\rc\td", "a\\u{a}b\\u{d}c\\u{9}d"],
    ["\u009b31m", "\\u{9b}31m"],
    ["user\u202eevil", "user\\u{202e}evil"],
    ["zero\u200bwidth\ufeff", "zero\\u{200b}width\\u{feff}"],
    ["line\u2028end\u2029", "line\\u{2028}end\\u{2029}"],
    ["\ud800 alone", "\\u{d800} alone"],
    ["\0", "\\u{0}"],
    ["日本語 🚀 ok", "日本語 🚀 ok"],
  ])("shows %j as %j", (text, shown) => {
    expect(showText(text)).toBe(shown);
  });

  it("never lets a control, direction or separator character through, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(showText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: 500 },
    );
  });

  it("cuts the middle out of a long text and leaves a short one alone", () => {
    expect(shortenText("four", 4)).toBe("four");
    expect(shortenText("beginning and end", 9)).toBe("begi… end");
    expect(shortenText("🚀".repeat(9), 4)).toBe("🚀🚀…🚀");
  });
});
