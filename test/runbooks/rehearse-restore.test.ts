import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SeedUser } from "../../local/cognito/seed-users.ts";
import type { Pool } from "../../local/cognito/state.ts";
import { rehearseRestoreRunbook } from "../../runbooks/rehearse-restore.ts";
import { runRunbook } from "../../runbooks/runtime/runbook.ts";
import { plainUsers } from "../support/backup-world.ts";
import { type ReimportWorld, RUNBOOK_LOG, startReimportWorld } from "../support/reimport-world.ts";
import { createTestHost, type TestHost } from "../support/test-host.ts";

let world: ReimportWorld;
/** Pools that stand before a drill. */
let standing: string[];

beforeEach(async () => {
  world = await startReimportWorld();
  standing = [...world.model.pools.keys()];
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await world.close();
});

/** Quotas so high that no test waits for one. */
const FAST = [
  ...["UserList", "UserRead", "UserCreation", "UserAccountRecovery", "UserUpdate", "UserResourceUpdate"],
  ...["UserResourceRead", "UserPoolRead"],
].flatMap((name) => ["--quota", `${name}=100000`]);

function createHost(...argv: string[]): TestHost {
  for (const [name, value] of Object.entries(world.environment)) vi.stubEnv(name, value);
  return createTestHost(["--stack", "test", "--share", "1", ...FAST, ...argv], {
    randomBytes: (length) => Buffer.from(crypto.getRandomValues(new Uint8Array(length))),
  });
}

async function drill(...argv: string[]): Promise<TestHost> {
  const host = createHost(...argv);
  await runRunbook(rehearseRestoreRunbook, host);
  return host;
}

/** Makes the first request of an operation a place where something happens, and the request is lost. */
function interruptAt(operation: string, act: () => void): void {
  world.gateway.faults.add({ kind: "stop-point", operation, nth: 1 }, act);
}

function madePools(): Pool[] {
  return [...world.model.pools.values()].filter(({ id }) => !standing.includes(id));
}

function requestsOf(operation: string) {
  return world.gateway.history.entries.filter((entry) => entry.operation === operation);
}

function makeOlder(pool: Pool, hours: number): void {
  Object.assign(pool, { createdAt: pool.createdAt - hours * 3_600_000 });
}

const REHEARSAL = {
  PoolName: "sekisho-test-rehearsal-20260101030000",
  UserPoolTags: { "sekisho:stack": "test", "sekisho:rehearsal": "test" },
};

const linked: SeedUser = {
  attributes: { email: "both@example.com", email_verified: "true" },
  status: "CONFIRMED",
  identities: [{ providerName: "Google", userId: "1001" }],
};
const federated: SeedUser = {
  attributes: { email: "google@example.com", email_verified: "false" },
  status: "EXTERNAL_PROVIDER",
  username: "Google_1002",
  identities: [{ providerName: "Google", userId: "1002" }],
};

