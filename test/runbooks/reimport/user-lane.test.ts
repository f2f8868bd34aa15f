import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type Journal, openJournal } from "../../../runbooks/reimport/journal.ts";
import { attributesDigest } from "../../../runbooks/reimport/standing-users.ts";
import { decide } from "../../../runbooks/reimport/user-decision.ts";
import {
  restoreUsers,
  TooManyRefusedError,
  type UserLaneOptions,
} from "../../../runbooks/reimport/user-lane.ts";
import type { NewUser } from "../../../runbooks/reimport/user-plan.ts";
import type { PendingAction } from "../../../runbooks/reimport/user-restorer.ts";
import { InterruptedError, LockedError, RemoteError } from "../../../runbooks/runtime/errors.ts";
import { createInMemoryStore, type InMemoryStore } from "../../support/in-memory-store.ts";
import {
  createInMemoryUserWriter,
  type InMemoryUserWriter,
  standingOf,
} from "../../support/in-memory-user-writer.ts";
import { createNewUser } from "../../support/new-users.ts";
import { createTargetPool } from "../../support/restore-pools.ts";

const FOLDER = "reimports/new/old/set/";

/** Users in two groups, every fifth of them disabled. */
function createUsers(count: number): NewUser[] {
  return Array.from({ length: count }, (_, number) =>
    createNewUser(number, { isEnabled: number % 5 !== 0, groups: ["staff", "ops"] }),
  );
}

interface Lane {
  writer: InMemoryUserWriter;
  store: InMemoryStore;
  /** Opens the journal anew, decides about every user, and restores them. */
  run: (values?: Partial<UserLaneOptions>) => Promise<{ done: number; refused: number }>;
  journal: () => Promise<Journal>;
}

function createLane(users: readonly NewUser[]): Lane {
  const store = createInMemoryStore();
  const writer = createInMemoryUserWriter();
  let runs = 0;
  const journal = () => openJournal(store, FOLDER, `run-${++runs}`);
  return {
    writer,
    store,
    journal,
    run: async (values = {}) => {
      const own = await journal();
      return restoreUsers(planActions(users, writer, own), {
        writer,
        target: createTargetPool(),
        randomBytes,
        journal: own,
        lookahead: 8,
        mostRefused: 100,
        now: () => new Date("2026-11-21T03:00:00Z"),
        onUser: () => {},
        signal: new AbortController().signal,
        ...values,
      });
    },
  };
}

/** As a plan does it: by what the journal said when it was read, and who stood there then. */
async function* planActions(
  users: readonly NewUser[],
  writer: InMemoryUserWriter,
  journal: Journal,
): AsyncGenerator<PendingAction> {
  const there = new Map([...writer.users].map(([name, user]) => [name, standingOf(user)]));
  const state = structuredClone(journal.state);
  for (const user of users) {
    const standing = there.get(user.name);
    const decision = decide(user, standing, state, { scope: { kind: "everybody" }, existing: "fail" });
    if (decision === "create" || decision === "resume") yield { kind: decision, user, standing };
    else if (decision !== "done") throw new Error(`${user.name}: ${decision}`);
  }
}

/** Whether the pool holds exactly these users, as they are planned. */
function expectAll(users: readonly NewUser[], { writer }: Lane): void {
  expect(writer.users.size).toBe(users.length);
  for (const user of users) {
    const found = writer.users.get(user.name);
    expect(found).toMatchObject({
      status: "CONFIRMED",
      isEnabled: user.isEnabled,
      groups: new Set(user.groups),
    });
    expect(attributesDigest(found?.attributes ?? [])).toBe(attributesDigest(user.attributes));
  }
}

