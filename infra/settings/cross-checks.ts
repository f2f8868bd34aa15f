import {
  accessClaimsAreNotWritable,
  accessClaimsAreReadable,
  accessClientGivesIdTokens,
  accessIsNotOpen,
  accessRolesExist,
} from "./checks/access-checks.ts";
import {
  clientAttributesExist,
  clientsHaveDomain,
  clientsKeepReadOnlyAttributes,
  requiredAttributesAreWritable,
  somethingIsWritable,
} from "./checks/client-checks.ts";
import { logoutPageIsPublic } from "./checks/logout-checks.ts";
import {
  emailFactorFitsTier,
  emailFactorHasSender,
  factorsFitMode,
  phoneHasSender,
  recoveryIsNotTheFactor,
  signUpIsConfirmed,
  smsFactorHasSender,
  smsSenderIsFactor,
} from "./checks/mfa-checks.ts";
import {
  callbackIsFree,
  hostsFitFinalDeny,
  ruleClientsFit,
  ruleScopesFit,
  sharedListenerNamesHosts,
  signInHasPage,
  signInHostsAreClients,
} from "./checks/route-checks.ts";
import {
  backupsAreLocked,
  copyIsElsewhere,
  disposableIsNotProduction,
  loadBalancerIsInRegion,
  signInCertificateIsInVirginia,
  usersAreProtected,
} from "./checks/stack-checks.ts";
import {
  strictHasStrongPasswords,
  strictKeepsEvidence,
  strictKeepsPeopleSafe,
  strictTokensAreShort,
} from "./checks/strict-checks.ts";
import type { CrossCheck } from "./cross-check.ts";

/** Every rule between settings, in the order in which faults are listed. Each is a pure function of the sections. */
export const crossChecks: readonly CrossCheck[] = [
  disposableIsNotProduction,
  usersAreProtected,
  factorsFitMode,
  smsFactorHasSender,
  smsSenderIsFactor,
  emailFactorHasSender,
  emailFactorFitsTier,
  recoveryIsNotTheFactor,
  phoneHasSender,
  signUpIsConfirmed,
  clientAttributesExist,
  requiredAttributesAreWritable,
  clientsKeepReadOnlyAttributes,
  somethingIsWritable,
  clientsHaveDomain,
  signInCertificateIsInVirginia,
  loadBalancerIsInRegion,
  ruleClientsFit,
  ruleScopesFit,
  sharedListenerNamesHosts,
  hostsFitFinalDeny,
  signInHostsAreClients,
  signInHasPage,
  callbackIsFree,
  logoutPageIsPublic,
  accessClientGivesIdTokens,
  accessRolesExist,
  accessClaimsAreReadable,
  accessClaimsAreNotWritable,
  accessIsNotOpen,
  backupsAreLocked,
  copyIsElsewhere,
  strictKeepsPeopleSafe,
  strictHasStrongPasswords,
  strictTokensAreShort,
  strictKeepsEvidence,
];
