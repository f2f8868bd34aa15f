import { adoptAttributes } from "./adopted-attributes.ts";
import { type AdoptedClient, adoptClients } from "./adopted-clients.ts";
import type { ExistingPool } from "./existing-pool.ts";

/** A stack file for a pool that exists, as values, and what it leaves out. */
export interface AdoptedSettings {
  /** Sections without their `sekisho:` prefix. */
  config: Record<string, unknown>;
  /** Names in the stack file, by client id. */
  clientNames: Record<string, string>;
  groupNames: string[];
  /** What stays in AWS as it is, because no setting can say it: one sentence each. */
  outside: string[];
  /** What no setting can say and an update of the pool would take away: one sentence each. */
  losses: string[];
}

/** The settings whose pool is the existing one. Pure; `stack` is the name of the stack that adopts it. */
export function adoptSettings(
  pool: ExistingPool,
  { stack, region }: { stack: string; region: string },
): AdoptedSettings {
  const clients = adoptClients(pool.clients);
  const adopted = clients.filter(isAdopted);
  const writable = new Set(pool.clients.flatMap(({ WriteAttributes = [] }) => WriteAttributes));
  const mentioned = new Set([
    ...adopted.flatMap(({ client }) => [...(client.ReadAttributes ?? []), ...(client.WriteAttributes ?? [])]),
    ...pool.userPool.UsernameAttributes,
  ]);
  const attributes = adoptAttributes(pool.userPool.SchemaAttributes, mentioned, writable);
  const groups = pool.groups.filter(isSayableGroup);
  const page = readPage(pool);
  return {
    config: {
      users: readUsers(pool, stack, attributes.settings, groups),
      mfa: readMfa(pool),
      ...readEmail(pool, region),
      ...(pool.userPool.SmsConfiguration && isSmsUsed(pool) && { sms: { monthlySpendLimitUsd: 1 } }),
      clients: Object.fromEntries(adopted.map(({ name, settings }) => [name, settings])),
      ...page.settings,
      backup: { copyTo: "none" },
    },
    clientNames: Object.fromEntries(adopted.map(({ client, name }) => [client.ClientId, name])),
    groupNames: groups.map(({ name }) => name),
    outside: [
      ...clients.flatMap((one) =>
        isAdopted(one)
          ? []
          : [`Client ${one.client.ClientName} (${one.client.ClientId}) stays outside: ${one.reason}.`],
      ),
      ...pool.groups
        .filter((one) => !isSayableGroup(one))
        .map(({ name, roleArn }) =>
          roleArn === undefined
            ? `Group ${name} stays outside: the stack file takes no such name.`
            : `Group ${name} stays outside: it hands out the role ${roleArn}, which awsAccess does by rules.`,
        ),
      ...pool.identityProviders.map(
        ({ ProviderName }) =>
          `Sign-in with ${ProviderName} stays outside: the stack file has no other providers.`,
      ),
      ...page.outside,
    ],
    losses: findLosses(pool, attributes.unsayable),
  };
}

function isAdopted(one: AdoptedClient): one is Extract<AdoptedClient, { name: string }> {
  return "name" in one;
}

function isSayableGroup({ name, roleArn }: ExistingPool["groups"][number]): boolean {
  return roleArn === undefined && /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u.test(name);
}

function readUsers(
  { userPool }: ExistingPool,
  stack: string,
  attributes: Record<string, unknown>,
  groups: ExistingPool["groups"],
): Record<string, unknown> {
  const { Name, UsernameAttributes, AliasAttributes, UsernameConfiguration, UserPoolTier } = userPool;
  const policy = userPool.Policies?.PasswordPolicy ?? {};
  return {
    signInWith: UsernameAttributes.length === 0 ? "username" : UsernameAttributes.map(contact),
    ...(AliasAttributes.length > 0 && { aliases: AliasAttributes.map(contact) }),
    ...(Name !== `sekisho-${stack}` && { poolName: Name }),
    caseSensitive: UsernameConfiguration?.CaseSensitive ?? "unsaid",
    selfSignUp: !(userPool.AdminCreateUserConfig?.AllowAdminCreateUserOnly ?? false),
    tier: (UserPoolTier ?? "ESSENTIALS").toLowerCase(),
    attributes,
    ...(groups.length > 0 && {
      groups: Object.fromEntries(
        groups.map(({ name, precedence, description }) => [
          name,
          { ...(precedence !== undefined && { precedence }), ...(description && { description }) },
        ]),
      ),
    }),
    password: {
      minLength: policy.MinimumLength ?? 8,
      temporaryValidDays: policy.TemporaryPasswordValidityDays || 7,
      requireLowercase: policy.RequireLowercase ?? false,
      requireUppercase: policy.RequireUppercase ?? false,
      requireNumbers: policy.RequireNumbers ?? false,
      requireSymbols: policy.RequireSymbols ?? false,
    },
    recovery: readRecovery(userPool),
  };
}

function contact(attribute: string): string {
  return attribute === "phone_number" ? "phone" : attribute;
}

