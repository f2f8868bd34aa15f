import { backUpUsersStatements } from "../iam-policies/runbook-back-up-users.ts";
import { rehearseRestoreStatements } from "../iam-policies/runbook-rehearse-restore.ts";
import { reimportUsersStatements } from "../iam-policies/runbook-reimport-users.ts";
import type { RunbookResources } from "../iam-policies/runbook-resources.ts";
import type { PassedRole } from "../iam-policies/runbook-role.ts";
import {
  finishRotationStatements,
  rotateClientSecretStatements,
} from "../iam-policies/runbook-rotate-client-secret.ts";
import { verifyBackupStatements } from "../iam-policies/runbook-verify-backup.ts";
import { passImportRole } from "../iam-policies/user-restores.ts";
import type { PolicyStatement } from "../policy-document.ts";

/** The role of one runbook. */
export interface RunbookRole {
  /** The file in runbooks/, without its ending. */
  runbook: string;
  /** The part of its work that this role is for, where others do the rest; the role's name ends with it. */
  phase?: "finish";
  /** How long a person may work with it at a stretch, 1 to 12; what reads every user takes hours. */
  longestSessionHours: number;
  statements: (resources: RunbookResources) => PolicyStatement[];
  /** The one role that it hands to an AWS service; none without it. */
  passes?: (resources: RunbookResources) => PassedRole;
}

/** What a role is called in the outputs, and in its name in AWS. */
export function roleKey({ runbook, phase }: Pick<RunbookRole, "runbook" | "phase">): string {
  return phase === undefined ? runbook : `${runbook}-${phase}`;
}

/**
 * Every runbook that works on AWS, with all that it may do there. One role each: none opens a door for another. A
 * rotation has two, so that who adds a secret cannot delete one, nor the other way round.
 */
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
  { runbook: "rotate-client-secret", longestSessionHours: 1, statements: rotateClientSecretStatements },
  {
    runbook: "rotate-client-secret",
    phase: "finish",
    longestSessionHours: 1,
    statements: finishRotationStatements,
  },
];
