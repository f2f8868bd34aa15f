import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SetUser } from "../../../runbooks/reimport/set-contents.ts";
import { createSetTally, type SetTally } from "../../../runbooks/reimport/set-tally.ts";
import type { TargetPool } from "../../../runbooks/reimport/target-pool.ts";
import { createSetUser, createTargetPool } from "../../support/restore-pools.ts";

function tally(users: Iterable<SetUser>, target = createTargetPool(), source = createTargetPool()): SetTally {
  const { add, read } = createSetTally({ source, target });
  for (const user of users) add(user);
  return read();
}

const corporate = JSON.stringify([
  { userId: "1", providerName: "Corporate" },
  { userId: "2", providerName: "Corporate" },
  { userId: "3", providerName: "Google" },
]);

describe("the tally of a set", () => {
  it("counts users by state, contact and group", () => {
    const counted = tally([
      createSetUser(0, { phone_number: "+819012345678" }, { groups: ["admins", "ops"] }),
      createSetUser(1, { email_verified: "false" }, { enabled: false, groups: ["ops"] }),
      createSetUser(2, { email: "", email_verified: "" }, { status: "UNCONFIRMED" }),
      createSetUser(3, { identities: corporate }, { status: "EXTERNAL_PROVIDER", username: "Corporate 1" }),
    ]);
    expect(counted).toMatchObject({
      users: 4,
      withPassword: 3,
      verified: { email: 2, phone_number: 0 },
      withoutWayBack: 2,
      unfitNames: 0,
      mostGroups: 2,
      overGroupLimit: 0,
      withKnownFactors: 0,
      longestSub: 36,
      broken: 0,
    });
    expect(counted.statuses).toEqual(
      new Map([
        ["CONFIRMED", 2],
        ["UNCONFIRMED", 1],
        ["EXTERNAL_PROVIDER", 1],
      ]),
    );
    expect(counted.groups).toEqual(
      new Map([
        ["admins", 1],
        ["ops", 2],
      ]),
    );
    expect(counted.providers).toEqual(
      new Map([
        ["Corporate", 1],
        ["Google", 1],
      ]),
    );
    expect(counted.attributes.get("email")?.users).toBe(3);
    expect(counted.attributes.get("phone_number")?.users).toBe(1);
    expect([...counted.attributes.keys()]).not.toContain("sub");
    expect([...counted.attributes.keys()]).not.toContain("identities");
  });

  it("tells the longest and shortest text and the greatest and least number of an attribute", () => {
    const source = createTargetPool({}, [{ name: "custom:grade", type: "Number" }]);
    const values = ["7", "-2.5", "100"];
    const counted = tally(
      values.map((value, number) => createSetUser(number, { "custom:grade": value })),
      source,
      source,
    );
    expect(counted.attributes.get("custom:grade")).toEqual({
      users: 3,
      longest: 4,
      shortest: 1,
      highest: 100,
      lowest: -2.5,
      misfits: new Map(),
    });
  });

  it("takes an empty value, or none, for no value at all", () => {
    const user = createSetUser(0);
    const record = {
      ...user.record,
      attributes: [...user.record.attributes, ["name", ""], ["locale", null]],
    };
    const counted = tally([{ ...user, record: record as SetUser["record"] }]);
    expect([...counted.attributes.keys()]).toEqual(["email", "email_verified"]);
  });

  it("blames the target for what the set's pool took, and for nothing else", () => {
    const source = createTargetPool({}, [{ name: "name", max: 10 }]);
    const target = createTargetPool({}, [{ name: "name", max: 4 }]);
    const names = ["Kyo", "Kyoko", "Kyokokyokoko"];
    const counted = tally(
      names.map((name, number) => createSetUser(number, { name })),
      target,
      source,
    );
    expect(counted.attributes.get("name")?.misfits).toEqual(new Map([["too-long", 1]]));
    expect(counted.broken).toBe(1);
  });

  it("counts a user who is broken in several ways once", () => {
    expect(tally([createSetUser(0, { phone_number: "090", email: "nobody" })]).broken).toBe(1);
  });

  it("may be asked on the way, and does not change afterwards", () => {
    const pools = { source: createTargetPool(), target: createTargetPool() };
    const { add, read } = createSetTally(pools);
    add(createSetUser(0, {}, { groups: ["ops"] }));
    const before = read();
    add(createSetUser(1, {}, { groups: ["ops"] }));
    expect(before).toMatchObject({ users: 1, verified: { email: 1 } });
    expect(before.groups.get("ops")).toBe(1);
    expect(before.attributes.get("email")?.users).toBe(1);
    expect(read().groups.get("ops")).toBe(2);
  });
});

