import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { UserRecord } from "../../../runbooks/backup/format.ts";
import { userRecord } from "../../../runbooks/backup/format.ts";
import { sealManifest } from "../../../runbooks/backup/manifest.ts";
import { readPart } from "../../../runbooks/backup/part-reader.ts";
import type { UserPool } from "../../../runbooks/backup/user-pool.ts";
import { AccessDeniedError } from "../../../runbooks/runtime/aws-errors.ts";
import {
  BadInputError,
  IntegrityError,
  NotFoundError,
  RemoteError,
} from "../../../runbooks/runtime/errors.ts";
import { PageTokenRefusedError } from "../../../runbooks/runtime/pages.ts";
import { RUN_AT, runBackup, verifyStored } from "../../support/backup-run.ts";
import {
  createGroup,
  createInMemoryPool,
  createUser,
  type PoolContents,
} from "../../support/in-memory-pool.ts";
import { createInMemoryStore, type InMemoryStore } from "../../support/in-memory-store.ts";

function poolOf(users: number, groups: Record<string, number[]> = {}): PoolContents {
  const all = Array.from({ length: users }, (_, number) => createUser(number));
  return {
    users: all,
    groups: Object.keys(groups).map((name) => createGroup(name)),
    members: new Map(
      Object.entries(groups).map(([name, members]) => [
        name,
        members.map((member) => all[member]?.sub ?? "nobody"),
      ]),
    ),
  };
}

async function readUsers(store: InMemoryStore, place: string): Promise<UserRecord[]> {
  const manifest = await verifyStored(store, place);
  const users: UserRecord[] = [];
  for (const entry of manifest.parts.filter(({ name }) => name.startsWith("users-"))) {
    users.push(...readPart(await store.get(`${place}/${entry.name}`), entry, userRecord, place));
  }
  return users;
}

const newer = "2026-11-21T02:59:00.000Z";

describe("a backup", () => {
  it.each([0, 1, 60, 61, 1_000])("of %d users holds each of them and can be verified", async (users) => {
    const store = createInMemoryStore();
    const contents = poolOf(users, { staff: users > 0 ? [0] : [] });
    const { place, manifest } = await runBackup({ pool: createInMemoryPool(contents), store });
    expect(manifest.counts).toEqual({ users, groups: 1, memberships: users > 0 ? 1 : 0 });
    expect(await readUsers(store, place)).toEqual(contents.users);
  });

  it("of 10,000 groups, a user in 100 of them and a group of 5,000 is whole", async () => {
    const groups = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, group) => [`g${group}`, group < 100 ? [7] : []]),
    );
    const everybody = Array.from({ length: 11_000 }, (_, user) => user);
    const contents = poolOf(11_000, { ...groups, all: everybody.slice(0, 5_000) });
    const store = createInMemoryStore();
    const { place } = await runBackup({ pool: createInMemoryPool(contents), store });
    const manifest = await verifyStored(store, place);
    expect(manifest.counts).toEqual({ users: 11_000, groups: 10_001, memberships: 5_100 });
  });

  it("reads memberships user by user where groups outnumber users, with the same result", async () => {
    const contents = poolOf(3, { a: [0, 1], b: [0], c: [], d: [2] });
    const store = createInMemoryStore();
    const { place, manifest } = await runBackup({ pool: createInMemoryPool(contents), store });
    expect(manifest.membershipsReadBy).toBe("user");
    expect((await verifyStored(store, place)).counts.memberships).toBe(4);
  });

  it("holds second factors only when asked for, in a part of their own", async () => {
    const store = createInMemoryStore();
    const pool = createInMemoryPool(poolOf(5));
    const plain = await runBackup({ pool, store });
    expect(plain.manifest.counts.mfa).toBeUndefined();
    const { place } = await runBackup({ pool, store, withMfa: true });
    const manifest = await verifyStored(store, place);
    expect(manifest.counts.mfa).toBe(5);
    expect(manifest.parts.map(({ name }) => name)).toContain("mfa-00000.ndjson.gz");
  });

  it("cuts users into parts of the given size, numbered in order", async () => {
    const store = createInMemoryStore();
    const { place } = await runBackup({ pool: createInMemoryPool(poolOf(300)), store, partBytes: 8_192 });
    const manifest = await verifyStored(store, place);
    const names = manifest.parts.map(({ name }) => name).filter((name) => name.startsWith("users-"));
    expect(names.length).toBeGreaterThan(5);
    expect(names).toEqual(names.map((_, index) => `users-${String(index).padStart(5, "0")}.ndjson.gz`));
  });

  it("makes two sets when two runs start in the same second", async () => {
    const store = createInMemoryStore();
    const pool = createInMemoryPool(poolOf(3));
    const [first, second] = await Promise.all([runBackup({ pool, store }), runBackup({ pool, store })]);
    expect(first.place).not.toBe(second.place);
    await verifyStored(store, first.place);
    await verifyStored(store, second.place);
  });
});

