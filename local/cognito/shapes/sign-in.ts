import { z } from "zod";
import {
  attributeList,
  clientId,
  metadata,
  oneUser,
  password,
  text,
  username,
  userPoolId,
} from "./primitives.ts";

// Inputs of the sign-in half of the user pools API, with the constraints of its API reference.
const session = z.string().min(20).max(2_048);
const token = z.string().regex(/^[A-Za-z0-9-_=.]+$/, { error: "[A-Za-z0-9-_=.]+" });
const secretHash = z.string().min(1).max(128);
const confirmationCode = z.string().regex(/^\S+$/, { error: "[\\S]+" }).min(1).max(2_048);
const parameters = z.record(text, text);
const authFlow = z.enum([
  "USER_SRP_AUTH",
  "REFRESH_TOKEN_AUTH",
  "REFRESH_TOKEN",
  "CUSTOM_AUTH",
  "ADMIN_NO_SRP_AUTH",
  "USER_PASSWORD_AUTH",
  "ADMIN_USER_PASSWORD_AUTH",
  "USER_AUTH",
]);
const challengeName = z.enum([
  "SMS_MFA",
  "EMAIL_OTP",
  "SOFTWARE_TOKEN_MFA",
  "SELECT_MFA_TYPE",
  "MFA_SETUP",
  "PASSWORD_VERIFIER",
  "CUSTOM_CHALLENGE",
  "SELECT_CHALLENGE",
  "DEVICE_SRP_AUTH",
  "DEVICE_PASSWORD_VERIFIER",
  "ADMIN_NO_SRP_AUTH",
  "NEW_PASSWORD_REQUIRED",
  "SMS_OTP",
  "PASSWORD",
  "WEB_AUTHN",
  "PASSWORD_SRP",
]);
const contactAttribute = z.enum(["email", "phone_number"]);
const factorSettings = z.object({ Enabled: z.boolean().optional(), PreferredMfa: z.boolean().optional() });

export const initiateAuth = z.object({
  AuthFlow: authFlow,
  AuthParameters: parameters.optional(),
  ClientMetadata: metadata.optional(),
  ClientId: clientId,
  Session: session.optional(),
});
export const adminInitiateAuth = initiateAuth.extend({ UserPoolId: userPoolId });
export const respondToAuthChallenge = z.object({
  ClientId: clientId,
  ChallengeName: challengeName,
  Session: session.optional(),
  ChallengeResponses: parameters.optional(),
  ClientMetadata: metadata.optional(),
});
export const adminRespondToAuthChallenge = respondToAuthChallenge.extend({ UserPoolId: userPoolId });
export const getTokensFromRefreshToken = z.object({
  RefreshToken: token,
  ClientId: clientId,
  ClientSecret: z.string().optional(),
  DeviceKey: text.optional(),
  ClientMetadata: metadata.optional(),
});
export const revokeToken = z.object({
  Token: token,
  ClientId: clientId,
  ClientSecret: z.string().optional(),
});

export const signUp = z.object({
  ClientId: clientId,
  SecretHash: secretHash.optional(),
  Username: username,
  Password: password.optional(),
  UserAttributes: attributeList.optional(),
  ValidationData: attributeList.optional(),
  ClientMetadata: metadata.optional(),
});
export const confirmSignUp = z.object({
  ClientId: clientId,
  SecretHash: secretHash.optional(),
  Username: username,
  ConfirmationCode: confirmationCode,
  ForceAliasCreation: z.boolean().optional(),
  ClientMetadata: metadata.optional(),
});
export const userOfClient = z.object({
  ClientId: clientId,
  SecretHash: secretHash.optional(),
  Username: username,
  ClientMetadata: metadata.optional(),
});
export const confirmForgotPassword = userOfClient.extend({
  ConfirmationCode: confirmationCode,
  Password: password,
});
export const userOfPool = z.object({ ...oneUser, ClientMetadata: metadata.optional() });

export const ownUser = z.object({ AccessToken: token });
export const changePassword = ownUser.extend({
  PreviousPassword: password.optional(),
  ProposedPassword: password,
});
export const updateUserAttributes = ownUser.extend({
  UserAttributes: attributeList,
  ClientMetadata: metadata.optional(),
});
export const attributeCode = ownUser.extend({
  AttributeName: contactAttribute,
  ClientMetadata: metadata.optional(),
});
export const verifyAttribute = ownUser.extend({ AttributeName: contactAttribute, Code: confirmationCode });
export const setOwnMfaPreference = ownUser.extend({
  SMSMfaSettings: factorSettings.optional(),
  SoftwareTokenMfaSettings: factorSettings.optional(),
  EmailMfaSettings: factorSettings.optional(),
});
export const associateSoftwareToken = z.object({
  AccessToken: token.optional(),
  Session: session.optional(),
});
export const verifySoftwareToken = z.object({
  AccessToken: token.optional(),
  Session: session.optional(),
  UserCode: z
    .string()
    .regex(/^[0-9]+$/, { error: "[0-9]+" })
    .length(6),
  FriendlyDeviceName: z.string().optional(),
});
