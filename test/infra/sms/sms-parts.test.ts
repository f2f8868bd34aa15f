import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { costPerThousand, measureSms } from "../../../infra/sms/sms-parts.ts";

const hiragana = (length: number) => "あ".repeat(length);

describe("the size of a text message", () => {
  it.each<[string, string, ReturnType<typeof measureSms>]>([
    ["nothing", "", { encoding: "GSM-7", places: 0, parts: 1 }],
    ["Latin letters that fill one part", "a".repeat(160), { encoding: "GSM-7", places: 160, parts: 1 }],
    ["one letter more", "a".repeat(161), { encoding: "GSM-7", places: 161, parts: 2 }],
    ["two full parts", "a".repeat(306), { encoding: "GSM-7", places: 306, parts: 2 }],
    ["two full parts and a letter", "a".repeat(307), { encoding: "GSM-7", places: 307, parts: 3 }],
    ["a euro sign, which takes two places", "€", { encoding: "GSM-7", places: 2, parts: 1 }],
    ["a code in braces", "{123456}", { encoding: "GSM-7", places: 10, parts: 1 }],
    ["every sign of the basic alphabet at once", "@Δ _¡¿§à\r\n", { encoding: "GSM-7", places: 10, parts: 1 }],
    ["Japanese that fills one part", hiragana(70), { encoding: "UCS-2", places: 70, parts: 1 }],
    [
      "one Japanese letter more, which doubles the price",
      hiragana(71),
      { encoding: "UCS-2", places: 71, parts: 2 },
    ],
    ["Japanese in two full parts", hiragana(134), { encoding: "UCS-2", places: 134, parts: 2 }],
    ["Japanese in three", hiragana(135), { encoding: "UCS-2", places: 135, parts: 3 }],
    ["Latin letters with one Japanese", `${"a".repeat(70)}あ`, { encoding: "UCS-2", places: 71, parts: 2 }],
    ["a backtick, which GSM-7 lacks", "`", { encoding: "UCS-2", places: 1, parts: 1 }],
    ["an emoji, which takes two places", "🔑", { encoding: "UCS-2", places: 2, parts: 1 }],
    [
      "an emoji at the end of a part, which it cannot be cut by",
      `${hiragana(66)}🔑${hiragana(66)}`,
      { encoding: "UCS-2", places: 134, parts: 3 },
    ],
    [
      "an escaped sign at the end of a part",
      `${"a".repeat(152)}€${"a".repeat(152)}`,
      { encoding: "GSM-7", places: 306, parts: 3 },
    ],
  ])("counts %s", (_title, text, size) => {
    expect(measureSms(text)).toEqual(size);
  });

  it("never shrinks when a message grows, and never packs more into a part than it holds", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 400 }),
        fc.string({ unit: "grapheme" }),
        (text, more) => {
          const short = measureSms(text);
          const long = measureSms(text + more);
          expect(long.parts).toBeGreaterThanOrEqual(short.parts);
          const room = short.encoding === "GSM-7" ? 160 : 70;
          expect(short.parts * room).toBeGreaterThanOrEqual(short.places);
        },
      ),
    );
  });
});

it.each([
  [1, 0.08, 80],
  [2, 0.08, 160],
  [3, 0.00645, 19.35],
  [1, 0, 0],
])("says what a thousand messages of %d parts cost at %d USD a part", (parts, price, cost) => {
  expect(costPerThousand(parts, price)).toBe(cost);
});
