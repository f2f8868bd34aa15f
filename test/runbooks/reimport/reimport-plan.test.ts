import { describe, expect, it } from "vitest";
import type { JournalState } from "../../../runbooks/reimport/journal-format.ts";
import { acceptedOmissions } from "../../../runbooks/reimport/omissions.ts";
import {
  countWrites,
  hasWayBack,
  missingLinks,
  type PlanInput,
  planActions,
  planReimport,
  planSeconds,
} from "../../../runbooks/reimport/reimport-plan.ts";
import type { SetUser } from "../../../runbooks/reimport/set-contents.ts";
import { indexStandingUsers } from "../../../runbooks/reimport/standing-users.ts";
import type { TargetUser } from "../../../runbooks/reimport/target-pool.ts";
import { createRateLimiter } from "../../../runbooks/runtime/quotas.ts";
import { createGroup } from "../../support/in-memory-pool.ts";
import { createNewUser } from "../../support/new-users.ts";
import { createSetUser, createTargetPool } from "../../support/restore-pools.ts";

const AT = "2026-11-21T03:00:00.000Z";
const byEmail = createTargetPool({ usernameAttributes: ["email"], isCaseSensitive: false });

interface Scene extends Partial<Omit<PlanInput, "journal" | "standing" | "set">> {
  users?: readonly SetUser[];
  groups?: readonly string[];
  standing?: readonly TargetUser[];
  journal?: Partial<JournalState>;
}

async function createInput(scene: Scene = {}): Promise<PlanInput> {
  const { users = [], groups = [], standing = [], journal, target = byEmail, rules, ...rest } = scene;
  async function* inOnePage() {
    yield standing;
  }
  return {
    target,
    scope: { kind: "everybody" },
    existing: "fail",
    isSamePool: false,
    ...rest,
    set: {
      groups: groups.map((name) => createGroup(name)),
      users: async function* () {
        yield* users;
      },
    },
    standing: await indexStandingUsers(target, inOnePage()),
    journal: { done: new Map(), refused: new Map(), intended: new Set(), imported: new Set(), ...journal },
    rules: {
      restoresUnconfirmed: false,
      restoresFactors: false,
      engine: "api",
      leftOut: acceptedOmissions([]),
      isErased: () => false,
      ...rules,
      target,
    },
  };
}

const plan = async (scene: Scene) => planReimport(await createInput(scene));

/** Somebody who stands in the target under the address of a user of the set. */
function createStanding(number: number, values: Partial<TargetUser> = {}): TargetUser {
  return {
    sub: `there-${number}`,
    username: `there-${number}`,
    status: "CONFIRMED",
    isEnabled: true,
    created: AT,
    modified: AT,
    attributes: new Map([
      ["email", `user-${number}@example.com`],
      ["email_verified", "true"],
    ]),
    ...values,
  };
}

const doneEntry = (user: number, newSub: string) =>
  ({ kind: "done", user, oldSub: createSetUser(user).record.sub, newSub, at: AT }) as const;

async function kindsOf(scene: Scene): Promise<string[]> {
  const kinds: string[] = [];
  for await (const action of planActions(await createInput(scene))) {
    kinds.push(action.kind === "none" ? action.decision : action.kind);
  }
  return kinds;
}

