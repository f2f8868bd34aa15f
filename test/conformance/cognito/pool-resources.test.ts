import { expect } from "vitest";
import { createPool, describeConformance, expectRefusal, listOf } from "./conformance.ts";
import { type Json, member, type Target } from "./target.ts";

const accepts = { ministack: "accepts it" };
const sms = { SnsCallerArn: "arn:aws:iam::123456789012:role/sms", ExternalId: "external" };
const certificate = (region: string) =>
  `arn:aws:acm:${region}:123456789012:certificate/12345678-1234-1234-1234-123456789012`;
const ownSes = {
  EmailSendingAccount: "DEVELOPER",
  SourceArn: "arn:aws:ses:ap-northeast-1:123456789012:identity/example.com",
  From: "Example <support@example.com>",
};
const code = "InvalidParameterException";

/** Prefixes are unique in a Region, over all accounts. */
const prefixOf = (UserPoolId: string) => `conformance-${UserPoolId.slice(-9).toLowerCase()}`;

const setMfa = (target: Target, UserPoolId: string, settings: Json) =>
  target.call("SetUserPoolMfaConfig", { UserPoolId, ...settings });

describeConformance("MFA settings of a pool", [
  {
    title: "refuses MFA off together with a factor, and MFA on without one",
    source: "seen on AWS",
    differs: accepts,
    async run(target) {
      const UserPoolId = await createPool(target);
      await expectRefusal(
        setMfa(target, UserPoolId, {
          MfaConfiguration: "OFF",
          SoftwareTokenMfaConfiguration: { Enabled: true },
        }),
        code,
        "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
      );
      await expectRefusal(
        setMfa(target, UserPoolId, { MfaConfiguration: "ON" }),
        code,
        "Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration.",
      );
    },
  },
  {
    title: "keeps SMS for ever once it is configured",
    source: "Developer Guide, Updating user pool and app client configuration; sentence seen on AWS",
    differs: accepts,
    async run(target) {
      const UserPoolId = await createPool(target, { MfaConfiguration: "OPTIONAL", SmsConfiguration: sms });
      await expectRefusal(
        setMfa(target, UserPoolId, {
          MfaConfiguration: "ON",
          SoftwareTokenMfaConfiguration: { Enabled: true },
        }),
        code,
        "Can't turn off SMS_MFA when SMS configuration is set for the user pool",
      );
      await setMfa(target, UserPoolId, { MfaConfiguration: "OFF" });
      const config = await target.call("GetUserPoolMfaConfig", { UserPoolId });
      expect(config).toMatchObject({
        MfaConfiguration: "OFF",
        SmsMfaConfiguration: { SmsConfiguration: sms },
      });
    },
  },
  {
    title: "lets an authenticator alone be the second factor",
    source: "API reference, SetUserPoolMfaConfig",
    async run(target) {
      const UserPoolId = await createPool(target);
      await setMfa(target, UserPoolId, {
        MfaConfiguration: "ON",
        SoftwareTokenMfaConfiguration: { Enabled: true },
      });
      const config = await target.call("GetUserPoolMfaConfig", { UserPoolId });
      expect(config).toMatchObject({
        MfaConfiguration: "ON",
        SoftwareTokenMfaConfiguration: { Enabled: true },
      });
    },
  },
  {
    title:
      "sends second factors by e-mail only with the account's own SES, a higher plan and another way to recover",
    source: "Developer Guide, SMS and email message MFA",
    differs: accepts,
    async run(target) {
      const email = {
        MfaConfiguration: "OPTIONAL",
        EmailMfaConfiguration: { Message: "コードは {####} です", Subject: "確認コード" },
      };
      const recovery = (...names: string[]) => ({
        RecoveryMechanisms: names.map((Name, index) => ({ Name, Priority: index + 1 })),
      });
      const withCognitoMail = await createPool(target, { AccountRecoverySetting: recovery("admin_only") });
      await expectRefusal(setMfa(target, withCognitoMail, email), code);
      const lite = await createPool(target, {
        UserPoolTier: "LITE",
        EmailConfiguration: ownSes,
        AccountRecoverySetting: recovery("admin_only"),
      });
      await expectRefusal(setMfa(target, lite, email), "FeatureUnavailableInTierException");
      const mailOnly = await createPool(target, {
        EmailConfiguration: ownSes,
        AccountRecoverySetting: recovery("verified_email"),
      });
      await expectRefusal(setMfa(target, mailOnly, email), code);
      const both = await createPool(target, {
        EmailConfiguration: ownSes,
        AccountRecoverySetting: recovery("verified_email", "verified_phone_number"),
      });
      expect(await setMfa(target, both, email)).toMatchObject(email);
    },
  },
]);

