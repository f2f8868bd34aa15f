import type { BucketLock } from "./bucket-parts.ts";

/** Object Lock of a bucket whose objects are kept for some days: it can only be decided when the bucket is made. */
export function bucketLock({
  lock,
  keepDays,
}: {
  lock: "governance" | "compliance" | "none";
  keepDays: number;
}): BucketLock {
  switch (lock) {
    case "none":
      return {};
    case "governance":
      return { retention: { mode: "GOVERNANCE", days: keepDays } };
    case "compliance":
      return { retention: { mode: "COMPLIANCE", days: keepDays } };
  }
}
