import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attributesDigest, indexStandingUsers } from "../../../runbooks/reimport/standing-users.ts";
import type { TargetUser } from "../../../runbooks/reimport/target-pool.ts";
import { createTargetPool } from "../../support/restore-pools.ts";

const name = fc.string({ unit: "binary", minLength: 1 });
const value = fc.string({ unit: "binary", minLength: 1 });

describe("the digest of a user's attributes", () => {
  it("is the same in whatever order AWS tells them", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key }),
        fc.nat(),
        (pairs, turn) => {
          const at = pairs.length === 0 ? 0 : turn % pairs.length;
          const turned = [...pairs.slice(at), ...pairs.slice(0, at)];
          expect(attributesDigest(turned)).toBe(attributesDigest(pairs));
        },
      ),
    );
  });

  it("differs for every difference in a name or value", () => {
    fc.assert(
      fc.property(fc.tuple(name, value), fc.tuple(name, value), (one, other) => {
        fc.pre(one[0] !== other[0] || one[1] !== other[1]);
        fc.pre(!["sub", "identities"].includes(one[0]) || !["sub", "identities"].includes(other[0]));
        expect(attributesDigest([one])).not.toBe(attributesDigest([other]));
      }),
    );
  });

  it.each<[string, [string, string][]]>([
    ["the sub, which is another one in each pool", [["sub", "1"]]],
    ["identities, which Cognito writes", [["identities", "[]"]]],
    ["an empty value, which Cognito does not keep", [["nickname", ""]]],
  ])("leaves out %s", (_, more) => {
    const attributes: [string, string][] = [["email", "a@example.com"]];
    expect(attributesDigest([...more, ...attributes])).toBe(attributesDigest(attributes));
  });

  it.each<[string, string, string]>([
    ["a blank at the end", "a", "a "],
    ["case", "a", "A"],
    ["the form of an accent", "é", "e\u0301"],
    ["a line separator", "a\u2028b", "a\nb"],
    ["where one value ends and the next begins", "a,b", 'a","b'],
  ])("tells %s", (_, one, other) => {
    expect(attributesDigest([["name", one]])).not.toBe(attributesDigest([["name", other]]));
  });
});

describe("everybody who stands in a pool", () => {
  function createStanding(number: number, values: Partial<TargetUser> = {}): TargetUser {
    return {
      sub: `sub-${number}`,
      username: `sub-${number}`,
      status: "CONFIRMED",
      isEnabled: true,
      created: "2026-01-02T03:04:05.678Z",
      modified: "2026-01-02T03:04:05.678Z",
      attributes: new Map([["email", `User-${number}@example.com`]]),
      ...values,
    };
  }
  async function* pagesOf(...pages: TargetUser[][]) {
    yield* pages;
  }
  const pool = createTargetPool({ usernameAttributes: ["email"], isCaseSensitive: false });

  it("is found by any of several sign-in names, and by sub", async () => {
    const users = await indexStandingUsers(pool, pagesOf([createStanding(1)], [createStanding(2)]));
    expect(users.size()).toBe(2);
    expect(users.find(["nobody@example.com", "user-2@example.com"])?.sub).toBe("sub-2");
    expect(users.find(["nobody@example.com"])).toBeUndefined();
    expect(users.findSub("sub-1")?.username).toBe("sub-1");
    expect([...users.all()].map(({ sub }) => sub)).toEqual(["sub-1", "sub-2"]);
  });

  it("counts once who comes on two pages, and stands as they came last", async () => {
    const later = createStanding(1, { status: "RESET_REQUIRED" });
    const users = await indexStandingUsers(pool, pagesOf([createStanding(1)], [], [later]));
    expect([users.size(), users.findSub("sub-1")?.status]).toEqual([1, "RESET_REQUIRED"]);
    expect(users.find(["user-1@example.com"])?.status).toBe("RESET_REQUIRED");
  });
});
