import {
  type CognitoIdentityProviderClient,
  CreateGroupCommand,
  CreateManagedLoginBrandingCommand,
  CreateResourceServerCommand,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientCommandInput,
  CreateUserPoolCommand,
  type CreateUserPoolCommandInput,
  CreateUserPoolDomainCommand,
  SetUserPoolMfaConfigCommand,
  type SetUserPoolMfaConfigCommandInput,
} from "@aws-sdk/client-cognito-identity-provider";

/** What somebody made by hand, or with another tool, as AWS was asked for it. */
export interface HandMadePool {
  pool: CreateUserPoolCommandInput;
  mfa?: Omit<SetUserPoolMfaConfigCommandInput, "UserPoolId">;
  clients?: Omit<CreateUserPoolClientCommandInput, "UserPoolId">[];
  groups?: { GroupName: string; Description?: string; Precedence?: number; RoleArn?: string }[];
  servers?: { Identifier: string; Name: string; Scopes: { ScopeName: string; ScopeDescription: string }[] }[];
  /** Prefix of the sign-in page; its clients with a secret get a style. */
  domain?: string;
}

/** Makes it and resolves with the pool's id. */
export async function makeByHand(
  cognito: CognitoIdentityProviderClient,
  { pool, mfa, clients = [], groups = [], servers = [], domain }: HandMadePool,
): Promise<string> {
  const { UserPool } = await cognito.send(new CreateUserPoolCommand(pool));
  const UserPoolId = UserPool?.Id ?? "";
  if (mfa) await cognito.send(new SetUserPoolMfaConfigCommand({ UserPoolId, ...mfa }));
  for (const server of servers)
    await cognito.send(new CreateResourceServerCommand({ UserPoolId, ...server }));
  if (domain) {
    await cognito.send(
      new CreateUserPoolDomainCommand({
        UserPoolId,
        Domain: domain,
        ManagedLoginVersion: pool.UserPoolTier === "LITE" ? 1 : 2,
      }),
    );
  }
  for (const client of clients) {
    const { UserPoolClient } = await cognito.send(new CreateUserPoolClientCommand({ UserPoolId, ...client }));
    if (!domain || !client.GenerateSecret || pool.UserPoolTier === "LITE") continue;
    await cognito.send(
      new CreateManagedLoginBrandingCommand({
        UserPoolId,
        ClientId: UserPoolClient?.ClientId,
        UseCognitoProvidedValues: true,
      }),
    );
  }
  for (const group of groups) await cognito.send(new CreateGroupCommand({ UserPoolId, ...group }));
  return UserPoolId;
}

const role = "arn:aws:iam::123456789012:role/service-role/CognitoSms";

/** A pool of a web application, made in the console: e-mail sign-in, SMS and app codes, a page, many clients. */
export const webPool: HandMadePool = {
  pool: {
    PoolName: "Customers of Example",
    UsernameAttributes: ["email"],
    AutoVerifiedAttributes: ["email"],
    Schema: [
      { Name: "email", Required: true },
      { Name: "nickname", StringAttributeConstraints: { MinLength: "0", MaxLength: "40" } },
      { Name: "team", AttributeDataType: "String", Mutable: true },
      {
        Name: "level",
        AttributeDataType: "Number",
        NumberAttributeConstraints: { MinValue: "1", MaxValue: "9" },
      },
    ],
    Policies: {
      PasswordPolicy: {
        MinimumLength: 10,
        RequireLowercase: true,
        RequireUppercase: false,
        RequireNumbers: true,
        RequireSymbols: false,
        TemporaryPasswordValidityDays: 3,
      },
    },
    AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "verified_email", Priority: 1 }] },
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
    SmsConfiguration: { SnsCallerArn: role, ExternalId: "customers", SnsRegion: "ap-northeast-1" },
    DeletionProtection: "INACTIVE",
  },
  mfa: {
    MfaConfiguration: "OPTIONAL",
    SmsMfaConfiguration: {
      SmsConfiguration: { SnsCallerArn: role, ExternalId: "customers", SnsRegion: "ap-northeast-1" },
    },
    SoftwareTokenMfaConfiguration: { Enabled: true },
  },
  domain: "customers-of-example",
  clients: [
    {
      ClientName: "shop",
      GenerateSecret: true,
      ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ["code"],
      AllowedOAuthScopes: ["openid", "email"],
      CallbackURLs: ["https://shop.example.com/oauth2/idpresponse"],
      LogoutURLs: ["https://www.example.com/bye"],
      SupportedIdentityProviders: ["COGNITO"],
      ReadAttributes: ["email", "nickname", "custom:team"],
      WriteAttributes: ["email", "nickname"],
      AccessTokenValidity: 30,
      IdTokenValidity: 30,
      RefreshTokenValidity: 1,
      TokenValidityUnits: { AccessToken: "minutes", IdToken: "minutes", RefreshToken: "days" },
      AuthSessionValidity: 10,
      PreventUserExistenceErrors: "ENABLED",
    },
    {
      ClientName: "single-page",
      ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ["code"],
      AllowedOAuthScopes: ["openid"],
      CallbackURLs: ["https://spa.example.com/"],
      SupportedIdentityProviders: ["COGNITO"],
    },
    { ClientName: "Old Tool", ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"] },
  ],
  groups: [
    { GroupName: "staff", Description: "People of the shop", Precedence: 3 },
    { GroupName: "cloud", RoleArn: "arn:aws:iam::123456789012:role/cloud" },
  ],
};

/** A pool of programs and people with user names, made by a template: case matters, no second factor. */
export const namePool: HandMadePool = {
  pool: {
    PoolName: "internal",
    AliasAttributes: ["email", "preferred_username"],
    UsernameConfiguration: { CaseSensitive: true },
    AutoVerifiedAttributes: ["email"],
    UserPoolTier: "LITE",
    AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "admin_only", Priority: 1 }] },
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
  },
  servers: [
    {
      Identifier: "orders",
      Name: "Orders",
      Scopes: [{ ScopeName: "read", ScopeDescription: "Read orders" }],
    },
  ],
  domain: "internal-of-example",
  clients: [
    {
      ClientName: "nightly",
      GenerateSecret: true,
      ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ["client_credentials"],
      AllowedOAuthScopes: ["orders/read"],
    },
    {
      ClientName: "terminal",
      ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
      ReadAttributes: ["email", "name"],
      WriteAttributes: ["email", "name"],
    },
  ],
};

/** A pool with mail codes from a sender of its own, signed in to by phone or mail. */
export const mailPool: HandMadePool = {
  pool: {
    PoolName: "members",
    UsernameAttributes: ["email"],
    UsernameConfiguration: { CaseSensitive: false },
    AutoVerifiedAttributes: ["email"],
    Schema: [{ Name: "email", Required: true, Mutable: true }],
    EmailConfiguration: {
      EmailSendingAccount: "DEVELOPER",
      SourceArn: "arn:aws:ses:ap-northeast-1:123456789012:identity/example.jp",
      From: "Members <members@example.jp>",
      ReplyToEmailAddress: "help@example.jp",
    },
    AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "admin_only", Priority: 1 }] },
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
  },
  mfa: {
    MfaConfiguration: "ON",
    SoftwareTokenMfaConfiguration: { Enabled: true },
    EmailMfaConfiguration: { Subject: "Your code", Message: "Your code is {####}" },
  },
  clients: [
    {
      ClientName: "backend",
      GenerateSecret: true,
      ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"],
      ReadAttributes: ["email"],
      WriteAttributes: ["email"],
    },
  ],
};
