import { createHash } from "node:crypto";
import { z } from "zod";
import { AwsFault } from "../aws-fault.ts";
import { type RoleMapping, resolveRole } from "./identity-roles.ts";
import { randomUuid, type ServiceWorld } from "./regional.ts";

/** What identity pools need from others. */
export interface IdentityPoolPartners {
  /** The claims of an ID token of a user pool, or an AwsFault when it is forged, expired or its user has gone. */
  readIdToken: (token: string) => Promise<Readonly<Record<string, unknown>>>;
  /** Temporary credentials of a role for one identity, from whoever makes credentials here. */
  assumeRole: (request: AssumedRole) => Promise<RoleCredentials>;
}

export interface AssumedRole {
  roleArn: string;
  identityId: string;
  identityPoolId: string;
  region: string;
}

export interface RoleCredentials {
  AccessKeyId: string;
  SecretKey: string;
  SessionToken: string;
  /** Seconds since the epoch. */
  Expiration: number;
}

const text = (most: number) => z.string().min(1).max(most);
const poolId = z.object({ IdentityPoolId: text(55) });

const poolShape = z.object({
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

const rolesShape = poolId.extend({
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

const loginsShape = z.record(z.string(), z.string()).default({});

/** Operations that take no AWS signature: who calls them proves it by the token they send (API model). */
const UNSIGNED: readonly string[] = [
  "GetId",
  "GetCredentialsForIdentity",
  "GetOpenIdToken",
  "UnlinkIdentity",
];

/** The identity pools of one account and Region, with role resolution as AWS documents it. */
export class IdentityPools {
  readonly #world: ServiceWorld;
  readonly #partners: IdentityPoolPartners;
  readonly #pools = new Map<string, IdentityPool>();
  /** Identity id -> the pool it belongs to. */
  readonly #identities = new Map<string, string>();

  constructor(world: ServiceWorld, partners: IdentityPoolPartners) {
    this.#world = world;
    this.#partners = partners;
  }

  /** Resolves with the operation's JSON output, or throws an AwsFault. */
  async handle(operation: string, input: unknown, { isSigned }: { isSigned: boolean }): Promise<object> {
    if (!isSigned && !UNSIGNED.includes(operation)) {
      throw new AwsFault("MissingAuthenticationTokenException", "Missing Authentication Token");
    }
    switch (operation) {
      case "CreateIdentityPool":
        return this.#create(read(poolShape, input));
      case "UpdateIdentityPool":
        return this.#update(read(poolShape.extend(poolId.shape), input));
      case "DescribeIdentityPool":
        return describe(this.#require(read(poolId, input).IdentityPoolId));
      case "ListIdentityPools":
        return this.#list(
          read(z.object({ MaxResults: z.int().min(1).max(60), NextToken: text(65_535).optional() }), input),
        );
      case "DeleteIdentityPool":
        this.#pools.delete(this.#require(read(poolId, input).IdentityPoolId).id);
        return {};
      case "SetIdentityPoolRoles":
        return this.#setRoles(read(rolesShape, input));
      case "GetIdentityPoolRoles":
        return this.#getRoles(read(poolId, input).IdentityPoolId);
      case "GetId":
        return this.#getId(read(poolId.extend({ Logins: loginsShape }), input));
      case "GetCredentialsForIdentity":
        return this.#getCredentials(
          read(
            z.object({ IdentityId: text(55), Logins: loginsShape, CustomRoleArn: z.string().optional() }),
            input,
          ),
        );
      default:
        throw new AwsFault(
          "UnknownOperationException",
          `The local identity pools do not answer ${operation}.`,
        );
    }
  }

  #create(settings: z.output<typeof poolShape>): object {
    const pool: IdentityPool = { id: this.#createId(), settings, roles: {}, mappings: undefined };
    this.#pools.set(pool.id, pool);
    return describe(pool);
  }

  #update({ IdentityPoolId, ...settings }: z.output<typeof poolShape> & { IdentityPoolId: string }): object {
    const pool = this.#require(IdentityPoolId);
    pool.settings = settings;
    return describe(pool);
  }

  #list({ MaxResults, NextToken }: { MaxResults: number; NextToken?: string | undefined }): object {
    const ids = [...this.#pools.keys()];
    const start = NextToken === undefined ? 0 : ids.indexOf(NextToken) + 1;
    if (NextToken !== undefined && start === 0) throw invalid("Invalid NextToken");
    const shown = ids.slice(start, start + MaxResults);
    return {
      IdentityPools: shown.map((id) => ({
        IdentityPoolId: id,
        IdentityPoolName: this.#require(id).settings.IdentityPoolName,
      })),
      NextToken: start + shown.length < ids.length ? shown.at(-1) : undefined,
    };
  }

  /** Replaces the whole map: what is left out is gone. */
  #setRoles({ IdentityPoolId, Roles, RoleMappings }: z.output<typeof rolesShape>): object {
    const pool = this.#require(IdentityPoolId);
    pool.roles = Roles;
    pool.mappings = RoleMappings;
    return {};
  }

  #getRoles(id: string): object {
    const { roles, mappings } = this.#require(id);
    return { IdentityPoolId: id, Roles: roles, RoleMappings: mappings };
  }

  async #getId({
    IdentityPoolId,
    Logins,
  }: {
    IdentityPoolId: string;
    Logins: Record<string, string>;
  }): Promise<object> {
    const pool = this.#require(IdentityPoolId);
    const login = await this.#readLogin(pool, Logins);
    if (login === undefined && !pool.settings.AllowUnauthenticatedIdentities) {
      throw notAuthorized("Unauthenticated access is not supported for this identity pool.");
    }
    const IdentityId = login === undefined ? this.#createId() : identityOf(this.#world.region, pool, login);
    this.#identities.set(IdentityId, pool.id);
    return { IdentityId };
  }

  async #getCredentials(input: {
    IdentityId: string;
    Logins: Record<string, string>;
    CustomRoleArn?: string | undefined;
  }): Promise<object> {
    const { IdentityId, CustomRoleArn } = input;
    const pool = this.#pools.get(this.#identities.get(IdentityId) ?? "");
    if (pool === undefined) throw notFound(`Identity '${IdentityId}' not found.`);
    const login = await this.#readLogin(pool, input.Logins);
    if (login !== undefined && identityOf(this.#world.region, pool, login) !== IdentityId) {
      throw notAuthorized(
        "Logins don't match. Please include at least one valid login for this identity or identity pool.",
      );
    }
    const roleArn = login === undefined ? guestRole(pool) : roleOf(pool, login, CustomRoleArn);
    const { region } = this.#world;
    const Credentials = await this.#partners
      .assumeRole({ roleArn, identityId: IdentityId, identityPoolId: pool.id, region })
      .catch((cause: unknown) => {
        throw new AwsFault(
          "InvalidIdentityPoolConfigurationException",
          "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
          { cause },
        );
      });
    return { IdentityId, Credentials };
  }

  async #readLogin(pool: IdentityPool, logins: Record<string, string>): Promise<Login | undefined> {
    const [first] = Object.entries(logins);
    if (first === undefined) return undefined;
    const [provider, token] = first;
    const claims = await this.#partners.readIdToken(token);
    const clientId = String(claims.aud);
    const isOwnIssuer = claims.iss === `https://${provider}`;
    const isListed = pool.settings.CognitoIdentityProviders?.some(
      ({ ProviderName, ClientId }) => ProviderName === provider && ClientId === clientId,
    );
    if (!isOwnIssuer || isListed !== true) {
      throw notAuthorized("Token is not from a supported provider of this identity pool.");
    }
    return { provider, clientId, claims };
  }

  #require(id: string): IdentityPool {
    const pool = this.#pools.get(id);
    if (pool === undefined) throw notFound(`IdentityPool '${id}' not found.`);
    return pool;
  }

  #createId(): string {
    return `${this.#world.region}:${randomUuid(this.#world)}`;
  }
}

