import { describe, expect, it } from "vitest";
import type { UserPool } from "../../../runbooks/backup/user-pool.ts";
import { IntegrityError, NotFoundError } from "../../../runbooks/runtime/errors.ts";
import { runBackup } from "../../support/backup-run.ts";
import { createGroup, createInMemoryPool, createUser } from "../../support/in-memory-pool.ts";
import { createInMemoryStore } from "../../support/in-memory-store.ts";

/** `users` users and as many groups as said, each with the user of its number. */
function poolOf({ users, groups }: { users: number; groups: number }): UserPool {
  const all = Array.from({ length: users }, (_, number) => createUser(number));
  const names = Array.from({ length: groups }, (_, number) => `g${number}`);
  const members = new Map(names.map((name, number) => [name, [all[number % users]?.sub ?? ""]]));
  return createInMemoryPool({ users: all, groups: names.map((name) => createGroup(name)), members });
}

/** Answers "not found" to the first so many reads of each of these lists. */
function losing(pool: UserPool, names: readonly string[], times: number): UserPool {
  const asked = new Map<string, number>();
  const refuse = (name: string): void => {
    const count = (asked.get(name) ?? 0) + 1;
    asked.set(name, count);
    if (names.includes(name) && count <= times) throw new NotFoundError(`${name} is not there.`);
  };
  return {
    ...pool,
    listMembers: async function* (group) {
      refuse(group);
      yield* pool.listMembers(group);
    },
    listGroupsOf: async function* (username) {
      refuse(username);
      yield* pool.listGroupsOf(username);
    },
  };
}

const backUp = async (pool: UserPool) => (await runBackup({ pool, store: createInMemoryStore() })).manifest;
const named = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, number) => `${prefix}${number}`);

describe("a group or user that is not found while memberships are read", () => {
  it("loses no group and no membership where AWS says it only once", async () => {
    const pool = losing(poolOf({ users: 20, groups: 5 }), ["g2"], 1);
    expect(await backUp(pool)).toMatchObject({ counts: { groups: 5, memberships: 5 }, warnings: [] });
  });

  it("loses no membership of a user whom AWS says once not to know", async () => {
    const pool = losing(poolOf({ users: 4, groups: 9 }), ["user-2"], 1);
    expect(await backUp(pool)).toMatchObject({ membershipsReadBy: "user", counts: { memberships: 9 } });
  });

  it("leaves the set, with a warning, where three groups of many are gone for good", async () => {
    const pool = losing(poolOf({ users: 20, groups: 5 }), named("g", 3), 9);
    expect(await backUp(pool)).toMatchObject({
      counts: { groups: 2, memberships: 2 },
      warnings: ["3 groups were deleted during the run."],
    });
  });

  it("refuses a backup in which more groups vanish than anybody deletes meanwhile", async () => {
    const backup = backUp(losing(poolOf({ users: 20, groups: 10 }), named("g", 4), 9));
    await expect(backup).rejects.toThrow(IntegrityError);
    await expect(backup).rejects.toThrow(
      "ap-northeast-1_Test12345: 4 of 10 groups vanished while their memberships were read.",
    );
  });

  it("accepts many groups that are gone, where they are a small share of all", async () => {
    const pool = losing(poolOf({ users: 60, groups: 50 }), named("g", 5), 9);
    expect((await backUp(pool)).counts.groups).toBe(45);
  });

  it("refuses a backup in which more users vanish than anybody deletes meanwhile", async () => {
    await expect(backUp(losing(poolOf({ users: 10, groups: 20 }), named("user-", 4), 9))).rejects.toThrow(
      "ap-northeast-1_Test12345: 4 of 10 users vanished while their memberships were read.",
    );
  });
});

describe("a member who is not in the list of users", () => {
  const AWS_TIME = new Date("2026-11-21T03:00:00.000Z");

  async function backUpWithout(created: string, setting: { time?: Date | undefined; clock?: Date } = {}) {
    const users = Array.from({ length: 9 }, (_, number) => createUser(number));
    const missing = createUser(9, { created });
    const pool = createInMemoryPool(
      {
        users: [...users, missing],
        groups: [createGroup("staff")],
        members: new Map([["staff", [missing.sub]]]),
        time: "time" in setting ? setting.time : AWS_TIME,
      },
      () => [users],
    );
    const now = () => setting.clock ?? AWS_TIME;
    return (await runBackup({ pool, store: createInMemoryStore(), now })).manifest;
  }

  it.each([
    ["a year behind", "2025-11-21T03:00:00.000Z"],
    ["ten minutes behind", "2026-11-21T02:50:00.000Z"],
  ])("and was there before is missed, though this machine's clock is %s", async (_, clock) => {
    await expect(backUpWithout("2026-11-21T02:55:00.000Z", { clock: new Date(clock) })).rejects.toThrow(
      "a member of group staff, created 2026-11-21T02:55:00.000Z, is not in the list of users.",
    );
  });

  it("and came during the run is left out with a warning, though this machine's clock is ahead", async () => {
    const clock = new Date("2026-11-22T03:00:00.000Z");
    const { counts, warnings } = await backUpWithout("2026-11-21T03:00:00.500Z", { clock });
    expect(counts.memberships).toBe(0);
    expect(warnings).toContain("1 memberships of users created during the run were left out.");
  });

  it("is no newcomer when AWS dates the user later than its own answers", async () => {
    await expect(backUpWithout("2026-11-21T03:02:00.000Z")).rejects.toThrow(IntegrityError);
  });

  it("is no newcomer when AWS's answers tell no time", async () => {
    const backup = backUpWithout("2026-11-21T03:00:00.000Z", { time: undefined });
    await expect(backup).rejects.toThrow(IntegrityError);
  });
});

describe("groups and memberships that are fewer than in the last set", () => {
  async function backUpTwice(before: UserPool, after: UserPool, allowShrink = false) {
    const store = createInMemoryStore();
    await runBackup({ pool: before, store, now: () => new Date("2026-11-20T03:00:00Z") });
    return (await runBackup({ pool: after, store, allowShrink })).manifest.counts;
  }
  const many = () => poolOf({ users: 100, groups: 50 });
  const few = () => poolOf({ users: 100, groups: 30 });
  const emptied = () => losingMembers(many(), 20);

  it.each([
    ["groups", few, "30 groups, and had 50"],
    ["memberships", emptied, "30 memberships, and had 50"],
  ])("refuse a backup when more than a tenth of the %s is gone", async (_, after, text) => {
    await expect(backUpTwice(many(), after())).rejects.toThrow(
      `ap-northeast-1_Test12345 has ${text} at 2026-11-20T03:00:00.000Z.`,
    );
  });

  it("are backed up when they are meant to be gone", async () => {
    expect(await backUpTwice(many(), few(), true)).toMatchObject({ groups: 30, memberships: 30 });
  });
});

/** The first so many groups have no members. */
function losingMembers(pool: UserPool, groups: number): UserPool {
  const emptied = named("g", groups);
  return {
    ...pool,
    listMembers: async function* (group) {
      if (!emptied.includes(group)) yield* pool.listMembers(group);
    },
  };
}
