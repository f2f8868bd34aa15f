import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLineBuffer } from "../../../runbooks/backup/line-buffer.ts";

describe("a buffer of lines", () => {
  it("holds what was added and not taken out, in order, however small it began", () => {
    const step = fc.record({ line: fc.string({ unit: "binary", maxLength: 30 }), isRemoved: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const buffer = createLineBuffer(1);
        for (let round = 0; round < 2; round++) {
          for (const [key, { line }] of steps.entries()) buffer.add(line, String(key));
          for (const [key, { isRemoved }] of steps.entries()) if (isRemoved) buffer.remove(String(key));
          const kept = steps.filter(({ isRemoved }) => !isRemoved).map(({ line }) => `${line}\n`);
          const expected = Buffer.from(kept.join(""));
          expect(buffer.take().equals(expected)).toBe(true);
          expect([buffer.lines(), buffer.bytes()]).toEqual([kept.length, expected.length]);
          for (const [key, { isRemoved }] of steps.entries())
            expect(buffer.has(String(key))).toBe(!isRemoved);
          buffer.clear();
          expect([buffer.lines(), buffer.bytes(), buffer.take().length]).toEqual([0, 0, 0]);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("refuses to take out a line that is not there", () => {
    const buffer = createLineBuffer(8);
    buffer.add("line", "a");
    buffer.remove("a");
    expect(() => buffer.remove("a")).toThrow(RangeError);
  });
});
