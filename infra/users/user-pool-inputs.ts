import type { Message, MessageTemplates } from "../messages/message-templates.ts";
import type { EmailSettings, MfaSettings, PasswordSettings, UsersSettings } from "../settings.ts";
import { poolSchema } from "./user-attributes.ts";

/**
 * The part of the pool's inputs that needs nothing but the settings. Every block is spelled: an update of a pool
 * resets what it does not mention (Amazon Cognito Developer Guide, Updating user pool configuration). The exception is
 * device remembering, which is off only while it is absent.
 */
export function poolInputs(users: UsersSettings, templates: MessageTemplates) {
  return {
    ...signInInputs(users),
    schemas: poolSchema(users.attributes),
    userPoolTier: users.tier.toUpperCase(),
    passwordPolicy: passwordPolicy(users.password),
    accountRecoverySetting: { recoveryMechanisms: recoveryMechanisms(users.recovery) },
    ...verificationInputs(users.autoVerify),
    adminCreateUserConfig: {
      allowAdminCreateUserOnly: !users.selfSignUp,
      inviteMessageTemplate: templates.invitation,
    },
    verificationMessageTemplate: { defaultEmailOption: "CONFIRM_WITH_CODE", ...templates.verification },
    // Passwords alone: any other first factor would be a way round the second one. The lite tier has no such choice.
    ...(users.tier !== "lite" && { signInPolicy: { allowedFirstAuthFactors: ["PASSWORD"] } }),
  };
}

/**
 * Whether the pool must be able to send text messages. A pool that once could always can, and while it asks for any
 * second factor, text messages are one: a pool whose factors leave SMS out never gets the configuration
 * (Amazon Cognito Developer Guide, SMS and email message MFA).
 */
export function needsSms(
  users: Pick<UsersSettings, "recovery" | "autoVerify">,
  mfa: Pick<MfaSettings, "mode" | "factors">,
): boolean {
  if (mfa.mode !== "off") return mfa.factors.includes("sms");
  return users.recovery.includes("phone") || users.autoVerify.includes("phone_number");
}

/** The second factor. With MFA off no factor is mentioned: Cognito refuses to turn it off and configure it together. */
export function mfaInputs(mfa: MfaSettings, { emailSubject, emailMessage }: Message) {
  if (mfa.mode === "off") return { mfaConfiguration: "OFF" };
  return {
    mfaConfiguration: mfa.mode === "required" ? "ON" : "OPTIONAL",
    softwareTokenMfaConfiguration: { enabled: mfa.factors.includes("totp") },
    ...(mfa.factors.includes("email") && {
      emailMfaConfiguration: { subject: emailSubject, message: emailMessage },
    }),
  };
}

/** Who sends the mails: the verified domain in SES, or Cognito itself at 50 mails a day. */
export function emailInputs<Arn>(sender: { email: EmailSettings; identityArn: Arn } | undefined) {
  if (!sender) return { emailSendingAccount: "COGNITO_DEFAULT" };
  const { email, identityArn } = sender;
  return {
    emailSendingAccount: "DEVELOPER",
    sourceArn: identityArn,
    fromEmailAddress: email.from,
    ...(email.replyTo && { replyToEmailAddress: email.replyTo }),
  };
}

// Each of these makes another pool when it changes: the provider replaces, and the users stay in the old one.
function signInInputs({ usernameAttributes, aliasAttributes, caseSensitive }: UsersSettings) {
  return {
    ...(usernameAttributes.length > 0 && { usernameAttributes }),
    ...(aliasAttributes.length > 0 && { aliasAttributes }),
    ...(caseSensitive !== undefined && { usernameConfiguration: { caseSensitive } }),
  };
}

function passwordPolicy(password: PasswordSettings) {
  return {
    minimumLength: password.minLength,
    requireLowercase: password.requireLowercase,
    requireUppercase: password.requireUppercase,
    requireNumbers: password.requireNumbers,
    requireSymbols: password.requireSymbols,
    temporaryPasswordValidityDays: password.temporaryValidDays,
    passwordHistorySize: 0,
  };
}

function recoveryMechanisms(recovery: UsersSettings["recovery"]) {
  const names = { email: "verified_email", phone: "verified_phone_number", admin: "admin_only" };
  return recovery.map((channel, index) => ({ name: names[channel], priority: index + 1 }));
}

// A changed address or number stays the old one until the new one is confirmed; otherwise a slip locks the user out.
function verificationInputs(autoVerify: UsersSettings["autoVerify"]) {
  if (autoVerify.length === 0) return {};
  return {
    autoVerifiedAttributes: autoVerify,
    userAttributeUpdateSettings: { attributesRequireVerificationBeforeUpdates: autoVerify },
  };
}
