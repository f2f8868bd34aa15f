import { createHash } from "node:crypto";
import type { z } from "zod";
import { AwsFault } from "../aws-fault.ts";
import type { getCredentialsShape, IdentityPool } from "./identity-pool-shapes.ts";
import { resolveRole } from "./identity-roles.ts";
import { randomUuid, type ServiceWorld } from "./regional.ts";

/** What identities need from others. */
export interface IdentityPartners {
  /** The claims of an ID token of a user pool, or an AwsFault when it is forged, expired or its user has gone. */
  readIdToken: (token: string) => Promise<Readonly<Record<string, unknown>>>;
  /** Temporary credentials of a role for one identity; an AwsFault when the role does not trust the pool. */
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

/** The people of identity pools: who they are, and which role they get. */
export class Identities {
  readonly #world: ServiceWorld;
  readonly #partners: IdentityPartners;
  /** Identity id -> the pool it belongs to. */
  readonly #pools = new Map<string, IdentityPool>();

  constructor(world: ServiceWorld, partners: IdentityPartners) {
    this.#world = world;
    this.#partners = partners;
  }

  /** The identity of whoever the logins prove, or a new one for a guest. */
  async getId(pool: IdentityPool, logins: Record<string, string>): Promise<object> {
    const login = await this.#readLogin(pool, logins);
    if (login === undefined && !pool.settings.AllowUnauthenticatedIdentities) {
      throw notAuthorized("Unauthenticated access is not supported for this identity pool.");
    }
    const { region } = this.#world;
    const IdentityId =
      login === undefined ? `${region}:${randomUuid(this.#world)}` : identityOf(region, pool, login);
    this.#pools.set(IdentityId, pool);
    return { IdentityId };
  }

  /** Credentials of the role that the login's claims lead to. */
  async getCredentials(input: z.output<typeof getCredentialsShape>): Promise<object> {
    const { IdentityId, CustomRoleArn } = input;
    const { region } = this.#world;
    const pool = this.#pools.get(IdentityId);
    if (pool === undefined) {
      throw new AwsFault("ResourceNotFoundException", `Identity '${IdentityId}' not found.`);
    }
    const login = await this.#readLogin(pool, input.Logins);
    if (login !== undefined && identityOf(region, pool, login) !== IdentityId) {
      throw notAuthorized(
        "Logins don't match. Please include at least one valid login for this identity or identity pool.",
      );
    }
    const roleArn = login === undefined ? guestRole(pool) : roleOf(pool, login, CustomRoleArn);
    const assumed = { roleArn, identityId: IdentityId, identityPoolId: pool.id, region };
    return { IdentityId, Credentials: await this.#partners.assumeRole(assumed) };
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
}

/** A pool whose roles cannot be used as they are set up. */
export function invalidPoolConfiguration(cause?: unknown): AwsFault {
  return new AwsFault(
    "InvalidIdentityPoolConfigurationException",
    "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
    { cause },
  );
}

interface Login {
  provider: string;
  clientId: string;
  claims: Readonly<Record<string, unknown>>;
}

/** One person keeps one identity in a pool, whichever client the token came from. */
function identityOf(region: string, pool: IdentityPool, { provider, claims }: Login): string {
  const hash = createHash("sha256").update(`${pool.id} ${provider} ${String(claims.sub)}`);
  return `${region}:${randomUuid({ randomBytes: (count) => hash.copy().digest().subarray(0, count) })}`;
}

function guestRole({ settings, roles }: IdentityPool): string {
  if (!settings.AllowUnauthenticatedIdentities) {
    throw notAuthorized("Access to Identity is forbidden.");
  }
  const role = roles.unauthenticated;
  if (role === undefined) throw invalidPoolConfiguration();
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
      throw invalidPoolConfiguration();
    case "ambiguous":
      throw notAuthorized("Access denied: ambiguous role mapping rules denied.");
    case "custom role not allowed":
      throw notAuthorized("Access denied: the requested role is not among the allowed ones.");
  }
}

function notAuthorized(message: string): AwsFault {
  return new AwsFault("NotAuthorizedException", message);
}