describe("what becomes of each user", () => {
  it("is told in the set's order, and the same at every reading", async () => {
    const scene = {
      users: [0, 1, 2].map((number) => createSetUser(number)),
      standing: [createStanding(1)],
      existing: "skip" as const,
    };
    expect(await kindsOf(scene)).toEqual(["create", "standing", "create"]);
    const input = await createInput(scene);
    expect((await planReimport(input)).hash).toBe((await planReimport(input)).hash);
  });

  it("is nothing for whoever signs in with the name of somebody earlier in the set", async () => {
    const users = [createSetUser(0), createSetUser(1, { email: "USER-0@example.com" })];
    const { impossible, decisions } = await plan({ users });
    expect(decisions.create).toBe(1);
    expect(impossible).toEqual([
      {
        ordinal: 1,
        sub: users[1]?.record.sub,
        username: "user-1",
        reason: "another user of the set signs in with the same name",
      },
    ]);
  });

  it("does not depend on who has the same name and stays away", async () => {
    const users = [
      createSetUser(0, {}, { status: "UNCONFIRMED" }),
      createSetUser(1, { email: "user-0@example.com" }),
    ];
    expect(await kindsOf({ users })).toEqual(["skip", "create"]);
  });

  it("is found out by sub in the very pool that the set was made of, whatever was changed since", async () => {
    const [user = createSetUser(0)] = [createSetUser(0)];
    const moved = createStanding(9, { sub: user.record.sub });
    const scene = { users: [user], standing: [moved], scope: { kind: "missing" } as const };
    expect(await kindsOf({ ...scene, isSamePool: true })).toEqual(["standing"]);
    expect(await kindsOf(scene)).toEqual(["create"]);
  });

  it("is found out by the sub that an earlier run noted, whatever address they have by now", async () => {
    const married = createStanding(9, { sub: "new-0" });
    const scene = { users: [createSetUser(0)], standing: [married] };
    const done = { done: new Map([[0, doneEntry(0, "new-0")]]) };
    const refused = {
      refused: new Map([
        [0, { kind: "refused", user: 0, oldSub: "o", newSub: "new-0", reason: "no" } as const],
      ]),
    };
    for (const scope of [{ kind: "everybody" }, { kind: "missing" }] as const) {
      expect(await kindsOf({ ...scene, scope, journal: done })).toEqual(["done"]);
      expect(await kindsOf({ ...scene, scope, journal: refused })).toEqual(["resume"]);
    }
  });

  it("is decided for those who were named alone, by name, sub, address or number", async () => {
    const users = [0, 1, 2, 3, 4].map((number) =>
      createSetUser(number, { phone_number: `+8131234567${number}` }),
    );
    const names = ["user-0", users[1]?.record.sub ?? "", "user-2@example.com", "+81312345673"];
    expect(await kindsOf({ users, scope: { kind: "users", names } })).toEqual([
      "create",
      "create",
      "create",
      "create",
      "skip",
    ]);
  });
});

