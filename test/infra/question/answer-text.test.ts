import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalizeAnswer, readRegistration } from "../../../infra/question/answer-text.ts";

describe("an answer", () => {
  test.each([
    ["upper and lower case", "Tokyo", "tOKYO"],
    ["full width and half width", "ＰＯＣＨＩ１", "pochi1"],
    ["half-width katakana", "ﾎﾟﾁ", "ポチ"],
    ["composed and decomposed letters", "ポチ", "ポチ"],
    ["blanks at the ends", "  ポチ　", "ポチ"],
    ["several blanks and one", "New   York", "new york"],
    ["the wide blank of Japanese keyboards", "ポチ　三世", "ポチ 三世"],
    ["sharp s and double s", "Straße", "STRASSE"],
    ["a letter from a list of signs", "ℌana", "hana"],
    ["an invisible character from a paste", "ポ\u200bチ", "ポ チ"],
  ])("is the same with %s", (_what, one, other) => {
    expect(normalizeAnswer(one)).toBe(normalizeAnswer(other));
    expect(normalizeAnswer(one)).toBeDefined();
  });

  test.each([
    ["another name", "ポチ", "タマ"],
    ["hiragana for katakana", "ぽち", "ポチ"],
    ["a letter more", "pochi", "pochii"],
  ])("differs with %s", (_what, one, other) => {
    expect(normalizeAnswer(one)).not.toBe(normalizeAnswer(other));
  });

  test.each([
    ["nothing", ""],
    ["only blanks", "　 \t"],
    ["one character", "犬"],
    ["too much", "あ".repeat(201)],
    ["far too much", "あ".repeat(2_001)],
  ])("is not %s", (_what, typed) => {
    expect(normalizeAnswer(typed)).toBeUndefined();
  });

  test("stays what it is when it is normalised twice, whatever people type", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (typed) => {
        const once = normalizeAnswer(typed);
        fc.pre(once !== undefined);
        expect(normalizeAnswer(once)).toBe(once);
      }),
    );
  });
});

describe("a registration", () => {
  test("is read from JSON, the answer normalised", () => {
    const typed = JSON.stringify({ question: " 最初の犬の名前は? ", answer: "ﾎﾟﾁ" });
    expect(readRegistration(typed)).toEqual({ question: "最初の犬の名前は?", answer: "ポチ" });
  });

  test.each([
    ["no JSON", "ポチ"],
    ["null", "null"],
    ["a list", "[]"],
    ["no answer", JSON.stringify({ question: "犬の名前は?" })],
    ["no question", JSON.stringify({ answer: "ポチ" })],
    ["an empty question", JSON.stringify({ question: "　", answer: "ポチ" })],
    ["a question of several lines", JSON.stringify({ question: "犬の\n名前は?", answer: "ポチ" })],
    ["a question that is too long", JSON.stringify({ question: "あ".repeat(201), answer: "ポチ" })],
    ["an answer that is too short", JSON.stringify({ question: "犬の名前は?", answer: "ポ" })],
    ["an answer that is a number", JSON.stringify({ question: "犬の名前は?", answer: 42 })],
    [
      "a question that gives the answer away",
      JSON.stringify({ question: "POCHI の名前は?", answer: "pochi" }),
    ],
    ["too much text", JSON.stringify({ question: "犬の名前は?", answer: "ポチ", more: "x".repeat(2_000) })],
  ])("is not %s", (_what, typed) => {
    expect(readRegistration(typed)).toBeUndefined();
  });
});