describe("a drill", () => {
  it("brings everybody back into a pool of its own, compares them, and deletes the pool", async () => {
    world.seed(plainUsers(130, (number) => (number < 70 ? ["staff"] : [])));
    await world.backUp();
    const host = await drill();
    expect([host.exitCode(), host.out()]).toEqual([
      0,
      expect.stringMatching(
        /^The drill succeeded: 130 of 130 users came back, compared to the last character\.\n/,
      ),
    ]);
    expect(host.out()).toMatch(
      /^ {2}pool {10}ap-northeast-1_\w+ \(sekisho-test-rehearsal-\d{14}\), deleted$/m,
    );
    expect(host.out()).toMatch(/^ {2}restored in {3}\d+ s, [\d,]+ users\/s$/m);
    expect(host.out()).toMatch(
      /^ {2}for real {6}about \d+ s at 100 % of AWS's quotas, once there is a pool$/m,
    );
    expect(madePools()).toEqual([]);
    expect(requestsOf("AdminCreateUser").length).toBe(130);
    expect(world.model.messages).toEqual([]);
  });

  it("touches no other pool: neither the stack's own nor the one of the set", async () => {
    world.seed(plainUsers(20, () => ["staff"]));
    await world.backUp();
    expect((await drill()).exitCode()).toBe(0);
    const created = requestsOf("CreateUserPool").length;
    expect(created).toBe(1);
    expect([world.target.users.size, world.target.groups.size]).toEqual([0, 0]);
    expect(world.model.pools.get(world.poolId)?.users.size).toBe(20);
    expect([...world.model.pools.keys()]).toEqual(standing);
  });

  it("tells scripts what it did and how long it took, in one object", async () => {
    world.seed(plainUsers(12));
    await world.backUp();
    const host = await drill("--json");
    const report = JSON.parse(host.out());
    expect(report).toEqual({
      ok: true,
      set: expect.stringMatching(/^s3:\/\/sekisho-test-backups\/ap-northeast-1_\w+\/\d{8}T\d{6}Z-\w{8}\/$/),
      pool: expect.stringMatching(/^ap-northeast-1_\w+$/),
      users: 12,
      planned: 12,
      created: 12,
      verified: 12,
      linked: 0,
      rejected: 0,
      leftOut: [],
      seconds: { total: expect.any(Number), restore: expect.any(Number), check: expect.any(Number) },
      estimateSeconds: expect.any(Number),
      kept: false,
    });
    expect(report.seconds.total).toBeGreaterThan(report.seconds.restore);
    expect(report.seconds.restore).toBeGreaterThan(0);
  });

  it("says how many users AWS will bill before it makes any", async () => {
    world.seed(plainUsers(12));
    await world.backUp();
    const host = await drill();
    expect(host.errors()).toContain("  active users  12 that AWS bills as active this month");
  });

  it("costs no active user where import jobs carry everybody", async () => {
    world.seed(plainUsers(12));
    await world.backUp();
    const host = await drill("--engine", "csv");
    expect([host.exitCode(), host.out()]).toEqual([0, expect.stringContaining("12 of 12 users")]);
    expect(host.errors()).toContain("  active users  0 that AWS bills as active this month");
    expect(requestsOf("AdminCreateUser")).toEqual([]);
    expect(madePools()).toEqual([]);
  });

  it("writes into the runbook log who did it, and with which ticket", async () => {
    world.seed(plainUsers(3));
    await world.backUp();
    await drill();
    await drill("--ticket", "CHG-7");
    const records = [...(world.objects.logs.get(RUNBOOK_LOG)?.values() ?? [])]
      .flat()
      .map((line) => JSON.parse(line));
    expect(records.map(({ phase, runbook, ticket, result }) => [phase, runbook, ticket, result])).toEqual([
      ["before", "rehearse-restore", "drill", undefined],
      ["after", "rehearse-restore", "drill", "done"],
      ["before", "rehearse-restore", "CHG-7", undefined],
      ["after", "rehearse-restore", "CHG-7", "done"],
    ]);
  });

  it("leaves the pool where that is wanted, and says how to delete it", async () => {
    world.seed(plainUsers(3));
    await world.backUp();
    const host = await drill("--keep-pool");
    const [pool] = madePools();
    expect([host.exitCode(), pool?.users.size]).toEqual([0, 3]);
    expect(host.out()).toContain(
      `${pool?.id} (${pool?.name}), kept; a drill after a day deletes it, or you: aws cognito-idp delete-user-pool --region ap-northeast-1 --user-pool-id ${pool?.id}\n`,
    );
  });

  it("takes another set by name", async () => {
    world.seed(plainUsers(3));
    await world.backUp();
    const [key = ""] = [...world.bucket.keys()];
    world.seed([{ attributes: { email: "late@example.com" }, status: "CONFIRMED" }]);
    await world.backUp();
    const numbers = [await drill("--json"), await drill("--json", "--from", key.split("/")[1] ?? "")].map(
      (host) => JSON.parse(host.out()).users,
    );
    expect(numbers).toEqual([4, 3]);
  });

  it("goes without identity providers and roles of groups, and says so", async () => {
    world.seed([linked, federated, ...plainUsers(2, () => ["staff"])]);
    const source = world.model.pools.get(world.poolId);
    const staff = source?.groupsByName.get("staff");
    if (staff) staff.roleArn = "arn:aws:iam::123456789012:role/staff";
    await world.backUp();
    const host = await drill("--json");
    expect(JSON.parse(host.out())).toMatchObject({
      ok: true,
      users: 4,
      planned: 3,
      verified: 3,
      rejected: 0,
      leftOut: ["accounts at the identity provider Google", "the roles of groups"],
    });
    const text = (await drill()).out();
    expect(text).toContain(
      [
        "  left out      accounts at the identity provider Google",
        "                the roles of groups",
        "                1 user who has no other way in",
        "",
      ].join("\n"),
    );
  });
});

