import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { plainUsers } from "../support/backup-world.ts";
import { type ReimportWorld, startReimportWorld } from "../support/reimport-world.ts";

let world: ReimportWorld;

beforeEach(async () => {
  world = await startReimportWorld();
  world.seed(plainUsers(120));
  await world.backUp();
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await world.close();
});

const leaseKey = () => `leases/reimport-${world.target.id}.json`;

/** Pages of journals in the work bucket. */
const pages = () => [...world.work.keys()].filter((key) => key.includes("/journal-"));

describe("only one run writes to a pool:", () => {
  it("of ten that start at once one does the work, and the others end with 11", async () => {
    const others = Promise.withResolvers<void>();
    let ended = 0;
    // The winner makes nobody before the nine others have ended.
    world.gateway.faults.add({ kind: "reset", operation: "AdminCreateUser", nth: 1 }, () => others.promise);
    const hosts = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const host = await world.apply();
        if (++ended === 9) others.resolve();
        return host;
      }),
    );
    const codes = hosts.map((host) => host.exitCode()).sort();
    expect(codes).toEqual([0, ...Array.from({ length: 9 }, () => 11)]);
    const locked = hosts.filter((host) => host.exitCode() === 11).map((host) => host.errors());
    for (const errors of locked) expect(errors).toContain("Another reimport-users is at it since");
    expect(world.target.users.size).toBe(120);
    expect(world.writes().filter((name) => name === "AdminCreateUser")).toHaveLength(120);
  });

  it("whoever made a plan before another run did the work is sent back to read a new one", async () => {
    const planned = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    // The first run has its plan and is about to take the lease.
    world.gateway.faults.add({ kind: "reset", operation: "PutObject", nth: 1 }, async () => {
      planned.resolve();
      await goOn.promise;
    });
    const first = world.apply();
    await planned.promise;
    expect((await world.apply()).exitCode()).toBe(0);
    goOn.resolve();
    const late = await first;
    expect([late.exitCode(), late.errors()]).toEqual([
      11,
      expect.stringContaining("Another run has worked on the same users since the plan was made."),
    ]);
    expect(world.writes().filter((name) => name === "AdminCreateUser")).toHaveLength(120);
  });
});

describe("a run that has lost its lease", () => {
  it("writes nothing more when the machine slept over it, and the next run ends the same", async () => {
    const now = performance.now.bind(performance);
    let slept = 0;
    vi.spyOn(performance, "now").mockImplementation(() => now() + slept);
    let [before, journalPages] = [0, 0];
    world.gateway.faults.add(
      { kind: "stop-point", operation: "AdminCreateUser", nth: 30, phase: "after-commit" },
      () => {
        slept = 121_000;
        before = world.writes().length;
        journalPages = pages().length;
      },
    );
    // At this rate few requests are on their way at once, also on a busy machine.
    const host = await world.apply("--quota", "UserCreation=25", "--quota", "UserAccountRecovery=25");
    world.gateway.faults.clear();
    expect([host.exitCode(), host.errors()]).toEqual([
      11,
      expect.stringContaining("has run out: this run was stopped for too long."),
    ]);
    // What was on its way to AWS at that moment arrives.
    expect(world.writes().length - before).toBeLessThan(10);
    expect(pages()).toHaveLength(journalPages);
    slept = 0;
    world.work.delete(leaseKey());
    const again = await world.apply();
    expect(again.exitCode(), again.errors()).toBe(0);
    expect(world.target.users.size).toBe(120);
  });

  it("does not say that it came to its end when somebody else took it over meanwhile", async () => {
    world.gateway.faults.add(
      { kind: "stop-point", operation: "AdminCreateUser", nth: 60, phase: "after-commit" },
      () => {
        const lease = JSON.parse(String(world.work.get(leaseKey()))) as object;
        const theirs = { ...lease, holder: "0".repeat(32), what: "Somebody else" };
        world.work.set(leaseKey(), Buffer.from(`${JSON.stringify(theirs)}\n`));
      },
    );
    const host = await world.apply();
    world.gateway.faults.clear();
    expect([host.exitCode(), host.errors()]).toEqual([
      11,
      expect.stringContaining("Somebody else took s3://sekisho-test-work/"),
    ]);
    expect(pages().some((key) => String(world.work.get(key)).includes('"kind":"end"'))).toBe(false);
    expect(JSON.parse(String(world.work.get(leaseKey())))).toMatchObject({ what: "Somebody else" });
  });
});
