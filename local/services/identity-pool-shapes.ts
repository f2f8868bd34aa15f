import { z } from "zod";
import { AwsFault } from "../aws-fault.ts";
import type { RoleMapping } from "./identity-roles.ts";
import { readInput } from "./read-input.ts";

/** What the operations of identity pools take (Amazon Cognito Identity API reference). */

const text = (most: number) => z.string().min(1).max(most);
/** Operations that name a pool and nothing else. */
export const poolId = z.object({ IdentityPoolId: text(55) });

export const poolShape = z.object({
  IdentityPoolName: text(128).regex(/^[\w\s+=,.@-]+$/),
  AllowUnauthenticatedIdentities: z.boolean(),
  AllowClassicFlow: z.boolean().default(false),
  SupportedLoginProviders: z.record(z.string(), z.string()).optional(),
  DeveloperProviderName: text(128).optional(),
  OpenIdConnectProviderARNs: z.array(z.string()).optional(),
  CognitoIdentityProviders: z
    .array(
      z.object({
        ProviderName: text(128).regex(/^[\w._:/-]+$/),
        ClientId: text(128).regex(/^\w+$/),
        ServerSideTokenCheck: z.boolean().default(false),
      }),
    )
    .optional(),
  SamlProviderARNs: z.array(z.string()).optional(),
  IdentityPoolTags: z.record(z.string(), z.string()).optional(),
});

const ruleShape = z.object({
  Claim: text(64),
  MatchType: z.enum(["Equals", "Contains", "StartsWith", "NotEqual"]),
  Value: text(128),
  RoleARN: z.string().min(20).max(2048),
});

/** Rules of one provider: 25, although the API model would take 400 (Amazon Cognito Developer Guide, Quotas). */
const MOST_RULES = 25;

export const rolesShape = poolId.extend({
  Roles: z
    .record(z.string(), z.string().min(20).max(2048))
    .refine(
      (roles) => Object.keys(roles).every((kind) => kind === "authenticated" || kind === "unauthenticated"),
      {
        error: "the only roles are authenticated and unauthenticated",
      },
    ),
  RoleMappings: z
    .record(
      z.string(),
      z
        .object({
          Type: z.enum(["Token", "Rules"]),
          AmbiguousRoleResolution: z.enum(["AuthenticatedRole", "Deny"]),
          RulesConfiguration: z.object({ Rules: z.array(ruleShape).min(1).max(MOST_RULES) }).optional(),
        })
        .refine((mapping) => mapping.Type === "Token" || mapping.RulesConfiguration !== undefined, {
          error: "a mapping of type Rules needs a RulesConfiguration",
        }),
    )
    .refine((mappings) => Object.keys(mappings).length <= 10, {
      error: "at most 10 providers may have a mapping",
    })
    .optional(),
});

/** The provider's name and a token it gave out. */
const loginsShape = z.record(z.string(), z.string()).default({});

export const getIdShape = poolId.extend({ Logins: loginsShape });

export const getCredentialsShape = z.object({
  IdentityId: text(55),
  Logins: loginsShape,
  CustomRoleArn: z.string().optional(),
});

export const listShape = z.object({ MaxResults: z.int().min(1).max(60), NextToken: z.string().optional() });

/** The input of one operation, or AWS's refusal of it. */
export function readShape<Shape extends z.ZodType>(shape: Shape, input: unknown): z.output<Shape> {
  return readInput(shape, input, invalidParameter);
}

export function invalidParameter(message: string): AwsFault {
  return new AwsFault("InvalidParameterException", message);
}

/** One identity pool: its settings, and the roles people of it may get. */
export interface IdentityPool {
  readonly id: string;
  settings: z.output<typeof poolShape>;
  roles: Record<string, string>;
  mappings: Record<string, RoleMapping> | undefined;
}
