import { describeRefusals } from "../../support/settings-refusals.ts";

const NOT_BUILT = "is not built yet; take it out of the stack file";

describeRefusals("backups", [
  [
    "no word about a copy",
    [[["backup"], undefined]],
    "sekisho:backup.copyTo",
    "is missing; give the Region that holds the copy, such as ap-northeast-3, or none",
  ],
  [
    "a copy that is lost with the Region",
    [[["backup", "copyTo"], "ap-northeast-1"]],
    "sekisho:backup.copyTo",
    "is ap-northeast-1, which is aws:region too; a copy must survive its loss, so take another Region",
  ],
  [
    "a copy in a city",
    [[["backup", "copyTo"], "Osaka"]],
    "sekisho:backup.copyTo",
    'must be the Region that holds the copy, such as ap-northeast-3, or none, not "Osaka"',
  ],
  [
    "backups that anybody may delete",
    [[["backup", "lock"], "none"]],
    "sekisho:backup.lock",
    "can be none only in a stack with sekisho:disposable: true; take governance (or compliance, which nobody can lift)",
  ],
  [
    "backups kept for no days",
    [[["backup", "keepDays"], 0]],
    "sekisho:backup.keepDays",
    "must be a whole number from 1 to 36500, not 0",
  ],
  ["a schedule", [[["backup", "schedule"], "cron(0 3 * * ? *)"]], "sekisho:backup.schedule", NOT_BUILT],
  ["a timezone", [[["backup", "timezone"], "Asia/Tokyo"]], "sekisho:backup.timezone", NOT_BUILT],
]);
