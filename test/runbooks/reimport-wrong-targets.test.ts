import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Pool } from "../../local/cognito/state.ts";
import { plainUsers } from "../support/backup-world.ts";
import { type ReimportWorld, startReimportWorld } from "../support/reimport-world.ts";

// How fast AWS lets a pool be asked is another test's matter.
vi.mock("p-throttle", () => ({ default: () => (run: () => Promise<void>) => run }));

const OTHER_ACCOUNT = "111122223333";

let world: ReimportWorld;
/** Outputs of the stack as they are when nothing is wrong. */
let parameters: Map<string, string>;

beforeAll(async () => {
  world = await startReimportWorld();
  world.seed(plainUsers(10));
  await world.backUp();
  parameters = new Map(world.objects.parameters);
});
afterAll(() => world.close());
beforeEach(() => {
  world.gateway.history.clear();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  world.objects.caller.account = "123456789012";
  world.objects.parameters.clear();
  for (const [name, value] of parameters) world.objects.parameters.set(name, value);
});

/** A mistake, prepared: what is typed besides, and the target where it is not the stack's own pool. */
interface Mistake {
  argv?: readonly string[];
  pool?: Pool;
}

/** A refusal by code, and what it says where this world says it for sure. */
type Refusal = [
  title: string,
  codes: readonly string[],
  sentence: () => string,
  make: () => Promise<Mistake>,
];

const refusals: Refusal[] = [
  [
    "the set is of the target itself",
    ["same-pool"],
    () =>
      `same-pool: The set was made of the target itself, ${world.poolId}.\n    Name the new pool with --pool, or give --same-pool to bring back who is missing.`,
    async () => ({ pool: poolOf(world.poolId), argv: ["--from", `${world.poolId}/latest`] }),
  ],
  [
    "the same pool is meant, and the set is of another one",
    ["other-pool"],
    () =>
      `other-pool: --same-pool needs a set of ${world.target.id}; this one was made of ${world.poolId}.\n    Choose another set, or leave --same-pool out.`,
    async () => ({ argv: ["--same-pool", "--only-missing", "--from", `${world.poolId}/latest`] }),
  ],
  [
    "the pool is another account's",
    ["other-account"],
    () =>
      `is in account ${OTHER_ACCOUNT}, and the stack test in 123456789012.\n    Check --pool and --stack.`,
    async () => {
      const pool = await world.createPool();
      Object.assign(pool, { arn: pool.arn.replace("123456789012", OTHER_ACCOUNT) });
      return { pool };
    },
  ],
  [
    "whoever runs it is signed in to another account",
    ["caller-of-other-account"],
    () =>
      `caller-of-other-account: You are signed in to account ${OTHER_ACCOUNT}, and the stack test is in 123456789012.\n    Check AWS_PROFILE.`,
    async () => {
      world.objects.caller.account = OTHER_ACCOUNT;
      return {};
    },
  ],
  [
    "the set was made in another account",
    ["set-of-other-account"],
    () =>
      `set-of-other-account: The set was made in account ${OTHER_ACCOUNT}, and the stack test is in 123456789012.\n    Choose a set of this stack.`,
    async () => fromSetMadeAs({ account: OTHER_ACCOUNT }),
  ],
  [
    "the set was made of another stack",
    ["set-of-other-stack"],
    () =>
      "set-of-other-stack: The set was made of the stack shop, not of test.\n    Choose a set of that stack.",
    async () => fromSetMadeAs({ stack: "shop" }),
  ],
  [
    "the set was made in the future",
    ["set-from-future"],
    () => "says it was made in the future.\n    Set this machine's clock right, or choose another set.",
    async () => {
      const mistake = await fromSetMadeAs({});
      // It is this machine that is behind.
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 3_600_000 });
      return mistake;
    },
  ],
  [
    "the pool is another stack's",
    ["pool-of-other-stack"],
    () => "is of the stack shop (tag sekisho:stack), not of test.\n    Check --pool and --stack.",
    async () => ({ pool: await world.createPool({ UserPoolTags: { "sekisho:stack": "shop" } }) }),
  ],
  [
    "the pool is the throw-away one of a drill",
    ["rehearsal-pool"],
    () =>
      "is the throw-away pool of a drill (tag sekisho:rehearsal), and will be deleted.\n    Name the pool that people are to sign in to.",
    async () => ({
      pool: await world.createPool({
        UserPoolTags: { "sekisho:stack": "test", "sekisho:rehearsal": "test" },
      }),
    }),
  ],
  [
    "the pool is full of other people",
    ["strangers"],
    () => "has 12 users, none of them among the set's 10: it is in use by others.\n    Check --pool.",
    async () => {
      const pool = await world.createPool();
      const others = plainUsers(12).map((user, number) => ({
        ...user,
        attributes: { email: `other-${number}@example.com` },
      }));
      world.model.seedUsers(pool.id, others);
      return { pool };
    },
  ],
  [
    "another set is half-way into the pool",
    ["unfinished"],
    () => "Finish that one first: run it again with the same set.",
    async () => {
      const pool = await world.createPool();
      const other = await fromSetMadeAs({});
      world.gateway.faults.add({ kind: "access-denied", operation: "AdminCreateUser", nth: 1 });
      const broken = await world.apply("--pool", pool.id, ...(other.argv ?? []));
      expect([broken.exitCode(), pool.users.size]).toEqual([12, 0]);
      world.gateway.faults.clear();
      return { pool };
    },
  ],
];