describe("a backup of a pool that changes meanwhile", () => {
  /** Pages that come twice, reversed, cut in two or empty, while users come, go and change. */
  function* churn(users: UserRecord[], steps: readonly Step[], before: Set<string>): Generator<UserRecord[]> {
    const order = [...users];
    let made = 0;
    for (const [at, step] of steps.entries()) {
      const page = order.splice(0, 60).filter(({ sub }) => users.some((user) => user.sub === sub));
      const current = page.map(({ sub }) => users.find((user) => user.sub === sub) ?? createUser(0));
      if (step === "twice") yield current;
      if (step === "empty") yield [];
      if (step === "split") {
        yield current.slice(0, 20);
        yield current.slice(20);
      } else yield step === "reversed" ? current.toReversed() : current;
      if (step === "create") users.push(createUser(100_000 + at * 10 + made++));
      if (step === "delete") {
        const [gone] = users.splice(Math.floor(users.length / 2), 1);
        if (gone) before.delete(gone.sub);
      }
      if (step === "change" && users[0])
        users[0] = { ...users[0], modified: newer, status: "RESET_REQUIRED" };
    }
    for (let rest = order.splice(0, 60); rest.length > 0; rest = order.splice(0, 60)) yield rest;
  }
  type Step = "plain" | "twice" | "empty" | "split" | "reversed" | "create" | "delete" | "change";
  const step = fc.constantFrom<Step>(
    "plain",
    "twice",
    "empty",
    "split",
    "reversed",
    "create",
    "delete",
    "change",
  );

  it("holds everybody who was there from start to end, and nobody twice", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const contents = poolOf(600);
        const whole = new Set(contents.users.map(({ sub }) => sub));
        const store = createInMemoryStore();
        const pool = createInMemoryPool(contents, (users) => churn(users, steps, whole));
        const { place } = await runBackup({ pool, store });
        const subs = (await readUsers(store, place)).map(({ sub }) => sub);
        expect(new Set(subs).size).toBe(subs.length);
        expect([...whole].filter((sub) => !subs.includes(sub))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("keeps the later version of a user who comes twice, in whichever order", async () => {
    const [old, changed] = [createUser(1), createUser(1, { modified: newer, status: "RESET_REQUIRED" })];
    for (const pages of [
      [[old], [changed]],
      [[changed], [old]],
    ]) {
      const store = createInMemoryStore();
      const pool = createInMemoryPool(poolOf(2), () => pages);
      const { place } = await runBackup({ pool, store });
      expect(await readUsers(store, place)).toEqual([changed]);
    }
  });

  it("starts anew, with a set of its own, when a user whose part is stored comes again changed", async () => {
    const old = Array.from({ length: 100 }, (_, number) => createUser(number));
    const changed = { ...createUser(0), modified: newer };
    let lists = 0;
    const pool = createInMemoryPool(poolOf(100), () => {
      lists += 1;
      return lists === 1 ? [old, [changed]] : [[changed, ...old.slice(1)]];
    });
    const store = createInMemoryStore();
    const { place, lines } = await runBackup({ pool, store, partBytes: 4_096 });
    expect(lines.filter((line) => line.startsWith("Starting anew"))).toHaveLength(1);
    expect(await readUsers(store, place)).toHaveLength(100);
    const manifests = [...store.objects.keys()].filter((key) => key.endsWith("manifest.json"));
    expect(manifests).toEqual([`${place}/manifest.json`]);
  });

  it("starts anew when a user was deleted and made anew under the same name while the list was read", async () => {
    const [old, anew] = [createUser(1), createUser(2, { username: "user-1" })];
    let lists = 0;
    const pool = createInMemoryPool(poolOf(2), () => {
      lists += 1;
      return lists === 1 ? [[old], [anew]] : [[anew]];
    });
    const store = createInMemoryStore();
    const { place, lines } = await runBackup({ pool, store });
    expect(lines).toContain("Starting anew, with a new set: a user name came twice");
    expect(await readUsers(store, place)).toEqual([anew]);
  });

  it("leaves out members who joined the pool during the run, and says so", async () => {
    const contents = poolOf(100, { staff: [1, 99] });
    const late = contents.users[99];
    if (late) contents.users[99] = { ...late, created: RUN_AT.toISOString() };
    const pool = createInMemoryPool(contents, (users) => [users.slice(0, 99)]);
    const { manifest, lines } = await runBackup({ pool, store: createInMemoryStore() });
    expect(manifest.counts.memberships).toBe(1);
    expect(lines).toContain("warning: 1 memberships of users created during the run were left out.");
  });

  it("goes on when a group is deleted meanwhile", async () => {
    const contents = poolOf(10, { staff: [1], gone: [2] });
    const pool: UserPool = createInMemoryPool(contents);
    const listMembers = pool.listMembers;
    pool.listMembers = async function* (group) {
      if (group === "gone") throw new NotFoundError("no such group");
      yield* listMembers(group);
    };
    const store = createInMemoryStore();
    const { place, manifest } = await runBackup({ pool, store });
    await verifyStored(store, place);
    expect(manifest.counts).toEqual({ users: 10, groups: 1, memberships: 1 });
    expect(manifest.warnings).toEqual(["1 groups were deleted during the run."]);
  });

  it("fails when the whole pool is deleted meanwhile, whose groups all seem to vanish", async () => {
    const pool = createInMemoryPool(poolOf(10, { staff: [1] }));
    const describe = pool.describe;
    let calls = 0;
    pool.describe = async () => {
      calls += 1;
      if (calls > 1) throw new NotFoundError("no such pool");
      return describe();
    };
    const store = createInMemoryStore();
    await expect(runBackup({ pool, store })).rejects.toThrow("no such pool");
    expect([...store.objects.keys()].filter((key) => key.endsWith("manifest.json"))).toEqual([]);
  });
});

describe("a backup whose answers contradict each other", () => {
  async function refusal(setting: Parameters<typeof runBackup>[0]): Promise<unknown> {
    const store = createInMemoryStore();
    const error = await runBackup({ ...setting, store }).catch((reason: unknown) => reason);
    expect([...store.objects.keys()].filter((key) => key.endsWith("manifest.json"))).toEqual([]);
    return error;
  }

  it("is refused when a member of a group, there before the start, is not in the list of users", async () => {
    const contents = poolOf(100, { staff: [99] });
    const pool = createInMemoryPool(contents, (users) => [users.slice(0, 99)]);
    const error = await refusal({ pool, store: createInMemoryStore() });
    expect(error).toBeInstanceOf(IntegrityError);
    expect(error).toMatchObject({
      message:
        "ap-northeast-1_Test12345: a member of group staff, created 2026-01-02T03:04:05.678Z, is not in the list of users.",
    });
  });

  it("is refused when a user is in a group that the list of groups lacks", async () => {
    const contents = poolOf(2, { a: [0], b: [], c: [1] });
    const pool = createInMemoryPool(contents);
    const listGroups = pool.listGroups;
    pool.listGroups = async function* () {
      for await (const page of listGroups()) yield [...page, createGroup("d"), createGroup("e")].slice(1);
    };
    expect(await refusal({ pool, store: createInMemoryStore() })).toMatchObject({
      exitCode: 13,
      message: "ap-northeast-1_Test12345: a user is in group a, which the list of groups lacks.",
    });
  });

  it("only warns when AWS's estimate differs", async () => {
    const pool = createInMemoryPool({ ...poolOf(100), estimatedUsers: 200 });
    const { manifest } = await runBackup({ pool, store: createInMemoryStore() });
    expect(manifest.warnings).toEqual(["AWS estimates 200 users, and 100 were listed."]);
  });
});

describe("a backup after users have vanished", () => {
  async function backUpTwice(before: number, after: number, allowShrink = false) {
    const store = createInMemoryStore();
    await runBackup({
      pool: createInMemoryPool(poolOf(before)),
      store,
      now: () => new Date("2026-11-20T03:00:00Z"),
    });
    return runBackup({ pool: createInMemoryPool(poolOf(after)), store, allowShrink });
  }

  it("is refused when more than a tenth is gone since the last set", async () => {
    await expect(backUpTwice(100, 80)).rejects.toMatchObject({
      exitCode: 13,
      message: "ap-northeast-1_Test12345 has 80 users, and had 100 at 2026-11-20T03:00:00.000Z.",
      remedy: "Nothing was finished. If they are meant to be gone, run it with --allow-shrink.",
    });
  });

  it("is made when they are meant to be gone", async () => {
    expect((await backUpTwice(100, 80, true)).manifest.counts.users).toBe(80);
  });

  it("is made when the pool is nearly as large as before", async () => {
    expect((await backUpTwice(100, 95)).manifest.counts.users).toBe(95);
  });
});

describe("a backup after users have vanished and the newest set cannot be read", () => {
  const manifestOf = (place: string) => `${place}/manifest.json`;

  it.each<[string, (store: InMemoryStore, place: string) => void, RegExp]>([
    [
      "is damaged",
      (store, place) => store.objects.set(manifestOf(place), Buffer.from("<html>")),
      /manifest\.json is not JSON\.$/,
    ],
    [
      "is of a newer version of the format",
      (store, place) => {
        const { sha256: _, ...body } = JSON.parse(String(store.objects.get(manifestOf(place))));
        const sealed = sealManifest({ ...body, formatVersion: 2 });
        store.objects.set(manifestOf(place), Buffer.from(sealed));
      },
      /has format version 2; this command reads up to 1\.$/,
    ],
    [
      "may not be read",
      (store, place) => {
        const get = store.get;
        store.get = async (key) => {
          if (key === manifestOf(place)) throw new AccessDeniedError("No right to read it.");
          return get(key);
        };
      },
      /No right to read it\.$/,
    ],
    [
      "is from the future",
      (store, place) => {
        const { sha256: _, ...body } = JSON.parse(String(store.objects.get(manifestOf(place))));
        const set = "20361121T000000Z-0a1b2c3d";
        store.objects.delete(manifestOf(place));
        store.objects.set(
          manifestOf(`${body.pool.id}/${set}`),
          Buffer.from(sealManifest({ ...body, set, startedAt: "2036-11-21T00:00:00.000Z" })),
        );
      },
      /20361121T000000Z-0a1b2c3d says it was made in the future\.$/,
    ],
  ])("is compared with the set before, and refused: the newest %s", async (_, spoil, reason) => {
    const store = createInMemoryStore();
    const at = (day: number) => () => new Date(`2026-11-${day}T03:00:00Z`);
    await runBackup({ pool: createInMemoryPool(poolOf(100)), store, now: at(18) });
    const { place } = await runBackup({ pool: createInMemoryPool(poolOf(99)), store, now: at(19) });
    spoil(store, place);
    const lines: string[] = [];
    const warn = (line: string) => lines.push(line);
    await expect(runBackup({ pool: createInMemoryPool(poolOf(80)), store, warn })).rejects.toMatchObject({
      exitCode: 13,
      message: "ap-northeast-1_Test12345 has 80 users, and had 100 at 2026-11-18T03:00:00.000Z.",
    });
    expect(lines).toEqual([expect.stringMatching(reason)]);
    expect(lines[0]).toContain(
      "1 earlier sets cannot be compared with this one, which is compared with 20261118T",
    );
  });
});

describe("a backup on a machine whose clock is wrong", () => {
  it("asks for the clock once the bucket has answered, and stores nothing", async () => {
    const store = createInMemoryStore();
    const checkClock = () => {
      throw new BadInputError("This machine's clock is an hour ahead of AWS;");
    };
    await expect(runBackup({ pool: createInMemoryPool(poolOf(3)), store, checkClock })).rejects.toThrow(
      BadInputError,
    );
    expect(store.objects.size).toBe(0);
  });

  it("writes a set that was not finished before it was begun, although the clock was set back meanwhile", async () => {
    const store = createInMemoryStore();
    let calls = 0;
    const now = () => {
      calls += 1;
      return calls <= 2 ? RUN_AT : new Date(RUN_AT.getTime() - 60_000);
    };
    const { manifest } = await runBackup({ pool: createInMemoryPool(poolOf(3)), store, now });
    expect([manifest.startedAt <= manifest.finishedAt, calls > 2]).toEqual([true, true]);
  });
});

describe("a list of users that breaks off", () => {
  function breaksOff(times: number): UserPool {
    const contents = poolOf(200);
    const pool = createInMemoryPool(contents);
    const listUsers = pool.listUsers;
    let lists = 0;
    pool.listUsers = async function* (options) {
      lists += 1;
      for await (const page of listUsers(options)) {
        yield page;
        if (lists <= times) throw new PageTokenRefusedError("AWS refused a page token; they last one hour.");
      }
    };
    return pool;
  }

  it("is read anew into a new set, once", async () => {
    const store = createInMemoryStore();
    const { place, lines } = await runBackup({ pool: breaksOff(1), store });
    expect(await readUsers(store, place)).toHaveLength(200);
    expect(lines).toContain("Starting anew, with a new set: AWS refused a page token; they last one hour.");
  });

  it("fails when it breaks off again", async () => {
    await expect(runBackup({ pool: breaksOff(2), store: createInMemoryStore() })).rejects.toThrow(
      RemoteError,
    );
  });
});

describe("a backup in shards", () => {
  it("holds the same users as one list", async () => {
    const store = createInMemoryStore();
    const contents = poolOf(1_000);
    const { place } = await runBackup({ pool: createInMemoryPool(contents), store, shards: 16 });
    const subs = (users: UserRecord[]) => users.map(({ sub }) => sub).sort();
    expect(subs(await readUsers(store, place))).toEqual(subs(contents.users));
  });

  it.each<[string, (listUsers: UserPool["listUsers"]) => UserPool["listUsers"]]>([
    ["ignored", (listUsers) => (options) => listUsers({ ...options, prefix: "" })],
    [
      "wrong for some users",
      (listUsers) =>
        async function* (options) {
          const isShort = options.prefix?.length === 1;
          for await (const page of listUsers(options)) yield isShort ? page.slice(0, -1) : page;
        },
    ],
  ])("falls back to one list where the filter is %s", async (_, breakFilter) => {
    const store = createInMemoryStore();
    const pool = createInMemoryPool(poolOf(1_000));
    pool.listUsers = breakFilter(pool.listUsers);
    const { place, lines } = await runBackup({ pool, store, shards: 4 });
    expect(lines.some((line) => line.startsWith("Starting anew with one list of users"))).toBe(true);
    expect(await readUsers(store, place)).toHaveLength(1_000);
  });
});

describe("a bucket that says it stored what it did not", () => {
  it.each<[string, (objects: Map<string, Buffer>, key: string, body: Buffer) => void, string]>([
    ["a part is lost", () => {}, "users-00000.ndjson.gz is missing."],
    [
      "a part is cut",
      (objects, key, body) => objects.set(key, body.subarray(0, 50)),
      "has 50 bytes instead of ",
    ],
  ])("makes no set: %s", async (_, lose, message) => {
    const store = createInMemoryStore();
    const put = store.put;
    store.put = async (key, body) => {
      if (key.endsWith("users-00000.ndjson.gz")) lose(store.objects, key, body);
      else await put(key, body);
    };
    const error = await runBackup({ pool: createInMemoryPool(poolOf(3)), store }).catch((reason) => reason);
    expect(error).toBeInstanceOf(IntegrityError);
    expect(error.message).toContain(message);
    expect([...store.objects.keys()].filter((key) => key.endsWith("manifest.json"))).toEqual([]);
  });
});

describe("attribute values", () => {
  const value = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.array(fc.nat(0xffff), { maxLength: 20 }).map((units) => String.fromCharCode(...units)),
    fc.constantFrom(
      "=cmd|' /C calc'!A0",
      "\u2028\u2029\u0085",
      "\0",
      "\ud800",
      "a\r\nb",
      " padded ",
      "x".repeat(2_048),
    ),
  );
  const name = fc.oneof(
    fc.constantFrom("__proto__", "constructor", "custom:部門", ""),
    fc.string({ maxLength: 20 }).filter((key) => key !== "sub"),
  );
  const distinct = { maxLength: 20, selector: ([key]: [string, string]) => key };

  it("come back to the last UTF-16 code unit, names and order included", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.tuple(name, value), distinct), async (others) => {
        const { sub } = createUser(1);
        const user = createUser(1, { attributes: [...others, ["sub", sub]], username: "名前\u2028" });
        const store = createInMemoryStore();
        const contents = { users: [user], groups: [], members: new Map<string, string[]>() };
        const { place } = await runBackup({ pool: createInMemoryPool(contents), store });
        expect(await readUsers(store, place)).toEqual([user]);
      }),
      { numRuns: 300 },
    );
  });
});
