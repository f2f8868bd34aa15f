import { LockedError, RemoteError } from "../runtime/errors.ts";
import { type LeaseRecord, secondsLeft } from "./lease-record.ts";
import type { LeaseStore } from "./lease-store.ts";

/** Seconds that a lease holds without being renewed: so long nobody else can work after a run was killed. */
const LEASE_SECONDS = 120;
/** Seconds between two renewals: three may fail before the lease is lost. */
const RENEWAL_SECONDS = 30;
/** Times that somebody else may be faster before the run gives up. */
const ATTEMPTS = 5;
const PAUSE_MS = 200;

export interface LeaseOptions {
  store: LeaseStore;
  /** What runs, for whoever finds the lease taken: "the schedule". */
  what: string;
  /** Stops the work, as Ctrl-C and deadlines do. */
  signal: AbortSignal;
  now: () => Date;
  pause: (milliseconds: number) => Promise<void>;
  randomBytes: (length: number) => Buffer;
  warn: (line: string) => void;
  /** Calls back every so many milliseconds until the returned function is called; only tests set it. */
  repeat?: (milliseconds: number, action: () => void) => () => void;
  /** Milliseconds that have passed, by whichever clock says the most; only tests set it. */
  elapsed?: () => number;
}

/** What the work holds while it runs. */
export interface HeldLease {
  /** Aborted when the work is to stop, and when the lease is lost. */
  signal: AbortSignal;
  /** Renews the lease; throws LockedError when it is somebody else's by now. Asked before the step that counts. */
  confirm: () => Promise<void>;
  /**
   * Throws LockedError when the lease may have run out meanwhile, as after a machine slept; asks nobody. For before each
   * write that cannot be taken back.
   */
  check: () => void;
}

/**
 * Runs the work while nobody else can: takes the lease, renews it, and gives it back however the work ends. Throws
 * LockedError when somebody else holds it. A holder that was killed holds it for two minutes more. Whether it has run
 * out is told by S3's own times, so that no machine's clock can be wrong about it.
 */
export async function withLease<Result>(
  options: LeaseOptions,
  work: (lease: HeldLease) => Promise<Result>,
): Promise<Result> {
  const stop = new AbortController();
  const passStopOn = () => stop.abort(options.signal.reason);
  if (options.signal.aborted) passStopOn();
  options.signal.addEventListener("abort", passStopOn);
  try {
    const lease = await takeLease(options);
    const endRenewals = renewOften(options, lease, (reason) => stop.abort(reason));
    try {
      return await work({ signal: stop.signal, confirm: lease.renew, check: lease.check });
    } catch (error) {
      throw stop.signal.aborted ? stop.signal.reason : error;
    } finally {
      endRenewals();
      await giveBack(options, lease);
    }
  } finally {
    options.signal.removeEventListener("abort", passStopOn);
  }
}

interface TakenLease {
  renew: () => Promise<void>;
  check: () => void;
  release: () => Promise<void>;
}

async function takeLease(options: LeaseOptions): Promise<TakenLease> {
  const { store, what, now, pause, randomBytes, elapsed = longestElapsed() } = options;
  const record: LeaseRecord = {
    holder: randomBytes(16).toString("hex"),
    what,
    takenAt: now().toISOString(),
    seconds: LEASE_SECONDS,
    isReleased: false,
  };
  let over: string | undefined;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const writtenAt = elapsed();
    const hold = (tag: string) => holdLease({ store, record, tag, writtenAt, elapsed });
    const tag = await store.write(record, over);
    if (tag !== undefined) return hold(tag);
    const found = await store.read();
    if (found?.record?.holder === record.holder) return hold(found.etag);
    if (found?.record) refuseWhileHeld({ ...found, record: found.record });
    over = found?.etag;
    if (attempt > 1) await pause(PAUSE_MS * attempt);
  }
  throw new LockedError(`${store.where} changes hands all the time.`, {
    remedy: "Other runs start just now; run it again in a minute.",
  });
}

