import {
  accessClaimsAreNotWritable,
  accessClaimsAreReadable,
  accessClientGivesIdTokens,
  accessIsNotOpen,
  accessRolesExist,
} from "./checks/access-checks.ts";
import { privateSourcesReachUs } from "./checks/address-checks.ts";
import { evidenceIsLocked, userEventsFitTier } from "./checks/audit-checks.ts";
import {
  clientAttributesExist,
  clientsHaveDomain,
  clientsKeepReadOnlyAttributes,
  clientsRestDuringMove,
  requiredAttributesAreWritable,
  somethingIsWritable,
} from "./checks/client-checks.ts";
import { groupRulesFitOneGroup } from "./checks/group-claim-checks.ts";
import { guardedLoadBalancerExists, guardedPagesAreReachable } from "./checks/guard-checks.ts";
import { logoutPageIsPublic } from "./checks/logout-checks.ts";
import {
  emailFactorFitsTier,
  emailFactorHasSender,
  factorsFitMode,
  phoneHasSender,
  recoveryIsNotTheFactor,
  signUpIsConfirmed,
  smsFactorHasSender,
  smsIsSentHere,
  smsSenderIsFactor,
} from "./checks/mfa-checks.ts";
import { accessRulesAreReached, routesAreReached } from "./checks/reach-checks.ts";
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
} from "./checks/stack-checks.ts";
import {
  strictHasStrongPasswords,
  strictIsWatched,
  strictKeepsEvidence,
  strictKeepsPeopleSafe,
  strictTokensAreShort,
} from "./checks/strict-checks.ts";
import {
  customMessageHasSender,
  groupOnSignUpExists,
  mailDomainsAreProven,
  questionClientsAsk,
  questionIsAsked,
  signUpTriggersHaveSignUps,
} from "./checks/trigger-checks.ts";
import type { CrossCheck } from "./cross-check.ts";

/** Every rule between settings, in the order in which faults are listed. Each is a pure function of the sections. */
export const crossChecks: readonly CrossCheck[] = [
  disposableIsNotProduction,
  factorsFitMode,
  smsFactorHasSender,
  smsSenderIsFactor,
  emailFactorHasSender,
  emailFactorFitsTier,
  recoveryIsNotTheFactor,
  phoneHasSender,
  smsIsSentHere,
  signUpIsConfirmed,
  clientAttributesExist,
  requiredAttributesAreWritable,
  clientsKeepReadOnlyAttributes,
  somethingIsWritable,
  clientsHaveDomain,
  clientsRestDuringMove,
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
  guardedPagesAreReachable,
  guardedLoadBalancerExists,
  privateSourcesReachUs,
  routesAreReached,
  accessClientGivesIdTokens,
  accessRolesExist,
  accessClaimsAreReadable,
  accessClaimsAreNotWritable,
  groupRulesFitOneGroup,
  accessRulesAreReached,
  accessIsNotOpen,
  customMessageHasSender,
  signUpTriggersHaveSignUps,
  mailDomainsAreProven,
  groupOnSignUpExists,
  questionIsAsked,
  questionClientsAsk,
  backupsAreLocked,
  copyIsElsewhere,
  userEventsFitTier,
  evidenceIsLocked,
  strictKeepsPeopleSafe,
  strictHasStrongPasswords,
  strictTokensAreShort,
  strictKeepsEvidence,
  strictIsWatched,
];
