import type { LeaseRecord } from "../../runbooks/lease/lease-record.ts";
import type { LeaseStore } from "../../runbooks/lease/lease-store.ts";
import { RemoteError } from "../../runbooks/runtime/errors.ts";

export interface InMemoryLease extends LeaseStore {
  /** What lies there; undefined = nothing, `record: undefined` = something else than a lease. */
  lying: { record: LeaseRecord | undefined; etag: string; writtenAt: Date } | undefined;
  /** S3's clock. */
  clock: { now: Date };
  /** How the next writes end, oldest first; without an entry they arrive and are answered. */
  fates: ("lost" | "answer-lost")[];
  writes: LeaseRecord[];
}

/** One object with conditional writes, a clock of its own, and answers that get lost. */
export function createInMemoryLease(): InMemoryLease {
  let tags = 0;
  const lease: InMemoryLease = {
    where: "s3://work/leases/test.json",
    lying: undefined,
    clock: { now: new Date("2026-11-21T03:00:00Z") },
    fates: [],
    writes: [],
    write: async (record, over) => {
      const fate = lease.fates.shift();
      if (fate === "lost") throw new RemoteError("PutObject: no answer.");
      if (lease.lying?.etag !== over) return undefined;
      tags += 1;
      lease.lying = { record, etag: `"${tags}"`, writtenAt: lease.clock.now };
      lease.writes.push(record);
      if (fate === "answer-lost") throw new RemoteError("PutObject: no answer.");
      return lease.lying.etag;
    },
    read: async () => lease.lying && { ...lease.lying, readAt: lease.clock.now },
  };
  return lease;
}
