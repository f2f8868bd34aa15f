import { readGroups } from "../rendered-stack.ts";
import { all, inputBetween, inputIs, inputIsGiven, isNamedBy, type Requirement } from "../requirement.ts";

const POOL = "aws:cognito/userPool:UserPool";
const CLIENT = "aws:cognito/userPoolClient:UserPoolClient";
const IDENTITY_POOL = "aws:cognito/identityPool:IdentityPool";
const RISK = "aws:cognito/riskConfiguration:RiskConfiguration";
const WEB_ACL_ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation";

const hasLongPasswords = inputBetween("passwordPolicy.minimumLength", 14);
const asksForLowercase = inputIs("passwordPolicy.requireLowercase", true);
const asksForUppercase = inputIs("passwordPolicy.requireUppercase", true);
const asksForNumbers = inputIs("passwordPolicy.requireNumbers", true);
const asksForSymbols = inputIs("passwordPolicy.requireSymbols", true);
const expiresInvitations = inputBetween("passwordPolicy.temporaryPasswordValidityDays", 1, 7);

/** What scanners ask of user pools, app clients and identity pools. */
export const cognitoRequirements: readonly Requirement[] = [
  {
    says: "everybody is asked for a second factor",
    ids: ["prowler:cognito_user_pool_mfa_enabled", "cdk-nag:COG2", "security-hub:Cognito.5"],
    of: POOL,
    isMet: inputIs("mfaConfiguration", "ON"),
  },
  {
    says: "passwords have at least 14 characters",
    ids: ["prowler:cognito_user_pool_password_policy_minimum_length_14"],
    of: POOL,
    isMet: hasLongPasswords,
  },
  {
    says: "passwords need a lower-case letter",
    ids: ["prowler:cognito_user_pool_password_policy_lowercase"],
    of: POOL,
    isMet: asksForLowercase,
  },
  {
    says: "passwords need an upper-case letter",
    ids: ["prowler:cognito_user_pool_password_policy_uppercase"],
    of: POOL,
    isMet: asksForUppercase,
  },
  {
    says: "passwords need a digit",
    ids: ["prowler:cognito_user_pool_password_policy_number"],
    of: POOL,
    isMet: asksForNumbers,
  },
  {
    says: "passwords need a symbol",
    ids: ["prowler:cognito_user_pool_password_policy_symbol"],
    of: POOL,
    isMet: asksForSymbols,
  },
  {
    says: "passwords are strong: at least 8 characters of four kinds",
    ids: ["cdk-nag:COG1"],
    of: POOL,
    isMet: all(
      inputBetween("passwordPolicy.minimumLength", 8),
      asksForLowercase,
      asksForUppercase,
      asksForNumbers,
      asksForSymbols,
    ),
  },
  {
    says: "an invitation's password works for seven days at most",
    ids: ["prowler:cognito_user_pool_temporary_password_expiration"],
    of: POOL,
    isMet: expiresInvitations,
  },
  {
    says: "the password policy is strong throughout",
    ids: ["security-hub:Cognito.3"],
    of: POOL,
    isMet: all(
      inputBetween("passwordPolicy.minimumLength", 8),
      asksForLowercase,
      asksForUppercase,
      asksForNumbers,
      asksForSymbols,
      expiresInvitations,
    ),
  },
  {
    says: "the pool is of the plus tier",
    ids: ["cdk-nag:COG8"],
    of: POOL,
    isMet: inputIs("userPoolTier", "PLUS"),
  },
  {
    says: "threat protection acts on sign-ins that look taken over",
    ids: ["prowler:cognito_user_pool_advanced_security_enabled", "security-hub:Cognito.1"],
    of: POOL,
    isMet: inputIs("userPoolAddOns.advancedSecurityMode", "ENFORCED"),
  },
  {
    says: "threat protection acts on custom sign-in flows too",
    ids: ["security-hub:Cognito.4"],
    of: POOL,
    isMet: inputIs("userPoolAddOns.advancedSecurityAdditionalFlows.customAuthMode", "ENFORCED"),
  },
  {
    says: "sign-ins with a password known from elsewhere are blocked",
    ids: ["prowler:cognito_user_pool_blocks_compromised_credentials_sign_in_attempts"],
    of: POOL,
    isMet: isNamedBy(
      RISK,
      "userPoolId",
      all(inputIs("compromisedCredentialsRiskConfiguration.actions.eventAction", "BLOCK"), (risk) =>
        readGroups(risk, "compromisedCredentialsRiskConfiguration").some(({ eventFilters }) =>
          [eventFilters ?? []].flat().includes("SIGN_IN"),
        ),
      ),
    ),
  },
  {
    says: "sign-ins of low, medium and high risk are blocked",
    ids: ["prowler:cognito_user_pool_blocks_potential_malicious_sign_in_attempts"],
    of: POOL,
    isMet: isNamedBy(
      RISK,
      "userPoolId",
      all(
        ...["lowAction", "mediumAction", "highAction"].map((level) =>
          inputIs(`accountTakeoverRiskConfiguration.actions.${level}.eventAction`, "BLOCK"),
        ),
      ),
    ),
  },
  {
    says: "nobody makes an account without being invited",
    ids: ["prowler:cognito_user_pool_self_registration_disabled"],
    of: POOL,
    isMet: inputIs("adminCreateUserConfig.allowAdminCreateUserOnly", true),
  },
  {
    says: "AWS refuses to delete the pool",
    ids: ["prowler:cognito_user_pool_deletion_protection_enabled", "security-hub:Cognito.6"],
    of: POOL,
    isMet: inputIs("deletionProtection", "ACTIVE"),
  },
  {
    says: "a web ACL stands before the sign-in page",
    ids: ["prowler:cognito_user_pool_waf_acl_attached"],
    of: POOL,
    isMet: isNamedBy(WEB_ACL_ASSOCIATION, "resourceArn"),
  },
  {
    says: "a forgotten password is not reset over SMS first",
    ids: ["prowler:cognito_user_pool_account_recovery_sms_not_preferred"],
    of: POOL,
    isMet: (pool) =>
      readGroups(pool, "accountRecoverySetting.recoveryMechanisms").some(
        ({ name, priority }) => priority === 1 && name !== "verified_phone_number",
      ),
  },
  {
    says: "a client does not tell whether a user exists",
    ids: ["prowler:cognito_user_pool_client_prevent_user_existence_errors"],
    of: CLIENT,
    isMet: inputIs("preventUserExistenceErrors", "ENABLED"),
  },
  {
    says: "a client's refresh tokens can be revoked",
    ids: ["prowler:cognito_user_pool_client_token_revocation_enabled"],
    of: CLIENT,
    isMet: inputIs("enableTokenRevocation", true),
  },
  {
    says: "guests get no AWS credentials",
    ids: [
      "prowler:cognito_identity_pool_guest_access_disabled",
      "checkov:CKV_AWS_366",
      "cdk-nag:COG7",
      "security-hub:Cognito.2",
    ],
    of: IDENTITY_POOL,
    isMet: all(inputIsGiven("identityPoolName"), inputIs("allowUnauthenticatedIdentities", false)),
  },
];
