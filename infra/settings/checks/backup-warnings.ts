import type { CrossCheck } from "../cross-check.ts";
import { needing } from "../cross-check.ts";

/** Cognito keeps no backup, and people forget. */
export const backupsRunByThemselves: CrossCheck = needing(
  ["backup", "disposable"],
  ({ backup, disposable }) =>
    backup.schedule || disposable
      ? []
      : [
          {
            path: "sekisho:backup",
            message:
              "has no schedule: nothing backs the users up unless somebody runs back-up-users; add schedule and timezone",
          },
        ],
);

/** A backup that fails every night is as good as one that does. */
export const backupFailuresAreHeard: CrossCheck = ({ backup, alarms }) =>
  backup?.schedule && !alarms
    ? [
        {
          path: "sekisho:backup.schedule",
          message:
            "runs without sekisho:alarms: nobody hears when backups fail, stay away or cannot be read back; add sekisho:alarms.email",
        },
      ]
    : [];