describe("users who are brought back side by side", () => {
  it("are all there, each named in the journal before they are made, and with what became of them after", async () => {
    const users = createUsers(20);
    const lane = createLane(users);
    const unannounced: string[] = [];
    lane.writer.fate = (call) => {
      const name = call.replace("create ", "");
      const text = [...lane.store.objects.values()].join("");
      const entries = text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
      const intended = new Set(entries.flatMap(({ kind, users }) => (kind === "intent" ? users : [])));
      if (name !== call && !intended.has(users.findIndex((user) => user.name === name)))
        unannounced.push(name);
      return undefined;
    };
    expect(await lane.run()).toEqual({ done: 20, refused: 0 });
    expect(unannounced).toEqual([]);
    expectAll(users, lane);
    const { state, pages } = await lane.journal();
    expect([state.done.size, state.intended.size, pages()]).toEqual([20, 0, 4]);
    for (const [ordinal, { newSub, oldSub }] of state.done) {
      const user = users[ordinal];
      expect([oldSub, newSub]).toEqual([user?.oldSub, lane.writer.users.get(user?.name ?? "")?.sub]);
    }
  });

  it("are never more at once than the lookahead", async () => {
    const lane = createLane(createUsers(50));
    let [atOnce, most] = [0, 0];
    const { create, addToGroup } = lane.writer;
    lane.writer.create = async (user, password) => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await new Promise(setImmediate);
      return create(user, password);
    };
    lane.writer.addToGroup = async (username, group) => {
      await addToGroup(username, group);
      if (group === "ops") atOnce -= 1;
    };
    await lane.run({ lookahead: 5 });
    expect(most).toBe(5);
  });

  it("are nobody, and the journal stays as it is, where there is nothing to do", async () => {
    const lane = createLane([]);
    expect(await lane.run()).toEqual({ done: 0, refused: 0 });
    expect(lane.store.objects.size).toBe(0);
  });

  it("are told of one by one", async () => {
    const lane = createLane(createUsers(10));
    lane.writer.fate = (call) => (call.startsWith("create user-3@") ? { refusal: "X" } : undefined);
    const kinds: string[] = [];
    await lane.run({ onUser: (kind) => kinds.push(kind) });
    expect(kinds.toSorted()).toEqual([...Array.from({ length: 9 }, () => "done"), "refused"]);
  });
});

describe("accounts of others", () => {
  it("are not named in the journal as ours, when they are overwritten", async () => {
    const lane = createLane([]);
    const user = createNewUser(1);
    const standing = standingOf(lane.writer.add(user.name, { attributes: new Map(user.attributes) }));
    const journal = await lane.journal();
    async function* actions(): AsyncGenerator<PendingAction> {
      yield { kind: "overwrite", user, standing };
    }
    await restoreUsers(actions(), {
      writer: lane.writer,
      target: createTargetPool(),
      randomBytes,
      journal,
      lookahead: 8,
      mostRefused: 0,
      now: () => new Date(),
      onUser: () => {},
      signal: new AbortController().signal,
    });
    const text = [...lane.store.objects.values()].join("");
    expect(text).not.toContain('"intent"');
    expect(journal.state.done.get(1)).toMatchObject({ how: "overwrite", newSub: standing.sub });
  });
});

describe("users whom AWS refuses", () => {
  const refuseEvery = (lane: Lane, share: number) => {
    lane.writer.fate = (call) =>
      Number(/^create user-(\d+)/.exec(call)?.[1] ?? 1) % share === 0 ? { refusal: "Refused" } : undefined;
  };

  it("are noted with AWS's words, and the others go on", async () => {
    const users = createUsers(20);
    const lane = createLane(users);
    refuseEvery(lane, 10);
    expect(await lane.run()).toEqual({ done: 18, refused: 2 });
    const { state } = await lane.journal();
    expect([...state.refused.values()].map(({ user, reason, newSub }) => [user, reason, newSub])).toEqual([
      [0, "create user-0@example.com: Refused.", undefined],
      [10, "create user-10@example.com: Refused.", undefined],
    ]);
    // Whatever AWS minded is mended: the next run tries those alone.
    lane.writer.fate = () => undefined;
    lane.writer.calls.length = 0;
    expect(await lane.run()).toEqual({ done: 2, refused: 0 });
    expect(lane.writer.calls.filter((call) => call.startsWith("create"))).toHaveLength(2);
    expectAll(users, lane);
  });

  it("stop the run when they are one more than the limit, with the first reason at hand and all of them noted", async () => {
    const lane = createLane(createUsers(60));
    lane.writer.fate = (call) =>
      call.startsWith("create") ? { refusal: "UserLambdaValidationException" } : undefined;
    const running = lane.run({ mostRefused: 3 });
    await expect(running).rejects.toThrow(TooManyRefusedError);
    await expect(running).rejects.toMatchObject({
      exitCode: 3,
      message:
        "AWS refused 4 users, the last one because: create user-3@example.com: UserLambdaValidationException.",
      remedy: "Nothing was undone; mend it and run again, or raise --max-rejects.",
    });
    const { state } = await lane.journal();
    // Those under way at that moment are waited for.
    expect(state.refused.size).toBe(8);
  });
});

