import type { Outbox } from "./outbox.ts";
import type { Partners } from "./partners.ts";
import type { SequencedList } from "./sequenced-list.ts";
import type { CreateUserPoolInput, SetUserPoolMfaConfigInput } from "./shapes/user-pools.ts";
import type { UserDirectory } from "./user-directory.ts";

/** Everything the model knows and may use: state, clock, randomness. Operations take it first. */
export interface World {
  readonly region: string;
  readonly account: string;
  /** Milliseconds since the epoch, from the injected clock. */
  readonly now: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly behaviour: Behaviour;
  readonly pools: Map<string, Pool>;
  /** Domain name -> what it belongs to; prefixes are unique in a Region over all accounts. */
  readonly domains: Map<string, Domain>;
  readonly outbox: Outbox;
  readonly partners: Partners;
  /** Numbers in rising order, for whatever must keep its place in a list. */
  readonly nextSequence: () => number;
  /** Key of the page tokens, drawn once per model: tokens of another run are foreign. */
  readonly tokenKey: Uint8Array;
}

/** What AWS leaves open, so that a test can try each answer. May be changed while the model runs. */
export interface Behaviour {
  /** `sub ^= "…"` is documented nowhere: some pools may honour, ignore or refuse it. */
  subPrefixFilter: "honoured" | "ignored" | "refused";
  /** "ragged" returns fewer users than asked for, sometimes none, with more to come (ListUsers, API reference). */
  pages: "full" | "ragged";
  /** How far EstimatedNumberOfUsers is off; AWS calls it a number estimating the size. */
  estimateDrift: number;
  /** What the log of an import job calls the first line after the header: seen as 2, documented nowhere. */
  importLineOfFirstUser: 1 | 2;
  /**
   * The share of rows, from 0 to 1, that may fail or be skipped before an import job fails with "Too many users have failed
   * or been skipped during the import."; AWS does not say where it stops.
   */
  importFailureShare: number | "off";
}

export interface Caller {
  /** Whether the request carried AWS credentials; only a few operations work without. */
  isSigned: boolean;
  /** Where the caller reached the service, as http://127.0.0.1:<port>: pre-signed addresses lead back there. */
  endpoint?: string | undefined;
}

export type Tier = "LITE" | "ESSENTIALS" | "PLUS";
export type MfaMode = "OFF" | "ON" | "OPTIONAL";
export type MfaFactor = "SMS_MFA" | "SOFTWARE_TOKEN_MFA" | "EMAIL_OTP";
export type Contact = "email" | "phone_number";
export type SignInAttribute = "email" | "phone_number" | "preferred_username";

/** The part of a pool that UpdateUserPool replaces, in the API's own spelling. */
export type PoolSettings = Omit<
  CreateUserPoolInput,
  | "PoolName"
  | "Schema"
  | "AliasAttributes"
  | "UsernameAttributes"
  | "UsernameConfiguration"
  | "MfaConfiguration"
  | "SmsConfiguration"
  | "SmsAuthenticationMessage"
  | "UserPoolTags"
  | "UserPoolTier"
>;

export interface Pool {
  readonly id: string;
  readonly sequence: number;
  readonly arn: string;
  readonly createdAt: number;
  readonly usernameAttributes: readonly Contact[];
  readonly aliasAttributes: readonly SignInAttribute[];
  readonly isCaseSensitive: boolean;
  /** undefined when the creator did not say: DescribeUserPool then shows no UsernameConfiguration. */
  readonly usernameConfiguration: { CaseSensitive: boolean } | undefined;
  name: string;
  modifiedAt: number;
  settings: PoolSettings;
  tier: Tier;
  tags: Record<string, string>;
  mfa: PoolMfa;
  /** By full name: standard attributes, custom:… and dev:…, in the order AWS lists them. */
  readonly schema: Map<string, AttributeDefinition>;
  readonly users: UserDirectory;
  readonly groups: SequencedList<Group>;
  readonly groupsByName: Map<string, Group>;
  readonly clients: Map<string, Client>;
  readonly resourceServers: Map<string, ResourceServer>;
  readonly brandings: Map<string, Branding>;
  readonly identityProviders: Map<string, IdentityProvider>;
  /** By job id, oldest first. */
  readonly importJobs: Map<string, ImportJob>;
  logConfigurations: object[];
  /** By client id, or "" for the pool itself. */
  readonly riskConfigurations: Map<string, object>;
  prefixDomain: string | undefined;
  customDomain: string | undefined;
}

