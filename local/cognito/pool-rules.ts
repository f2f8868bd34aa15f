import { featureUnavailableInTier, invalidParameter } from "./faults.ts";
import type { PoolMfa, PoolSettings, Tier } from "./state.ts";

/** What a pool would be after a change; the rules look at the whole, whoever asked for which part. */
export interface PoolDraft {
  settings: PoolSettings;
  tier: Tier;
  mfa: PoolMfa;
}

/** Refuses settings that contradict each other or the feature plan, as CreateUserPool and UpdateUserPool do. */
export function refuseContradictions(draft: PoolDraft): void {
  refuseBeyondTier(draft);
  refuseRecovery(draft);
  refuseEmailMfa(draft);
  refuseMessages(draft.settings);
  refuseFirstFactors(draft);
  const autoVerified: readonly string[] = draft.settings.AutoVerifiedAttributes ?? [];
  const verifyFirst =
    draft.settings.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate ?? [];
  if (verifyFirst.some((name) => !autoVerified.includes(name))) {
    throw invalidParameter(
      "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes",
    );
  }
  if (autoVerified.includes("phone_number") && draft.mfa.sms === undefined) {
    throw invalidParameter(
      "SMS configuration is required when phone_number is selected for auto verification",
    );
  }
}

/** Refuses an SMS configuration that names both ways to send, or none. */
export function refuseSmsConfiguration(sms: PoolMfa["sms"]): void {
  if (sms === undefined) return;
  if (sms.EumsSms !== undefined && (sms.SnsCallerArn ?? "") !== "") {
    throw invalidParameter("SnsCallerArn and EumsSms can't be used together.");
  }
  if (sms.EumsSms === undefined && (sms.SnsCallerArn ?? "") === "") {
    throw invalidParameter("SnsCallerArn is required in SmsConfiguration.");
  }
}

/** Feature plans, Developer Guide "User pool feature plans"; the API reference repeats the plan at each setting. */
function refuseBeyondTier({ settings, tier }: PoolDraft): void {
  const isLite = tier === "LITE";
  if (isLite && (settings.Policies?.PasswordPolicy?.PasswordHistorySize ?? 0) > 0) {
    throw featureUnavailableInTier("Password history", tier);
  }
  const factors = settings.Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? [];
  if (isLite && factors.some((factor) => factor !== "PASSWORD")) {
    throw featureUnavailableInTier("Passwordless sign-in", tier);
  }
  const trigger = settings.LambdaConfig?.PreTokenGenerationConfig?.LambdaVersion;
  if (isLite && trigger !== undefined && trigger !== "V1_0") {
    throw featureUnavailableInTier("Access token customization", tier);
  }
  const threatProtection = settings.UserPoolAddOns?.AdvancedSecurityMode ?? "OFF";
  if (tier !== "PLUS" && threatProtection !== "OFF") {
    throw featureUnavailableInTier("Threat protection", tier);
  }
}

/**
 * One channel cannot serve MFA and password recovery: where it is the only way to recover, the setting is refused
 * (Developer Guide, "Adding MFA to a user pool" and "Passwords, account recovery, and password policies").
 */
function refuseRecovery({ settings, mfa }: PoolDraft): void {
  const mechanisms = settings.AccountRecoverySetting?.RecoveryMechanisms ?? [];
  const names = mechanisms.map(({ Name }) => Name);
  if (names.includes("admin_only") && names.length > 1) {
    throw invalidParameter(
      "Invalid account recovery setting parameter. Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.",
    );
  }
  if (
    new Set(names).size < names.length ||
    new Set(mechanisms.map((one) => one.Priority)).size < names.length
  ) {
    throw invalidParameter(
      "Invalid account recovery setting parameter. Recovery mechanisms and priorities must be unique.",
    );
  }
  if (names.length !== 1 || mfa.mode === "OFF") return;
  if (names[0] === "verified_phone_number" && mfa.sms !== undefined) {
    throw invalidParameter(
      "Invalid account recovery setting parameter. Account Recovery Setting cannot use verified_phone_number as a recovery mechanism when SMS MFA is configured.",
    );
  }
  if (names[0] === "verified_email" && mfa.email !== undefined) {
    throw invalidParameter(
      "Invalid account recovery setting parameter. Account Recovery Setting cannot use verified_email as a recovery mechanism when Email MFA is configured.",
    );
  }
}

/** E-mail MFA needs Essentials or Plus and the account's own SES (Developer Guide, "SMS and email message MFA"). */
function refuseEmailMfa({ settings, tier, mfa }: PoolDraft): void {
  if (mfa.email === undefined) return;
  if (tier === "LITE") throw featureUnavailableInTier("Email MFA", tier);
  if (settings.EmailConfiguration?.EmailSendingAccount !== "DEVELOPER") {
    throw invalidParameter(
      "Email MFA requires an email configuration with EmailSendingAccount set to DEVELOPER.",
    );
  }
}

function refuseMessages(settings: PoolSettings): void {
  const email = settings.EmailConfiguration;
  if (email?.EmailSendingAccount === "DEVELOPER" && email.SourceArn === undefined) {
    throw invalidParameter("SourceArn is required when EmailSendingAccount is set to DEVELOPER.");
  }
  const template = settings.VerificationMessageTemplate;
  if (template?.EmailMessage !== undefined && template.EmailMessageByLink !== undefined) {
    // "When you supply both parameters with either choice, Amazon Cognito returns an error" (CreateUserPool, API reference).
    throw invalidParameter("EmailMessage and EmailMessageByLink can't be used together.");
  }
}

/** One-time passwords cannot be the first factor where MFA is required (Developer Guide, "Adding MFA to a user pool"). */
function refuseFirstFactors({ settings, mfa }: PoolDraft): void {
  const factors = settings.Policies?.SignInPolicy?.AllowedFirstAuthFactors;
  if (factors === undefined) return;
  if (!factors.includes("PASSWORD")) {
    throw invalidParameter("AllowedFirstAuthFactors must include PASSWORD.");
  }
  if (factors.includes("SOFTWARE_TOKEN")) {
    throw invalidParameter("SOFTWARE_TOKEN is not currently supported as a first auth factor.");
  }
  if (mfa.mode === "ON" && factors.some((factor) => factor === "EMAIL_OTP" || factor === "SMS_OTP")) {
    throw invalidParameter(
      "EMAIL_OTP and SMS_OTP can't be first authentication factors when MFA is required.",
    );
  }
}
