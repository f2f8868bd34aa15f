import { describe, expect, test } from "vitest";
import { quotaCategories } from "../../local/quota-categories.ts";
import { type CountedRequest, QuotaLimiter, type QuotaSettings } from "../../local/quotas.ts";

const REGION = "ap-northeast-1";

function limiterAt(settings: QuotaSettings = { isEnforced: true }) {
  let now = 1_000_000;
  const limiter = new QuotaLimiter(() => now);
  limiter.configure(settings);
  return {
    limiter,
    advance: (milliseconds: number) => {
      now += milliseconds;
    },
    /** How many of `count` requests at this moment are admitted. */
    admitted: (
      count: number,
      request: Partial<CountedRequest> & { operation: string },
      vary?: (n: number) => Partial<CountedRequest>,
    ) =>
      Array.from({ length: count }, (_, n) =>
        limiter.admit({ region: REGION, ...request, ...vary?.(n) }),
      ).filter(Boolean).length,
  };
}

describe("Quotas of Cognito", () => {
  test("are off until they are switched on", () => {
    expect(limiterAt({ isEnforced: false }).admitted(1_000, { operation: "ListUsers" })).toBe(1_000);
  });

  test.each([
    ["ListUsers", 30],
    ["ListUsersInGroup", 30],
    ["AdminCreateUser", 50],
    ["AdminSetUserPassword", 30],
    ["AdminAddUserToGroup", 25],
    ["AdminGetUser", 120],
    ["AdminListGroupsForUser", 50],
    ["InitiateAuth", 120],
    ["RevokeToken", 120],
    ["DescribeUserPool", 15],
    ["GetId", 25],
    ["GetCredentialsForIdentity", 200],
  ])("admit %s %i times a second over all pools and users", (operation, rate) => {
    const each = (n: number) => ({ userPoolId: `pool-${n}`, user: `user-${n}` });
    expect(limiterAt().admitted(400, { operation }, each)).toBe(rate);
  });

  test("fill up again evenly, and never beyond one second's worth", () => {
    const { admitted, advance } = limiterAt();
    expect(admitted(31, { operation: "ListUsers" })).toBe(30);
    advance(100);
    expect(admitted(10, { operation: "ListUsers" })).toBe(3);
    advance(60_000);
    expect(admitted(100, { operation: "ListUsers" })).toBe(30);
  });

  test("are shared by the operations of a category", () => {
    const { admitted } = limiterAt();
    expect(admitted(20, { operation: "ListUsers" })).toBe(20);
    expect(admitted(20, { operation: "ListUsersInGroup" })).toBe(10);
  });

  test("count each Region by itself", () => {
    const { admitted } = limiterAt();
    admitted(30, { operation: "ListUsers" });
    expect(admitted(1, { operation: "ListUsers" })).toBe(0);
    expect(admitted(1, { operation: "ListUsers", region: "ap-northeast-3" })).toBe(1);
  });

  test("hold one operation on one pool's resources to five a second", () => {
    const { admitted } = limiterAt();
    expect(admitted(20, { operation: "ListGroups", userPoolId: "a" })).toBe(5);
    expect(admitted(20, { operation: "GetGroup", userPoolId: "a" })).toBe(5);
    expect(admitted(20, { operation: "ListGroups", userPoolId: "b" })).toBe(5);
    expect(admitted(20, { operation: "ListGroups", userPoolId: "c" })).toBe(5);
    expect(admitted(20, { operation: "ListGroups", userPoolId: "d" })).toBe(0);
  });

  test("hold one user to ten reads and ten writes a second", () => {
    const { admitted } = limiterAt();
    expect(admitted(20, { operation: "AdminGetUser", userPoolId: "a", user: "taro" })).toBe(10);
    expect(admitted(20, { operation: "AdminListGroupsForUser", userPoolId: "a", user: "taro" })).toBe(0);
    expect(admitted(20, { operation: "AdminAddUserToGroup", userPoolId: "a", user: "taro" })).toBe(10);
    expect(admitted(20, { operation: "AdminGetUser", userPoolId: "a", user: "hanako" })).toBe(10);
  });

  test("give answers to challenges three times the sign-ins' quota, and count the rest as sign-ins", () => {
    const { admitted } = limiterAt({ isEnforced: true, rates: { UserAuthentication: 10 } });
    expect(admitted(35, { operation: "RespondToAuthChallenge" })).toBe(35);
    expect(admitted(20, { operation: "InitiateAuth" })).toBe(5);
    expect(admitted(1, { operation: "RespondToAuthChallenge" })).toBe(0);
  });

  test("count an answer that sets a new password as account recovery", () => {
    const { admitted } = limiterAt();
    const answer = { operation: "RespondToAuthChallenge", challenge: "NEW_PASSWORD_REQUIRED" };
    expect(admitted(40, answer, (n) => ({ user: `user-${n}` }))).toBe(30);
    expect(admitted(1, { operation: "AdminSetUserPassword" })).toBe(0);
  });

  test("leave operations alone that AWS lists in no category", () => {
    expect(limiterAt().admitted(1_000, { operation: "AddUserPoolClientSecret" })).toBe(1_000);
  });

  test("do not count a request they refuse", () => {
    const { admitted } = limiterAt();
    admitted(25, { operation: "ListGroups", userPoolId: "a" });
    expect(admitted(15, { operation: "GetGroup", userPoolId: "b" })).toBe(5);
    expect(admitted(15, { operation: "GetGroup", userPoolId: "c" })).toBe(5);
  });

  test.each([
    [{ Userlist: 3 }, /^There is no quota category Userlist; use UserAuthentication, /],
    [{ UserList: 0 }, /^The rate of UserList is 0; use requests a second above 0\.$/],
    [{ UserList: Number.NaN }, /^The rate of UserList is NaN;/],
  ])("refuse the rates %j", (rates, message) => {
    const { limiter } = limiterAt();
    expect(() => limiter.configure({ isEnforced: true, rates })).toThrow(message);
  });

  test("put no operation into two categories", () => {
    const operations = quotaCategories.flatMap((category) => category.operations);
    expect(new Set(operations).size).toBe(operations.length);
  });

  test("remember each of very many users for as long as the second lasts", () => {
    const { admitted, advance } = limiterAt({ isEnforced: true, rates: { UserRead: 1_000_000 } });
    const read = (user: string, count: number) =>
      admitted(count, { operation: "AdminGetUser", userPoolId: "a", user });
    advance(5_000);
    expect(read("first", 10)).toBe(10);
    advance(999);
    expect(
      admitted(20_000, { operation: "AdminGetUser" }, (n) => ({ userPoolId: "a", user: `user-${n}` })),
    ).toBe(20_000);
    expect(read("first", 20)).toBe(9);
    advance(1_000);
    expect(
      admitted(20_000, { operation: "AdminGetUser" }, (n) => ({ userPoolId: "b", user: `user-${n}` })),
    ).toBe(20_000);
    expect(read("first", 20)).toBe(10);
  });
});
