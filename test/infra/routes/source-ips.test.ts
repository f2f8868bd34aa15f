import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chunkValues } from "../../../infra/routes/source-ips.ts";

const block = fc
  .tuple(fc.nat(255), fc.nat(255), fc.nat(255))
  .map(([first, second, third]) => `${first}.${second}.${third}.0/24`);
const blocks = fc.uniqueArray(block, { maxLength: 45 });
const capacity = fc.integer({ min: 1, max: 5 });

describe("dividing source addresses among listener rules", () => {
  test("loses no address and repeats none", () => {
    fc.assert(
      fc.property(blocks, capacity, (values, size) => {
        expect(chunkValues(values, size).flat().sort()).toEqual([...values].sort());
      }),
    );
  });

  test("needs as few rules as there can be, and fills none beyond its room", () => {
    fc.assert(
      fc.property(blocks, capacity, (values, size) => {
        const chunks = chunkValues(values, size);
        expect(chunks).toHaveLength(Math.ceil(values.length / size));
        for (const chunk of chunks) expect(chunk.length).toBeLessThanOrEqual(size);
      }),
    );
  });

  test("does not care in which order the addresses are listed, or whether one is listed twice", () => {
    fc.assert(
      fc.property(
        blocks.chain((values) =>
          fc.tuple(fc.constant(values), fc.shuffledSubarray(values, minimumOf(values))),
        ),
        capacity,
        ([values, shuffled], size) => {
          expect(chunkValues([...shuffled, ...shuffled.slice(0, 1)], size)).toEqual(
            chunkValues(values, size),
          );
        },
      ),
    );
  });

  test("swaps at most one address in each rule when one is added or taken out", () => {
    fc.assert(
      fc.property(blocks, block, capacity, (values, added, size) => {
        const before = chunkValues(values, size);
        const after = chunkValues([...values, added], size);
        for (const [number, chunk] of after.entries()) {
          const old = before[number] ?? [];
          expect(chunk.filter((value) => !old.includes(value)).length).toBeLessThanOrEqual(1);
          expect(old.filter((value) => !chunk.includes(value)).length).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test("leaves most rules alone when an address is added, where slicing a sorted list would not", () => {
    const values = Array.from({ length: 36 }, (_, number) => `198.51.${number}.0/24`);
    const added = Array.from({ length: 50 }, (_, number) => `10.${number}.0.0/16`);
    const changed = (chunks: string[][], others: string[][]) =>
      others.filter((chunk, number) => String(chunk) !== String(chunks[number])).length;
    const average = (chunk: (values: string[]) => string[][]) =>
      added.reduce((sum, one) => sum + changed(chunk(values), chunk([...values, one])), 0) / added.length;

    expect(average((list) => chunkValues(list, 4))).toBeLessThan(5);
    expect(average(sliceSorted)).toBe(10);
  });

  test("gives no rule at all for no addresses", () => {
    expect(chunkValues([], 4)).toEqual([]);
  });
});

function minimumOf(values: string[]) {
  return { minLength: values.length, maxLength: values.length };
}

function sliceSorted(values: string[]): string[][] {
  const sorted = [...values].sort();
  return Array.from({ length: Math.ceil(sorted.length / 4) }, (_, number) =>
    sorted.slice(number * 4, number * 4 + 4),
  );
}
