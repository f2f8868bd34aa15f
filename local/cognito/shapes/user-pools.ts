import { z } from "zod";
import {
  arn,
  customAttributeName,
  matching,
  optionalArn,
  region,
  resultLimit,
  searchToken,
  tags,
  text,
  userPoolId,
  userPoolName,
  verifiedAttribute,
} from "./primitives.ts";

const mailText = "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s*]*";
const smsCodeMessage = matching(".*\\{####\\}.*").min(6).max(140);
const mailCodeMessage = matching(`${mailText}\\{####\\}${mailText}`).min(6).max(20_000);
const mailLinkMessage = matching(`${mailText}\\{##${mailText}##\\}${mailText}`).min(6).max(20_000);
const mailSubject = matching("[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s]+").min(1).max(140);
const onOrOff = z.enum(["OFF", "ON", "OPTIONAL"]);

function lambdaVersion<Version extends string>(versions: readonly [Version, ...Version[]]) {
  return z.object({ LambdaVersion: z.enum(versions), LambdaArn: arn });
}

export const passwordPolicy = z.object({
  MinimumLength: z.int().min(6).max(99).optional(),
  RequireUppercase: z.boolean().optional(),
  RequireLowercase: z.boolean().optional(),
  RequireNumbers: z.boolean().optional(),
  RequireSymbols: z.boolean().optional(),
  PasswordHistorySize: z.int().min(0).max(24).optional(),
  TemporaryPasswordValidityDays: z.int().min(0).max(365).optional(),
});

const firstFactors = z.enum(["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN", "SOFTWARE_TOKEN"]);
const policies = z.object({
  PasswordPolicy: passwordPolicy.optional(),
  SignInPolicy: z
    .object({ AllowedFirstAuthFactors: z.array(firstFactors).min(1).max(5).optional() })
    .optional(),
});

const lambdaConfig = z.object({
  PreSignUp: arn.optional(),
  CustomMessage: arn.optional(),
  PostConfirmation: arn.optional(),
  PreAuthentication: arn.optional(),
  PostAuthentication: arn.optional(),
  DefineAuthChallenge: arn.optional(),
  CreateAuthChallenge: arn.optional(),
  VerifyAuthChallengeResponse: arn.optional(),
  PreTokenGeneration: arn.optional(),
  UserMigration: arn.optional(),
  PreTokenGenerationConfig: lambdaVersion(["V1_0", "V2_0", "V3_0"]).optional(),
  CustomSMSSender: lambdaVersion(["V1_0"]).optional(),
  CustomEmailSender: lambdaVersion(["V1_0"]).optional(),
  KMSKeyID: arn.optional(),
  InboundFederation: lambdaVersion(["V1_0"]).optional(),
});

const emailConfiguration = z.object({
  SourceArn: arn.optional(),
  ReplyToEmailAddress: matching(
    "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+@[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+",
  ).optional(),
  EmailSendingAccount: z.enum(["COGNITO_DEFAULT", "DEVELOPER"]).optional(),
  From: text.optional(),
  ConfigurationSet: matching("[a-zA-Z0-9_-]+").min(1).max(64).optional(),
});

const smsConfiguration = z.object({
  SnsCallerArn: optionalArn.optional(),
  ExternalId: text.optional(),
  SnsRegion: region.optional(),
  EumsSms: z
    .object({
      CallerArn: arn,
      ExternalId: text.optional(),
      OriginationIdentity: text.optional(),
      ConfigurationSetName: text.optional(),
      InEntityId: text.optional(),
      InTemplateId: text.optional(),
      Region: region.optional(),
    })
    .optional(),
});

const recovery = z.object({
  RecoveryMechanisms: z
    .array(
      z.object({
        Priority: z.int().min(1).max(2),
        Name: z.enum(["verified_email", "verified_phone_number", "admin_only"]),
      }),
    )
    .min(1)
    .max(2)
    .optional(),
});

export const schemaAttribute = z.object({
  Name: customAttributeName.optional(),
  AttributeDataType: z.enum(["String", "Number", "DateTime", "Boolean"]).optional(),
  DeveloperOnlyAttribute: z.boolean().optional(),
  Mutable: z.boolean().optional(),
  Required: z.boolean().optional(),
  NumberAttributeConstraints: z.object({ MinValue: text.optional(), MaxValue: text.optional() }).optional(),
  StringAttributeConstraints: z.object({ MinLength: text.optional(), MaxLength: text.optional() }).optional(),
});

