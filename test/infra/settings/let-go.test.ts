import { describe, expect, test } from "vitest";
import { isLetGo } from "../../../infra/settings/let-go.ts";
import { goodSettings } from "../../support/sample-settings.ts";
import { describeRefusals } from "../../support/settings-refusals.ts";

describe("what is about to leave a stack", () => {
  test("is nothing unless it is said", () => {
    expect(goodSettings().letGo).toBeUndefined();
    expect(isLetGo(undefined, "backupCopy")).toBe(false);
    expect(goodSettings([["letGo"], {}]).letGo).toEqual({
      generations: [],
      groups: [],
      clients: [],
      parts: [],
    });
  });

  test("is what is named, and nothing else", () => {
    const { letGo } = goodSettings([["letGo"], { parts: ["backupCopy"] }]);
    expect(isLetGo(letGo, "backupCopy")).toBe(true);
    expect(isLetGo(letGo, "email")).toBe(false);
  });
});

describeRefusals("what is about to leave a stack", [
  [
    "a part that nobody knows",
    [[["letGo"], { parts: ["users"] }]],
    "sekisho:letGo.parts[0]",
    'must be one of awsAccess, email, sms, backupCopy, loadBalancer, complianceLock, evidence, secretQuestion, keys, not "users"',
  ],
  [
    "a generation that cannot be",
    [[["letGo"], { generations: [0] }]],
    "sekisho:letGo.generations[0]",
    "must be a whole number from 1 to 99, not 0",
  ],
  [
    "a group named twice",
    [[["letGo"], { groups: ["members", "members"] }]],
    "sekisho:letGo.groups[1]",
    'repeats "members"; take it out',
  ],
]);

describeRefusals("generations that stay", [
  [
    "the one that is in use",
    [[["users", "keep"], [1]]],
    "sekisho:users.keep",
    "lists generation 1, which is the one in use; keep others, or take it out",
  ],
]);

describeRefusals("a pool that others made", [
  [
    "a name that no pool has",
    [[["users", "poolName"], "お客様"]],
    "sekisho:users.poolName",
    'must be the name of a pool: 1 to 128 letters, digits, spaces and +=,.@-, not "お客様"',
  ],
  [
    "a case that is neither",
    [[["users", "caseSensitive"], "sometimes"]],
    "sekisho:users.caseSensitive",
    'must be true, false or unsaid, not "sometimes"',
  ],
]);