describe("a plan", () => {
  it("counts the calls that are left, by what each user needs", async () => {
    const identities = JSON.stringify([{ providerName: "Google", userId: "1" }]);
    const target = createTargetPool({ ...byEmail, identityProviders: ["Google"] });
    const { calls, engines, linked, activeUsers, groupsToCreate } = await plan({
      target,
      groups: ["staff", "ops", "nobody"],
      users: [
        createSetUser(0),
        createSetUser(1, {}, { groups: ["staff", "ops"] }),
        createSetUser(2, { identities }, { enabled: false }),
      ],
    });
    expect(calls).toEqual({
      AdminCreateUser: 3,
      AdminSetUserPassword: 3,
      AdminAddUserToGroup: 2,
      AdminDisableUser: 1,
      AdminLinkProviderForUser: 1,
      AdminSetUserMFAPreference: 0,
      AdminUpdateUserAttributes: 0,
      CreateGroup: 3,
    });
    expect([engines, linked, groupsToCreate]).toEqual([{ csv: 0, api: 3 }, 1, ["staff", "ops", "nobody"]]);
    expect(activeUsers).toEqual({ api: 3, csv: 2, planned: 3 });
  });

  it("counts as active whom AWS bills: none of those whom an import makes and nothing else is done for", async () => {
    const input = await createInput({
      target: { ...byEmail, usernameAttributes: [] },
      users: [
        createSetUser(0),
        createSetUser(1, {}, { groups: ["staff"] }),
        createSetUser(2, { name: "a\nb" }),
      ],
    });
    const { activeUsers, engines, csvObstacles } = await planReimport({
      ...input,
      rules: { ...input.rules, engine: "auto" },
    });
    expect([engines, activeUsers]).toEqual([
      { csv: 1, api: 2 },
      { api: 3, csv: 2, planned: 2 },
    ]);
    expect([...csvObstacles]).toEqual([
      ["name has a line break, control character or half of a character", 1],
    ]);
  });

  it("goes on with users of an earlier run without making them, or setting a password they have", async () => {
    const standing = [0, 1].map((number) =>
      createStanding(number, number === 0 ? { status: "FORCE_CHANGE_PASSWORD" } : {}),
    );
    const { decisions, calls, activeUsers } = await plan({
      users: [0, 1].map((number) => createSetUser(number)),
      standing,
      journal: { intended: new Set([0, 1]) },
    });
    expect(decisions).toMatchObject({ resume: 2, create: 0, clash: 0 });
    // Whatever engine makes the others: these are looked at and written to by the API.
    expect(activeUsers).toEqual({ api: 2, csv: 2, planned: 2 });
    expect(calls).toMatchObject({ AdminCreateUser: 0, AdminSetUserPassword: 1 });
  });

  it("counts as active who is overwritten or repaired, and nobody for whom nothing is done", async () => {
    const scene = { users: [0, 1].map((number) => createSetUser(number)), standing: [createStanding(0)] };
    const overwritten = await plan({ ...scene, users: scene.users.slice(0, 1), existing: "overwrite" });
    expect([overwritten.decisions.overwrite, overwritten.activeUsers]).toEqual([
      1,
      { api: 1, csv: 1, planned: 1 },
    ]);
    const own = createStanding(0, { sub: scene.users[0]?.record.sub ?? "" });
    const scope = { kind: "attributes", names: ["user-0"] } as const;
    const repaired = await plan({ ...scene, standing: [own], isSamePool: true, scope });
    expect([repaired.decisions.repair, repaired.activeUsers]).toEqual([1, { api: 1, csv: 1, planned: 1 }]);
    const skipped = await plan({ ...scene, users: scene.users.slice(0, 1), existing: "skip" });
    expect([skipped.decisions.standing, skipped.activeUsers]).toEqual([1, { api: 0, csv: 0, planned: 0 }]);
  });

  it("has nothing left to write when everybody is done", async () => {
    const done = await plan({
      users: [createSetUser(0)],
      standing: [createStanding(0)],
      journal: { done: new Map([[0, doneEntry(0, "there-0")]]) },
    });
    expect([countWrites(done), done.decisions.done]).toEqual([0, 1]);
  });

  it("makes groups that somebody needs, and no other one, when it is about some users alone", async () => {
    const { groupsToCreate } = await plan({
      target: { ...byEmail, groups: new Map([["ops", { name: "ops" }]]) },
      groups: ["staff", "ops", "nobody"],
      users: [createSetUser(0, {}, { groups: ["staff", "ops"] })],
      scope: { kind: "missing" },
    });
    expect(groupsToCreate).toEqual(["staff"]);
  });

  it("names the first few whose place is taken, and counts and lists accounts that the set does not have", async () => {
    const numbers = [0, 1, 2, 3, 4, 5, 6];
    const { clashes, decisions, strangers, someStrangers } = await plan({
      users: numbers.map((number) => createSetUser(number)),
      standing: [...numbers, ...numbers.map((number) => number + 100), 200, 201, 202, 203].map((number) =>
        createStanding(number),
      ),
    });
    expect(decisions.clash).toBe(7);
    expect(clashes).toEqual([0, 1, 2, 3, 4].map((number) => createSetUser(number).record.sub));
    expect([strangers, someStrangers.length, someStrangers[0]]).toEqual([
      11,
      10,
      { sub: "there-100", created: AT },
    ]);
  });

  it.each<[string, SetUser, Scene]>([
    ["stays erased", createSetUser(0), { rules: { isErased: () => true } as never }],
    ["never confirmed", createSetUser(0, {}, { status: "UNCONFIRMED" }), {}],
    ["was not chosen", createSetUser(0), { scope: { kind: "users", names: ["user-1"] } }],
    ["cannot come back", createSetUser(0, { identities: "{" }), {}],
  ])("takes nobody of the set for a stranger in the target: who %s", async (_, user, scene) => {
    const users = [user, createSetUser(1)];
    const standing = [createStanding(0), createStanding(100)];
    const { strangers, someStrangers } = await plan({ users, standing, ...scene });
    expect([strangers, someStrangers]).toEqual([1, [{ sub: "there-100", created: AT }]]);
  });

  it("knows who is left out by the sub in the very pool that the set was made of", async () => {
    const user = createSetUser(0, {}, { status: "UNCONFIRMED" });
    const standing = [createStanding(9, { sub: user.record.sub })];
    expect((await plan({ users: [user], standing, isSamePool: true })).strangers).toBe(0);
    expect((await plan({ users: [user], standing })).strangers).toBe(1);
  });

  it("counts for each name how many users of the set it fits, nobody included", async () => {
    const phone_number = "+81312345678";
    const users = [0, 1, 2].map((number) => createSetUser(number, number < 2 ? { phone_number } : {}));
    const names = ["user-2", phone_number, "nobody", "__proto__", users[2]?.record.sub ?? ""];
    const { named } = await plan({ users, scope: { kind: "users", names } });
    expect(Object.entries(named)).toEqual(names.map((name, place) => [name, [1, 2, 0, 0, 1][place]]));
    expect((await plan({ users })).named).toEqual({});
  });

  it("tells who was left out and why, and who has no way back", async () => {
    const { skipped, withoutWayBack } = await plan({
      users: [
        createSetUser(0),
        createSetUser(1, {}, { status: "UNCONFIRMED" }),
        createSetUser(2, { email_verified: "false" }),
        createSetUser(3),
      ],
      rules: {
        isErased: ({ email }: { email: string | undefined }) => email === "user-3@example.com",
      } as never,
    });
    expect(skipped).toEqual({ erased: 1, unconfirmed: 1, "not chosen": 0 });
    expect(withoutWayBack).toBe(1);
  });

  it.each<[string, Scene]>([
    ["another value", { users: [createSetUser(0, { name: "x" })] }],
    ["another user", { users: [createSetUser(0), createSetUser(1)] }],
    ["a membership", { users: [createSetUser(0, {}, { groups: ["staff"] })] }],
    ["somebody who is shut out", { users: [createSetUser(0, {}, { enabled: false })] }],
    ["a group", { users: [createSetUser(0)], groups: ["staff"] }],
    ["who stands there", { users: [createSetUser(0)], standing: [createStanding(0)], existing: "skip" }],
  ])("has another hash for %s", async (_, scene) => {
    const before = await plan({ users: [createSetUser(0)] });
    expect((await plan(scene)).hash).not.toBe(before.hash);
  });
});

