import { BACKUP_KEEP_DAYS, BACKUP_LOCK } from "../defaults.ts";
import { REGION } from "../outputs.ts";
import { group, notBuilt, oneOf, text, wholeNumber } from "./schema.ts";

/** `sekisho:backup`: how long backups are kept, and where their copy lives. */
export interface BackupSettings {
  keepDays: number;
  /** `none` only in a disposable stack. */
  lock: "governance" | "compliance" | "none";
  /** Region of the copy. */
  copyTo?: string;
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
    schedule: notBuilt(),
    timezone: notBuilt(),
  }).transform(
    ({ keepDays, lock, copyTo: region }): BackupSettings => ({
      keepDays,
      lock: isDisposable ? "none" : lock,
      ...(region === "none" ? {} : { copyTo: region }),
    }),
  );
}
