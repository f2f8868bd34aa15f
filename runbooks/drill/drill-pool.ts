import { z } from "zod";
import { REHEARSAL_TAG } from "../../infra/iam-policies/runbook-rehearse-restore.ts";
import { plainAttribute } from "../../infra/settings/attributes.ts";
import { stackTags, type Tags } from "../../infra/stack-tags.ts";
import { mfaConfig, schemaAttribute } from "../adoption/existing-pool.ts";
import { describedSettings, functionsOf, type signInContact } from "../backup/described-pool.ts";
import { type PoolDocument, stampOf } from "../backup/format.ts";
import { IntegrityError } from "../runtime/errors.ts";

/** The throw-away pool of a drill: what AWS is asked for, in this order. */
export interface DrillPool {
  /** What CreateUserPool is given. */
  create: DrillPoolInput;
  /** What AddCustomAttributes is given, call by call: attributes that CreateUserPool has no room for. */
  furtherAttributes: PoolAttribute[][];
  /** What SetUserPoolMfaConfig is given; undefined where MFA stays off. */
  mfa: DrillMfa | undefined;
  /** What the pool of the set has and this one does not, in words. */
  leftOut: string[];
}

/** What CreateUserPool is given; what is not named is left to AWS's default (API reference, CreateUserPool). */
export interface DrillPoolInput {
  PoolName: string;
  UserPoolTags: Tags;
  DeletionProtection: "INACTIVE";
  AdminCreateUserConfig: { AllowAdminCreateUserOnly: true };
  Schema?: PoolAttribute[];
  UsernameAttributes?: Contact[];
  AliasAttributes?: (Contact | "preferred_username")[];
  UsernameConfiguration?: { CaseSensitive: boolean };
  AutoVerifiedAttributes?: Contact[];
  AccountRecoverySetting?: NonNullable<DescribedPool["AccountRecoverySetting"]>;
  Policies?: { PasswordPolicy: PasswordPolicy };
  UserPoolTier?: "LITE" | "ESSENTIALS" | "PLUS";
}

/** What SetUserPoolMfaConfig is given: authenticator apps alone. */
export interface DrillMfa {
  MfaConfiguration: "ON" | "OPTIONAL";
  SoftwareTokenMfaConfiguration: { Enabled: true };
}

/** One attribute as CreateUserPool takes it: without the prefix that AWS shows it with. */
export interface PoolAttribute {
  Name: string;
  AttributeDataType: z.infer<typeof schemaAttribute>["AttributeDataType"];
  DeveloperOnlyAttribute?: true;
  Mutable: boolean;
  Required: boolean;
  StringAttributeConstraints?: z.infer<typeof schemaAttribute>["StringAttributeConstraints"];
  NumberAttributeConstraints?: z.infer<typeof schemaAttribute>["NumberAttributeConstraints"];
}

type Contact = z.infer<typeof signInContact>;
type PasswordPolicy = z.infer<typeof passwordPolicy>;
type DescribedPool = z.infer<typeof describedPool>;
type DescribedAttribute = DescribedPool["SchemaAttributes"][number];

const passwordPolicy = z.object({
  MinimumLength: z.int().optional(),
  RequireUppercase: z.boolean().optional(),
  RequireLowercase: z.boolean().optional(),
  RequireNumbers: z.boolean().optional(),
  RequireSymbols: z.boolean().optional(),
  PasswordHistorySize: z.int().optional(),
  TemporaryPasswordValidityDays: z.int().optional(),
});

const describedPool = describedSettings.extend({
  SchemaAttributes: z.array(schemaAttribute).min(1),
  UsernameConfiguration: z.object({ CaseSensitive: z.boolean() }).optional(),
  Policies: z
    .object({
      PasswordPolicy: passwordPolicy.optional(),
      SignInPolicy: z.object({ AllowedFirstAuthFactors: z.array(z.string()).default([]) }).optional(),
    })
    .default({}),
  UserPoolTier: z.enum(["LITE", "ESSENTIALS", "PLUS"]).optional(),
});