interface IdentityPool {
  readonly id: string;
  settings: z.output<typeof poolShape>;
  roles: Record<string, string>;
  mappings: Record<string, RoleMapping> | undefined;
}

interface Login {
  provider: string;
  clientId: string;
  claims: Readonly<Record<string, unknown>>;
}

/** One person keeps one identity in a pool, whichever client the token came from. */
function identityOf(region: string, pool: IdentityPool, { provider, claims }: Login): string {
  const hex = createHash("sha256")
    .update(`${pool.id} ${provider} ${String(claims.sub)}`)
    .digest("hex");
  return `${region}:${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function guestRole({ settings, roles }: IdentityPool): string {
  if (!settings.AllowUnauthenticatedIdentities) {
    throw notAuthorized("Access to Identity is forbidden.");
  }
  const role = roles.unauthenticated;
  if (role === undefined) throw noRole();
  return role;
}

function roleOf({ roles, mappings }: IdentityPool, login: Login, customRole: string | undefined): string {
  const answer = resolveRole({
    mapping: mappings?.[`${login.provider}:${login.clientId}`],
    authenticatedRole: roles.authenticated,
    claims: login.claims,
    customRole,
  });
  if ("role" in answer) return answer.role;
  switch (answer.refused) {
    case "no role":
      throw noRole();
    case "ambiguous":
      throw notAuthorized("Access denied: ambiguous role mapping rules denied.");
    case "custom role not allowed":
      throw notAuthorized("Access denied: the requested role is not among the allowed ones.");
  }
}

function noRole(): AwsFault {
  return new AwsFault(
    "InvalidIdentityPoolConfigurationException",
    "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
  );
}

function describe({ id, settings }: IdentityPool): object {
  return { IdentityPoolId: id, ...settings };
}

function read<Shape extends z.ZodType>(shape: Shape, input: unknown): z.output<Shape> {
  const result = shape.safeParse(input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalid(`${issue?.path.join(".") ?? "The request"}: ${issue?.message ?? "is not valid"}`);
}

function invalid(message: string): AwsFault {
  return new AwsFault("InvalidParameterException", message);
}

function notFound(message: string): AwsFault {
  return new AwsFault("ResourceNotFoundException", message);
}

function notAuthorized(message: string): AwsFault {
  return new AwsFault("NotAuthorizedException", message);
}