describe("a re-import into the wrong place is refused, and nothing is written, when", () => {
  it.each(refusals)("%s", async (_, codes, sentence, make) => {
    const { pool = world.target, argv = [] } = await make();
    const { before, host } = await applyTo(pool, argv);
    expect([host.exitCode(), codesOf(host.out())]).toEqual([2, codes]);
    expect(host.out()).toContain(sentence());
    expectUntouched(before, pool);
  });

  it("several things are wrong at once, which are told in one list, and no acceptance helps", async () => {
    const pool = await world.createPool({
      UserPoolTags: { "sekisho:stack": "shop", "sekisho:rehearsal": "shop" },
    });
    world.objects.caller.account = OTHER_ACCOUNT;
    const codes = ["caller-of-other-account", "pool-of-other-stack", "rehearsal-pool"];
    const { before, host } = await applyTo(
      pool,
      codes.flatMap((code) => ["--accept", code]),
    );
    expect([host.exitCode(), codesOf(host.out())]).toEqual([
      2,
      [...codes, ...codes.map((code) => `accepts-nothing:${code}`)],
    ]);
    expectUntouched(before, pool);
  });
});

describe("a re-import of what is not there, or cannot be meant, ends at once when", () => {
  it.each<[string, readonly string[], number, string]>([
    [
      "there is no such pool",
      ["--pool", "ap-northeast-1_Ab12Cd34E"],
      10,
      "reimport-users: DescribeUserPool on ap-northeast-1_Ab12Cd34E: not found (ResourceNotFoundException). Check the stack and the Region, or deploy it again.",
    ],
    [
      "the pool is in another Region",
      ["--pool", "us-east-1_Ab12Cd34E"],
      2,
      "reimport-users: The pool us-east-1_Ab12Cd34E is not in ap-northeast-1, where the stack is. Check --pool and --region.",
    ],
    [
      "the pool's id is none",
      ["--pool", "ap-northeast-1/Ab12Cd34E"],
      2,
      "reimport-users: --pool ap-northeast-1/Ab12Cd34E is not the id of a user pool. Ids look like ap-northeast-1_Ab12Cd34E.",
    ],
    [
      "no pool has a set of that name",
      ["--from", "20200101T000000Z-00000000"],
      10,
      "reimport-users: s3://sekisho-test-backups holds no set 20200101T000000Z-00000000 of another pool than the target. Check --from and the stack; sets of the target itself are for --same-pool.",
    ],
    [
      "the pool has no set of that name",
      ["--from", "ap-northeast-1_Ab12Cd34E/20200101T000000Z-00000000"],
      10,
      "reimport-users: There is no set s3://sekisho-test-backups/ap-northeast-1_Ab12Cd34E/20200101T000000Z-00000000. Check the name, or take the latest.",
    ],
    [
      "the pool has no set at all",
      ["--from", "ap-northeast-1_Ab12Cd34E/latest"],
      10,
      "reimport-users: There is no finished set in s3://sekisho-test-backups/ap-northeast-1_Ab12Cd34E/. Run back-up-users.",
    ],
    [
      "the set's name is none",
      ["--from", "yesterday"],
      2,
      "reimport-users: --from yesterday is neither latest nor the name of a set. Names look like 20261121T030000Z-0a1b2c3d.",
    ],
    [
      "the set's name leads out of the bucket's folder",
      ["--from", "../other/latest"],
      2,
      "reimport-users: --from ../other/latest is neither latest nor the name of a set. Names look like 20261121T030000Z-0a1b2c3d.",
    ],
    [
      "the set is to be of a stack that is not there",
      ["--from-stack", "shop"],
      10,
      'reimport-users: There is no stack "shop" in ap-northeast-1: nothing lies under /sekisho/shop/. Check --stack, --region and AWS_PROFILE.',
    ],
  ])("%s", async (_, argv, code, sentence) => {
    const before = [...world.work.entries()];
    const host = await world.apply(...argv);
    expect([host.exitCode(), lastLine(host.errors())]).toEqual([code, sentence]);
    expectUntouched(before, world.target);
  });
});