describe("a drill that finds something", () => {
  it("restores nobody where faults speak against it, lists them, and deletes the pool", async () => {
    await world.close();
    world = await startReimportWorld({ Schema: [{ Name: "name", Required: true, Mutable: true }] });
    standing = [...world.model.pools.keys()];
    world.seed(plainUsers(5));
    await world.backUp();
    const host = await drill();
    expect(host.exitCode()).toBe(2);
    expect(host.out()).toContain(
      "1 thing speaks against it; nothing was written:\n  required-attribute:name: name is required in the target; 5 users have none.\n",
    );
    expect(host.out()).toMatch(/^ {2}pool {10}.*, deleted$/m);
    expect(requestsOf("AdminCreateUser")).toEqual([]);
    expect(madePools()).toEqual([]);
    const accepted = await drill("--json", "--accept", "required-attribute:name");
    expect(JSON.parse(accepted.out())).toMatchObject({ ok: true, verified: 5 });
  });

  it("ends with 3 where users cannot be restored, and names them", async () => {
    world.seed(plainUsers(4));
    const broken = world.model.pools.get(world.poolId)?.users.find("user-1@example.com");
    if (broken) broken.attributes = { ...broken.attributes, email: "no address" };
    await world.backUp();
    const host = await drill();
    expect([host.exitCode(), host.out()]).toEqual([
      3,
      expect.stringMatching(/^The drill found faults: 3 of 4 users came back as planned\.\n/),
    ]);
    expect(host.out()).toContain(`\n  rejected: ${broken?.sub}, `);
    expect(host.out()).toMatch(/^ {2}rejects {7}s3:\/\/sekisho-test-work\/reimports\/.*\/rejects\.ndjson$/m);
    expect(madePools()).toEqual([]);
  });

  it("names ten of those who cannot be restored, and counts the others", async () => {
    world.seed(plainUsers(13));
    for (const { item } of [...(world.model.pools.get(world.poolId)?.users.after(0) ?? [])].slice(1)) {
      item.attributes = { ...item.attributes, email: `no address of ${item.sub}` };
    }
    await world.backUp();
    const host = await drill();
    expect(host.exitCode()).toBe(3);
    expect(host.out().match(/^ {2}rejected: /gm)).toHaveLength(10);
    expect(host.out()).toMatch(/\n {2}… and 2 more\n$/);
  });

  it("deletes the pool where the set turns out to be damaged", async () => {
    world.seed(plainUsers(5));
    await world.backUp();
    const [key = ""] = [...world.bucket.keys()].filter((name) => name.includes("/users-"));
    const part = Buffer.from(world.bucket.get(key) ?? "");
    part[20] = (part[20] ?? 0) ^ 1;
    world.bucket.set(key, part);
    const host = await drill();
    expect(host.exitCode()).toBe(13);
    expect(madePools()).toEqual([]);
  });
});

describe("a drill that is not meant", () => {
  it("makes nothing in another account than the stack's", async () => {
    world.seed(plainUsers(3));
    await world.backUp();
    const stack = JSON.parse(world.objects.parameters.get("/sekisho/test/stack") ?? "");
    world.objects.parameters.set(
      "/sekisho/test/stack",
      JSON.stringify({ ...stack, account: "210987654321" }),
    );
    const host = await drill();
    expect([host.exitCode(), host.errors()]).toEqual([
      2,
      "rehearse-restore: You are signed in to account 123456789012, and the stack test is in 210987654321. Check AWS_PROFILE.\n",
    ]);
    expect(requestsOf("CreateUserPool")).toEqual([]);
  });

  it("makes nothing where there is no set", async () => {
    const host = await drill();
    expect(host.exitCode()).toBe(10);
    expect(requestsOf("CreateUserPool")).toEqual([]);
  });

  it.each([
    ["--share", "2"],
    ["--engine", "post"],
    ["--ticket", "what for?"],
    ["--from", "yesterday"],
  ])("makes nothing with %s %s", async (...argv) => {
    world.seed(plainUsers(1));
    await world.backUp();
    expect((await drill(...argv)).exitCode()).toBe(2);
    expect(requestsOf("CreateUserPool")).toEqual([]);
  });
});

