import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type FaultKind, pageFaultKinds } from "../../local/faults.ts";
import { RunbookError } from "../../runbooks/runtime/errors.ts";
import { runBackup, verifyStored } from "../support/backup-run.ts";
import { type BackupWorld, plainUsers, startBackupWorld } from "../support/backup-world.ts";

const USERS = 300;
const PAGES = USERS / 60;
/** A group of three pages, so that lists of members break too. */
const MEMBERS = 180;

let world: BackupWorld;

beforeAll(async () => {
  world = await startBackupWorld();
  world.seed(plainUsers(USERS, (number) => (number < MEMBERS ? ["staff"] : [])));
});
afterAll(() => world.close());
afterEach(() => {
  world.gateway.faults.clear();
  world.bucket.clear();
});

const impatient = { maxAttempts: 2, attemptSeconds: { connect: 1, answer: 0.4 }, callSeconds: 5 };

/** What a backup ends with: a whole set, or an error that says there is none. */
async function backUp(): Promise<string> {
  const store = world.openStore({ maxAttempts: 2 });
  try {
    const { place, manifest } = await runBackup({ pool: world.openPool(impatient), store });
    await verifyStored(store, place);
    const { users, memberships } = manifest.counts;
    return users === USERS && memberships === MEMBERS
      ? "whole"
      : `short: ${users} users, ${memberships} memberships`;
  } catch (error) {
    if (!(error instanceof RunbookError) || ![13, 15].includes(error.exitCode)) throw error;
    const isFinished = [...world.bucket.keys()].some((key) => key.endsWith("manifest.json"));
    return isFinished ? `a set that was refused (${error.message})` : "refused";
  }
}

/** Faults after which there is nothing to read on with: the list has to be refused, or read anew. */
const mayRefuse: readonly FaultKind[] = ["repeated-token", "cyclic-tokens"];

/** Lists that end too early, and look like any other. */
const earlyEnds = ["lost-token", "empty-end"] as const satisfies readonly FaultKind[];

const positions = [
  ["first", 1],
  ["middle", Math.ceil(PAGES / 2)],
  ["last", PAGES],
] as const;

it("is whole when nothing is broken", async () => {
  expect(await backUp()).toBe("whole");
});

describe.each([...pageFaultKinds, "missing-users-array", ...earlyEnds] as const)(
  "a list of users that meets %s",
  (kind) => {
    it.each(positions)("once, at its %s page, still gives a whole backup or none", async (_, nth) => {
      const rule = world.gateway.faults.add({ kind, operation: "ListUsers", nth, everyMs: 30 });
      const outcome = await backUp();
      expect(mayRefuse.includes(kind) ? ["whole", "refused"] : ["whole"]).toContain(outcome);
      // Tokens can only be repeated where a page before gave one: on later pages.
      if (!mayRefuse.includes(kind) && kind !== "expired-token") expect(rule.fired).toBe(1);
    });
  },
);

/** Pages that lose nothing: however often they come, the reader gets on. */
const harmless: readonly FaultKind[] = ["reordered-page"];

describe("a list of users that is broken for good", () => {
  it.each(pageFaultKinds.filter((kind) => !harmless.includes(kind)))(
    "by %s gives no backup",
    async (kind) => {
      world.gateway.faults.add({
        kind,
        operation: "ListUsers",
        nth: 2,
        everyNth: 1,
        count: 100_000,
        everyMs: 30,
      });
      expect(await backUp()).toBe("refused");
    },
  );
});

describe("a list of members", () => {
  it.each(pageFaultKinds)("that meets %s still gives a whole backup or none", async (kind) => {
    world.gateway.faults.add({ kind, operation: "ListUsersInGroup", nth: 2, everyMs: 30 });
    const outcome = await backUp();
    const mayFail = [...mayRefuse, "expired-token"].includes(kind);
    expect(mayFail ? ["whole", "refused"] : ["whole"]).toContain(outcome);
  });
});

describe.each(earlyEnds)("%s, once,", (kind) => {
  it.each([
    ["first", 1],
    ["middle", 2],
    ["last", 3],
  ])("at the %s page of a list of members still gives a whole backup", async (_, nth) => {
    const rule = world.gateway.faults.add({ kind, operation: "ListUsersInGroup", nth });
    expect(await backUp()).toBe("whole");
    expect(rule.fired).toBe(1);
  });
});

describe("a shard of the users that ends too early, once,", () => {
  /** Three lists prove the filter before the first shard is read. */
  const firstShard = 4;

  it.each([
    ["first", firstShard],
    ["tenth", firstShard + 9],
    ["last", firstShard + 30],
  ])("is noticed at once, at the %s of its answers", async (_, nth) => {
    const rule = world.gateway.faults.add({ kind: "empty-end", operation: "ListUsers", nth });
    const store = world.openStore({ maxAttempts: 2 });
    const { manifest, lines } = await runBackup({ pool: world.openPool(impatient), store, shards: 4 });
    expect(rule.fired).toBe(1);
    expect(manifest.counts.users).toBe(USERS);
    expect(lines.filter((line) => line.startsWith("Starting anew"))).toEqual([]);
  });
});

/** Three pages of groups, and as many of application clients. */
const GROUPS = 150;
const CLIENTS = 150;

describe("a pool with many groups and clients", () => {
  let crowded: BackupWorld;

  beforeAll(async () => {
    crowded = await startBackupWorld();
    crowded.seed(plainUsers(USERS, (number) => [`group-${number % GROUPS}`]));
    for (let number = 0; number < CLIENTS; number++) {
      const input = { UserPoolId: crowded.poolId, ClientName: `client-${number}` };
      await crowded.model.handle("CreateUserPoolClient", input, { isSigned: true });
    }
  });
  afterAll(() => crowded.close());
  afterEach(() => {
    crowded.gateway.faults.clear();
    crowded.bucket.clear();
  });

  describe.each(earlyEnds)("that meets %s", (kind) => {
    it.each([
      ["first", 1],
      ["middle", 2],
      ["last", 3],
    ])("once, at the %s page of its groups, is backed up whole", async (_, nth) => {
      const rule = crowded.gateway.faults.add({ kind, operation: "ListGroups", nth });
      const store = crowded.openStore({ maxAttempts: 2 });
      const { manifest } = await runBackup({ pool: crowded.openPool(impatient), store });
      expect(rule.fired).toBe(1);
      expect(manifest.counts).toEqual({ users: USERS, groups: GROUPS, memberships: USERS });
    });

    it.each([
      ["first", 1],
      ["middle", 2],
      ["last", 3],
    ])("once, at the %s page of its clients, is described whole", async (_, nth) => {
      const rule = crowded.gateway.faults.add({ kind, operation: "ListUserPoolClients", nth });
      const { clients } = await crowded.describePool(impatient);
      expect(rule.fired).toBe(1);
      const ids = clients.map(({ ClientId }) => ClientId);
      expect(new Set(ids).size).toBe(CLIENTS);
      expect(ids).toHaveLength(CLIENTS);
    });
  });
});
