import { describe, expect, it } from "vitest";
import type { DoneEntry, JournalState, RefusedEntry } from "../../../runbooks/reimport/journal-format.ts";
import { acceptedOmissions } from "../../../runbooks/reimport/omissions.ts";
import { checkRestore, readMemberships } from "../../../runbooks/reimport/restore-check.ts";
import type { SetUser } from "../../../runbooks/reimport/set-contents.ts";
import { indexStandingUsers } from "../../../runbooks/reimport/standing-users.ts";
import type { TargetUser } from "../../../runbooks/reimport/target-pool.ts";
import type { ExistingPolicy, Scope } from "../../../runbooks/reimport/user-decision.ts";
import { createGroup } from "../../support/in-memory-pool.ts";
import { createSetUser, createTargetPool } from "../../support/restore-pools.ts";

const DONE_AT = "2026-11-21T03:00:00.000Z";
const target = createTargetPool({ usernameAttributes: ["email"], isCaseSensitive: false });

function createDone(user: number, values: Partial<DoneEntry> = {}): DoneEntry {
  return { kind: "done", user, oldSub: `old-${user}`, newSub: `new-${user}`, at: DONE_AT, ...values };
}

/** A user who is in the target exactly as planned. */
function createStanding(number: number, values: Partial<TargetUser> = {}): TargetUser {
  return {
    sub: `new-${number}`,
    username: `new-${number}`,
    status: "CONFIRMED",
    isEnabled: true,
    created: DONE_AT,
    modified: DONE_AT,
    attributes: new Map([
      ["email", `user-${number}@example.com`],
      ["email_verified", "true"],
    ]),
    ...values,
  };
}

interface Scene {
  users: readonly SetUser[];
  done?: readonly DoneEntry[];
  /** What ListUsers gives. */
  listed: readonly TargetUser[];
  /** What AdminGetUser gives at each look, the last one for ever; as listed unless given. */
  found?: readonly (TargetUser | undefined)[];
  /** Group -> subs, as ListUsersInGroup gives them. */
  members?: Readonly<Record<string, readonly string[]>>;
  /** Sub -> groups, as AdminListGroupsForUser gives them; as the members unless given. */
  own?: Readonly<Record<string, readonly string[]>>;
  /** Users whom an earlier re-import had found there at its end. */
  settled?: readonly number[];
  refused?: readonly RefusedEntry[];
  scope?: Scope;
  existing?: ExistingPolicy;
  signal?: AbortSignal;
}

async function check(scene: Scene) {
  const { users, listed, found, members = {}, own, settled = [], refused = [] } = scene;
  const { scope = { kind: "everybody" }, existing = "fail", signal = new AbortController().signal } = scene;
  const done = scene.done ?? users.map(({ ordinal }) => createDone(ordinal));
  async function* inOnePage() {
    yield listed;
  }
  const standing = await indexStandingUsers(target, inOnePage());
  const looks: string[] = [];
  const pauses: number[] = [];
  let compared = 0;
  const journal: JournalState = {
    done: new Map(done.map((entry) => [entry.user, entry])),
    refused: new Map(refused.map((entry) => [entry.user, entry])),
    intended: new Set(),
    imported: new Set(),
    jobs: [],
    settled: new Set(settled),
    ends: 0,
    open: new Set(),
  };
  const pool = {
    listMembers: async function* (group: string) {
      yield (members[group] ?? []).map((sub) => ({ sub, username: sub, created: new Date(DONE_AT) }));
    },
    listGroupsOf: async function* (username: string) {
      const groups = Object.keys(members).filter((group) => members[group]?.includes(username));
      yield (own?.[username] ?? groups).map((name) => createGroup(name));
    },
  };
  const memberships = await readMemberships(pool, Object.keys(members), new AbortController().signal);
  const result = await checkRestore({
    input: {
      target,
      scope,
      existing,
      isSamePool: false,
      set: {
        groups: [],
        users: async function* () {
          yield* users;
        },
      },
      standing,
      journal,
      rules: {
        target,
        restoresUnconfirmed: false,
        restoresFactors: false,
        engine: "api",
        leftOut: acceptedOmissions([]),
        isErased: () => false,
      },
    },
    journal,
    standing,
    memberships,
    writer: {
      find: async (name) => {
        looks.push(name);
        if (found !== undefined) return found[Math.min(looks.length, found.length) - 1];
        return listed.find((user) => user.username === name || user.sub === name);
      },
    },
    listGroupsOf: pool.listGroupsOf,
    pause: async (milliseconds) => void pauses.push(milliseconds),
    signal,
    onUser: () => {
      compared += 1;
    },
  });
  const differences = result.differences.map(({ sub, what }) => `${sub}: ${what}`);
  return { ...result, differences, looks, pauses, compared };
}