describe("a drill that is stopped", () => {
  it.each([
    "CreateUserPool",
    "DescribeUserPool",
    "AdminCreateUser",
    "AdminSetUserPassword",
    "ListUsersInGroup",
  ])("by Ctrl-C at %s deletes its pool all the same", async (operation) => {
    world.seed(plainUsers(20, () => ["staff"]));
    await world.backUp();
    const host = createHost();
    interruptAt(operation, () => host.raise("SIGINT"));
    await runRunbook(rehearseRestoreRunbook, host);
    expect(host.exitCode()).toBe(130);
    expect(madePools()).toEqual([]);
  });

  it("by Ctrl-C while AWS has just made the pool deletes it, although nobody told its id", async () => {
    world.seed(plainUsers(3));
    await world.backUp();
    const host = createHost();
    world.gateway.faults.add(
      { kind: "stop-point", operation: "CreateUserPool", nth: 1, phase: "after-commit" },
      () => host.raise("SIGINT"),
    );
    await runRunbook(rehearseRestoreRunbook, host);
    expect([host.exitCode(), requestsOf("DeleteUserPool").length]).toEqual([130, 1]);
    expect(madePools()).toEqual([]);
  });

  it("by Ctrl-C ends its import job, which would keep every other import of the account waiting", async () => {
    world.seed(plainUsers(5));
    await world.backUp();
    const host = createHost("--engine", "csv");
    interruptAt("DescribeUserImportJob", () => host.raise("SIGINT"));
    await runRunbook(rehearseRestoreRunbook, host);
    expect(host.exitCode()).toBe(130);
    expect(requestsOf("StopUserImportJob").length).toBe(1);
    expect(host.errors()).not.toContain("warning");
    expect(madePools()).toEqual([]);
  });

  it("uses the pool that AWS made although its answer was lost, and makes no second one", async () => {
    world.seed(plainUsers(3));
    await world.backUp();
    world.gateway.faults.add({ kind: "reset", operation: "CreateUserPool", nth: 1, phase: "after-commit" });
    const host = await drill();
    expect([host.exitCode(), host.out()]).toEqual([0, expect.stringContaining("3 of 3 users")]);
    expect(requestsOf("CreateUserPool").length).toBe(1);
    expect(madePools()).toEqual([]);
  });

  it("waits for a pool that AWS does not know yet", async () => {
    world.seed(plainUsers(3));
    await world.backUp();
    world.gateway.faults.add({ kind: "access-denied", operation: "DescribeUserPool", nth: 1, count: 3 });
    expect((await drill()).exitCode()).toBe(0);
  });
});

describe("a pool that cannot be deleted", () => {
  it("is named with the command that deletes it, and ends the drill with 15", async () => {
    world.seed(plainUsers(3));
    await world.backUp();
    world.gateway.faults.add({ kind: "access-denied", operation: "DeleteUserPool" });
    const host = await drill("--json");
    const [pool] = madePools();
    expect([host.exitCode(), JSON.parse(host.out())]).toEqual([
      15,
      expect.objectContaining({ ok: false, verified: 3, kept: true, pool: pool?.id }),
    ]);
    expect(requestsOf("DeleteUserPool").length).toBe(2);
    const text = (await drill()).out();
    expect(text).toMatch(
      /, not deleted; do it by hand: aws cognito-idp delete-user-pool --region ap-northeast-1 --user-pool-id ap-northeast-1_\w+\n/,
    );
  });

  it("is warned of when the drill was stopped, too", async () => {
    world.seed(plainUsers(3));
    await world.backUp();
    world.gateway.faults.add({ kind: "access-denied", operation: "DeleteUserPool" });
    const host = createHost();
    interruptAt("AdminCreateUser", () => host.raise("SIGTERM"));
    await runRunbook(rehearseRestoreRunbook, host);
    const [pool] = madePools();
    expect(host.exitCode()).toBe(143);
    expect(host.errors()).toContain(
      `warning: The throw-away pool ${pool?.id} is still there: the credentials lack the right. Delete it: aws cognito-idp delete-user-pool --region ap-northeast-1 --user-pool-id ${pool?.id}\n`,
    );
  });

  it("is gone when AWS fails once and then does it", async () => {
    world.seed(plainUsers(3));
    await world.backUp();
    world.gateway.faults.add({ kind: "access-denied", operation: "DeleteUserPool", nth: 1 });
    expect((await drill()).exitCode()).toBe(0);
    expect(madePools()).toEqual([]);
  });
});

