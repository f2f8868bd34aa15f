import { describe, expect, test } from "vitest";
import type { PropertyMap } from "../../../local/engine/property-values.ts";
import { findMaker } from "./find-maker.ts";
import { altered, existing, type Script, scriptedAws, target } from "./scripted-aws.ts";

const CLIENT = "aws:cognito/userPoolClient:UserPoolClient";
const DOMAIN = "aws:cognito/userPoolDomain:UserPoolDomain";
const GROUP = "aws:cognito/userGroup:UserGroup";
const SERVER = "aws:cognito/resourceServer:ResourceServer";
const BRANDING = "aws:cognito/managedLoginBranding:ManagedLoginBranding";
const ROLES = "aws:cognito/identityPoolRoleAttachment:IdentityPoolRoleAttachment";
const IDENTITY_POOL = "aws:cognito/identityPool:IdentityPool";

describe("parts of a user pool, and identity pools", () => {
  test.each<[string, string, PropertyMap, Script, string, string, object]>([
    [
      "an app client",
      CLIENT,
      {
        name: "web",
        userPoolId: "p",
        generateSecret: true,
        allowedOauthFlowsUserPoolClient: true,
        allowedOauthFlows: ["code"],
        allowedOauthScopes: ["openid"],
        callbackUrls: ["https://a"],
        logoutUrls: ["https://b"],
        tokenValidityUnits: { accessToken: "minutes" },
      },
      { CreateUserPoolClient: { UserPoolClient: { ClientId: "c-1" } } },
      "c-1",
      "CreateUserPoolClient",
      {
        ClientName: "web",
        UserPoolId: "p",
        GenerateSecret: true,
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ["code"],
        AllowedOAuthScopes: ["openid"],
        CallbackURLs: ["https://a"],
        LogoutURLs: ["https://b"],
        TokenValidityUnits: { AccessToken: "minutes" },
      },
    ],
    [
      "a prefix domain",
      DOMAIN,
      { domain: "login", userPoolId: "p", managedLoginVersion: 2 },
      {},
      "login",
      "CreateUserPoolDomain",
      { Domain: "login", UserPoolId: "p", ManagedLoginVersion: 2 },
    ],
    [
      "a domain of one's own",
      DOMAIN,
      { domain: "login.example.com", userPoolId: "p", certificateArn: "arn:c" },
      {},
      "login.example.com",
      "CreateUserPoolDomain",
      { Domain: "login.example.com", UserPoolId: "p", CustomDomainConfig: { CertificateArn: "arn:c" } },
    ],
    [
      "a group",
      GROUP,
      { name: "admins", userPoolId: "p", precedence: 1, roleArn: "arn:r" },
      {},
      "p/admins",
      "CreateGroup",
      { GroupName: "admins", UserPoolId: "p", Precedence: 1, RoleArn: "arn:r" },
    ],
    [
      "a resource server",
      SERVER,
      {
        name: "api",
        identifier: "api",
        userPoolId: "p",
        scopes: [{ scopeName: "read", scopeDescription: "Read" }],
      },
      {},
      "p|api",
      "CreateResourceServer",
      {
        Name: "api",
        Identifier: "api",
        UserPoolId: "p",
        Scopes: [{ ScopeName: "read", ScopeDescription: "Read" }],
      },
    ],
    [
      "a style of sign-in pages",
      BRANDING,
      {
        userPoolId: "p",
        clientId: "c",
        settings: '{"a":{"b":1}}',
        assets: [{ category: "PAGE_HEADER_LOGO", colorMode: "LIGHT", extension: "PNG", bytes: "aGk=" }],
      },
      { CreateManagedLoginBranding: { ManagedLoginBranding: { ManagedLoginBrandingId: "b-1" } } },
      "p,b-1",
      "CreateManagedLoginBranding",
      {
        UserPoolId: "p",
        ClientId: "c",
        Settings: { a: { b: 1 } },
        Assets: [
          { Category: "PAGE_HEADER_LOGO", ColorMode: "LIGHT", Extension: "PNG", Bytes: Buffer.from("hi") },
        ],
      },
    ],
    [
      "an identity pool",
      IDENTITY_POOL,
      {
        identityPoolName: "sekisho",
        cognitoIdentityProviders: [{ clientId: "c", providerName: "pool", serverSideTokenCheck: true }],
        tags: { a: "b" },
      },
      { CreateIdentityPool: { IdentityPoolId: "i-1" } },
      "i-1",
      "CreateIdentityPool",
      {
        IdentityPoolName: "sekisho",
        AllowUnauthenticatedIdentities: false,
        AllowClassicFlow: false,
        CognitoIdentityProviders: [{ ClientId: "c", ProviderName: "pool", ServerSideTokenCheck: true }],
        IdentityPoolTags: { a: "b" },
      },
    ],
    [
      "the roles of an identity pool",
      ROLES,
      {
        identityPoolId: "i-1",
        roles: { authenticated: "arn:none" },
        roleMappings: [
          {
            identityProvider: "pool:client",
            type: "Rules",
            ambiguousRoleResolution: "Deny",
            mappingRules: [{ claim: "custom:team", matchType: "Equals", value: "sre", roleArn: "arn:sre" }],
          },
        ],
      },
      {},
      "i-1",
      "SetIdentityPoolRoles",
      {
        IdentityPoolId: "i-1",
        Roles: { authenticated: "arn:none" },
        RoleMappings: {
          "pool:client": {
            Type: "Rules",
            AmbiguousRoleResolution: "Deny",
            RulesConfiguration: {
              Rules: [{ Claim: "custom:team", MatchType: "Equals", Value: "sre", RoleARN: "arn:sre" }],
            },
          },
        },
      },
    ],
  ])("make %s as declared", async (_what, type, inputs, script, id, operation, input) => {
    const { aws, calls } = scriptedAws(script);
    await expect(findMaker(type).create(target(aws, inputs))).resolves.toBe(id);
    expect(calls).toEqual([[operation, input]]);
  });

  test.each<[string, string, string, PropertyMap, Script, PropertyMap | undefined]>([
    [
      "a client's secret",
      CLIENT,
      "c-1",
      { userPoolId: "p" },
      { DescribeUserPoolClient: { UserPoolClient: { ClientSecret: "s", ClientName: "web" } } },
      { clientSecret: "s", name: "web" },
    ],
    [
      "where a domain is served from",
      DOMAIN,
      "login",
      {},
      {
        DescribeUserPoolDomain: {
          DomainDescription: { UserPoolId: "p", CloudFrontDistribution: "d.cloudfront.net" },
        },
      },
      {
        cloudfrontDistribution: "d.cloudfront.net",
        cloudfrontDistributionArn: "d.cloudfront.net",
        cloudfrontDistributionZoneId: "Z2FDTNDATAQYW2",
      },
    ],
    [
      "an unknown domain as gone",
      DOMAIN,
      "login",
      {},
      { DescribeUserPoolDomain: { DomainDescription: {} } },
      undefined,
    ],
    [
      "the full names of scopes",
      SERVER,
      "p|api",
      { userPoolId: "p", identifier: "api" },
      { DescribeResourceServer: { ResourceServer: { Scopes: [{ ScopeName: "read" }] } } },
      { scopeIdentifiers: ["api/read"] },
    ],
    [
      "a style's own id",
      BRANDING,
      "p,b-1",
      {},
      { DescribeManagedLoginBranding: { ManagedLoginBranding: {} } },
      { managedLoginBrandingId: "b-1" },
    ],
    [
      "an identity pool's ARN",
      IDENTITY_POOL,
      "i-1",
      {},
      {},
      { arn: "arn:aws:cognito-identity:ap-northeast-1:123456789012:identitypool/i-1" },
    ],
    [
      "roles that were taken away as gone",
      ROLES,
      "i-1",
      {},
      { GetIdentityPoolRoles: { Roles: {} } },
      undefined,
    ],
  ])("read back %s", async (_what, type, id, outputs, script, found) => {
    const { aws } = scriptedAws(script);
    await expect(findMaker(type).read(existing(aws, id, {}, outputs))).resolves.toEqual(found);
  });

  test.each<[string, string, string, PropertyMap, string, object]>([
    [
      "a client, never asking for another secret",
      CLIENT,
      "c-1",
      { name: "web", userPoolId: "p", generateSecret: true },
      "UpdateUserPoolClient",
      { ClientName: "web", UserPoolId: "p", ClientId: "c-1" },
    ],
    [
      "a domain",
      DOMAIN,
      "login",
      { domain: "login", userPoolId: "p", managedLoginVersion: 1 },
      "UpdateUserPoolDomain",
      { Domain: "login", UserPoolId: "p", ManagedLoginVersion: 1 },
    ],
    [
      "a group",
      GROUP,
      "p/a",
      { name: "a", userPoolId: "p", precedence: 2 },
      "UpdateGroup",
      { GroupName: "a", UserPoolId: "p", Precedence: 2 },
    ],
    [
      "a resource server",
      SERVER,
      "p|api",
      { name: "b", identifier: "api", userPoolId: "p" },
      "UpdateResourceServer",
      { Name: "b", Identifier: "api", UserPoolId: "p" },
    ],
    [
      "a style",
      BRANDING,
      "p,b-1",
      { useCognitoProvidedValues: true },
      "UpdateManagedLoginBranding",
      { UserPoolId: "p", ManagedLoginBrandingId: "b-1", UseCognitoProvidedValues: true },
    ],
    [
      "an identity pool",
      IDENTITY_POOL,
      "i-1",
      { identityPoolName: "n", allowClassicFlow: true },
      "UpdateIdentityPool",
      { IdentityPoolId: "i-1", IdentityPoolName: "n", AllowClassicFlow: true },
    ],
    [
      "roles",
      ROLES,
      "i-1",
      { identityPoolId: "i-1", roles: { authenticated: "arn:r" } },
      "SetIdentityPoolRoles",
      { IdentityPoolId: "i-1", Roles: { authenticated: "arn:r" }, RoleMappings: {} },
    ],
  ])("change %s", async (_what, type, id, inputs, operation, input) => {
    const { aws, calls } = scriptedAws();
    await findMaker(type).update(altered(aws, id, [{}, inputs]));
    expect(calls).toHaveLength(1);
    expect(calls[0]?.[0]).toBe(operation);
    expect(calls[0]?.[1]).toMatchObject(input);
    expect(calls[0]?.[1]).not.toHaveProperty("GenerateSecret");
  });

  test("delete the roles of an identity pool by setting none", async () => {
    const { aws, calls } = scriptedAws();
    await findMaker(ROLES).delete(existing(aws, "i-1"));
    expect(calls).toEqual([["SetIdentityPoolRoles", { IdentityPoolId: "i-1", Roles: {}, RoleMappings: {} }]]);
  });
});
