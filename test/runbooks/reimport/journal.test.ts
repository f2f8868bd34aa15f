import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openJournal } from "../../../runbooks/reimport/journal.ts";
import {
  type JournalEntry,
  pageHash,
  pageName,
  readPage,
  writePage,
} from "../../../runbooks/reimport/journal-format.ts";
import { IntegrityError, LockedError } from "../../../runbooks/runtime/errors.ts";
import { createInMemoryStore, type InMemoryStore } from "../../support/in-memory-store.ts";

const FOLDER = "reimports/new/old/set/";
const AT = "2026-11-21T03:00:00.000Z";

const start: JournalEntry = {
  kind: "start",
  target: "new",
  set: "old/set",
  scope: "everybody",
  plan: "0",
  at: AT,
};
const intent = (...users: number[]): JournalEntry => ({ kind: "intent", users });
const done = (user: number, newSub = `new-${user}`): JournalEntry => ({
  kind: "done",
  user,
  oldSub: `old-${user}`,
  newSub,
  at: AT,
});
const refused = (user: number, newSub?: string): JournalEntry => ({
  kind: "refused",
  user,
  oldSub: `old-${user}`,
  ...(newSub !== undefined && { newSub }),
  reason: "AWS says no",
});
const end: JournalEntry = { kind: "end", scope: "everybody", at: AT };

/** A journal of three pages, as two runs left it. */
async function writeJournal(): Promise<InMemoryStore> {
  const store = createInMemoryStore();
  const first = await openJournal(store, FOLDER, "run-1");
  await first.append([start]);
  await first.append([intent(0, 1, 2)]);
  const second = await openJournal(store, FOLDER, "run-2");
  await second.append([done(0), refused(1, "new-1"), refused(2)]);
  return store;
}

const keyOf = (page: number) => `${FOLDER}${pageName(page)}`;