const RECOVERY: Record<string, string> = {
  verified_email: "email",
  verified_phone_number: "phone",
  admin_only: "admin",
};

// Without a setting Cognito sends to the phone first, then to the mail address, whatever serves MFA; where both would
// do, the mail address is the one that is not.
function readRecovery({
  AccountRecoverySetting,
  AutoVerifiedAttributes,
}: ExistingPool["userPool"]): string[] {
  const mechanisms = AccountRecoverySetting?.RecoveryMechanisms ?? [];
  if (mechanisms.length > 0) {
    return mechanisms
      .toSorted((one, other) => one.Priority - other.Priority)
      .flatMap(({ Name }) => RECOVERY[Name] ?? []);
  }
  if (AutoVerifiedAttributes.includes("email")) return ["email"];
  return AutoVerifiedAttributes.includes("phone_number") ? ["phone"] : ["admin"];
}

function readMfa({ mfaConfig }: ExistingPool): { mode: string; factors?: string[] } {
  const {
    MfaConfiguration = "OFF",
    SmsMfaConfiguration,
    SoftwareTokenMfaConfiguration,
    EmailMfaConfiguration,
  } = mfaConfig;
  if (MfaConfiguration === "OFF") return { mode: "off" };
  const factors = [
    ...(SmsMfaConfiguration ? ["sms"] : []),
    ...(SoftwareTokenMfaConfiguration?.Enabled ? ["totp"] : []),
    ...(EmailMfaConfiguration ? ["email"] : []),
  ];
  return { mode: MfaConfiguration === "ON" ? "required" : "optional", factors };
}

/** Whether anything in the stack file would need the section: it may stand only where text messages are used. */
function isSmsUsed(pool: ExistingPool): boolean {
  const { factors = [] } = readMfa(pool);
  const { UsernameAttributes, AliasAttributes } = pool.userPool;
  const contacts = [...UsernameAttributes, ...AliasAttributes];
  return (
    factors.includes("sms") ||
    (factors.length === 0 &&
      (contacts.includes("phone_number") || readRecovery(pool.userPool).includes("phone")))
  );
}

function readEmail({ userPool }: ExistingPool, region: string): { email?: Record<string, unknown> } {
  const {
    EmailSendingAccount,
    SourceArn = "",
    From,
    ReplyToEmailAddress,
  } = userPool.EmailConfiguration ?? {};
  if (EmailSendingAccount !== "DEVELOPER") return {};
  const identity = SourceArn.slice(SourceArn.indexOf("/") + 1);
  return {
    email: {
      from: From ?? (identity.includes("@") ? identity : `no-reply@${identity}`),
      identityArn: SourceArn || `arn:aws:ses:${region}`,
      ...(ReplyToEmailAddress && { replyTo: ReplyToEmailAddress }),
    },
  };
}

function readPage({ domains }: ExistingPool): { settings: { signInPage?: object }; outside: string[] } {
  const [first, ...others] = domains.toSorted(
    (one, other) => Number(certificateOf(other) !== undefined) - Number(certificateOf(one) !== undefined),
  );
  if (!first) return { settings: {}, outside: [] };
  const { Domain } = first;
  const certificateArn = certificateOf(first);
  return {
    settings: {
      signInPage: certificateArn ? { domain: Domain, certificateArn } : { domainPrefix: Domain },
    },
    outside: others.map(
      (other) => `The address ${other.Domain} stays outside: the stack file has one address.`,
    ),
  };
}

function certificateOf({ CustomDomainConfig }: ExistingPool["domains"][number]): string | undefined {
  return CustomDomainConfig?.CertificateArn;
}

/** Whatever UpdateUserPool would reset because the program does not send it, or sends otherwise. */
function findLosses({ userPool }: ExistingPool, unsayable: readonly string[]): string[] {
  const triggers = Object.keys(userPool.LambdaConfig ?? {});
  const factors = userPool.Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? [];
  const passwordless = factors.filter((factor) => factor !== "PASSWORD");
  return [
    ...(triggers.length > 0
      ? [`The pool calls functions of others (${triggers.join(", ")}); an update would take them off.`]
      : []),
    ...unsayable.map(
      (name) => `The attribute ${name} is for developers only; the provider would refuse every update.`,
    ),
    ...(passwordless.length > 0
      ? [`People sign in without a password (${passwordless.join(", ")}); an update would end that.`]
      : []),
    ...(userPool.DeviceConfiguration ? ["The pool remembers devices; an update would end that."] : []),
    ...(Object(userPool.VerificationMessageTemplate).DefaultEmailOption === "CONFIRM_WITH_LINK"
      ? ["Addresses are confirmed by a link; an update would send codes instead."]
      : []),
    ...(userPool.SmsConfiguration?.EumsSms
      ? ["Text messages go out by AWS End User Messaging directly; an update would send them by SNS."]
      : []),
    ...(Object(userPool.UserPoolAddOns).AdvancedSecurityMode === "ENFORCED"
      ? ["Threat protection blocks sign-ins; an update would let it watch only, unless the preset is strict."]
      : []),
  ];
}