describe("what stops a run", () => {
  it("is told once those under way have ended, and what became of them is noted", async () => {
    const users = createUsers(30);
    const lane = createLane(users);
    lane.writer.fate = (call) => (call === "create user-12@example.com" ? "lost" : undefined);
    await expect(lane.run()).rejects.toMatchObject({
      exitCode: 15,
      message: "create user-12@example.com: no answer.",
    });
    const { state } = await lane.journal();
    const made = [...lane.writer.users.values()].filter(({ groups }) => groups.size === 2);
    expect(state.done.size).toBe(made.length);
    expect(state.done.size).toBeGreaterThanOrEqual(8);
  });

  it("may be a person, whose Ctrl-C begins no other user", async () => {
    const lane = createLane(createUsers(30));
    const stop = new AbortController();
    const { create } = lane.writer;
    lane.writer.create = async (user, password) => {
      if (user.name === "user-9@example.com") stop.abort(new InterruptedError("SIGINT"));
      return create(user, password);
    };
    await expect(lane.run({ signal: stop.signal })).rejects.toThrow(InterruptedError);
    expect(lane.writer.users.size).toBeLessThan(30);
    const { state } = await lane.journal();
    expect(state.done.size).toBe(lane.writer.users.size);
  });

  it("stays what is told where the journal cannot be written either", async () => {
    const lane = createLane(createUsers(12));
    lane.writer.fate = (call) => (call === "create user-11@example.com" ? "lost" : undefined);
    const { put } = lane.store;
    let puts = 0;
    lane.store.put = async (key, body) => {
      if (++puts > 2) throw new RemoteError("PutObject: no answer.");
      await put(key, body);
    };
    await expect(lane.run()).rejects.toThrow("create user-11@example.com: no answer.");
  });

  it("may be somebody else who writes to the journal", async () => {
    const lane = createLane(createUsers(12));
    lane.store.put = async () => {
      throw new LockedError("Somebody else writes here.");
    };
    await expect(lane.run()).rejects.toThrow(LockedError);
    expect(lane.writer.calls).toEqual([]);
  });

  it("is told together with a fault of the command itself that came on top", async () => {
    const lane = createLane(createUsers(12));
    lane.writer.fate = (call) => (call === "create user-11@example.com" ? "lost" : undefined);
    const { put } = lane.store;
    let puts = 0;
    lane.store.put = async (key, body) => {
      if (++puts > 2) throw new TypeError("broken");
      await put(key, body);
    };
    await expect(lane.run()).rejects.toMatchObject({
      errors: [expect.any(RemoteError), expect.any(TypeError)],
    });
  });
});

describe("a run that is killed at any of its calls, eight users at a time", () => {
  const users = createUsers(40);

  /** Lets so many calls through, pages of the journal among them; the next is carried out or not, and then nothing is. */
  function cut(lane: Lane, after: number, phase: "before" | "after"): void {
    let calls = 0;
    lane.writer.fate = () => {
      calls += 1;
      if (calls <= after) return undefined;
      return calls === after + 1 && phase === "after" ? "answer-lost" : "lost";
    };
    const { put } = lane.store;
    lane.store.put = async (key, body) => {
      calls += 1;
      if (calls <= after || (calls === after + 1 && phase === "after")) await put(key, body);
      if (calls > after) throw new RemoteError("PutObject: no answer.");
    };
  }

  it.each(["before", "after"] as const)(
    "%s it is carried out, ends the same when it is run again, with each user made once",
    async (phase) => {
      const whole = createLane(users);
      await whole.run();
      const calls = whole.writer.calls.length + whole.store.objects.size;
      expect(calls).toBeGreaterThan(160);
      for (let after = 0; after < calls; after++) {
        const lane = createLane(users);
        const { put } = lane.store;
        cut(lane, after, phase);
        await expect(lane.run()).rejects.toThrow("no answer");
        lane.writer.fate = () => undefined;
        lane.store.put = put;
        await lane.run();
        expectAll(users, lane);
        // A password may be set again only for who still had the temporary one.
        expect([...lane.writer.users.values()].every(({ passwords }) => passwords.length === 1)).toBe(true);
        lane.writer.calls.length = 0;
        expect(await lane.run()).toEqual({ done: 0, refused: 0 });
        expect(lane.writer.calls).toEqual([]);
      }
    },
  );
});