describe("a journal", () => {
  it("is empty where nobody has written", async () => {
    const { state, pages } = await openJournal(createInMemoryStore(), FOLDER, "run-1");
    expect([state.open.size, state.ends, state.settled.size, pages()]).toEqual([0, 0, 0, 0]);
  });

  it("tells the next run what the runs before it did", async () => {
    const { state, pages } = await openJournal(await writeJournal(), FOLDER, "run-3");
    expect(pages()).toBe(3);
    expect([...state.open]).toEqual(["everybody"]);
    expect([...state.done.keys()]).toEqual([0]);
    expect([...state.refused.keys()]).toEqual([1, 2]);
  });

  it("tells the run that writes it the same as those that read it", async () => {
    const store = createInMemoryStore();
    const journal = await openJournal(store, FOLDER, "run-1");
    for (const entries of [[start, intent(3)], [refused(3)], [done(3), end], [start]]) {
      await journal.append(entries);
      expect(journal.state).toEqual((await openJournal(store, FOLDER, "run-2")).state);
    }
  });

  it("takes a user who was refused and came back later for done", async () => {
    const store = await writeJournal();
    await (await openJournal(store, FOLDER, "run-3")).append([done(1)]);
    const { state } = await openJournal(store, FOLDER, "run-4");
    expect([[...state.done.keys()], [...state.refused.keys()]]).toEqual([[0, 1], [2]]);
  });

  it("knows what was begun and has not ended, scope by scope, and counts how often it has", async () => {
    const store = await writeJournal();
    const journal = await openJournal(store, FOLDER, "run-3");
    const told = () => [[...journal.state.open], journal.state.ends];
    await journal.append([end]);
    expect(told()).toEqual([[], 1]);
    await journal.append([start, { ...start, scope: "users" }]);
    expect(told()).toEqual([["everybody", "users"], 1]);
    await journal.append([{ ...end, scope: "users" }]);
    expect(told()).toEqual([["everybody"], 2]);
    expect(told()).toEqual([[...(await openJournal(store, FOLDER, "run-4")).state.open], 2]);
  });

  it.each<[string, JournalEntry[], number[]]>([
    ["nobody, before a re-import came to its end", [done(0), done(1)], []],
    ["those who were done by then", [done(0), done(1), end, done(2)], [0, 1]],
    ["nobody who was not as planned", [done(0), done(1), { ...end, differing: [1, 9] }], [0]],
    [
      "who was as planned at a later end",
      [done(0), done(1), { ...end, differing: [1] }, { ...end, scope: "missing" }],
      [0, 1],
    ],
    ["nobody who was brought back again since", [done(0), done(1), end, done(1, "newer-1")], [0]],
    [
      "nobody whom a re-import of others did not look at",
      [done(0), done(1), { ...end, differing: [1] }, { ...end, scope: "users" }],
      [0],
    ],
    [
      "nobody whom a re-import of chosen users found otherwise",
      [done(0), end, { ...end, scope: "users", differing: [0] }],
      [],
    ],
  ])("takes as there for good %s", async (_, entries, settled) => {
    const store = createInMemoryStore();
    const journal = await openJournal(store, FOLDER, "run-1");
    for (const entry of entries) await journal.append([entry]);
    expect([...journal.state.settled]).toEqual(settled);
    expect((await openJournal(store, FOLDER, "run-2")).state).toEqual(journal.state);
  });

  it("takes the users of an import job for intended, and keeps the jobs in order", async () => {
    const store = createInMemoryStore();
    const journal = await openJournal(store, FOLDER, "run-1");
    await journal.append([{ kind: "job", name: "job-a", users: [4, 5] }]);
    await journal.append([{ kind: "job", name: "job-b", users: [6] }]);
    const { state } = await openJournal(store, FOLDER, "run-2");
    expect([...state.intended]).toEqual([4, 5, 6]);
    expect(state.jobs.map(({ name }) => name)).toEqual(["job-a", "job-b"]);
  });

  it("forgets that users were to be made once it knows who they are, and knows it again when they are to be made anew", async () => {
    const store = createInMemoryStore();
    const journal = await openJournal(store, FOLDER, "run-1");
    await journal.append([intent(0, 1, 2, 3), done(0), refused(1, "new-1"), refused(2)]);
    // Of the third nobody knows: an earlier attempt may have made them although AWS said no in the end.
    expect([...journal.state.intended]).toEqual([2, 3]);
    await journal.append([intent(0)]);
    expect(journal.state.intended.has(0)).toBe(true);
    expect((await openJournal(store, FOLDER, "run-4")).state.intended.has(0)).toBe(true);
  });

  it("takes nothing else in its folder for a page", async () => {
    const store = await writeJournal();
    store.objects.set(`${FOLDER}results-1/rejects.ndjson`, Buffer.from("{}\n"));
    store.objects.set(`${FOLDER}results-1/${pageName(4)}`, Buffer.from("{}\n"));
    expect((await openJournal(store, FOLDER, "run-3")).pages()).toBe(3);
  });

  it("sorts more pages than six digits can count", async () => {
    expect([pageName(7), pageName(999_999), pageName(1_000_000)]).toEqual([
      "journal-000007.ndjson",
      "journal-999999.ndjson",
      "journal-1000000.ndjson",
    ]);
  });
});

