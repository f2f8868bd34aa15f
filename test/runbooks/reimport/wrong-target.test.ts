import { describe, expect, it } from "vitest";
import { findWrongTarget, type TargetFacts } from "../../../runbooks/reimport/wrong-target.ts";

const OLD_POOL = "ap-northeast-1_Old123456";
const NEW_POOL = "ap-northeast-1_New123456";
const SET = "20261121T030000Z-0a1b2c3d";

const facts: TargetFacts = {
  manifest: {
    set: SET,
    stack: "prod",
    pool: { id: OLD_POOL, name: "sekisho-prod" },
    account: "123456789012",
    counts: { users: 1_000, groups: 2, memberships: 10 },
  },
  stack: { stack: "prod", account: "123456789012", region: "ap-northeast-1" },
  sourceStack: "prod",
  callerAccount: "123456789012",
  target: poolOf(NEW_POOL, { tags: { "sekisho:stack": "prod" } }),
  present: { users: 0, known: 0 },
  unfinished: [],
  isSamePool: false,
  isRehearsal: false,
  now: new Date("2026-11-21T04:00:00Z"),
};

describe("a re-import is refused when", () => {
  it.each<[string, string, string, Partial<TargetFacts>]>([
    [
      "the target is the pool that the set was made of",
      "same-pool",
      `The set was made of the target itself, ${OLD_POOL}. Name the new pool with --pool, or give --same-pool to bring back who is missing.`,
      { target: poolOf(OLD_POOL) },
    ],
    [
      "the same pool is meant, and the set is of another",
      "other-pool",
      `--same-pool needs a set of ${NEW_POOL}; this one was made of ${OLD_POOL}. Choose another set, or leave --same-pool out.`,
      { isSamePool: true },
    ],
    [
      "the target is in another Region than the stack",
      "other-region",
      "eu-west-1_New123456 is not in ap-northeast-1, where the stack prod is. Check --pool and --region.",
      { target: poolOf("eu-west-1_New123456") },
    ],
    [
      "the target's id names no Region",
      "other-region",
      "nowhere is not in ap-northeast-1, where the stack prod is. Check --pool and --region.",
      { target: poolOf("nowhere") },
    ],
    [
      "the target is in another account than the stack",
      "other-account",
      `${NEW_POOL} is in account 111122223333, and the stack prod in 123456789012. Check --pool and --stack.`,
      { target: poolOf(NEW_POOL, { account: "111122223333" }) },
    ],
    [
      "the person is signed in to another account",
      "caller-of-other-account",
      "You are signed in to account 111122223333, and the stack prod is in 123456789012. Check AWS_PROFILE.",
      { callerAccount: "111122223333" },
    ],
    [
      "the set was made in another account",
      "set-of-other-account",
      "The set was made in account 111122223333, and the stack prod is in 123456789012. Choose a set of this stack.",
      { manifest: { ...facts.manifest, account: "111122223333" } },
    ],
    [
      "the set was made of another stack than the one named",
      "set-of-other-stack",
      "The set was made of the stack staging, not of prod. Choose a set of that stack.",
      { manifest: { ...facts.manifest, stack: "staging" } },
    ],
    [
      "another stack's sets were named, and the set is the target's own",
      "set-of-other-stack",
      "The set was made of the stack prod, not of old-prod. Choose a set of that stack.",
      { sourceStack: "old-prod" },
    ],
    [
      "the set was made in the future",
      "set-from-future",
      "20261121T040501Z-0a1b2c3d says it was made in the future. Set this machine's clock right, or choose another set.",
      { manifest: { ...facts.manifest, set: "20261121T040501Z-0a1b2c3d" } },
    ],
    [
      "the target is another stack's",
      "pool-of-other-stack",
      `${NEW_POOL} is of the stack shop (tag sekisho:stack), not of prod. Check --pool and --stack.`,
      { target: poolOf(NEW_POOL, { tags: { "sekisho:stack": "shop" } }) },
    ],
    [
      "the target is the throw-away pool of a drill",
      "rehearsal-pool",
      `${NEW_POOL} is the throw-away pool of a drill (tag sekisho:rehearsal), and will be deleted. Name the pool that people are to sign in to.`,
      { target: poolOf(NEW_POOL, { tags: { "sekisho:rehearsal": "prod" } }) },
    ],
    [
      "a drill would write to a pool that people sign in to",
      "no-rehearsal-pool",
      `${NEW_POOL} is no throw-away pool of prod: it lacks the tag sekisho:rehearsal. A drill writes to no other; report it.`,
      { isRehearsal: true },
    ],
    [
      "a drill would write to another stack's throw-away pool",
      "no-rehearsal-pool",
      `${NEW_POOL} is no throw-away pool of prod: it lacks the tag sekisho:rehearsal. A drill writes to no other; report it.`,
      { isRehearsal: true, target: poolOf(NEW_POOL, { tags: { "sekisho:rehearsal": "shop" } }) },
    ],
    [
      "the target has more users than the set, and none of the set's",
      "strangers",
      `${NEW_POOL} has 1,101 users, none of them among the set's 1,000: it is in use by others. Check --pool.`,
      { present: { users: 1_101, known: 0 } },
    ],
    [
      "a re-import of another set into the target is unfinished",
      "unfinished",
      `Another re-import into ${NEW_POOL} is unfinished, of ${OLD_POOL}/20261120T030000Z-99999999. Finish that one first: run it again with the same set.`,
      { unfinished: [`${OLD_POOL}/${SET}`, `${OLD_POOL}/20261120T030000Z-99999999`] },
    ],
  ])("%s", (_, code, sentence, change) => {
    const faults = findWrongTarget({ ...facts, ...change });
    expect(faults.map((fault) => [fault.code, `${fault.message} ${fault.remedy}`])).toEqual([
      [code, sentence],
    ]);
    expect(faults[0]?.isAcceptable).toBe(false);
    expect(sentence.length).toBeLessThanOrEqual(200);
  });

  it("several things are wrong, all of which are told", () => {
    const faults = findWrongTarget({
      ...facts,
      target: poolOf("eu-west-1_Shop12345", { account: "111122223333", tags: { "sekisho:stack": "shop" } }),
      callerAccount: "111122223333",
      present: { users: 50_000, known: 0 },
    });
    expect(faults.map(({ code }) => code)).toEqual([
      "other-region",
      "other-account",
      "caller-of-other-account",
      "pool-of-other-stack",
      "strangers",
    ]);
  });
});

