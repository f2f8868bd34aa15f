/**
 * A category of Cognito's request rates: what counts against it, and how many requests a second it allows. Requests to the
 * sign-in pages are named by method and path, those for tokens by the kind of grant too.
 */
export interface QuotaCategory {
  readonly name: string;
  readonly perSecond: number;
  readonly operations: readonly string[];
  /** Each operation alone is also held to this rate for one user pool. */
  readonly perPoolAndOperation?: number;
  /** Each user alone is also held to ten requests a second of this kind. */
  readonly perUser?: "read" | "write";
}

/**
 * The default request rates, per account and Region (Amazon Cognito Developer Guide, Quotas in Amazon Cognito). Operations
 * in no category are not limited there either: client secrets, sessions, replicas, tags.
 */
export const quotaCategories: readonly QuotaCategory[] = [
  {
    name: "UserAuthentication",
    perSecond: 120,
    operations: [
      "InitiateAuth",
      "AdminInitiateAuth",
      "GetTokensFromRefreshToken",
      "POST /login",
      "POST /oauth2/token refresh_token",
    ],
    perUser: "read",
  },
  // Codes are redeemed under a quota of their own, as large as the sign-ins' one (the same page).
  { name: "CodeRedemption", perSecond: 120, operations: ["POST /oauth2/token authorization_code"] },
  { name: "ClientAuthentication", perSecond: 150, operations: ["POST /oauth2/token client_credentials"] },
  {
    name: "UserCreation",
    perSecond: 50,
    operations: ["SignUp", "ConfirmSignUp", "AdminCreateUser", "AdminConfirmSignUp"],
  },
  {
    name: "UserAccountRecovery",
    perSecond: 30,
    operations: [
      "ChangePassword",
      "ForgotPassword",
      "ConfirmForgotPassword",
      "AdminResetUserPassword",
      "AdminSetUserPassword",
    ],
    perUser: "write",
  },
  {
    name: "UserRead",
    perSecond: 120,
    operations: ["AdminGetUser", "AdminGetUserAuthFactors", "GetUser"],
    perUser: "read",
  },
  {
    name: "UserUpdate",
    perSecond: 25,
    operations: [
      "AdminAddUserToGroup",
      "AdminRemoveUserFromGroup",
      "AdminUpdateUserAttributes",
      "AdminDeleteUserAttributes",
      "AdminDeleteUser",
      "AdminEnableUser",
      "AdminDisableUser",
      "AdminUserGlobalSignOut",
      "AdminLinkProviderForUser",
      "AdminDisableProviderForUser",
      "UpdateUserAttributes",
      "DeleteUserAttributes",
      "DeleteUser",
      "VerifyUserAttribute",
      "GlobalSignOut",
    ],
    perUser: "write",
  },
  { name: "UserToken", perSecond: 120, operations: ["RevokeToken"] },
  {
    name: "UserResourceRead",
    perSecond: 50,
    operations: [
      "AdminListGroupsForUser",
      "AdminListDevices",
      "AdminGetDevice",
      "AdminListUserAuthEvents",
      "ListDevices",
      "GetDevice",
      "ResendConfirmationCode",
      "GetUserAttributeVerificationCode",
    ],
    perUser: "read",
  },
  {
    name: "UserResourceUpdate",
    perSecond: 25,
    operations: [
      "AdminSetUserMFAPreference",
      "AdminSetUserSettings",
      "AdminDeleteSoftwareToken",
      "AdminForgetDevice",
      "AdminUpdateDeviceStatus",
      "AdminUpdateAuthEventFeedback",
      "AssociateSoftwareToken",
      "VerifySoftwareToken",
      "SetUserMFAPreference",
      "SetUserSettings",
      "ConfirmDevice",
      "ForgetDevice",
      "UpdateDeviceStatus",
      "UpdateAuthEventFeedback",
    ],
    perUser: "write",
  },
  { name: "UserList", perSecond: 30, operations: ["ListUsers", "ListUsersInGroup"] },
  { name: "UserPoolRead", perSecond: 15, operations: ["DescribeUserPool", "ListUserPools"] },
  {
    name: "UserPoolUpdate",
    perSecond: 15,
    operations: ["CreateUserPool", "UpdateUserPool", "DeleteUserPool"],
  },
  {
    name: "UserPoolResourceRead",
    perSecond: 20,
    operations: [
      "ListGroups",
      "GetGroup",
      "GetUserPoolMfaConfig",
      "DescribeUserImportJob",
      "ListUserImportJobs",
      "GetCSVHeader",
      "DescribeUserPoolDomain",
      "DescribeResourceServer",
      "ListResourceServers",
      "DescribeIdentityProvider",
      "GetIdentityProviderByIdentifier",
      "ListIdentityProviders",
      "DescribeRiskConfiguration",
      "GetUICustomization",
      "GetSigningCertificate",
      "GetLogDeliveryConfiguration",
    ],
    perPoolAndOperation: 5,
  },
  {
    name: "UserPoolResourceUpdate",
    perSecond: 15,
    operations: [
      "CreateGroup",
      "UpdateGroup",
      "DeleteGroup",
      "AddCustomAttributes",
      "CreateUserImportJob",
      "StartUserImportJob",
      "StopUserImportJob",
      "SetUserPoolMfaConfig",
      "CreateUserPoolDomain",
      "UpdateUserPoolDomain",
      "DeleteUserPoolDomain",
      "CreateResourceServer",
      "UpdateResourceServer",
      "DeleteResourceServer",
      "CreateIdentityProvider",
      "UpdateIdentityProvider",
      "DeleteIdentityProvider",
      "SetRiskConfiguration",
      "SetUICustomization",
      "SetLogDeliveryConfiguration",
    ],
    perPoolAndOperation: 5,
  },
  {
    name: "UserPoolClientRead",
    perSecond: 15,
    operations: ["DescribeUserPoolClient", "ListUserPoolClients"],
    perPoolAndOperation: 5,
  },
  {
    name: "UserPoolClientUpdate",
    perSecond: 15,
    operations: ["CreateUserPoolClient", "UpdateUserPoolClient", "DeleteUserPoolClient"],
    perPoolAndOperation: 5,
  },
  { name: "LimitManagement", perSecond: 1, operations: ["GetProvisionedLimit", "UpdateProvisionedLimit"] },
  // Identity pools limit each operation by itself.
  { name: "GetId", perSecond: 25, operations: ["GetId"] },
  { name: "GetCredentialsForIdentity", perSecond: 200, operations: ["GetCredentialsForIdentity"] },
];