describeConformance("Domains", [
  {
    title: "gives a prefix to one pool, and a pool one prefix",
    source: "Developer Guide, Configuring a user pool domain; sentence seen on AWS",
    differs: { ministack: "words it differently" },
    async run(target) {
      const [UserPoolId, otherPool] = [await createPool(target), await createPool(target)];
      const Domain = prefixOf(UserPoolId);
      await target.call("CreateUserPoolDomain", { UserPoolId, Domain, ManagedLoginVersion: 2 });
      const { DomainDescription } = await target.call("DescribeUserPoolDomain", { Domain });
      expect(DomainDescription).toMatchObject({ UserPoolId, Domain, ManagedLoginVersion: 2 });
      await expectRefusal(
        target.call("CreateUserPoolDomain", { UserPoolId: otherPool, Domain }),
        code,
        "Domain already associated with another user pool.",
      );
      await expectRefusal(target.call("CreateUserPoolDomain", { UserPoolId, Domain: `${Domain}-2` }), code);
    },
  },
  {
    title: "describes a domain nobody has as empty",
    source: "seen on AWS",
    async run(target) {
      const { DomainDescription } = await target.call("DescribeUserPoolDomain", {
        Domain: "nobody-has-this-prefix-9f2c",
      });
      expect(DomainDescription).toEqual({});
    },
  },
  {
    title: "refuses reserved words and odd characters in a prefix, and managed login on the Lite plan",
    source: "Developer Guide, Using the Amazon Cognito prefix domain",
    differs: accepts,
    async run(target) {
      const UserPoolId = await createPool(target, { UserPoolTier: "LITE" });
      const create = (settings: Json) => target.call("CreateUserPoolDomain", { UserPoolId, ...settings });
      await expectRefusal(
        create({ Domain: "my-cognito" }),
        code,
        "Domain cannot contain reserved word: cognito",
      );
      await expectRefusal(create({ Domain: "My_Login" }), code);
      const Domain = prefixOf(UserPoolId);
      await expectRefusal(create({ Domain, ManagedLoginVersion: 2 }), "FeatureUnavailableInTierException");
    },
  },
  {
    title: "serves a custom domain beside a prefix, with a certificate from us-east-1 only",
    source: "API reference, CreateUserPoolDomain",
    needsControl: true,
    async run(target) {
      const UserPoolId = await createPool(target);
      const create = (CertificateArn: string) =>
        target.call("CreateUserPoolDomain", {
          UserPoolId,
          Domain: "login.example.com",
          CustomDomainConfig: { CertificateArn },
        });
      await expectRefusal(create(certificate("ap-northeast-1")), code);
      expect((await create(certificate("us-east-1"))).CloudFrontDomain).toMatch(/\.cloudfront\.net$/);
      await target.call("CreateUserPoolDomain", { UserPoolId, Domain: "example-login" });
      const { UserPool } = await target.call("DescribeUserPool", { UserPoolId });
      expect(UserPool).toMatchObject({ Domain: "example-login", CustomDomain: "login.example.com" });
    },
  },
]);