describe("a re-import goes on", () => {
  it.each<[string, Partial<TargetFacts>]>([
    ["into the stack's new pool", {}],
    ["into a pool without tags", { target: poolOf(NEW_POOL) }],
    ["into the same pool, when that is said", { target: poolOf(OLD_POOL), isSamePool: true }],
    [
      "into the same pool, where others have signed up since",
      { target: poolOf(OLD_POOL), isSamePool: true, present: { users: 5_000, known: 0 } },
    ],
    [
      "into a drill's throw-away pool, as a drill",
      { isRehearsal: true, target: poolOf(NEW_POOL, { tags: { "sekisho:rehearsal": "prod" } }) },
    ],
    ["where an earlier run of the same set was killed", { unfinished: [`${OLD_POOL}/${SET}`] }],
    ["where many users stand, some of whom are the set's", { present: { users: 5_000, known: 1 } }],
    ["where a few people have signed up already", { present: { users: 1_100, known: 0 } }],
    [
      "with a set that a clock a few minutes off has made",
      { manifest: { ...facts.manifest, set: "20261121T040459Z-0a1b2c3d" } },
    ],
    [
      "with another stack's set, when that is said",
      { sourceStack: "old-prod", manifest: { ...facts.manifest, stack: "old-prod" } },
    ],
  ])("%s", (_, change) => {
    expect(findWrongTarget({ ...facts, ...change })).toEqual([]);
  });
});

function poolOf(
  id: string,
  { account = "123456789012", tags = {} }: { account?: string; tags?: Record<string, string> } = {},
): TargetFacts["target"] {
  return { id, arn: `arn:aws:cognito-idp:${id.split("_")[0]}:${account}:userpool/${id}`, tags };
}
