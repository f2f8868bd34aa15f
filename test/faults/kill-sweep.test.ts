import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { findSet } from "../../runbooks/backup/set-choice.ts";
import { NotFoundError } from "../../runbooks/runtime/errors.ts";
import { runBackup, verifyStored } from "../support/backup-run.ts";
import { type BackupWorld, plainUsers, startBackupWorld } from "../support/backup-world.ts";
import { createRandom } from "../support/random.ts";

const USERS = 200;
/** So small that every kind of part comes more than once. */
const PART_BYTES = 16_384;

let world: BackupWorld;
/** Requests of one undisturbed run. */
let requests: number;

beforeAll(async () => {
  world = await startBackupWorld();
  world.seed(plainUsers(USERS, (number) => (number % 2 === 0 ? ["staff", "everyone"] : ["everyone"])));
  world.gateway.history.clear();
  await backUp();
  requests = world.gateway.history.entries.length;
  world.bucket.clear();
});
afterAll(() => world.close());
afterEach(() => {
  world.gateway.faults.clear();
  world.bucket.clear();
});

function backUp() {
  const connection = { maxAttempts: 1 };
  return runBackup({
    pool: world.openPool(connection),
    store: world.openStore(connection),
    partBytes: PART_BYTES,
  });
}

/** Whatever claims to be a finished set must be whole; the latest is one of those, or there is none. */
async function checkSets(): Promise<number> {
  const store = world.openStore({ maxAttempts: 3 });
  const places = [...world.bucket.keys()]
    .filter((key) => key.endsWith("/manifest.json"))
    .map((key) => key.slice(0, -"/manifest.json".length));
  for (const place of places) expect((await verifyStored(store, place)).counts.users).toBe(USERS);
  const latest = findSet(store, { poolId: world.poolId, set: "latest" }, () => false);
  if (places.length === 0) await expect(latest).rejects.toThrow(NotFoundError);
  else expect(places).toContain(`${world.poolId}/${(await latest).manifest.set}`);
  return places.length;
}

describe("a run that is cut off from AWS for good", () => {
  const random = createRandom("kill-sweep-1");
  const points = Array.from({ length: 60 }, () => ({
    at: random(),
    phase: random() < 0.5 ? ("before-commit" as const) : ("after-commit" as const),
  }));

  it.each(points)(
    "at $at of its requests, $phase, leaves no set that is not whole, and can be run again",
    async ({ at, phase }) => {
      const nth = 1 + Math.floor(at * requests);
      // From that request on nothing is answered any more, as when the process is gone.
      world.gateway.faults.add({ kind: "stop-point", nth, phase }, () => {
        world.gateway.faults.add({ kind: "reset" });
      });
      const error = await backUp().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(Error);
      world.gateway.faults.clear();
      // Only the answer to the very last write may get lost behind a whole set.
      const finished = await checkSets();
      if (finished > 0) expect([nth, phase]).toEqual([requests, "after-commit"]);
      await backUp();
      expect(await checkSets()).toBe(finished + 1);
    },
  );
});

describe("the answer to a write that got lost", () => {
  it.each(["users-00000.ndjson.gz", "groups.ndjson.gz", "manifest.json"])(
    "of %s is no failure: the object is looked at, and written once",
    async (name) => {
      const writes = [...world.objects.writes].length;
      const connection = { maxAttempts: 3 };
      const nth = await writeNumberOf(name);
      world.gateway.faults.add({ kind: "reset", operation: "PutObject", nth, phase: "after-commit" });
      const store = world.openStore(connection);
      const { place } = await runBackup({ pool: world.openPool(connection), store, partBytes: PART_BYTES });
      await verifyStored(store, place);
      const keys = world.objects.writes.slice(writes);
      expect(new Set(keys).size).toBe(keys.length);
    },
  );

  it("is told apart from somebody else's object under the same key", async () => {
    const store = world.openStore({ maxAttempts: 3 });
    await store.put("pool/key.gz", Buffer.from("theirs"));
    await expect(store.put("pool/key.gz", Buffer.from("ours"))).rejects.toMatchObject({
      exitCode: 13,
      message: "s3://sekisho-test-backups/pool/key.gz is there already with other content.",
    });
    await expect(store.put("pool/key.gz", Buffer.from("theirs"))).resolves.toBeUndefined();
  });

  async function writeNumberOf(name: string): Promise<number> {
    const before = world.objects.writes.length;
    await backUp();
    const keys = world.objects.writes.slice(before);
    world.bucket.clear();
    return keys.findIndex((key) => key.endsWith(`/${name}`)) + 1;
  }
});

describe("a process that is killed", () => {
  const entry = join(import.meta.dirname, "../../runbooks/back-up-users.ts");
  const start = (): ChildProcess =>
    spawn(process.execPath, ["--import", "tsx", entry, "--stack", "test", "--share", "1"], {
      env: { ...world.environment, PATH: process.env.PATH, HOME: "/nonexistent" },
      stdio: "ignore",
    });

  it.each([
    ["while it lists users", "ListUsers", 2],
    // The first write takes the lease, and the last before the manifest renews it.
    ["while it takes the lease", "PutObject", 1],
    ["while it stores users", "PutObject", 2],
    ["before it may write the manifest", "PutObject", 6],
    ["before it writes the manifest", "PutObject", 7],
  ])("%s leaves no set", async (_, operation, nth) => {
    const run = start();
    world.gateway.faults.add({ kind: "stop-point", operation, nth }, () => {
      run.kill("SIGKILL");
    });
    const [, signal] = (await once(run, "exit")) as [number | null, string | null];
    expect(signal).toBe("SIGKILL");
    world.gateway.faults.clear();
    expect(await checkSets()).toBe(0);
    // Two minutes later nobody would mind the lease that it left.
    world.objects.buckets.get("sekisho-test-work")?.clear();
  });
});
