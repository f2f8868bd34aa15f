import { randomBytes } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { type HeldLease, type LeaseOptions, withLease } from "../../../runbooks/lease/lease.ts";
import { LockedError, RemoteError } from "../../../runbooks/runtime/errors.ts";
import { createInMemoryLease, type InMemoryLease } from "../../support/in-memory-lease.ts";

const MINUTES = 60_000;

interface Run {
  warnings: string[];
  /** Lets so much of the machine's time pass and renews. */
  renew: (milliseconds?: number) => Promise<void>;
  start: <Result>(work: (lease: HeldLease) => Promise<Result>) => Promise<Result>;
}

function prepareRun(store: InMemoryLease, options: Partial<LeaseOptions> = {}): Run {
  const warnings: string[] = [];
  const renewals: (() => void)[] = [];
  let now = new Date("2026-11-21T03:00:00Z").getTime();
  return {
    warnings,
    renew: async (milliseconds = 30_000) => {
      now += milliseconds;
      for (const renewal of renewals) renewal();
      // Renewals answer to nobody; a few turns of the loop let them end.
      for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    },
    start: (work) =>
      withLease(
        {
          store,
          what: "The schedule",
          signal: new AbortController().signal,
          now: () => new Date(now),
          pause: async () => {},
          randomBytes,
          warn: (line) => warnings.push(line),
          repeat: (_, action) => {
            renewals.push(action);
            return () => {
              renewals.length = 0;
            };
          },
          ...options,
        },
        work,
      ),
  };
}

/** A run that holds the lease until it is told to end. */
async function startHolding(store: InMemoryLease, options: Partial<LeaseOptions> = {}) {
  const run = prepareRun(store, options);
  const end = Promise.withResolvers<void>();
  const began = Promise.withResolvers<HeldLease>();
  const ended = run.start(async (lease) => {
    began.resolve(lease);
    await Promise.race([
      end.promise,
      new Promise((_, reject) => lease.signal.addEventListener("abort", () => reject(lease.signal.reason))),
    ]);
  });
  ended.catch(began.reject);
  return { ...run, lease: await began.promise, ended, end: end.resolve };
}