describe("the time that a plan takes", () => {
  const none = {
    AdminCreateUser: 0,
    AdminSetUserPassword: 0,
    AdminAddUserToGroup: 0,
    AdminDisableUser: 0,
    AdminLinkProviderForUser: 0,
    AdminSetUserMFAPreference: 0,
    AdminUpdateUserAttributes: 0,
    CreateGroup: 0,
  };
  const limiter = createRateLimiter({ share: 0.5, signal: new AbortController().signal });

  it.each<[string, Partial<typeof none>, number]>([
    ["nothing", {}, 0],
    // 10,000 users: 50 a second are made, 30 get a password, 25 join a group, and half of that may be used.
    [
      "10,000 users with a group each",
      { AdminCreateUser: 10_000, AdminSetUserPassword: 10_000, AdminAddUserToGroup: 10_000 },
      800,
    ],
    ["10,000 users without", { AdminCreateUser: 10_000, AdminSetUserPassword: 10_000 }, 10_000 / 15],
    [
      "what shares a lane",
      {
        AdminAddUserToGroup: 100,
        AdminDisableUser: 100,
        AdminLinkProviderForUser: 100,
        AdminUpdateUserAttributes: 75,
      },
      30,
    ],
    ["factors", { AdminSetUserMFAPreference: 125 }, 10],
    ["groups, of which a pool takes five a second", { CreateGroup: 100 }, 40],
  ])("is that of the slowest lane: %s", (_, calls, seconds) => {
    expect(planSeconds({ ...none, ...calls }, limiter)).toBeCloseTo(seconds, 6);
  });
});

describe("a way back", () => {
  it.each<[string, Parameters<typeof createTargetPool>[0], [string, string][], boolean]>([
    [
      "is a verified address",
      {},
      [
        ["email", "a@example.com"],
        ["email_verified", "true"],
      ],
      true,
    ],
    [
      "is no address that nobody verified",
      {},
      [
        ["email", "a@example.com"],
        ["email_verified", "false"],
      ],
      false,
    ],
    ["is no flag alone", {}, [["email_verified", "true"]], false],
    [
      "is a verified number where the pool sends codes there",
      { recovery: ["email", "phone_number"] },
      [
        ["phone_number", "+81312345678"],
        ["phone_number_verified", "true"],
      ],
      true,
    ],
    [
      "is nothing where only an administrator may help",
      { recovery: ["admin_only"] },
      [
        ["email", "a@example.com"],
        ["email_verified", "true"],
      ],
      false,
    ],
  ])("%s", (_, pool, attributes, has) => {
    expect(hasWayBack(createNewUser(0, { attributes }), createTargetPool(pool))).toBe(has);
  });
});

describe("the accounts at providers that a user lacks", () => {
  const links = ["1", "2"].map((userId) => ({ provider: "Google", userId }));
  const entry = (providerName: string, userId: string) => ({ providerName, userId });

  it.each<[string, string | undefined, string[]]>([
    ["are all, where there are none", undefined, ["1", "2"]],
    ["are all, where what is there cannot be read", "{", ["1", "2"]],
    ["are the others, where one is there", JSON.stringify([entry("Google", "2")]), ["1"]],
    ["are none, where both are there", JSON.stringify([entry("Google", "2"), entry("Google", "1")]), []],
    [
      "are all, where the same ids are another provider's",
      JSON.stringify([entry("Corporate", "1")]),
      ["1", "2"],
    ],
  ])("%s", (_, identities, missing) => {
    expect(missingLinks({ links }, identities).map(({ userId }) => userId)).toEqual(missing);
  });
});
