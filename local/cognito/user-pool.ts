import { buildSchema, describeAttribute } from "./attribute-schema.ts";
import { invalidParameter } from "./faults.ts";
import { drawPoolId } from "./identifiers.ts";
import { limits } from "./limits.ts";
import { refuseContradictions, refuseSmsConfiguration } from "./pool-rules.ts";
import { SequencedList } from "./sequenced-list.ts";
import type { CreateUserPoolInput, UpdateUserPoolInput } from "./shapes/user-pools.ts";
import { unmodelledSettings } from "./shapes/user-pools.ts";
import type { Pool, PoolMfa, PoolSettings, World } from "./state.ts";
import { mergeTags } from "./tags.ts";
import { toTimestamp } from "./timestamp.ts";
import { UserDirectory } from "./user-directory.ts";

/** A pool as CreateUserPool makes it, defaults filled in; not yet part of the world. */
export function buildPool(world: World, input: CreateUserPoolInput): Pool {
  refuseUnmodelled(input);
  const usernameAttributes = input.UsernameAttributes ?? [];
  const aliasAttributes = input.AliasAttributes ?? [];
  if (usernameAttributes.length > 0 && aliasAttributes.length > 0) {
    throw invalidParameter(
      "Only one of the aliasAttributes or usernameAttributes can be set in a user pool.",
    );
  }
  const schema = buildSchema(input.Schema ?? []);
  if (aliasAttributes.includes("preferred_username") && schema.get("preferred_username")?.isRequired) {
    throw invalidParameter("preferred_username can not be set as both an alias and a required attribute.");
  }
  const mfa = buildMfa(input);
  const draft = { settings: readSettings(input), tier: input.UserPoolTier ?? "ESSENTIALS", mfa };
  refuseContradictions(draft);
  const id = drawPoolId(world.region, world.randomBytes);
  const isCaseSensitive = input.UsernameConfiguration?.CaseSensitive ?? true;
  const createdAt = world.now();
  return {
    ...draft,
    id,
    sequence: world.nextSequence(),
    arn: `arn:aws:cognito-idp:${world.region}:${world.account}:userpool/${id}`,
    createdAt,
    modifiedAt: createdAt,
    name: input.PoolName,
    usernameAttributes,
    aliasAttributes,
    isCaseSensitive,
    usernameConfiguration: input.UsernameConfiguration,
    tags: mergeTags({}, input.UserPoolTags ?? {}),
    schema,
    users: new UserDirectory({ usernameAttributes, aliasAttributes, isCaseSensitive }),
    groups: new SequencedList(),
    groupsByName: new Map(),
    clients: new Map(),
    resourceServers: new Map(),
    brandings: new Map(),
    identityProviders: new Map(),
    importJobs: new Map(),
    logConfigurations: [],
    riskConfigurations: new Map(),
    prefixDomain: undefined,
    customDomain: undefined,
  };
}

/**
 * UpdateUserPool: what the request leaves out goes back to its default, except the feature plan, an SMS configuration and
 * what is fixed at creation (Developer Guide, "Updating user pool and app client configuration").
 */
export function changePool(world: World, pool: Pool, input: UpdateUserPoolInput): void {
  refuseUnmodelled(input);
  const mfa = changeMfa(pool, input);
  const draft = { settings: readSettings(input), tier: input.UserPoolTier ?? pool.tier, mfa };
  refuseContradictions(draft);
  const tags = input.UserPoolTags === undefined ? pool.tags : mergeTags({}, input.UserPoolTags);
  pool.settings = draft.settings;
  pool.tier = draft.tier;
  pool.mfa = mfa;
  pool.name = input.PoolName ?? pool.name;
  pool.tags = tags;
  pool.modifiedAt = world.now();
}

/** The pool as CreateUserPool and DescribeUserPool show it. */
export function describePool(world: World, pool: Pool): object {
  const { settings } = pool;
  return {
    Id: pool.id,
    Name: pool.name,
    ...settings,
    LastModifiedDate: toTimestamp(pool.modifiedAt),
    CreationDate: toTimestamp(pool.createdAt),
    SchemaAttributes: [...pool.schema.values()].map(describeAttribute),
    ...(pool.aliasAttributes.length > 0 ? { AliasAttributes: pool.aliasAttributes } : {}),
    ...(pool.usernameAttributes.length > 0 ? { UsernameAttributes: pool.usernameAttributes } : {}),
    ...(pool.mfa.smsMessage === undefined ? {} : { SmsAuthenticationMessage: pool.mfa.smsMessage }),
    MfaConfiguration: pool.mfa.mode,
    EstimatedNumberOfUsers: Math.max(0, pool.users.size + world.behaviour.estimateDrift),
    ...(pool.mfa.sms === undefined ? {} : { SmsConfiguration: pool.mfa.sms }),
    UserPoolTags: pool.tags,
    ...(pool.prefixDomain === undefined ? {} : { Domain: pool.prefixDomain }),
    ...(pool.customDomain === undefined ? {} : { CustomDomain: pool.customDomain }),
    ...(pool.usernameConfiguration === undefined
      ? {}
      : { UsernameConfiguration: pool.usernameConfiguration }),
    Arn: pool.arn,
    UserPoolTier: pool.tier,
  };
}

