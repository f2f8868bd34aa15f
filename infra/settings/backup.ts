import { BACKUP_KEEP_DAYS, BACKUP_LOCK } from "../defaults.ts";
import { REGION } from "../outputs/outputs.ts";
import { type BackupScheduleSettings, readSchedule, scheduleShape } from "./backup-schedule.ts";
import { group, oneOf, text, wholeNumber } from "./schema.ts";

/** `sekisho:backup`: how long backups are kept, where their copy lives, and when they run by themselves. */
export interface BackupSettings {
  keepDays: number;
  /** `none` only in a disposable stack. */
  lock: "governance" | "compliance" | "none";
  /** Region of the copy. */
  copyTo?: string;
  /** Absent = somebody has to run back-up-users. */
  schedule?: BackupScheduleSettings;
}

const REGION_OR_NONE = new RegExp(`^(${REGION}|none)$`);

/**
 * Reads `sekisho:backup`. A disposable stack locks nothing, whatever the section says; others must say where the copy
 * goes.
 */
export function backupSchema(isDisposable: boolean) {
  const copyTo = text(REGION_OR_NONE, "the Region that holds the copy, such as ap-northeast-3, or none");
  return group({
    // S3 keeps a locked object for a hundred years at most (Amazon S3 User Guide, Object Lock).
    keepDays: wholeNumber(1, 36_500).default(BACKUP_KEEP_DAYS),
    lock: oneOf(["governance", "compliance", "none"]).default(BACKUP_LOCK),
    copyTo: isDisposable ? copyTo.default("none") : copyTo,
    ...scheduleShape(),
  }).transform(({ keepDays, lock, copyTo: region, ...keys }, context): BackupSettings => {
    const schedule = readSchedule(keys, context);
    return {
      keepDays,
      lock: isDisposable ? "none" : lock,
      ...(region === "none" ? {} : { copyTo: region }),
      ...(schedule && { schedule }),
    };
  });
}
