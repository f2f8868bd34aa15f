import { z } from "zod";

const text = z.string();
const texts = z.array(z.string());

/** One attribute of a pool's schema, as DescribeUserPool shows it; limits are texts there. */
export const schemaAttribute = z.looseObject({
  Name: text,
  AttributeDataType: z.enum(["String", "Number", "DateTime", "Boolean"]),
  DeveloperOnlyAttribute: z.boolean().optional(),
  Mutable: z.boolean().optional(),
  Required: z.boolean().optional(),
  StringAttributeConstraints: z.object({ MinLength: text.optional(), MaxLength: text.optional() }).optional(),
  NumberAttributeConstraints: z.object({ MinValue: text.optional(), MaxValue: text.optional() }).optional(),
});

/** What Cognito tells of a pool, as far as adopting it needs more than the name; everything else comes along. */
const userPool = z.looseObject({
  Id: text,
  Name: text,
  UserPoolTier: z.enum(["LITE", "ESSENTIALS", "PLUS"]).optional(),
  SchemaAttributes: z.array(schemaAttribute).default([]),
  UsernameAttributes: texts.default([]),
  AliasAttributes: texts.default([]),
  UsernameConfiguration: z.object({ CaseSensitive: z.boolean() }).optional(),
  AutoVerifiedAttributes: texts.default([]),
  Policies: z
    .looseObject({
      PasswordPolicy: z
        .looseObject({
          MinimumLength: z.number().optional(),
          RequireLowercase: z.boolean().optional(),
          RequireUppercase: z.boolean().optional(),
          RequireNumbers: z.boolean().optional(),
          RequireSymbols: z.boolean().optional(),
          TemporaryPasswordValidityDays: z.number().optional(),
        })
        .optional(),
      SignInPolicy: z.looseObject({ AllowedFirstAuthFactors: texts.optional() }).optional(),
    })
    .optional(),
  AccountRecoverySetting: z
    .object({ RecoveryMechanisms: z.array(z.object({ Name: text, Priority: z.number() })).optional() })
    .optional(),
  AdminCreateUserConfig: z.looseObject({ AllowAdminCreateUserOnly: z.boolean().optional() }).optional(),
  EmailConfiguration: z
    .looseObject({
      EmailSendingAccount: text.optional(),
      SourceArn: text.optional(),
      From: text.optional(),
      ReplyToEmailAddress: text.optional(),
    })
    .optional(),
  SmsConfiguration: z.looseObject({ EumsSms: z.looseObject({}).optional() }).optional(),
  LambdaConfig: z.looseObject({}).optional(),
});

/** The answer of GetUserPoolMfaConfig, as far as it tells which second factors a pool has. */
export const mfaConfig = z.looseObject({
  MfaConfiguration: z.enum(["OFF", "ON", "OPTIONAL"]).optional(),
  SmsMfaConfiguration: z.looseObject({}).optional(),
  SoftwareTokenMfaConfiguration: z.object({ Enabled: z.boolean().optional() }).optional(),
  EmailMfaConfiguration: z.looseObject({}).optional(),
});

const client = z.looseObject({
  ClientId: text,
  ClientName: text,
  // The backup's reader has put a word in its place; only whether it is there matters.
  ClientSecret: text.optional(),
  CallbackURLs: texts.default([]),
  LogoutURLs: texts.default([]),
  AllowedOAuthFlows: texts.default([]),
  AllowedOAuthScopes: texts.default([]),
  AllowedOAuthFlowsUserPoolClient: z.boolean().optional(),
  ExplicitAuthFlows: texts.default([]),
  SupportedIdentityProviders: texts.default([]),
  ReadAttributes: texts.optional(),
  WriteAttributes: texts.optional(),
  AccessTokenValidity: z.number().optional(),
  IdTokenValidity: z.number().optional(),
  RefreshTokenValidity: z.number().optional(),
  AuthSessionValidity: z.number().optional(),
  RefreshTokenRotation: z.looseObject({ Feature: text.optional() }).optional(),
  AnalyticsConfiguration: z.looseObject({}).optional(),
  TokenValidityUnits: z
    .object({ AccessToken: text.optional(), IdToken: text.optional(), RefreshToken: text.optional() })
    .optional(),
});

const domain = z.looseObject({
  Domain: text,
  ManagedLoginVersion: z.number().optional(),
  // Empty for addresses that are Amazon's own.
  CustomDomainConfig: z.looseObject({ CertificateArn: text.optional() }).optional(),
});

const group = z.looseObject({
  name: text,
  description: text.optional(),
  precedence: z.number().optional(),
  roleArn: text.optional(),
});

/** A pool that somebody made, with everything about it but its users. */
export const existingPool = z.object({
  userPool,
  mfaConfig,
  clients: z.array(client),
  domains: z.array(domain),
  identityProviders: z.array(z.looseObject({ ProviderName: text })),
  resourceServers: z.array(
    z.looseObject({
      Identifier: text,
      Name: text.optional(),
      Scopes: z.array(z.object({ ScopeName: text, ScopeDescription: text })).default([]),
    }),
  ),
  groups: z.array(group),
  /** Styles of managed login, by the client's id. */
  styles: z.record(text, z.object({ id: text, isPlain: z.boolean() })),
});

export type ExistingPool = z.infer<typeof existingPool>;
export type ExistingClient = z.infer<typeof client>;
export type ExistingAttribute = z.infer<typeof schemaAttribute>;