describe("names that users share in the target", () => {
  const names = fc.constantFrom("kyo", "Kyo", "KYO", "kio", "mio", "Mio", "rio");

  /** The same count, worked out the slow way. */
  function countShared(values: readonly string[], fold: (value: string) => string): number {
    return values.filter((value) => values.filter((other) => fold(other) === fold(value)).length > 1).length;
  }

  it.each<[string, TargetPool, (name: string) => Record<string, string>, string, (value: string) => string]>([
    [
      "user names, where case counts for nothing",
      createTargetPool({ isCaseSensitive: false }),
      () => ({}),
      "username",
      lower,
    ],
    [
      "verified addresses that are aliases",
      createTargetPool({ aliasAttributes: ["email"] }),
      (name) => ({ email: `${name}@example.com` }),
      "email",
      same,
    ],
    [
      "addresses that people sign in with, verified or not",
      createTargetPool({ usernameAttributes: ["email"], isCaseSensitive: false }),
      (name) => ({ email: `${name}@example.com`, email_verified: "false" }),
      "email",
      lower,
    ],
    [
      "preferred user names",
      createTargetPool({ aliasAttributes: ["preferred_username"] }),
      (name) => ({ preferred_username: name }),
      "preferred_username",
      same,
    ],
  ])(
    "are counted as a comparison of everybody with everybody would: %s",
    (_, target, toAttributes, kind, fold) => {
      fc.assert(
        fc.property(fc.array(names, { maxLength: 30 }), (drawn) => {
          const users = drawn.map((username, number) =>
            createSetUser(number, toAttributes(username), {
              username: kind === "username" ? username : `user-${number}`,
            }),
          );
          const { shared } = tally(users, target);
          expect(shared.get(kind as "username") ?? 0).toBe(countShared(drawn, fold));
        }),
      );
    },
  );

  it("are none where only addresses that nobody verified are the same", () => {
    const users = [0, 1].map((number) =>
      createSetUser(number, { email: "a@example.com", email_verified: "false" }),
    );
    expect(tally(users, createTargetPool({ aliasAttributes: ["email"] })).shared.size).toBe(0);
  });

  it("are told apart by what they are: the same user name is not the same address", () => {
    const users = ["kyo", "KYO"].map((username, number) => createSetUser(number, {}, { username }));
    const target = createTargetPool({ aliasAttributes: ["email"], isCaseSensitive: false });
    expect(tally(users, target).shared).toEqual(new Map([["username", 2]]));
  });

  it("are none where user names belong to a provider, which calls people as it likes", () => {
    const users = ["Google_a", "google_A"].map((username, number) =>
      createSetUser(number, {}, { username, status: "EXTERNAL_PROVIDER" }),
    );
    expect(tally(users, createTargetPool({ isCaseSensitive: false })).shared.size).toBe(0);
  });
});

it("the tally of a large set keeps its sign-in names in 16 bytes a slot, and nothing beside them in buffers", () => {
  const target = createTargetPool({ usernameAttributes: ["email"], isCaseSensitive: false });
  const { add, read } = createSetTally({ source: target, target });
  const user = createSetUser(0);
  const fill = (from: number, to: number) => {
    for (let number = from; number < to; number++) {
      const attributes = [
        ["sub", user.record.sub],
        ["email", `user-${number}@example.com`],
        ["name", `利用者 ${number}`],
      ];
      add({
        ...user,
        ordinal: number,
        record: { ...user.record, attributes: attributes as [string, string][] },
      });
    }
  };
  fill(0, 10_000);
  const before = process.memoryUsage().arrayBuffers;
  fill(10_000, 60_000);
  // 131,072 slots of 16 bytes, and half as much while the table grows.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * 1024 * 1024);
  expect(read()).toMatchObject({ users: 60_000 });
  expect(read().shared.size).toBe(0);
});

function lower(value: string): string {
  return value.toLowerCase();
}

function same(value: string): string {
  return value;
}