describe("pools that drills left behind", () => {
  it.each([
    { operation: "AdminCreateUser", phase: "after-commit" },
    { operation: "ListUsers", phase: "before-commit" },
    { operation: "DeleteUserPool", phase: "before-commit" },
  ] as const)(
    "of a drill that was killed at $operation, $phase, are deleted by the first drill after a day",
    async ({ operation, phase }) => {
      world.seed(plainUsers(10));
      await world.backUp();
      world.gateway.faults.add({ kind: "stop-point", operation, phase, nth: 1 }, () => {
        world.gateway.faults.add({ kind: "reset" });
      });
      expect((await drill()).exitCode()).not.toBe(0);
      world.gateway.faults.clear();
      const [left] = madePools();
      if (left === undefined) throw new Error("nothing was left behind");
      expect((await drill()).exitCode()).toBe(0);
      expect(madePools()).toEqual([left]);
      makeOlder(left, 25);
      const host = await drill();
      expect(host.errors()).toContain(`Deleted ${left.id}, which an earlier drill had left behind\n`);
      expect([host.exitCode(), madePools()]).toEqual([0, []]);
    },
  );

  it.each([
    ["has the name and not the tag", { ...REHEARSAL, UserPoolTags: { "sekisho:stack": "test" } }],
    ["has the tag of another stack", { ...REHEARSAL, UserPoolTags: { "sekisho:rehearsal": "prod" } }],
    ["has the tag and another name", { ...REHEARSAL, PoolName: "sekisho-test" }],
  ])("are not taken for one that %s, however old it is", async (_, input) => {
    world.seed(plainUsers(3));
    await world.backUp();
    const pool = await world.createPool(input);
    makeOlder(pool, 1_000);
    expect((await drill()).exitCode()).toBe(0);
    expect(madePools()).toEqual([pool]);
  });

  it("are left alone where the role may not look at them: they are somebody else's", async () => {
    world.seed(plainUsers(3));
    await world.backUp();
    const pool = await world.createPool(REHEARSAL);
    makeOlder(pool, 1_000);
    world.gateway.faults.add({ kind: "access-denied", operation: "DescribeUserPool", nth: 1 });
    expect((await drill()).exitCode()).toBe(0);
    expect(madePools()).toEqual([pool]);
  });

  it("are known by AWS's own time, whatever this machine's clock says", async () => {
    world.seed(plainUsers(3));
    await world.backUp();
    const pool = await world.createPool(REHEARSAL);
    const host = createHost();
    host.now = () => new Date(Date.now() + 48 * 3_600_000);
    await runRunbook(rehearseRestoreRunbook, host);
    expect(madePools()).toContain(pool);
  });

  it("are warned of where they cannot be deleted, and the drill goes on", async () => {
    world.seed(plainUsers(3));
    await world.backUp();
    const pool = await world.createPool({ ...REHEARSAL, DeletionProtection: "ACTIVE" });
    makeOlder(pool, 1_000);
    const host = await drill();
    expect(host.exitCode()).toBe(0);
    expect(host.errors()).toContain(
      `warning: The throw-away pool ${pool.id} is still there: AWS did not do it. Delete it: aws cognito-idp delete-user-pool --region ap-northeast-1 --user-pool-id ${pool.id}\n`,
    );
  });
});
