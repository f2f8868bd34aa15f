import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type FaultOccasion,
  FaultPlan,
  type FaultRule,
  faultKinds,
  pageFaultKinds,
} from "../../local/faults.ts";

const LIST: FaultOccasion = {
  service: "cognito-idp",
  operation: "ListUsers",
  page: { hasToken: false, hasEarlierToken: false },
};
const LATER_PAGE: FaultOccasion = { ...LIST, page: { hasToken: true, hasEarlierToken: true } };
const PUT: FaultOccasion = { service: "s3", operation: "PutObject" };

/** Which of `count` equal requests a rule hits, counted from 1. */
function hits(rule: FaultRule, count: number, occasion = LIST): number[] {
  const plan = new FaultPlan();
  plan.add(rule);
  return Array.from({ length: count }, (_, index) => index + 1).filter(
    () => plan.next(occasion) !== undefined,
  );
}

describe("When a fault strikes", () => {
  test.each<[string, Partial<FaultRule>, number[]]>([
    ["every request, where the rule says nothing", {}, [1, 2, 3, 4, 5, 6]],
    ["the n-th request once", { nth: 3 }, [3]],
    ["the n-th and those after it, as often as asked", { nth: 3, count: 2 }, [3, 4]],
    ["every n-th request", { everyNth: 2 }, [2, 4, 6]],
    ["every n-th request, but only so often", { everyNth: 2, count: 2 }, [2, 4]],
    ["the first ones", { count: 2 }, [1, 2]],
  ])("strikes %s", (_, rule, expected) => {
    expect(hits({ kind: "throttle", ...rule }, 6)).toEqual(expected);
  });

  test("counts only requests that match, and leaves others alone", () => {
    const plan = new FaultPlan();
    plan.add({ kind: "500", service: "s3", operation: "PutObject", nth: 2 });
    expect(
      [PUT, LIST, { ...PUT, operation: "GetObject" }, PUT].map((occasion) => plan.next(occasion)?.nth),
    ).toEqual([undefined, undefined, undefined, 2]);
  });

  test("gives one request one fault, and the other rule its turn at the next request", () => {
    const plan = new FaultPlan();
    plan.add({ kind: "throttle", nth: 1 });
    plan.add({ kind: "500", nth: 1 });
    expect([plan.next(LIST), plan.next(LIST), plan.next(LIST)].map((fault) => fault?.rule.kind)).toEqual([
      "throttle",
      "500",
      undefined,
    ]);
  });

  test.each(["repeated-token", "expired-token", "cyclic-tokens"] as const)(
    "keeps %s for a page that continues a list",
    (kind) => {
      const plan = new FaultPlan();
      const rule = plan.add({ kind, nth: 1 });
      expect(plan.next(LIST)).toBeUndefined();
      expect(rule).toMatchObject({ seen: 1, fired: 0 });
      expect(plan.next(LATER_PAGE)?.rule.kind).toBe(kind);
      expect(rule).toMatchObject({ seen: 2, fired: 1 });
    },
  );

  test("breaks pages only where pages are read, and bits only in S3", () => {
    expect(hits({ kind: "empty-page" }, 1, PUT)).toEqual([]);
    expect(hits({ kind: "bit-flip" }, 1, LIST)).toEqual([]);
    expect(hits({ kind: "bit-flip" }, 1, PUT)).toEqual([1]);
  });

  test("tells the listener where it struck, and waits for it", async () => {
    const told: object[] = [];
    const released = Promise.withResolvers<void>();
    const plan = new FaultPlan();
    plan.add({ kind: "stop-point", operation: "PutObject", nth: 2, phase: "after-commit" }, (at) => {
      told.push(at);
      return released.promise;
    });
    plan.next(PUT);
    const announced = plan.next(PUT)?.announce();
    expect(told).toEqual([{ service: "s3", operation: "PutObject", nth: 2, phase: "after-commit" }]);
    const later = new Promise((resolve) => setImmediate(resolve, "still waiting"));
    expect(await Promise.race([announced, later])).toBe("still waiting");
    released.resolve();
    await announced;
  });

  test("stops when it is cleared", () => {
    const plan = new FaultPlan();
    plan.add({ kind: "reset" });
    plan.clear();
    expect(plan.next(LIST)).toBeUndefined();
    expect(plan.rules).toEqual([]);
  });

  test.each([{ nth: 0 }, { everyNth: 1.5 }, { count: -1 }, { bit: -1 }])("refuses the rule %j", (rule) => {
    expect(() => new FaultPlan().add({ kind: "drip", ...rule })).toThrow();
  });

  test("never strikes more often than a rule allows, whatever the rule", () => {
    fc.assert(
      fc.property(
        fc.record(
          {
            nth: fc.integer({ min: 1, max: 9 }),
            everyNth: fc.integer({ min: 1, max: 5 }),
            count: fc.integer({ min: 1, max: 5 }),
          },
          { requiredKeys: [] },
        ),
        (rule) => {
          const struck = hits({ kind: "throttle", ...rule }, 40);
          expect(struck.length).toBeLessThanOrEqual(rule.count ?? (rule.nth === undefined ? 40 : 1));
          expect(struck.every((n) => n >= (rule.nth ?? 1) && n % (rule.everyNth ?? 1) === 0)).toBe(true);
        },
      ),
    );
  });

  test("offers the 23 faults of pages among all kinds, none twice", () => {
    expect(new Set(pageFaultKinds).size).toBe(23);
    expect(pageFaultKinds.every((kind) => faultKinds.includes(kind))).toBe(true);
    expect(new Set(faultKinds).size).toBe(faultKinds.length);
  });
});