type MfaInput = SetUserPoolMfaConfigInput;

export interface PoolMfa {
  mode: MfaMode;
  /** Present since SMS was configured; Cognito never lets it go again. */
  sms: NonNullable<NonNullable<MfaInput["SmsMfaConfiguration"]>["SmsConfiguration"]> | undefined;
  smsMessage: string | undefined;
  isTotpEnabled: boolean;
  email: NonNullable<MfaInput["EmailMfaConfiguration"]> | undefined;
  webAuthn: NonNullable<MfaInput["WebAuthnConfiguration"]> | undefined;
}

export interface AttributeDefinition {
  readonly name: string;
  readonly type: "String" | "Number" | "DateTime" | "Boolean";
  readonly isDeveloperOnly: boolean;
  readonly isMutable: boolean;
  readonly isRequired: boolean;
  /** Length in characters for strings, value for numbers. */
  readonly min?: number;
  readonly max?: number;
}

export type UserStatus =
  | "UNCONFIRMED"
  | "CONFIRMED"
  | "ARCHIVED"
  | "COMPROMISED"
  | "UNKNOWN"
  | "RESET_REQUIRED"
  | "FORCE_CHANGE_PASSWORD"
  | "EXTERNAL_PROVIDER";

export interface User {
  /** Place in the pool's creation order; pages continue after it. */
  readonly sequence: number;
  readonly username: string;
  readonly sub: string;
  readonly createdAt: number;
  modifiedAt: number;
  isEnabled: boolean;
  status: UserStatus;
  /** Values by attribute name, without sub. Replaced as a whole, never changed in place. */
  attributes: Readonly<Record<string, string>>;
  /** New addresses and numbers that replace the old ones only when the user has verified them. */
  pendingContacts: Readonly<Partial<Record<Contact, string>>> | undefined;
  credential: Credential | undefined;
  /** Credentials before the current one, newest first, as many as the policy of the day asked for. */
  passwordHistory: Uint8Array[] | undefined;
  mfa: UserMfa | undefined;
  totp: { secret: string; isVerified: boolean } | undefined;
  /** Group -> place in that group's member list. */
  memberships: Map<Group, number> | undefined;
}

export interface UserMfa {
  readonly enabled: readonly MfaFactor[];
  readonly preferred: MfaFactor | undefined;
}

/** A password as kept: SRP's inner hash SHA-256(pool name + user id + ":" + password), enough to compare and to derive a verifier. */
export interface Credential {
  readonly hash: Uint8Array;
  readonly setAt: number;
  /** Temporary passwords stop working then (milliseconds); undefined for permanent ones. */
  readonly expiresAt: number | undefined;
}

export interface Group {
  readonly name: string;
  readonly sequence: number;
  readonly createdAt: number;
  modifiedAt: number;
  description: string | undefined;
  roleArn: string | undefined;
  precedence: number | undefined;
  readonly members: SequencedList<User>;
}

export interface ClientSecret {
  readonly id: string;
  readonly value: string;
  readonly createdAt: number;
  /** Came with the client, and not later: the only one that DescribeUserPoolClient ever shows. */
  readonly isOriginal: boolean;
}

