import { z } from "zod";
import {
  arn,
  clientId,
  clientName,
  clientSecret,
  matching,
  pageToken,
  providerName,
  redirectUrl,
  resultLimit,
  scope,
  text,
  userPoolId,
} from "./primitives.ts";

const timeUnit = z.enum(["seconds", "minutes", "hours", "days"]);
const permission = z.string().min(1).max(2_048);
const tokenSeconds = z.int().min(1).max(86_400);

const changeableSettings = {
  RefreshTokenValidity: z.int().min(0).max(315_360_000).optional(),
  AccessTokenValidity: tokenSeconds.optional(),
  IdTokenValidity: tokenSeconds.optional(),
  TokenValidityUnits: z
    .object({
      AccessToken: timeUnit.optional(),
      IdToken: timeUnit.optional(),
      RefreshToken: timeUnit.optional(),
    })
    .optional(),
  ReadAttributes: z.array(permission).optional(),
  WriteAttributes: z.array(permission).optional(),
  ExplicitAuthFlows: z
    .array(
      z.enum([
        "ADMIN_NO_SRP_AUTH",
        "CUSTOM_AUTH_FLOW_ONLY",
        "USER_PASSWORD_AUTH",
        "ALLOW_ADMIN_USER_PASSWORD_AUTH",
        "ALLOW_CUSTOM_AUTH",
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
        "ALLOW_USER_AUTH",
        "ALLOW_TOKEN_EXCHANGE_DELEGATION",
        "ALLOW_TOKEN_EXCHANGE_IMPERSONATION",
      ]),
    )
    .optional(),
  SupportedIdentityProviders: z.array(providerName).optional(),
  CallbackURLs: z.array(redirectUrl).max(100).optional(),
  LogoutURLs: z.array(redirectUrl).max(100).optional(),
  DefaultRedirectURI: redirectUrl.optional(),
  AllowedOAuthFlows: z
    .array(z.enum(["code", "implicit", "client_credentials"]))
    .max(3)
    .optional(),
  AllowedOAuthScopes: z.array(scope).max(50).optional(),
  AllowedOAuthFlowsUserPoolClient: z.boolean().optional(),
  AnalyticsConfiguration: z
    .object({
      ApplicationId: matching("[0-9a-fA-F]+").optional(),
      ApplicationArn: arn.optional(),
      RoleArn: arn.optional(),
      ExternalId: text.optional(),
      UserDataShared: z.boolean().optional(),
    })
    .optional(),
  PreventUserExistenceErrors: z.enum(["LEGACY", "ENABLED"]).optional(),
  EnableTokenRevocation: z.boolean().optional(),
  EnablePropagateAdditionalUserContextData: z.boolean().optional(),
  AuthSessionValidity: z.int().min(3).max(15).optional(),
  RefreshTokenRotation: z
    .object({
      Feature: z.enum(["ENABLED", "DISABLED"]),
      RetryGracePeriodSeconds: z.int().min(0).max(60).optional(),
    })
    .optional(),
};

export const createUserPoolClient = z.object({
  ...changeableSettings,
  UserPoolId: userPoolId,
  ClientName: clientName,
  GenerateSecret: z.boolean().optional(),
  ClientSecret: clientSecret.optional(),
});

export const updateUserPoolClient = z.object({
  ...changeableSettings,
  UserPoolId: userPoolId,
  ClientId: clientId,
  ClientName: clientName.optional(),
});

export const oneClient = z.object({ UserPoolId: userPoolId, ClientId: clientId });
export const listUserPoolClients = z.object({
  UserPoolId: userPoolId,
  MaxResults: resultLimit.optional(),
  NextToken: pageToken.optional(),
  ClientType: z.enum(["REGULAR", "DCR"]).optional(),
});

export const addUserPoolClientSecret = z.object({
  UserPoolId: userPoolId,
  ClientId: clientId,
  ClientSecret: clientSecret.optional(),
});
export const listUserPoolClientSecrets = z.object({
  UserPoolId: userPoolId,
  ClientId: clientId,
  NextToken: pageToken.optional(),
});
export const oneClientSecret = z.object({
  UserPoolId: userPoolId,
  ClientId: clientId,
  ClientSecretId: z.string().min(1).max(128),
});

export type CreateUserPoolClientInput = z.output<typeof createUserPoolClient>;
export type UpdateUserPoolClientInput = z.output<typeof updateUserPoolClient>;
