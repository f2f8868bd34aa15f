/** One lifecycle rule for a whole bucket; days count from midnight UTC after the object's age is reached. */
export interface LifecycleRule {
  id: string;
  status: "Enabled";
  /** An empty prefix is every object; S3 keeps it as written, an absent filter comes back different. */
  filter: { prefix: "" };
  abortIncompleteMultipartUpload: { daysAfterInitiation: number };
  expiration: { days: number } | { expiredObjectDeleteMarker: true };
  noncurrentVersionExpiration: { noncurrentDays: number };
}

/**
 * Backups end one day after their lock: earlier, S3 would try in vain every day; never, and erased users would
 * live on. An expired object first becomes a version behind a delete marker, which is removed a day later.
 */
export function backupLifecycle(keepDays: number): LifecycleRule {
  return {
    ...wholeBucket("backups-end-after-their-lock"),
    expiration: { days: keepDays + LOCK_MARGIN_DAYS },
    noncurrentVersionExpiration: { noncurrentDays: 1 },
  };
}

/** Work stays until a runbook replaces it; what it replaced stays for a quarter of a year, to look back at. */
export function workLifecycle(): LifecycleRule {
  return {
    ...wholeBucket("replaced-work-ends"),
    expiration: { expiredObjectDeleteMarker: true },
    noncurrentVersionExpiration: { noncurrentDays: WORK_HISTORY_DAYS },
  };
}

/** Logs of who came and went end when they have been kept long enough: they hold addresses of people. */
export function logLifecycle(keepDays: number): LifecycleRule {
  return {
    ...wholeBucket("logs-end"),
    expiration: { days: keepDays + LOCK_MARGIN_DAYS },
    noncurrentVersionExpiration: { noncurrentDays: 1 },
  };
}

/** Answers to questions about logs are copies of them: whoever asks takes the answer along within a week. */
export function answerLifecycle(): LifecycleRule {
  return {
    ...wholeBucket("answers-end"),
    expiration: { days: ANSWER_DAYS },
    noncurrentVersionExpiration: { noncurrentDays: 1 },
  };
}

const LOCK_MARGIN_DAYS = 1;
const ANSWER_DAYS = 7;
const WORK_HISTORY_DAYS = 90;

function wholeBucket(id: string) {
  return {
    id,
    status: "Enabled",
    filter: { prefix: "" },
    abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
  } as const;
}
