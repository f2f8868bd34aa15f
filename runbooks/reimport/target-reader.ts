import {
  DescribeUserPoolCommand,
  GetUserPoolMfaConfigCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { z } from "zod";
import { mfaConfig, schemaAttribute } from "../adoption/existing-pool.ts";
import { describedSettings, functionsOf } from "../backup/described-pool.ts";
import type { GroupRecord, PoolDocument, UserRecord } from "../backup/format.ts";
import { listProviders } from "../backup/pool-description.ts";
import { openUserPool, type UserPoolOptions } from "../backup/user-pool.ts";
import { IntegrityError, NotFoundError } from "../runtime/errors.ts";
import type { SignInContact, TargetAttribute, TargetPool, TargetUser } from "./target-pool.ts";

/**
 * Reads what AWS tells of the pool to write to; changes nothing, and reads no user. Throws NotFoundError where there is
 * no such pool, IntegrityError where an answer is not what AWS documents.
 */
export async function readTargetPool(source: UserPoolOptions): Promise<TargetPool> {
  const { client, userPoolId, call } = source;
  const pool = { UserPoolId: userPoolId };
  const what = `DescribeUserPool on ${userPoolId}`;
  const { UserPool } = await call(what, (abortSignal) =>
    client.send(new DescribeUserPoolCommand(pool), { abortSignal }),
  );
  if (UserPool === undefined) throw new NotFoundError(`${what}: the answer holds no pool.`);
  if (UserPool.Id !== userPoolId) {
    throw new IntegrityError(`${what}: the answer is about another pool, ${UserPool.Id}.`, RUN_AGAIN);
  }
  const factors = await call(`GetUserPoolMfaConfig on ${userPoolId}`, (abortSignal) =>
    client.send(new GetUserPoolMfaConfigCommand(pool), { abortSignal }),
  );
  const groups: GroupRecord[] = [];
  for await (const page of openUserPool(source).listGroups()) groups.push(...page);
  const identityProviders = [...(await listProviders(source))];
  return toTargetPool(
    { userPool: UserPool, mfaConfig: factors, identityProviders, groups },
    `${userPoolId}: AWS described it in a way this command does not know`,
  );
}

/**
 * The pool that a backup set was made of, out of its `pool.json.gz` and its groups. Throws IntegrityError where the
 * description is not what AWS documents.
 */
export function describedPool(document: PoolDocument, groups: readonly GroupRecord[] = []): TargetPool {
  const { userPool } = document;
  const identityProviders = document.identityProviders.map(({ ProviderName }) => ProviderName);
  return toTargetPool(
    { userPool, mfaConfig: document.mfaConfig, identityProviders, groups },
    `${userPool.Id}: its set describes it in a way this command does not know`,
  );
}

/** Everybody in the pool, page by page as ListUsers gives them; somebody may come twice. */
export async function* listTargetUsers(source: UserPoolOptions): AsyncGenerator<TargetUser[]> {
  for await (const page of openUserPool(source).listUsers({})) yield page.map(toTargetUser);
}

const RUN_AGAIN = { remedy: "Run it again; if it stays, ask AWS support." };

/** A limit of an attribute: AWS writes numbers as texts. */
const limit = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .transform(Number)
  .optional();

const attribute = schemaAttribute
  .extend({
    StringAttributeConstraints: z.object({ MinLength: limit, MaxLength: limit }).optional(),
    NumberAttributeConstraints: z.object({ MinValue: limit, MaxValue: limit }).optional(),
  })
  .transform((shown): TargetAttribute => {
    const { MinLength, MaxLength } = shown.StringAttributeConstraints ?? {};
    const { MinValue, MaxValue } = shown.NumberAttributeConstraints ?? {};
    const [min, max] = shown.AttributeDataType === "Number" ? [MinValue, MaxValue] : [MinLength, MaxLength];
    return {
      name: shown.Name,
      type: shown.AttributeDataType,
      isMutable: shown.Mutable ?? false,
      isRequired: shown.Required ?? false,
      ...(min !== undefined && { min }),
      ...(max !== undefined && { max }),
    };
  });

/** What DescribeUserPool tells, in an answer as in a set; what it leaves out has AWS's default. */
const userPool = describedSettings.extend({
  Id: z.string().min(1),
  Name: z.string(),
  Arn: z.string().min(1),
  UserPoolTags: z.record(z.string(), z.string()).default({}),
  EstimatedNumberOfUsers: z.int().nonnegative().default(0),
  // The default of the API, unlike that of the console.
  UsernameConfiguration: z.object({ CaseSensitive: z.boolean() }).default({ CaseSensitive: true }),
  SchemaAttributes: z.array(attribute).min(1),
  Policies: z
    .looseObject({ PasswordPolicy: z.looseObject({ MinimumLength: z.int().optional() }).optional() })
    .optional(),
});

const description = z.object({
  userPool,
  mfaConfig,
  identityProviders: z.array(z.string().min(1)),
});

/** The shortest password where the policy does not say (Amazon Cognito user pools API reference, PasswordPolicyType). */
const DEFAULT_PASSWORD_LENGTH = 8;

function toTargetPool(
  {
    groups,
    ...answers
  }: { groups: readonly GroupRecord[] } & Record<keyof typeof description.shape, unknown>,
  refusal: string,
): TargetPool {
  const read = description.safeParse(answers);
  if (!read.success) {
    const where = read.error.issues[0]?.path.join(".");
    throw new IntegrityError(`${refusal}, at ${where}.`, {
      remedy: "Nothing was written; report it.",
      cause: read.error,
    });
  }
  const { userPool: pool, mfaConfig: mfa, identityProviders } = read.data;
  return {
    id: pool.Id,
    name: pool.Name,
    arn: pool.Arn,
    tags: pool.UserPoolTags,
    estimatedUsers: pool.EstimatedNumberOfUsers,
    usernameAttributes: pool.UsernameAttributes,
    aliasAttributes: pool.AliasAttributes,
    isCaseSensitive: pool.UsernameConfiguration.CaseSensitive,
    autoVerified: pool.AutoVerifiedAttributes,
    recovery: readRecovery(pool.AccountRecoverySetting?.RecoveryMechanisms),
    mfa: {
      mode: mfa.MfaConfiguration ?? "OFF",
      hasSms: mfa.SmsMfaConfiguration !== undefined,
      hasTotp: mfa.SoftwareTokenMfaConfiguration?.Enabled === true,
      hasEmail: mfa.EmailMfaConfiguration !== undefined,
    },
    schema: new Map(pool.SchemaAttributes.map((shown) => [shown.name, shown])),
    passwordLength: pool.Policies?.PasswordPolicy?.MinimumLength ?? DEFAULT_PASSWORD_LENGTH,
    triggers: functionsOf(pool),
    identityProviders,
    groups: new Map(
      groups.map(({ name, description, precedence, roleArn }) => [
        name,
        {
          name,
          ...(description !== undefined && { description }),
          ...(precedence !== undefined && { precedence }),
          ...(roleArn !== undefined && { roleArn }),
        },
      ]),
    ),
  };
}

const recoveryContacts = {
  verified_email: "email",
  verified_phone_number: "phone_number",
  admin_only: "admin_only",
} as const;

/**
 * "In the absence of this setting, Amazon Cognito uses the legacy behavior", where text messages come before mail
 * (Amazon Cognito user pools API reference, CreateUserPool, AccountRecoverySetting).
 */
const LEGACY_RECOVERY: readonly SignInContact[] = ["phone_number", "email"];

function readRecovery(
  mechanisms: readonly { Name: keyof typeof recoveryContacts; Priority: number }[] | undefined,
): TargetPool["recovery"] {
  if (mechanisms === undefined || mechanisms.length === 0) return LEGACY_RECOVERY;
  const inOrder = mechanisms.toSorted((one, other) => one.Priority - other.Priority);
  return inOrder.map(({ Name }) => recoveryContacts[Name]);
}

function toTargetUser({
  sub,
  username,
  status,
  enabled,
  created,
  modified,
  attributes,
}: UserRecord): TargetUser {
  return {
    sub,
    username,
    status,
    isEnabled: enabled,
    created,
    modified,
    attributes: new Map(
      attributes.flatMap(([name, value]) =>
        name === "sub" || value === null ? [] : [[name, value] as const],
      ),
    ),
  };
}