describeConformance("What else belongs to a pool", [
  {
    title: "replaces the scopes of a resource server and refuses an identifier twice",
    source: "API reference, CreateResourceServer, UpdateResourceServer",
    async run(target) {
      const UserPoolId = await createPool(target);
      const api = { UserPoolId, Identifier: "https://api.example.com", Name: "API" };
      const scope = (ScopeName: string) => ({ ScopeName, ScopeDescription: ScopeName });
      await target.call("CreateResourceServer", { ...api, Scopes: [scope("read"), scope("write")] });
      await expectRefusal(target.call("CreateResourceServer", api), code);
      await target.call("UpdateResourceServer", { ...api, Scopes: [scope("read")] });
      const { ResourceServers } = await target.call("ListResourceServers", { UserPoolId, MaxResults: 50 });
      expect(ResourceServers).toMatchObject([{ Scopes: [scope("read")] }]);
      await target.call("DeleteResourceServer", { UserPoolId, Identifier: api.Identifier });
      await expectRefusal(
        target.call("DescribeResourceServer", { UserPoolId, Identifier: api.Identifier }),
        "ResourceNotFoundException",
      );
    },
  },
  {
    title: "gives each client one style of the sign-in page, provided or own",
    source: "API reference, CreateManagedLoginBranding",
    differs: { ministack: "has no branding" },
    async run(target) {
      const UserPoolId = await createPool(target);
      const { UserPoolClient } = await target.call("CreateUserPoolClient", { UserPoolId, ClientName: "web" });
      const ClientId = member(UserPoolClient, "ClientId");
      const create = (settings: Json) =>
        target.call("CreateManagedLoginBranding", { UserPoolId, ClientId, ...settings });
      await expectRefusal(create({ UseCognitoProvidedValues: true, Settings: { a: 1 } }), code);
      await create({ UseCognitoProvidedValues: true });
      await expectRefusal(create({ UseCognitoProvidedValues: true }), "ManagedLoginBrandingExistsException");
      const { ManagedLoginBranding } = await target.call("DescribeManagedLoginBrandingByClient", {
        UserPoolId,
        ClientId,
      });
      expect(ManagedLoginBranding).toMatchObject({ UserPoolId, UseCognitoProvidedValues: true });
      const ManagedLoginBrandingId = member(ManagedLoginBranding, "ManagedLoginBrandingId");
      await target.call("UpdateManagedLoginBranding", {
        UserPoolId,
        ManagedLoginBrandingId,
        Settings: { color: "blue" },
      });
      const own = await target.call("DescribeManagedLoginBranding", { UserPoolId, ManagedLoginBrandingId });
      expect(own.ManagedLoginBranding).toMatchObject({
        UseCognitoProvidedValues: false,
        Settings: { color: "blue" },
      });
      await target.call("DeleteManagedLoginBranding", { UserPoolId, ManagedLoginBrandingId });
      await expectRefusal(
        target.call("DescribeManagedLoginBrandingByClient", { UserPoolId, ClientId }),
        "ResourceNotFoundException",
      );
    },
  },
  {
    title: "delivers message errors to a log group, and user activity only on the Plus plan",
    source: "API reference, LogConfigurationType",
    differs: { ministack: "has no log delivery" },
    async run(target) {
      const UserPoolId = await createPool(target);
      const LogGroupArn = "arn:aws:logs:ap-northeast-1:123456789012:log-group:/aws/vendedlogs/cognito/dev";
      const errors = {
        EventSource: "userNotification",
        LogLevel: "ERROR",
        CloudWatchLogsConfiguration: { LogGroupArn },
      };
      const set = (...LogConfigurations: Json[]) =>
        target.call("SetLogDeliveryConfiguration", { UserPoolId, LogConfigurations });
      await expectRefusal(
        set({ ...errors, EventSource: "userAuthEvents", LogLevel: "INFO" }),
        "FeatureUnavailableInTierException",
      );
      await expectRefusal(set({ ...errors, LogLevel: "INFO" }), code);
      await expectRefusal(set({ EventSource: "userNotification", LogLevel: "ERROR" }), code);
      await set(errors);
      const { LogDeliveryConfiguration } = await target.call("GetLogDeliveryConfiguration", { UserPoolId });
      expect(LogDeliveryConfiguration).toEqual({ UserPoolId, LogConfigurations: [errors] });
    },
  },
  {
    title: "delivers nothing to a log group of another account",
    source: "API reference, CloudWatchLogsConfigurationType",
    differs: { ministack: "has no log delivery" },
    async run(target) {
      const UserPoolId = await createPool(target);
      const LogGroupArn = "arn:aws:logs:ap-northeast-1:999999999999:log-group:/aws/vendedlogs/cognito/dev";
      const errors = { EventSource: "userNotification", LogLevel: "ERROR" };
      await expectRefusal(
        target.call("SetLogDeliveryConfiguration", {
          UserPoolId,
          LogConfigurations: [{ ...errors, CloudWatchLogsConfiguration: { LogGroupArn } }],
        }),
        code,
      );
    },
  },
  {
    title: "takes risk settings only where threat protection is on, and gives them up for the defaults",
    source: "API reference, SetRiskConfiguration",
    differs: { ministack: "has no risk settings" },
    async run(target) {
      const essentials = await createPool(target);
      const settings = {
        CompromisedCredentialsRiskConfiguration: {
          EventFilter: ["SIGN_IN"],
          Actions: { EventAction: "BLOCK" },
        },
      };
      await expectRefusal(
        target.call("SetRiskConfiguration", { UserPoolId: essentials, ...settings }),
        "UserPoolAddOnNotEnabledException",
      );
      const UserPoolId = await createPool(target, {
        UserPoolTier: "PLUS",
        UserPoolAddOns: { AdvancedSecurityMode: "ENFORCED" },
      });
      await target.call("SetRiskConfiguration", { UserPoolId, ...settings });
      const { RiskConfiguration } = await target.call("DescribeRiskConfiguration", { UserPoolId });
      expect(RiskConfiguration).toMatchObject({ UserPoolId, ...settings });
      await target.call("SetRiskConfiguration", { UserPoolId });
      const after = await target.call("DescribeRiskConfiguration", { UserPoolId });
      expect(after.RiskConfiguration).not.toMatchObject(settings);
    },
  },
  {
    title: "has no identity providers, risk settings or classic page styles until somebody configures them",
    source: "API reference, ListIdentityProviders, DescribeRiskConfiguration, GetUICustomization",
    differs: { ministack: "has no risk settings" },
    async run(target) {
      const UserPoolId = await createPool(target);
      expect(
        listOf(await target.call("ListIdentityProviders", { UserPoolId, MaxResults: 60 }), "Providers"),
      ).toEqual([]);
      await expectRefusal(
        target.call("DescribeIdentityProvider", { UserPoolId, ProviderName: "Corporate" }),
        "ResourceNotFoundException",
      );
      const { RiskConfiguration } = await target.call("DescribeRiskConfiguration", { UserPoolId });
      expect(RiskConfiguration).toMatchObject({ UserPoolId });
      expect((await target.call("GetUICustomization", { UserPoolId })).UICustomization).toMatchObject({
        UserPoolId,
      });
    },
  },
]);