/** Attributes of one request (Amazon Cognito user pools API reference, CreateUserPool and AddCustomAttributes). */
const CREATED_ATTRIBUTES = 50;
const ADDED_ATTRIBUTES = 25;

/**
 * The throw-away pool in which a set's users are as they were in their own: the same schema, sign-in names, password
 * rules and ways back. What sends messages, calls functions or takes a role of its own is left out. Throws
 * IntegrityError where the set describes its pool in a way that AWS does not document.
 */
export function planDrillPool(
  document: PoolDocument,
  { stack, now }: { stack: string; now: Date },
): DrillPool {
  const { pool, mfa } = readDocument(document);
  const attributes = pool.SchemaAttributes.flatMap(toPoolAttribute);
  const created = [...attributes.filter(isStandard), ...attributes.filter(isCustom)];
  const further = created.splice(CREATED_ATTRIBUTES);
  const policy = pool.Policies.PasswordPolicy;
  const autoVerified = pool.AutoVerifiedAttributes.filter((name) => name === "email");
  return {
    create: {
      PoolName: `${namePrefix(stack)}${stampOf(now).replace(/\D/g, "")}`,
      UserPoolTags: { ...stackTags(stack), [REHEARSAL_TAG]: stack },
      DeletionProtection: "INACTIVE",
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      ...(created.length > 0 && { Schema: created.map(({ attribute }) => attribute) }),
      ...(pool.UsernameAttributes.length > 0 && { UsernameAttributes: pool.UsernameAttributes }),
      ...(pool.AliasAttributes.length > 0 && { AliasAttributes: pool.AliasAttributes }),
      ...(pool.UsernameConfiguration && { UsernameConfiguration: pool.UsernameConfiguration }),
      // Numbers take a role that sends text messages.
      ...(autoVerified.length > 0 && { AutoVerifiedAttributes: autoVerified }),
      ...(pool.AccountRecoverySetting && { AccountRecoverySetting: pool.AccountRecoverySetting }),
      ...(policy && { Policies: { PasswordPolicy: policy } }),
      ...(pool.UserPoolTier && { UserPoolTier: pool.UserPoolTier }),
    },
    furtherAttributes: inChunks(
      further.map(({ attribute }) => attribute),
      ADDED_ATTRIBUTES,
    ),
    mfa: chooseMfa(mfa),
    leftOut: listLeftOut(pool, mfa),
  };
}

/** Hours after which the pool of a drill is taken for one that was left behind: no drill lasts half as long. */
const ABANDONED_HOURS = 24;

/** A pool as it is looked at to find out whose it is. */
export interface FoundPool {
  name: string;
  tags: Readonly<Record<string, string>>;
  createdAt: Date;
}

/**
 * Whether a drill of this stack made the pool and left it behind, so that it may be deleted: by name, tag and age, all
 * three. `now` is AWS's own time.
 */
export function isAbandoned({ name, tags, createdAt }: FoundPool, stack: string, now: Date): boolean {
  const hours = (now.getTime() - createdAt.getTime()) / 3_600_000;
  return isRehearsalName(name, stack) && isRehearsal(tags, stack) && hours > ABANDONED_HOURS;
}

/** Whether a pool is called as drills of this stack call theirs; that alone says nothing about whose it is. */
export function isRehearsalName(name: string, stack: string): boolean {
  const prefix = namePrefix(stack);
  return name.startsWith(prefix) && /^\d{14}$/.test(name.slice(prefix.length));
}

/** Whether a pool has the tag that drills of this stack give theirs, and nobody else may. */
export function isRehearsal(tags: Readonly<Record<string, string>>, stack: string): boolean {
  return tags[REHEARSAL_TAG] === stack;
}

function namePrefix(stack: string): string {
  return `sekisho-${stack}-rehearsal-`;
}