export interface Client {
  readonly id: string;
  readonly sequence: number;
  readonly createdAt: number;
  modifiedAt: number;
  name: string;
  /** Oldest first, all of them live; empty for a public client. */
  secrets: readonly ClientSecret[];
  /** The number in the id of the newest secret there ever was. */
  lastSecretNumber: number;
  settings: ClientSettings;
}

/** What UpdateUserPoolClient replaces, in the API's own spelling, defaults filled in. */
export interface ClientSettings {
  RefreshTokenValidity: number;
  AccessTokenValidity?: number | undefined;
  IdTokenValidity?: number | undefined;
  TokenValidityUnits?:
    | Partial<Record<"AccessToken" | "IdToken" | "RefreshToken", TimeUnit | undefined>>
    | undefined;
  ReadAttributes?: string[] | undefined;
  WriteAttributes?: string[] | undefined;
  ExplicitAuthFlows?: string[] | undefined;
  SupportedIdentityProviders?: string[] | undefined;
  CallbackURLs?: string[] | undefined;
  LogoutURLs?: string[] | undefined;
  DefaultRedirectURI?: string | undefined;
  AllowedOAuthFlows?: ("code" | "implicit" | "client_credentials")[] | undefined;
  AllowedOAuthScopes?: string[] | undefined;
  AllowedOAuthFlowsUserPoolClient: boolean;
  AnalyticsConfiguration?: object | undefined;
  PreventUserExistenceErrors?: "LEGACY" | "ENABLED" | undefined;
  EnableTokenRevocation: boolean;
  EnablePropagateAdditionalUserContextData: boolean;
  AuthSessionValidity: number;
  RefreshTokenRotation?:
    | { Feature: "ENABLED" | "DISABLED"; RetryGracePeriodSeconds?: number | undefined }
    | undefined;
}

export type TimeUnit = "seconds" | "minutes" | "hours" | "days";

export interface Domain {
  readonly name: string;
  readonly poolId: string;
  managedLoginVersion: number;
  custom: { CertificateArn: string; SecurityPolicy?: string | undefined } | undefined;
  readonly cloudFrontDomain: string | undefined;
}

export interface ResourceServer {
  readonly identifier: string;
  readonly sequence: number;
  name: string;
  scopes: { ScopeName: string; ScopeDescription: string }[];
}

export interface Branding {
  readonly id: string;
  readonly clientId: string;
  readonly createdAt: number;
  modifiedAt: number;
  useCognitoProvidedValues: boolean;
  settings: Record<string, unknown> | undefined;
  assets: object[];
}

export type ProviderType = "SAML" | "Facebook" | "Google" | "LoginWithAmazon" | "SignInWithApple" | "OIDC";

export interface IdentityProvider {
  readonly name: string;
  readonly type: ProviderType;
  readonly sequence: number;
  readonly createdAt: number;
  modifiedAt: number;
  details: Readonly<Record<string, string>>;
  /** User pool attribute -> what the provider calls it. */
  attributeMapping: Readonly<Record<string, string>>;
  identifiers: readonly string[];
}

export type ImportStatus =
  | "Created"
  | "Pending"
  | "InProgress"
  | "Stopping"
  | "Stopped"
  | "Succeeded"
  | "Failed"
  | "Expired";

/** A CSV import job (UserImportJobType, API reference). */
export interface ImportJob {
  readonly id: string;
  readonly name: string;
  readonly sequence: number;
  readonly createdAt: number;
  readonly logsRoleArn: string;
  /** Where the file goes. */
  readonly uploadUrl: string;
  status: ImportStatus;
  startedAt: number | undefined;
  completedAt: number | undefined;
  completionMessage: string | undefined;
  /** Gone when the job has ended. */
  file: Buffer | undefined;
  /** The file's columns and rows, once the import has begun. */
  table: { columns: readonly string[]; rows: readonly string[] } | undefined;
  imported: number;
  skipped: number;
  failed: number;
  /** Ends when the job's last step has; steps of one job never run side by side. */
  lastStep: Promise<void>;
}
