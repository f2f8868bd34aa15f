import { describe, expect, it } from "vitest";
import { z } from "zod";
import { partEntry } from "../../../runbooks/backup/format.ts";
import { readPart } from "../../../runbooks/backup/part-reader.ts";
import type { DoneEntry } from "../../../runbooks/reimport/journal-format.ts";
import { writeSubMap } from "../../../runbooks/reimport/sub-map.ts";
import { createInMemoryStore } from "../../support/in-memory-store.ts";

const FOLDER = "reimports/new/old/set/results-1/";

function createDone(user: number, values: Partial<DoneEntry> = {}): DoneEntry {
  const subs = { oldSub: `old-${user}`, newSub: `new-${user}` };
  return { kind: "done", user, ...subs, at: "2026-11-21T03:00:00.000Z", ...values };
}

const pair = z.strictObject({ kind: z.literal("pair"), oldSub: z.string(), newSub: z.string() });
const index = z.strictObject({
  format: z.literal("sekisho-sub-map"),
  version: z.literal(1),
  pairs: z.int(),
  parts: z.array(partEntry.extend({ name: z.string() })),
});

/** Writes a map and reads it back by what lies in the bucket alone. */
async function writeAndRead(done: Iterable<DoneEntry>) {
  const store = createInMemoryStore();
  const written = await writeSubMap(store, FOLDER, done);
  const read = index.parse(JSON.parse(String(store.objects.get(written.key))));
  const pairs: z.infer<typeof pair>[] = [];
  for (const entry of read.parts) {
    const key = `${FOLDER}${entry.name}`;
    for await (const record of readPart(await store.get(key), entry, pair, key)) pairs.push(record);
  }
  return { store, written, read, pairs };
}

describe("the map of who is who", () => {
  it("has one pair for each user, in the set's order, however the journal has them", async () => {
    const { written, read, pairs } = await writeAndRead([createDone(2), createDone(0), createDone(1)]);
    expect(pairs.map(({ oldSub, newSub }) => `${oldSub} ${newSub}`)).toEqual([
      "old-0 new-0",
      "old-1 new-1",
      "old-2 new-2",
    ]);
    expect([read.pairs, written.pairs, written.key]).toEqual([3, 3, `${FOLDER}sub-map.json`]);
  });

  it("has 100,000 pairs in its largest part, one more in the next, and no gap", async () => {
    const count = 100_001;
    const { read, pairs } = await writeAndRead(Array.from({ length: count }, (_, user) => createDone(user)));
    expect(read.parts.map(({ name, records }) => [name, records])).toEqual([
      ["sub-map-00000.ndjson.gz", 100_000],
      ["sub-map-00001.ndjson.gz", 1],
    ]);
    expect(pairs).toHaveLength(count);
    expect(
      pairs.every(({ oldSub, newSub }, user) => oldSub === `old-${user}` && newSub === `new-${user}`),
    ).toBe(true);
  });

  it("is there, and says so, where nobody was brought back", async () => {
    const { read, store } = await writeAndRead([]);
    expect(read).toEqual({ format: "sekisho-sub-map", version: 1, pairs: 0, parts: [] });
    expect(store.objects.size).toBe(1);
  });

  it.each<[string, DoneEntry]>([
    ["one old sub twice", createDone(1, { oldSub: "old-0" })],
    ["one new sub for two people", createDone(1, { newSub: "new-0" })],
  ])("is not written where the journal has %s", async (_, second) => {
    const store = createInMemoryStore();
    await expect(writeSubMap(store, FOLDER, [createDone(0), second])).rejects.toMatchObject({
      exitCode: 13,
      message: `The user ${second.oldSub} of the set shares a sub with another one.`,
    });
    expect(store.objects.size).toBe(0);
  });
});