function refuseWhileHeld(found: Parameters<typeof secondsLeft>[0]): void {
  const seconds = secondsLeft(found);
  if (seconds === 0) return;
  const { what, takenAt } = found.record;
  throw new LockedError(`${what} is at it since ${takenAt}.`, {
    remedy: `Wait for it; had it died, it would hold the lease for ${seconds} seconds more.`,
  });
}

interface WrittenLease {
  store: LeaseStore;
  record: LeaseRecord;
  tag: string;
  /** When the write that holds it was begun, by the clock that nobody can set. */
  writtenAt: number;
  elapsed: () => number;
}

function holdLease({ store, record, elapsed, ...first }: WrittenLease): TakenLease {
  let { tag, writtenAt } = first;
  // One write at a time: each needs the tag of the one before.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (step: () => Promise<void>): Promise<void> => {
    const turn = last.then(step, step);
    last = turn.catch(() => undefined);
    return turn;
  };
  const write = async (next: LeaseRecord): Promise<void> => {
    const startedAt = elapsed();
    const written = await store.write(next, tag);
    const found = written === undefined ? await store.read() : undefined;
    // An earlier write of ours may have arrived although its answer was lost.
    const own = written ?? (found?.record?.holder === record.holder ? found.etag : undefined);
    if (own === undefined) {
      throw new LockedError(`${found?.record?.what ?? "Somebody"} took ${store.where} over from this run.`, {
        remedy: "This run was too long without an answer; run it again.",
      });
    }
    tag = own;
    writtenAt = startedAt;
  };
  return {
    renew: () => inTurn(() => write(record)),
    check: () => {
      if (elapsed() - writtenAt < LEASE_SECONDS * 1_000) return;
      throw new LockedError(`${store.where} has run out: this run was stopped for too long.`, {
        remedy: "Somebody else may be at it by now; run it again.",
      });
    },
    release: () => inTurn(() => write({ ...record, isReleased: true })),
  };
}

/**
 * How long it has been by two clocks, whichever says more: one that nobody can set stands still while a machine sleeps,
 * and the machine's own may be set.
 */
function longestElapsed(): () => number {
  let sleepless = performance.now();
  let wall = Date.now();
  let elapsed = 0;
  return () => {
    const [nextSleepless, nextWall] = [performance.now(), Date.now()];
    elapsed += Math.max(nextSleepless - sleepless, nextWall - wall);
    [sleepless, wall] = [nextSleepless, nextWall];
    return elapsed;
  };
}

/** Renews until told to end; a lease that is lost, or could not be renewed in time, ends the work. */
function renewOften(
  { store, now, repeat = repeatEvery }: LeaseOptions,
  lease: TakenLease,
  lose: (reason: Error) => void,
): () => void {
  let renewedAt = now().getTime();
  return repeat(RENEWAL_SECONDS * 1_000, () => {
    const startedAt = now().getTime();
    lease.renew().then(
      () => {
        renewedAt = startedAt;
      },
      (error: Error) => {
        if (error instanceof LockedError) return lose(error);
        if (now().getTime() - renewedAt < (LEASE_SECONDS - RENEWAL_SECONDS) * 1_000) return;
        lose(
          new RemoteError(`${store.where} could not be renewed in time.`, {
            remedy: "Check the network and run it again.",
            cause: error,
          }),
        );
      },
    );
  });
}

/** Giving it back spares the next run the wait; where that fails the lease runs out by itself. */
async function giveBack({ warn }: LeaseOptions, lease: TakenLease): Promise<void> {
  try {
    await lease.release();
  } catch (error) {
    // Somebody else's by now: there is nothing to give back.
    if (error instanceof LockedError) return;
    const why = error instanceof Error ? error.message : String(error);
    warn(`the lease was not given back and holds for ${LEASE_SECONDS} seconds more: ${why}`);
  }
}

function repeatEvery(milliseconds: number, action: () => void): () => void {
  const timer = setInterval(action, milliseconds);
  timer.unref();
  return () => clearInterval(timer);
}
