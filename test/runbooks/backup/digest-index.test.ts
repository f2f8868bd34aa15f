import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDigestIndex } from "../../../runbooks/backup/digest-index.ts";

describe("the index of subs", () => {
  it("answers like a map, whatever is put into it and however often", () => {
    const entry = fc.tuple(fc.string({ unit: "binary", maxLength: 40 }), fc.nat(2 ** 32 - 1));
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 300 }), fc.array(fc.string()), (entries, others) => {
        const index = createDigestIndex();
        const map = new Map<string, number>();
        for (const [text, value] of entries) {
          expect(index.get(text)).toBe(map.get(text));
          index.set(text, value);
          map.set(text, value);
        }
        for (const text of [...map.keys(), ...others]) expect(index.get(text)).toBe(map.get(text));
        expect(index.size()).toBe(map.size);
      }),
      { numRuns: 200 },
    );
  });

  it("keeps every entry as it grows", () => {
    const index = createDigestIndex();
    for (let number = 0; number < 50_000; number++) index.set(`user-${number}`, number);
    const wrong = Array.from({ length: 50_000 }, (_, number) => number).filter(
      (number) => index.get(`user-${number}`) !== number,
    );
    expect(wrong).toEqual([]);
    expect(index.get("user-50000")).toBeUndefined();
  });
});
