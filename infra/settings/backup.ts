/** `sekisho:backup`: how long backups are kept, and where their copy lives. */
export interface BackupSettings {
  keepDays: number;
  /** `none` only in a disposable stack. */
  lock: "governance" | "compliance" | "none";
  /** Region of the copy. */
  copyTo?: string;
}