describe("users who were brought back", () => {
  it("are verified from the lists alone when all is as planned", async () => {
    const users = [createSetUser(0), createSetUser(1, {}, { groups: ["staff"] })];
    const result = await check({
      users,
      listed: [createStanding(0), createStanding(1)],
      members: { staff: ["new-1"], others: [] },
    });
    expect(result).toMatchObject({ created: 2, verified: 2, changedSince: 0, differences: [], compared: 2 });
    expect([result.looks, result.pauses]).toEqual([[], []]);
  });

  it("are counted as linked when their provider's account is theirs", async () => {
    const identities = JSON.stringify([{ providerName: "Google", userId: "1" }]);
    const linked = createStanding(0);
    const attributes = new Map([...linked.attributes, ["identities", identities] as const]);
    const result = await check({
      users: [createSetUser(0, { identities })],
      listed: [{ ...linked, attributes }],
    });
    expect(result).toMatchObject({ verified: 1, linked: 1 });
  });

  it("are only those whom the journal calls done: whoever else should be there is a difference", async () => {
    const users = [createSetUser(0), createSetUser(1)];
    const result = await check({ users, done: [createDone(0)], listed: [createStanding(0)] });
    const differences = [`${users[1]?.record.sub}: was not brought back`];
    expect(result).toMatchObject({ created: 1, verified: 1, compared: 1, differences });
  });

  it("leave out whom AWS refused, who is told as such, and who stands there and is left alone", async () => {
    const refused = { kind: "refused", user: 1, oldSub: "old-1", reason: "no" } as const;
    const result = await check({
      users: [0, 1, 2].map((number) => createSetUser(number)),
      done: [createDone(0)],
      refused: [refused],
      listed: [createStanding(0), createStanding(2, { sub: "theirs" })],
      existing: "skip",
    });
    expect(result).toMatchObject({ verified: 1, differences: [], refused: [refused], leftAlone: 1 });
  });

  it("and were refused something afterwards are told as refused, and compared all the same", async () => {
    const refused = { kind: "refused", user: 0, oldSub: "old-0", newSub: "new-0", reason: "no" } as const;
    const result = await check({
      users: [createSetUser(0)],
      listed: [createStanding(0)],
      refused: [refused],
    });
    expect(result).toMatchObject({ verified: 1, refused: [refused] });
  });

  it("may not be one and the same user of the target", async () => {
    const users = [createSetUser(0), createSetUser(1)];
    const done = [createDone(0), createDone(1, { newSub: "new-0" })];
    await expect(check({ users, done, listed: [createStanding(0)] })).rejects.toMatchObject({
      exitCode: 13,
      message: "The user old-1 of the set shares a user of the target with another one.",
    });
  });

  it("are told apart from accounts that the set does not have, which are listed", async () => {
    const result = await check({
      users: [createSetUser(0)],
      listed: [createStanding(0), createStanding(7)],
    });
    expect(result.strangers.map(({ sub }) => sub)).toEqual(["new-7"]);
  });

  it.each<[string, SetUser, Scope]>([
    ["is left out", createSetUser(1, {}, { status: "UNCONFIRMED" }), { kind: "everybody" }],
    ["was not chosen", createSetUser(1), { kind: "users", names: ["user-0"] }],
    ["cannot come back", createSetUser(1, { identities: "{" }), { kind: "everybody" }],
  ])(
    "are not the only users of the set: who %s and stands there is no stranger either",
    async (_, user, scope) => {
      const result = await check({
        users: [createSetUser(0), user],
        done: [createDone(0)],
        listed: [createStanding(0), createStanding(1, { sub: "theirs" })],
        scope,
      });
      expect([result.strangers, result.differences]).toEqual([[], []]);
    },
  );
});

