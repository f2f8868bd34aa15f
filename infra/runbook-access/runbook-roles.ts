import { backUpUsersStatements } from "../iam-policies/runbook-back-up-users.ts";
import type { RunbookResources } from "../iam-policies/runbook-resources.ts";
import { verifyBackupStatements } from "../iam-policies/runbook-verify-backup.ts";
import type { PolicyStatement } from "../policy-document.ts";

/** The role of one runbook. */
export interface RunbookRole {
  /** The file in runbooks/, without its ending. */
  runbook: string;
  /** How long a person may work with it at a stretch, 1 to 12; what reads every user takes hours. */
  longestSessionHours: number;
  statements: (resources: RunbookResources) => PolicyStatement[];
}

/** Every runbook that works on AWS, with all that it may do there. One role each: none opens a door for another. */
export const runbookRoles: readonly RunbookRole[] = [
  {
    runbook: "back-up-users",
    longestSessionHours: 4,
    statements: (resources) => backUpUsersStatements(resources, { withMfa: true }),
  },
  { runbook: "verify-backup", longestSessionHours: 1, statements: verifyBackupStatements },
];
