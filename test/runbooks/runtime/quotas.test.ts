import { describe, expect, it } from "vitest";
import { quotaCategories } from "../../../local/quota-categories.ts";
import { BadInputError } from "../../../runbooks/runtime/errors.ts";
import {
  categoryQuotas,
  createRateLimiter,
  operationCategories,
  parseRaisedQuotas,
  parseShare,
} from "../../../runbooks/runtime/quotas.ts";

const never = new AbortController().signal;

describe("the quota table", () => {
  it("agrees with the local world's, operation by operation", () => {
    for (const [operation, category] of Object.entries(operationCategories)) {
      const expected = quotaCategories.find(({ operations }) => operations.includes(operation));
      expect([operation, expected?.name, expected?.perSecond]).toEqual([
        operation,
        category,
        categoryQuotas[category],
      ]);
    }
  });
});

describe("the rate an operation may reach", () => {
  it.each([
    ["ListUsers", 0.5, 15],
    ["ListUsers", 1, 30],
    ["AdminGetUser", 0.5, 60],
    ["ListGroups", 0.5, 2.5],
    ["DescribeUserPoolClient", 1, 5],
    ["SomethingUnlisted", 1, 5],
  ])("of %s at share %d is %d a second", (operation, share, rate) => {
    expect(createRateLimiter({ share, signal: never }).rateOf(operation)).toBe(rate);
  });

  it("follows a quota that AWS raised", () => {
    const limiter = createRateLimiter({ share: 0.5, raised: { UserRead: 400 }, signal: never });
    expect(limiter.rateOf("AdminGetUser")).toBe(200);
  });

  it("counts operations of one category together", async () => {
    const stop = new AbortController();
    const limiter = createRateLimiter({ share: 0.1, signal: stop.signal });
    await limiter.waitForTurn("ListUsers");
    const second = limiter.waitForTurn("ListUsersInGroup");
    stop.abort(new Error("stopped"));
    await expect(second).rejects.toThrow("stopped");
  });
});

describe("--share and --quota", () => {
  it.each([
    [undefined, 0.5],
    ["0.1", 0.1],
    ["1", 1],
    ["0.75", 0.75],
  ])("reads --share %s as %d", (text, share) => {
    expect(parseShare(text)).toBe(share);
  });

  it.each(["0", "0.09", "1.01", "2", "50%", "-1", "NaN", "1e0", "half", " 1"])(
    "refuses --share %s",
    (text) => {
      expect(() => parseShare(text)).toThrow(BadInputError);
    },
  );

  it("reads raised quotas by category", () => {
    expect(parseRaisedQuotas(["UserRead=240", "UserList=60"])).toEqual({ UserRead: 240, UserList: 60 });
  });

  it.each(["UserRead", "UserRead=0", "UserRead=fast", "Nothing=5", "constructor=5", "UserRead=1.5"])(
    "refuses --quota %s",
    (text) => {
      expect(() => parseRaisedQuotas([text])).toThrow(BadInputError);
    },
  );
});