describe("a difference is found and named:", () => {
  const user = createSetUser(0);
  const staff = createSetUser(0, {}, { groups: ["staff"] });
  const attributes = (values: Record<string, string>) =>
    new Map(Object.entries({ email: "user-0@example.com", email_verified: "true", ...values }));

  it.each<[string, Partial<Scene>]>([
    ["is missing", { listed: [] }],
    ["is missing", { listed: [createStanding(0, { sub: "another", username: "another" })] }],
    ["attributes", { listed: [createStanding(0, { attributes: attributes({ email_verified: "false" }) })] }],
    ["attributes", { listed: [createStanding(0, { attributes: attributes({ name: "more" }) })] }],
    ["is disabled", { listed: [createStanding(0, { isEnabled: false })] }],
    ["is enabled", { users: [createSetUser(0, {}, { enabled: false })], listed: [createStanding(0)] }],
    ["status FORCE_CHANGE_PASSWORD", { listed: [createStanding(0, { status: "FORCE_CHANGE_PASSWORD" })] }],
    ["status UNCONFIRMED", { listed: [createStanding(0, { status: "UNCONFIRMED" })] }],
    ["groups", { users: [staff], listed: [createStanding(0)], members: { staff: [] } }],
    ["groups", { listed: [createStanding(0)], members: { staff: ["new-0"] } }],
    [
      "groups",
      { users: [staff], listed: [createStanding(0)], members: { staff: ["new-0"], ops: ["new-0"] } },
    ],
    [
      "linked identities",
      {
        users: [createSetUser(0, { identities: JSON.stringify([{ providerName: "Google", userId: "1" }]) })],
        listed: [createStanding(0)],
      },
    ],
    [
      "attributes, is disabled, status UNKNOWN",
      {
        listed: [
          createStanding(0, { isEnabled: false, status: "UNKNOWN", attributes: attributes({ name: "x" }) }),
        ],
      },
    ],
  ])("%s (%#)", async (what, scene) => {
    const result = await check({ users: [user], listed: [], ...scene });
    expect(result).toMatchObject({ verified: 0, gone: 0, differences: [`old-0: ${what}`] });
    // Nothing counts that was seen once.
    expect([result.looks.length, result.pauses]).toEqual([4, [5_000, 5_000, 5_000]]);
  });

  it.each(["CONFIRMED", "RESET_REQUIRED"])("none, where people can come back (%s)", async (status) => {
    expect(await check({ users: [user], listed: [createStanding(0, { status })] })).toMatchObject({
      verified: 1,
    });
  });
});

describe("lists that are behind", () => {
  it("are not believed: whoever is missing there is looked at by name", async () => {
    const result = await check({ users: [createSetUser(0)], listed: [], found: [createStanding(0)] });
    expect([result.verified, result.looks]).toEqual([1, ["user-0@example.com"]]);
  });

  it("are waited for, a few times", async () => {
    const found = [undefined, createStanding(0, { status: "FORCE_CHANGE_PASSWORD" }), createStanding(0)];
    const result = await check({ users: [createSetUser(0)], listed: [], found });
    expect([result.verified, result.looks.length, result.pauses.length]).toEqual([1, 3, 2]);
  });

  it("of a group are not believed either", async () => {
    const result = await check({
      users: [createSetUser(0, {}, { groups: ["staff"] })],
      listed: [createStanding(0)],
      members: { staff: [] },
      own: { "new-0": ["staff"] },
    });
    expect(result).toMatchObject({ verified: 1, differences: [] });
  });
});

describe("many users who seem to differ", () => {
  const numbers = Array.from({ length: 50 }, (_, number) => number);
  const users = numbers.map((number) => createSetUser(number));

  it("are looked at together: one pause a round, however many they are, and four looks each at most", async () => {
    const result = await check({ users, listed: [] });
    expect([result.looks.length, result.pauses]).toEqual([4 * 50, [5_000, 5_000, 5_000]]);
    expect(result.differences).toEqual(numbers.map((number) => `old-${number}: is missing`));
  });

  it("are looked at again only as far as they still differ", async () => {
    const listed = numbers.map((number) => createStanding(number, { isEnabled: number !== 7 }));
    const result = await check({ users, listed });
    expect([result.verified, result.looks, result.differences]).toEqual([
      49,
      Array.from({ length: 4 }, () => "new-7"),
      ["old-7: is disabled"],
    ]);
  });

  it("are looked at no further once the run is stopped", async () => {
    const stop = new AbortController();
    stop.abort(new Error("Ctrl-C"));
    await expect(check({ users, listed: [], signal: stop.signal })).rejects.toThrow("Ctrl-C");
  });
});

