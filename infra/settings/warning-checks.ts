import { peopleHaveBothFamilies } from "./checks/address-checks.ts";
import { callAlarmsHaveTrail, existingTrailRecordsEnough, signInsAreNamed } from "./checks/audit-warnings.ts";
import { backupFailuresAreHeard, backupsRunByThemselves } from "./checks/backup-warnings.ts";
import { factorsReachEverybody, recoveryReachesEverybody } from "./checks/contact-warnings.ts";
import { firewallFitsQuota } from "./checks/firewall-warnings.ts";
import { guardedProgramsAreListed, guardIsOn } from "./checks/guard-warnings.ts";
import { functionTextsAreSent, invitationsHaveAddress } from "./checks/message-warnings.ts";
import { optionalFactorsAreChosen, optionalTotpCanBeEnrolled } from "./checks/mfa-warnings.ts";
import {
  clientHostsAreServed,
  refusedPathsAreWide,
  rulesFitQuota,
  sessionsFitRefreshTokens,
} from "./checks/route-warnings.ts";
import { questionIsAvoidable } from "./checks/trigger-warnings.ts";
import { signUpIsMeant } from "./checks/user-warnings.ts";
import type { CrossCheck } from "./cross-check.ts";

/**
 * What works, but seldom is what was meant: said at each deployment, refused nowhere. Each is a pure function of the
 * sections, in the order in which warnings are listed.
 */
export const warningChecks: readonly CrossCheck[] = [
  signUpIsMeant,
  optionalFactorsAreChosen,
  optionalTotpCanBeEnrolled,
  factorsReachEverybody,
  recoveryReachesEverybody,
  functionTextsAreSent,
  invitationsHaveAddress,
  clientHostsAreServed,
  sessionsFitRefreshTokens,
  peopleHaveBothFamilies,
  refusedPathsAreWide,
  rulesFitQuota,
  firewallFitsQuota,
  guardIsOn,
  guardedProgramsAreListed,
  existingTrailRecordsEnough,
  signInsAreNamed,
  callAlarmsHaveTrail,
  questionIsAvoidable,
  backupsRunByThemselves,
  backupFailuresAreHeard,
];