function readDocument({ userPool, mfaConfig: shownMfa }: PoolDocument) {
  const read = z.object({ pool: describedPool, mfa: mfaConfig }).safeParse({ pool: userPool, mfa: shownMfa });
  if (read.success) return read.data;
  const where = read.error.issues[0]?.path.join(".");
  throw new IntegrityError(
    `${userPool.Id}: its set describes it in a way this command does not know, at ${where}.`,
    { remedy: "Nothing was made; report it.", cause: read.error },
  );
}

interface ShownAttribute {
  attribute: PoolAttribute;
  isCustom: boolean;
}

const isCustom = (shown: ShownAttribute) => shown.isCustom;
const isStandard = (shown: ShownAttribute) => !shown.isCustom;

/**
 * An attribute that has to be asked for: a custom one, or a standard one that is not as every pool has it. The rest
 * comes by itself, and what Cognito alone sets cannot be asked for.
 */
function toPoolAttribute(shown: DescribedAttribute): ShownAttribute[] {
  const { Name, AttributeDataType, Mutable = true, Required = false } = shown;
  const [, developerOnly, custom, name = ""] = /^(dev:)?(custom:)?(.*)$/s.exec(Name) ?? [];
  const isOwn = developerOnly !== undefined || custom !== undefined;
  if (!isOwn && (plainAttribute(Name).kind === "custom" || isUsual(shown))) return [];
  const { StringAttributeConstraints, NumberAttributeConstraints } = shown;
  const attribute: PoolAttribute = {
    Name: name,
    AttributeDataType,
    ...(developerOnly !== undefined && { DeveloperOnlyAttribute: true }),
    Mutable,
    Required,
    ...(StringAttributeConstraints && { StringAttributeConstraints }),
    ...(NumberAttributeConstraints && { NumberAttributeConstraints }),
  };
  return [{ attribute, isCustom: isOwn }];
}

/** Whether a standard attribute is as every new pool has it. */
function isUsual(shown: DescribedAttribute): boolean {
  const { Name, Mutable = true, Required = false } = shown;
  const { MinLength, MaxLength } = shown.StringAttributeConstraints ?? {};
  const { MinValue, MaxValue } = shown.NumberAttributeConstraints ?? {};
  const usual = plainAttribute(Name);
  const limits = usual.type === "number" ? [MinValue, MaxValue] : [MinLength, MaxLength];
  const isSame = [usual.min, usual.max].every((limit, place) => limits[place] === limit?.toString());
  return Mutable && !Required && isSame;
}

/** Authenticator apps alone: the other factors take a sender, and a pool without one cannot offer them. */
function chooseMfa({ MfaConfiguration: mode, SoftwareTokenMfaConfiguration: totp }: DescribedMfa) {
  if (mode === undefined || mode === "OFF" || totp?.Enabled !== true) return undefined;
  return { MfaConfiguration: mode, SoftwareTokenMfaConfiguration: { Enabled: true } } satisfies DrillMfa;
}

type DescribedMfa = z.infer<typeof mfaConfig>;

function listLeftOut(pool: DescribedPool, mfa: DescribedMfa): string[] {
  const functions = functionsOf(pool);
  const isMfaOn = mfa.MfaConfiguration === "ON" || mfa.MfaConfiguration === "OPTIONAL";
  const byMessage = [
    ...(mfa.SmsMfaConfiguration ? ["text message"] : []),
    ...(mfa.EmailMfaConfiguration ? ["mail"] : []),
  ];
  const firstFactors = (pool.Policies.SignInPolicy?.AllowedFirstAuthFactors ?? []).filter(
    (factor) => factor !== "PASSWORD",
  );
  return [
    ...(functions.length > 0 ? [`the functions it calls: ${functions.join(", ")}`] : []),
    ...(isMfaOn && byMessage.length > 0 ? [`second factors by ${byMessage.join(" and ")}`] : []),
    ...(firstFactors.length > 0 ? [`sign-in without a password: ${firstFactors.join(", ")}`] : []),
    ...(pool.AutoVerifiedAttributes.includes("phone_number")
      ? ["phone numbers that it verifies by itself"]
      : []),
  ];
}

function inChunks<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, chunk) => items.slice(chunk * size, (chunk + 1) * size));
}