describe("users who were there, as planned, when an earlier re-import came to its end", () => {
  const users = [createSetUser(0), createSetUser(1)];

  it("and are gone now were deleted since, which is no difference", async () => {
    const result = await check({ users, listed: [createStanding(0)], settled: [0, 1] });
    expect(result).toMatchObject({ created: 2, verified: 1, gone: 1, differences: [] });
    // Lists may be behind here, too.
    expect(result.pauses.length).toBe(3);
  });

  it("and somebody else has their name now were deleted since, too", async () => {
    const listed = [createStanding(0), createStanding(1, { sub: "somebody", username: "somebody" })];
    const result = await check({ users, listed, settled: [0, 1], existing: "skip" });
    expect(result).toMatchObject({ verified: 1, gone: 1, differences: [] });
  });

  it("are told apart from those who were not: these are missing", async () => {
    const result = await check({ users, listed: [], settled: [0] });
    expect(result).toMatchObject({ verified: 0, gone: 1, differences: ["old-1: is missing"] });
  });

  it("and are there still are compared as ever", async () => {
    const listed = [createStanding(0), createStanding(1, { isEnabled: false })];
    const result = await check({ users, listed, settled: [0, 1] });
    expect(result).toMatchObject({ verified: 1, gone: 0, differences: ["old-1: is disabled"] });
  });
});

describe("whatever people did after they came back is theirs:", () => {
  const later = (seconds: number) => new Date(Date.parse(DONE_AT) + seconds * 1_000).toISOString();
  const changed = (seconds: number) =>
    createStanding(0, { modified: later(seconds), attributes: new Map([["email", "user-0@example.com"]]) });

  it.each<[string, number, object]>([
    ["a change a minute later is no difference", 60, { verified: 1, changedSince: 1, differences: [] }],
    [
      "a change within five seconds is one, for AWS's clocks may disagree",
      5,
      { verified: 0, changedSince: 0 },
    ],
  ])("%s", async (_, seconds, expected) => {
    expect(await check({ users: [createSetUser(0)], listed: [changed(seconds)] })).toMatchObject(expected);
  });
});

describe("accounts of others that were overwritten", () => {
  const user = createSetUser(0, {}, { groups: ["staff"], enabled: false });
  const theirs = createStanding(0, {
    isEnabled: false,
    attributes: new Map([...createStanding(0).attributes, ["name", "Theirs"] as const]),
  });
  const overwritten = [createDone(0, { how: "overwrite" })];
  const repaired = [createDone(0, { how: "repair" })];

  it("are as planned when they have what the set says, and more", async () => {
    const members = { staff: ["new-0"], theirs: ["new-0"] };
    const result = await check({ users: [user], done: overwritten, listed: [theirs], members });
    expect(result).toMatchObject({ created: 0, verified: 1, differences: [] });
  });

  it.each<[string, Partial<Scene>]>([
    ["groups", { done: overwritten, listed: [theirs] }],
    [
      "is enabled",
      { done: overwritten, listed: [{ ...theirs, isEnabled: true }], members: { staff: ["new-0"] } },
    ],
    ["is missing", { done: overwritten, listed: [] }],
    ["is missing", { done: repaired, listed: [] }],
    [
      "attributes",
      { done: repaired, listed: [{ ...theirs, attributes: new Map([["email", "user-0@example.com"]]) }] },
    ],
  ])("differ: %s (%#)", async (what, scene) => {
    const result = await check({ users: [user], listed: [], ...scene });
    expect(result).toMatchObject({ verified: 0, differences: [`old-0: ${what}`] });
  });

  it("are asked for nothing but attributes when nothing else was put back", async () => {
    const result = await check({ users: [user], done: repaired, listed: [{ ...theirs, isEnabled: true }] });
    expect(result).toMatchObject({ verified: 1, differences: [] });
  });
});

describe("memberships of the target", () => {
  it("count each pair once, however often a list tells it", async () => {
    const pool = {
      listMembers: async function* (group: string) {
        const member = { sub: "1", username: "1", created: new Date() };
        yield [member];
        yield group === "staff" ? [member, { ...member, sub: "2" }] : [];
      },
    };
    const names = Array.from({ length: 9 }, (_, number) => `group-${number}`);
    const memberships = await readMemberships(pool, ["staff", ...names], new AbortController().signal);
    expect([memberships.count("1"), memberships.count("2"), memberships.count("3")]).toEqual([10, 1, 0]);
    expect([memberships.has("2", "staff"), memberships.has("2", "group-1")]).toEqual([true, false]);
  });

  it("are read no further once the run is stopped", async () => {
    const stop = new AbortController();
    const read: string[] = [];
    const pool = {
      listMembers: async function* (group: string) {
        read.push(group);
        stop.abort(new Error("Ctrl-C"));
        yield [];
      },
    };
    const reading = readMemberships(pool, ["a", "b", "c", "d", "e", "f"], stop.signal);
    await expect(reading).rejects.toThrow("Ctrl-C");
    expect(read.length).toBeLessThan(6);
  });
});
