/** Where the stack's own metrics lie in CloudWatch; each has the one dimension `Stack`. */
export const METRIC_NAMESPACE = "Sekisho";

/** What each run of the scheduled backup counts, and in which unit of CloudWatch. */
export const backupMetrics = {
  /** 1 for each set that was finished. */
  BackupSucceeded: "Count",
  /** 1 for each run that made no set although it should have. */
  BackupFailed: "Count",
  /** 1 for each run that stopped because so many users, groups or memberships were gone. */
  BackupShrunk: "Count",
  /** 1 for each run that found another backup of the pool under way. */
  BackupSkipped: "Count",
  /** Users in the set. */
  BackupUsers: "Count",
  /** 1 when the set was read back, here and in the other Region, 0 when it could not be, or not everywhere. */
  BackupVerified: "Count",
  /** How long the run took, reading back included. */
  BackupSeconds: "Seconds",
} as const;

export type BackupMetric = keyof typeof backupMetrics;

/**
 * The line by which a log entry becomes metrics, without a call and without a right to make one (Amazon CloudWatch
 * User Guide, "Specification: Embedded metric format").
 */
export function metricLine(
  stack: string,
  at: Date,
  values: Readonly<Partial<Record<BackupMetric, number>>>,
): string {
  const names = Object.keys(values) as BackupMetric[];
  return JSON.stringify({
    _aws: {
      Timestamp: at.getTime(),
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [["Stack"]],
          Metrics: names.map((Name) => ({ Name, Unit: backupMetrics[Name] })),
        },
      ],
    },
    Stack: stack,
    ...values,
  });
}
