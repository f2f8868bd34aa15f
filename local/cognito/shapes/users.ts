import { z } from "zod";
import {
  attributeList,
  attributeName,
  matching,
  metadata,
  oneUser,
  pageLimit,
  password,
  searchToken,
  userPoolId,
} from "./primitives.ts";

/** "Omit this parameter or submit a blank value" for a user without a password. */
const blankOrPassword = matching("[\\S]*", "[\\S]+").max(256);

export const adminCreateUser = z.object({
  ...oneUser,
  UserAttributes: attributeList.optional(),
  ValidationData: attributeList.optional(),
  TemporaryPassword: blankOrPassword.optional(),
  ForceAliasCreation: z.boolean().optional(),
  MessageAction: z.enum(["RESEND", "SUPPRESS"]).optional(),
  DesiredDeliveryMediums: z.array(z.enum(["SMS", "EMAIL"])).optional(),
  ClientMetadata: metadata.optional(),
});

export const adminOneUser = z.object(oneUser);

export const adminUpdateUserAttributes = z.object({
  ...oneUser,
  UserAttributes: attributeList,
  ClientMetadata: metadata.optional(),
});

export const adminDeleteUserAttributes = z.object({
  ...oneUser,
  UserAttributeNames: z.array(attributeName),
});

export const adminSetUserPassword = z.object({
  ...oneUser,
  Password: password,
  Permanent: z.boolean().optional(),
});

const factorSettings = z.object({ Enabled: z.boolean().optional(), PreferredMfa: z.boolean().optional() });

export const adminSetUserMfaPreference = z.object({
  ...oneUser,
  SMSMfaSettings: factorSettings.optional(),
  SoftwareTokenMfaSettings: factorSettings.optional(),
  EmailMfaSettings: factorSettings.optional(),
  WebAuthnMfaSettings: z.object({ Enabled: z.boolean().optional() }).optional(),
});

export const listUsers = z.object({
  UserPoolId: userPoolId,
  AttributesToGet: z.array(attributeName).optional(),
  Limit: pageLimit.optional(),
  PaginationToken: searchToken.optional(),
  Filter: z.string().max(256).optional(),
});

export type AdminCreateUserInput = z.output<typeof adminCreateUser>;
export type AdminSetUserMfaPreferenceInput = z.output<typeof adminSetUserMfaPreference>;