/** What CreateUserPool and UpdateUserPool share: everything that may change later. */
const changeableSettings = {
  Policies: policies.optional(),
  DeletionProtection: z.enum(["ACTIVE", "INACTIVE"]).optional(),
  LambdaConfig: lambdaConfig.optional(),
  AutoVerifiedAttributes: z.array(verifiedAttribute).optional(),
  SmsVerificationMessage: smsCodeMessage.optional(),
  EmailVerificationMessage: mailCodeMessage.optional(),
  EmailVerificationSubject: mailSubject.optional(),
  VerificationMessageTemplate: z
    .object({
      SmsMessage: smsCodeMessage.optional(),
      EmailMessage: mailCodeMessage.optional(),
      EmailSubject: mailSubject.optional(),
      EmailMessageByLink: mailLinkMessage.optional(),
      EmailSubjectByLink: mailSubject.optional(),
      DefaultEmailOption: z.enum(["CONFIRM_WITH_LINK", "CONFIRM_WITH_CODE"]).optional(),
    })
    .optional(),
  SmsAuthenticationMessage: smsCodeMessage.optional(),
  UserAttributeUpdateSettings: z
    .object({ AttributesRequireVerificationBeforeUpdate: z.array(verifiedAttribute).optional() })
    .optional(),
  MfaConfiguration: onOrOff.optional(),
  DeviceConfiguration: z
    .object({
      ChallengeRequiredOnNewDevice: z.boolean().optional(),
      DeviceOnlyRememberedOnUserPrompt: z.boolean().optional(),
    })
    .optional(),
  EmailConfiguration: emailConfiguration.optional(),
  SmsConfiguration: smsConfiguration.optional(),
  UserPoolTags: tags.optional(),
  AdminCreateUserConfig: z
    .object({
      AllowAdminCreateUserOnly: z.boolean().optional(),
      UnusedAccountValidityDays: z.int().min(0).max(365).optional(),
      InviteMessageTemplate: z
        .object({
          SMSMessage: matching("(?s).*").min(6).max(140).optional(),
          EmailMessage: matching(mailText).min(6).max(20_000).optional(),
          EmailSubject: mailSubject.optional(),
        })
        .optional(),
    })
    .optional(),
  UserPoolAddOns: z
    .object({
      AdvancedSecurityMode: z.enum(["OFF", "AUDIT", "ENFORCED"]),
      AdvancedSecurityAdditionalFlows: z
        .object({ CustomAuthMode: z.enum(["AUDIT", "ENFORCED"]).optional() })
        .optional(),
    })
    .optional(),
  AccountRecoverySetting: recovery.optional(),
  UserPoolTier: z.enum(["LITE", "ESSENTIALS", "PLUS"]).optional(),
  // AWS knows these; the model refuses them aloud (see unmodelledSettings) instead of forgetting them.
  DcrConfiguration: z.unknown().optional(),
  KeyConfiguration: z.unknown().optional(),
  IssuerConfiguration: z.unknown().optional(),
  AcrConfiguration: z.unknown().optional(),
};

export const unmodelledSettings = [
  "DcrConfiguration",
  "KeyConfiguration",
  "IssuerConfiguration",
  "AcrConfiguration",
] as const;

export const createUserPool = z.object({
  ...changeableSettings,
  PoolName: userPoolName,
  AliasAttributes: z.array(z.enum(["phone_number", "email", "preferred_username"])).optional(),
  UsernameAttributes: z.array(verifiedAttribute).optional(),
  UsernameConfiguration: z.object({ CaseSensitive: z.boolean() }).optional(),
  Schema: z.array(schemaAttribute).min(1).max(50).optional(),
});

export const updateUserPool = z.object({
  ...changeableSettings,
  UserPoolId: userPoolId,
  PoolName: userPoolName.optional(),
});

export const oneUserPool = z.object({ UserPoolId: userPoolId });
export const listUserPools = z.object({ MaxResults: resultLimit, NextToken: searchToken.optional() });

export const addCustomAttributes = z.object({
  UserPoolId: userPoolId,
  CustomAttributes: z.array(schemaAttribute).min(1).max(25),
});

export const setUserPoolMfaConfig = z.object({
  UserPoolId: userPoolId,
  SmsMfaConfiguration: z
    .object({
      SmsAuthenticationMessage: smsCodeMessage.optional(),
      SmsConfiguration: smsConfiguration.optional(),
    })
    .optional(),
  SoftwareTokenMfaConfiguration: z.object({ Enabled: z.boolean().optional() }).optional(),
  EmailMfaConfiguration: z
    .object({ Message: mailCodeMessage.optional(), Subject: mailSubject.optional() })
    .optional(),
  MfaConfiguration: onOrOff.optional(),
  WebAuthnConfiguration: z
    .object({
      RelyingPartyId: z.string().min(1).max(127).optional(),
      UserVerification: z.enum(["required", "preferred"]).optional(),
      FactorConfiguration: z.enum(["SINGLE_FACTOR", "MULTI_FACTOR_WITH_USER_VERIFICATION"]).optional(),
    })
    .optional(),
});

export type SchemaAttributeInput = z.output<typeof schemaAttribute>;
export type CreateUserPoolInput = z.output<typeof createUserPool>;
export type UpdateUserPoolInput = z.output<typeof updateUserPool>;
export type SetUserPoolMfaConfigInput = z.output<typeof setUserPoolMfaConfig>;