function refuseUnmodelled(input: CreateUserPoolInput | UpdateUserPoolInput): void {
  const named = unmodelledSettings.find((name) => input[name] !== undefined);
  if (named !== undefined) throw invalidParameter(`The local world does not know the setting ${named} yet.`);
}

function readSettings(input: CreateUserPoolInput | UpdateUserPoolInput): PoolSettings {
  const policy = input.Policies?.PasswordPolicy;
  const everything = policy === undefined;
  const signInPolicy = input.Policies?.SignInPolicy;
  const historySize = policy?.PasswordHistorySize ?? 0;
  return {
    Policies: {
      PasswordPolicy: {
        MinimumLength: policy?.MinimumLength ?? limits.defaultPasswordLength,
        RequireUppercase: policy?.RequireUppercase ?? everything,
        RequireLowercase: policy?.RequireLowercase ?? everything,
        RequireNumbers: policy?.RequireNumbers ?? everything,
        RequireSymbols: policy?.RequireSymbols ?? everything,
        ...(historySize > 0 ? { PasswordHistorySize: historySize } : {}),
        TemporaryPasswordValidityDays:
          policy?.TemporaryPasswordValidityDays || limits.defaultTemporaryPasswordDays,
      },
      ...(signInPolicy === undefined ? {} : { SignInPolicy: signInPolicy }),
    },
    DeletionProtection: input.DeletionProtection ?? "INACTIVE",
    LambdaConfig: input.LambdaConfig ?? {},
    ...(input.AutoVerifiedAttributes === undefined
      ? {}
      : { AutoVerifiedAttributes: input.AutoVerifiedAttributes }),
    ...pick(input, "SmsVerificationMessage", "EmailVerificationMessage", "EmailVerificationSubject"),
    VerificationMessageTemplate: {
      ...input.VerificationMessageTemplate,
      DefaultEmailOption: input.VerificationMessageTemplate?.DefaultEmailOption ?? "CONFIRM_WITH_CODE",
    },
    UserAttributeUpdateSettings: {
      AttributesRequireVerificationBeforeUpdate:
        input.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate ?? [],
    },
    ...pick(input, "DeviceConfiguration", "UserPoolAddOns", "AccountRecoverySetting"),
    EmailConfiguration: {
      ...input.EmailConfiguration,
      EmailSendingAccount: input.EmailConfiguration?.EmailSendingAccount ?? "COGNITO_DEFAULT",
    },
    AdminCreateUserConfig: {
      ...input.AdminCreateUserConfig,
      AllowAdminCreateUserOnly: input.AdminCreateUserConfig?.AllowAdminCreateUserOnly ?? false,
      UnusedAccountValidityDays:
        policy?.TemporaryPasswordValidityDays ||
        input.AdminCreateUserConfig?.UnusedAccountValidityDays ||
        limits.defaultTemporaryPasswordDays,
    },
  };
}

/** The members that are there, so that an absent one stays absent. */
function pick<Source extends object, Name extends keyof Source>(source: Source, ...names: Name[]) {
  const picked: Partial<Pick<Source, Name>> = {};
  for (const name of names) if (source[name] !== undefined) picked[name] = source[name];
  return picked;
}

function buildMfa(input: CreateUserPoolInput): PoolMfa {
  const mode = input.MfaConfiguration ?? "OFF";
  if (mode !== "OFF" && input.SmsConfiguration === undefined) throw smsRequired();
  refuseSmsConfiguration(input.SmsConfiguration);
  return {
    mode,
    sms: input.SmsConfiguration,
    smsMessage: input.SmsAuthenticationMessage,
    isTotpEnabled: false,
    email: undefined,
    webAuthn: undefined,
  };
}

/** Left out, MFA falls back to OFF like every other setting; it can be weakened here, but switched on only elsewhere. */
function changeMfa(pool: Pool, input: UpdateUserPoolInput): PoolMfa {
  const mode = input.MfaConfiguration ?? "OFF";
  const { mfa } = pool;
  if (mode === "ON" && mfa.mode !== "ON") {
    throw invalidParameter("Cannot turn MFA functionality ON, once the user pool has been created.");
  }
  const sms = input.SmsConfiguration ?? mfa.sms;
  refuseSmsConfiguration(input.SmsConfiguration);
  const hasOtherFactor = mfa.mode !== "OFF" && (mfa.isTotpEnabled || mfa.email !== undefined);
  if (mode !== "OFF" && sms === undefined && !hasOtherFactor) throw smsRequired();
  const isOff = mode === "OFF";
  return {
    mode,
    sms,
    smsMessage: input.SmsAuthenticationMessage,
    isTotpEnabled: !isOff && mfa.isTotpEnabled,
    email: isOff ? undefined : mfa.email,
    webAuthn: mfa.webAuthn,
  };
}

function smsRequired() {
  return invalidParameter(
    "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
  );
}
