import { describe, expect, it } from "vitest";
import { parseReimportOrder, type ReimportChoice } from "../../../runbooks/reimport/reimport-order.ts";
import { BadInputError } from "../../../runbooks/runtime/errors.ts";

/** What the command line gives when nothing is said. */
const defaults: ReimportChoice = { from: "latest", existing: "fail", engine: "auto", unconfirmed: "skip" };

const parse = (choice: Partial<ReimportChoice> = {}) => parseReimportOrder({ ...defaults, ...choice });

describe("an order to re-import", () => {
  it("without any option brings everybody back from the newest set, at half of AWS's quotas, and touches nobody else", () => {
    expect(parse()).toEqual({
      from: "latest",
      fromRegion: undefined,
      fromStack: undefined,
      pool: undefined,
      isSamePool: false,
      scope: { kind: "everybody" },
      existing: "fail",
      engine: "auto",
      restoresUnconfirmed: false,
      restoresFactors: false,
      usesErasedList: true,
      groupRoles: new Map(),
      withoutGroupRoles: false,
      accepted: [],
      mostRefused: undefined,
      share: 0.5,
      raised: {},
    });
  });

  it.each<[string, Partial<ReimportChoice>, object]>([
    [
      "whoever is missing from the pool itself",
      { "same-pool": true, "only-missing": true },
      { isSamePool: true, scope: { kind: "missing" } },
    ],
    ["whoever is missing from another pool", { "only-missing": true }, { scope: { kind: "missing" } }],
    [
      "some people by name",
      { "same-pool": true, user: ["ann", "bob@example.com"] },
      { scope: { kind: "users", names: ["ann", "bob@example.com"] } },
    ],
    [
      "one person's attributes",
      { "same-pool": true, "attributes-of": "ann" },
      { scope: { kind: "attributes", names: ["ann"] } },
    ],
    ["a pool by its id", { pool: "ap-northeast-1_Ab12Cd34E" }, { pool: "ap-northeast-1_Ab12Cd34E" }],
    ["no refusal at all", { "max-rejects": "0" }, { mostRefused: 0 }],
    [
      "roles of another account",
      { "group-role": ["arn:aws:iam::1:role/a=arn:aws:iam::2:role/b"] },
      { groupRoles: new Map([["arn:aws:iam::1:role/a", "arn:aws:iam::2:role/b"]]) },
    ],
    [
      "people in every state, with the factors that can come back, and the erased too",
      { unconfirmed: "restore", "with-mfa": true, "no-erased-list": true },
      { restoresUnconfirmed: true, restoresFactors: true, usesErasedList: false },
    ],
    [
      "raised quotas",
      { quota: ["UserCreation=200"], share: "1" },
      { raised: { UserCreation: 200 }, share: 1 },
    ],
    [
      "faults that may pass",
      { accept: ["missing-provider:Google"] },
      { accepted: ["missing-provider:Google"] },
    ],
  ])("may be about %s", (_, choice, order) => {
    expect(parse(choice)).toMatchObject(order);
  });

  it.each<[string, Partial<ReimportChoice>]>([
    ["--same-pool alone does not say who is to come back.", { "same-pool": true }],
    [
      "--attributes-of goes with --same-pool: in another pool nobody is the same.",
      { "attributes-of": "ann" },
    ],
    [
      "--only-missing, --user and --attributes-of exclude each other.",
      { "same-pool": true, "only-missing": true, user: ["ann"] },
    ],
    [
      "--only-missing, --user and --attributes-of exclude each other.",
      { "same-pool": true, user: ["ann"], "attributes-of": "bob" },
    ],
    [
      "--existing has no meaning here: whoever stands there is left alone.",
      { "only-missing": true, existing: "overwrite" },
    ],
    ["--existing replace is not one of fail, skip, overwrite.", { existing: "replace" }],
    ["--engine fast is not one of auto, csv, api.", { engine: "fast" }],
    ["--unconfirmed keep is not one of skip, restore.", { unconfirmed: "keep" }],
    ["--pool sekisho-prod is not the id of a user pool.", { pool: "sekisho-prod" }],
    ["--pool  is not the id of a user pool.", { pool: "" }],
    [
      "--group-role admins=arn:aws:iam::2:role/b is not <old role's ARN>=<new role's ARN>.",
      { "group-role": ["admins=arn:aws:iam::2:role/b"] },
    ],
    [
      "--group-role and --without-group-roles exclude each other.",
      { "group-role": ["arn:aws:iam::1:role/a=arn:aws:iam::2:role/b"], "without-group-roles": true },
    ],
    ["--max-rejects -1 is not a number of users.", { "max-rejects": "-1" }],
    ["--max-rejects 5% is not a number of users.", { "max-rejects": "5%" }],
    ["--share 2 is not a number from 0.1 to 1.", { share: "2" }],
  ])("is refused: %s (%#)", (message, choice) => {
    expect(() => parse(choice)).toThrow(BadInputError);
    expect(() => parse(choice)).toThrow(expect.objectContaining({ message }));
  });
});