it("the stack's own new pool takes the same set", async () => {
  const pool = await world.createPool();
  const { host } = await applyTo(pool, []);
  expect([host.exitCode(), pool.users.size]).toEqual([0, 10]);
});

async function applyTo(pool: Pool, argv: readonly string[]) {
  world.gateway.history.clear();
  const before = [...world.work.entries()];
  const from = argv.includes("--from") ? [] : ["--from", `${world.poolId}/latest`];
  const host = await world.apply("--pool", pool.id, ...from, ...argv);
  return { before, host };
}

function lastLine(text: string): string | undefined {
  return text.trimEnd().split("\n").at(-1);
}

function expectUntouched(before: readonly [string, Buffer][], pool: Pool): void {
  expect(world.writes()).toEqual([]);
  expect([...world.work.entries()]).toEqual(before);
  expect(pool.groupsByName.size).toBe(0);
  expect(world.model.messages).toEqual([]);
}

/** The codes of the faults that a run told, in its order. */
function codesOf(out: string): string[] {
  const [, list = ""] = out.split("against it; nothing was written:\n");
  return [...list.matchAll(/^ {2}(\S+): /gm)].map(([, code]) => code ?? "");
}

function poolOf(id: string): Pool {
  const pool = world.model.pools.get(id);
  if (!pool) throw new Error(`there is no pool ${id}`);
  return pool;
}

/** A set of one user, made while the stack said this of itself, in the bucket that all sets are read from. */
async function fromSetMadeAs(said: { stack?: string; account?: string }): Promise<Mistake> {
  const pool = await world.createPool();
  world.model.seedUsers(pool.id, plainUsers(1));
  const { stack = "test" } = said;
  const outputs = JSON.parse(parameters.get("/sekisho/test/stack") ?? "");
  world.objects.parameters.set(`/sekisho/${stack}/stack`, JSON.stringify({ ...outputs, ...said }));
  await world.backUpPool(pool.id, stack);
  world.objects.parameters.set("/sekisho/test/stack", JSON.stringify(outputs));
  return { argv: ["--from", `${pool.id}/latest`] };
}
