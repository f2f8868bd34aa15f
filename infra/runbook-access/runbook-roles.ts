import { backUpUsersStatements } from "../iam-policies/runbook-back-up-users.ts";
import { rehearseRestoreStatements } from "../iam-policies/runbook-rehearse-restore.ts";
import { reimportUsersStatements } from "../iam-policies/runbook-reimport-users.ts";
import type { RunbookResources } from "../iam-policies/runbook-resources.ts";
import type { PassedRole } from "../iam-policies/runbook-role.ts";
import { verifyBackupStatements } from "../iam-policies/runbook-verify-backup.ts";
import { passImportRole } from "../iam-policies/user-restores.ts";
import type { PolicyStatement } from "../policy-document.ts";

/** The role of one runbook. */
export interface RunbookRole {
  /** The file in runbooks/, without its ending. */
  runbook: string;
  /** How long a person may work with it at a stretch, 1 to 12; what reads every user takes hours. */
  longestSessionHours: number;
  statements: (resources: RunbookResources) => PolicyStatement[];
  /** The one role that it hands to an AWS service; none without it. */
  passes?: (resources: RunbookResources) => PassedRole;
}

/** Every runbook that works on AWS, with all that it may do there. One role each: none opens a door for another. */
export const runbookRoles: readonly RunbookRole[] = [
  {
    runbook: "back-up-users",
    longestSessionHours: 4,
    statements: (resources) => backUpUsersStatements(resources, { withMfa: true }),
  },
  { runbook: "verify-backup", longestSessionHours: 1, statements: verifyBackupStatements },
  {
    runbook: "reimport-users",
    longestSessionHours: 12,
    statements: reimportUsersStatements,
    passes: passImportRole,
  },
  {
    runbook: "rehearse-restore",
    longestSessionHours: 12,
    statements: rehearseRestoreStatements,
    passes: passImportRole,
  },
];
