import fc from "fast-check";
import { expect, test } from "vitest";
import { SequencedList } from "../../../local/cognito/sequenced-list.ts";

test("gives what is left in the order it came, from any place, whatever was removed", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 400 })),
      fc.nat({ max: 300 }),
      fc.nat({ max: 300 }),
      (removals, size, start) => {
        const list = new SequencedList<{ value: number }>();
        const kept = new Map<number, number>();
        for (let value = 0; value < size; value++) kept.set(list.add({ value }), value);
        for (const sequence of removals) {
          list.remove(sequence);
          kept.delete(sequence);
        }
        const after = [...list.after(start)].map(({ sequence, item }) => [sequence, item.value]);
        expect(after).toEqual([...kept].filter(([sequence]) => sequence > start));
        expect(list.size).toBe(kept.size);
      },
    ),
  );
});

test("goes on behind an item that is removed while reading, even when the list is swept", () => {
  const list = new SequencedList<{ value: number }>();
  for (let value = 1; value <= 200; value++) list.add({ value });
  const read: number[] = [];
  let position = 0;
  for (;;) {
    const page = [...list.after(position)].slice(0, 10);
    if (page.length === 0) break;
    read.push(...page.map(({ item }) => item.value));
    position = page.at(-1)?.sequence ?? 0;
    for (const { sequence } of page) list.remove(sequence);
  }
  expect(read).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
});

test("never gives a number twice, so that a token cannot point at a newcomer", () => {
  const list = new SequencedList<object>();
  const first = list.add({});
  list.remove(first);
  expect(list.nextSequence).toBe(first + 1);
  expect(list.add({})).toBe(first + 1);
});