describe("a journal that is not as it was written is refused, and nobody goes on from it:", () => {
  const page = async (number: number) => (await writeJournal()).objects.get(keyOf(number))?.toString() ?? "";
  const where = (number: number) => `s3://backups/${keyOf(number)}`;

  it.each<[string, (store: InMemoryStore) => Promise<void> | void, string]>([
    [
      "a page is missing in the middle",
      ({ objects }) => void objects.delete(keyOf(2)),
      `${where(2)} is missing from the journal.`,
    ],
    [
      "the first page is missing",
      ({ objects }) => void objects.delete(keyOf(1)),
      `${where(1)} is missing from the journal.`,
    ],
    [
      "a page is cut in a line",
      async ({ objects }) => void objects.set(keyOf(3), Buffer.from((await page(3)).slice(0, -5))),
      `${where(3)} is cut.`,
    ],
    [
      "a page is cut to nothing",
      ({ objects }) => void objects.set(keyOf(3), Buffer.alloc(0)),
      `${where(3)} is no page of a journal of this version.`,
    ],
    [
      "a page has lost a whole line, which the page behind it tells",
      async ({ objects }) => void objects.set(keyOf(2), Buffer.from(`${(await page(2)).split("\n")[0]}\n`)),
      `${where(3)} does not follow the page before it.`,
    ],
    [
      "one character of an earlier page was altered",
      async ({ objects }) => void objects.set(keyOf(2), Buffer.from((await page(2)).replace("[0,", "[7,"))),
      `${where(3)} does not follow the page before it.`,
    ],
    [
      "a page of another place stands in for one",
      async ({ objects }) => void objects.set(keyOf(2), Buffer.from(await page(3))),
      `${where(2)} does not follow the page before it.`,
    ],
    [
      "a page of another journal stands in for the last one",
      ({ objects }) =>
        void objects.set(
          keyOf(3),
          Buffer.from(writePage({ page: 3, run: "run-9", after: pageHash("another") }, [done(0)])),
        ),
      `${where(3)} does not follow the page before it.`,
    ],
    [
      "a line is no JSON",
      async ({ objects }) => void objects.set(keyOf(3), Buffer.from(`${await page(3)}{"kind"\n`)),
      `${where(3)} has a line that is not JSON.`,
    ],
    [
      "a page is of a later version",
      async ({ objects }) =>
        void objects.set(keyOf(1), Buffer.from((await page(1)).replace('"version":1', '"version":2'))),
      `${where(1)} is no page of a journal of this version.`,
    ],
    [
      "an entry is none",
      async ({ objects }) =>
        void objects.set(
          keyOf(3),
          Buffer.from(`${await page(3)}{"kind":"end","scope":"users","at":"noon"}\n`),
        ),
      `${where(3)} has an entry that is none: Invalid ISO datetime.`,
    ],
    [
      "an entry says more than it may",
      async ({ objects }) =>
        void objects.set(
          keyOf(3),
          Buffer.from(`${await page(3)}{"kind":"end","scope":"users","at":"${AT}","by":"ann"}\n`),
        ),
      `${where(3)} has an entry that is none: Unrecognized key: "by".`,
    ],
  ])("%s", async (_, alter, message) => {
    const store = await writeJournal();
    await alter(store);
    const opening = openJournal(store, FOLDER, "run-3");
    await expect(opening).rejects.toThrow(IntegrityError);
    await expect(opening).rejects.toMatchObject({ exitCode: 13, message });
  });
});

describe("two runs on the same journal", () => {
  /** A store that refuses to write over anything, as the one in S3 does. */
  const guarded = (store: InMemoryStore): InMemoryStore => ({
    ...store,
    put: async (key, body) => {
      if (store.objects.has(key)) throw new IntegrityError(`${key} is there already with other content.`);
      await store.put(key, body);
    },
  });

  it("never go on from the same place: the second to write is told that it is not alone", async () => {
    const store = guarded(await writeJournal());
    const [one, other] = [
      await openJournal(store, FOLDER, "run-3"),
      await openJournal(store, FOLDER, "run-4"),
    ];
    await one.append([intent(5)]);
    const writing = other.append([intent(5)]);
    await expect(writing).rejects.toThrow(LockedError);
    await expect(writing).rejects.toMatchObject({
      exitCode: 11,
      message: `Somebody else writes to s3://backups/${FOLDER} at the same time.`,
      remedy: "Find the other run and end it; then run this again.",
    });
    expect(other.pages()).toBe(3);
    await one.append([done(5)]);
  });

  it("write other bytes even where they say the same, so that neither takes the other's page for its own", () => {
    const text = (run: string) => writePage({ page: 1, run, after: "" }, [start]);
    expect(text("run-1")).not.toBe(text("run-2"));
  });
});

describe("a page", () => {
  const name = fc.string({ unit: "binary" });
  const ordinal = fc.nat();
  const entry: fc.Arbitrary<JournalEntry> = fc.oneof(
    fc.record({ kind: fc.constant("intent" as const), users: fc.array(ordinal) }),
    fc.record({ kind: fc.constant("job" as const), name, users: fc.array(ordinal) }),
    fc.record({
      kind: fc.constant("done" as const),
      user: ordinal,
      oldSub: name,
      newSub: name,
      at: fc.constant(AT),
    }),
    fc.record({ kind: fc.constant("refused" as const), user: ordinal, oldSub: name, reason: name }),
    fc.record({ kind: fc.constant("imported" as const), users: fc.array(ordinal) }),
    fc.constant(end),
    fc.record({
      kind: fc.constant("end" as const),
      scope: name,
      at: fc.constant(AT),
      differing: fc.array(ordinal),
    }),
  );

  it("is read as it was written, whatever AWS's words hold", () => {
    fc.assert(
      fc.property(fc.array(entry), fc.integer({ min: 1, max: 9_999_999 }), name, (entries, page, after) => {
        const text = writePage({ page, run: "run", after }, entries);
        expect(readPage(text, page, after, "here")).toEqual(entries);
      }),
    );
  });
});