describe("a lease", () => {
  it("is taken, and given back when the work is done", async () => {
    const store = createInMemoryLease();
    expect(await prepareRun(store).start(async () => "done")).toBe("done");
    expect(store.writes.map(({ isReleased }) => isReleased)).toEqual([false, true]);
    expect(await prepareRun(store).start(async () => "again")).toBe("again");
  });

  it("is given back when the work fails, and the failure stays what it is", async () => {
    const store = createInMemoryLease();
    const failing = prepareRun(store).start(async () => {
      throw new RemoteError("AWS is gone.");
    });
    await expect(failing).rejects.toThrow("AWS is gone.");
    expect(store.lying?.record?.isReleased).toBe(true);
  });

  it("that somebody holds is refused with who, since when, and how long a dead one would hold it", async () => {
    const store = createInMemoryLease();
    const holder = await startHolding(store);
    store.clock.now = new Date("2026-11-21T03:00:45Z");
    await expect(prepareRun(store).start(async () => "never")).rejects.toMatchObject({
      exitCode: 11,
      message: "The schedule is at it since 2026-11-21T03:00:00.000Z.",
      remedy: "Wait for it; had it died, it would hold the lease for 75 seconds more.",
    });
    holder.end();
    await holder.ended;
  });

  it("has one winner among fifty that start at once", async () => {
    const store = createInMemoryLease();
    const gate = Promise.withResolvers<void>();
    const starts = Array.from({ length: 50 }, () => prepareRun(store).start(() => gate.promise));
    const settled = Promise.allSettled(starts);
    await new Promise(setImmediate);
    gate.resolve();
    const results = await settled;
    const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    expect(refused).toHaveLength(49);
    expect(refused.every((error) => error instanceof LockedError)).toBe(true);
  });

  it.each([
    ["ten minutes ahead", 10 * MINUTES],
    ["ten minutes behind", -10 * MINUTES],
  ])("of a living holder is safe from a machine whose clock is %s", async (_, skew) => {
    const store = createInMemoryLease();
    const holder = await startHolding(store);
    const skewed = prepareRun(store, { now: () => new Date(store.clock.now.getTime() + skew) });
    await expect(skewed.start(async () => "never")).rejects.toThrow(LockedError);
    holder.end();
    await holder.ended;
  });

  it("that was not renewed for two minutes is taken over, and its holder may finish nothing any more", async () => {
    const store = createInMemoryLease();
    const stalled = await startHolding(store);
    store.clock.now = new Date("2026-11-21T03:02:00Z");
    const successor = await startHolding(store, { what: "Another back-up-users" });
    await expect(stalled.lease.confirm()).rejects.toMatchObject({
      exitCode: 11,
      message: "Another back-up-users took s3://work/leases/test.json over from this run.",
    });
    await stalled.renew();
    expect(stalled.lease.signal.aborted).toBe(true);
    await expect(stalled.ended).rejects.toThrow(LockedError);
    // Whoever lost it does not give back what is somebody else's.
    expect([store.lying?.record?.what, store.lying?.record?.isReleased]).toEqual([
      "Another back-up-users",
      false,
    ]);
    expect(stalled.warnings).toEqual([]);
    successor.end();
    await successor.ended;
  });

  it("is renewed while the work goes on", async () => {
    const store = createInMemoryLease();
    const holder = await startHolding(store);
    for (let minute = 1; minute <= 10; minute++) {
      store.clock.now = new Date(store.clock.now.getTime() + MINUTES);
      await holder.renew();
    }
    await expect(prepareRun(store).start(async () => "never")).rejects.toThrow(LockedError);
    await holder.lease.confirm();
    holder.end();
    await holder.ended;
  });

  it.each(["lost", "answer-lost"] as const)("survives a renewal that is %s", async (fate) => {
    const store = createInMemoryLease();
    const holder = await startHolding(store);
    store.fates.push(fate);
    await holder.renew();
    expect(holder.lease.signal.aborted).toBe(false);
    await holder.lease.confirm();
    holder.end();
    await holder.ended;
    expect(store.lying?.record?.isReleased).toBe(true);
  });

  it("ends the work when it could not be renewed in time: somebody else may have it", async () => {
    const store = createInMemoryLease();
    const holder = await startHolding(store);
    store.fates.push("lost", "lost", "lost");
    await holder.renew();
    await holder.renew();
    expect(holder.lease.signal.aborted).toBe(false);
    await holder.renew();
    await expect(holder.ended).rejects.toMatchObject({
      exitCode: 15,
      message: "s3://work/leases/test.json could not be renewed in time.",
    });
  });

  it("is ours when only the answer to taking it was lost", async () => {
    const store = createInMemoryLease();
    const write = store.write;
    let isFirst = true;
    store.write = async (record, over) => {
      const tag = await write(record, over);
      // The SDK sends a request again whose answer was lost; the second finds the first.
      if (isFirst) {
        isFirst = false;
        return undefined;
      }
      return tag;
    };
    expect(await prepareRun(store).start(async () => "done")).toBe("done");
  });

  it("is free where something else lies in its place", async () => {
    const store = createInMemoryLease();
    store.lying = { record: undefined, etag: '"x"', writtenAt: store.clock.now };
    expect(await prepareRun(store).start(async () => "done")).toBe("done");
  });

  it("passes the stop on to the work, and is given back", async () => {
    const store = createInMemoryLease();
    const stop = new AbortController();
    const holder = await startHolding(store, { signal: stop.signal });
    stop.abort(new Error("Ctrl-C"));
    await expect(holder.ended).rejects.toThrow("Ctrl-C");
    expect(store.lying?.record?.isReleased).toBe(true);
  });

  it("that cannot be given back is said, with how long it holds", async () => {
    const store = createInMemoryLease();
    const holder = await startHolding(store);
    store.fates.push("lost");
    holder.end();
    await holder.ended;
    expect(holder.warnings).toEqual([
      "the lease was not given back and holds for 120 seconds more: PutObject: no answer.",
    ]);
  });

  describe("lets its holder write", () => {
    /** A holder whose machine's clock, which nobody can set, is this one. */
    async function holdWithClock() {
      const store = createInMemoryLease();
      const clock = { milliseconds: 0 };
      const holder = await startHolding(store, { elapsed: () => clock.milliseconds });
      return { store, clock, ...holder };
    }

    it("until the last moment of its two minutes, and not a moment longer", async () => {
      const { clock, lease, ended, end } = await holdWithClock();
      clock.milliseconds = 119_999;
      lease.check();
      clock.milliseconds = 120_000;
      expect(lease.check).toThrow(LockedError);
      expect(lease.check).toThrow(
        expect.objectContaining({
          exitCode: 11,
          message: "s3://work/leases/test.json has run out: this run was stopped for too long.",
          remedy: "Somebody else may be at it by now; run it again.",
        }),
      );
      end();
      await ended;
    });

    it("for two minutes more from each renewal, counted from when that was begun", async () => {
      const { clock, lease, renew, ended, end, store } = await holdWithClock();
      const { write } = store;
      store.write = async (record, over) => {
        // The answer takes its time, and S3 may have written before it came.
        clock.milliseconds += 20_000;
        return write(record, over);
      };
      clock.milliseconds = 90_000;
      await renew();
      store.write = write;
      clock.milliseconds = 90_000 + 119_999;
      lease.check();
      clock.milliseconds = 90_000 + 120_000;
      expect(lease.check).toThrow(LockedError);
      end();
      await ended;
    });

    it("no longer for a renewal that failed", async () => {
      const { clock, lease, renew, ended, end, store } = await holdWithClock();
      clock.milliseconds = 60_000;
      store.fates.push("lost");
      await renew();
      clock.milliseconds = 120_000;
      expect(lease.check).toThrow(LockedError);
      await lease.confirm();
      lease.check();
      end();
      await ended;
    });

    it("whatever the machine's clock is set to meanwhile", async () => {
      const { clock, lease, ended, end } = await holdWithClock();
      vi.setSystemTime("2036-01-01T00:00:00Z");
      clock.milliseconds = 1_000;
      lease.check();
      vi.useRealTimers();
      end();
      await ended;
    });
  });
});
