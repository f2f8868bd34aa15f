import { createHash } from "node:crypto";
import type { JWTPayload } from "jose";
import { AwsFault } from "../../aws-fault.ts";
import { tokenSeconds } from "../client-rules.ts";
import { drawText, drawUuid } from "../identifiers.ts";
import { type Identity, readIdentities } from "../identities.ts";
import type { Client, Pool, User, World } from "../state.ts";
import { customizeClaims, type GroupClaims, type TokenOccasion } from "../triggers/token-trigger.ts";
import { type Grant, isPresent, registryOf, signInOf } from "./registry.ts";
import { notAuthorized } from "./secret-hash.ts";
import { issuingPool, signToken, verifyToken } from "./token-signing.ts";

/** The scope of tokens from the user pools API: the holder may read and change the own user. */
const OWN_USER_SCOPE = "aws.cognito.signin.user.admin";
const SECOND = 1_000;
const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

export interface AuthenticationResult {
  AccessToken: string;
  IdToken: string;
  RefreshToken?: string;
  ExpiresIn: number;
  TokenType: "Bearer";
}

/** What an authorization code stands for beside its user. */
export interface CodeGrant {
  scopes: readonly string[];
  /** When the user answered the last challenge (milliseconds). */
  authenticatedAt: number;
  nonce: string | undefined;
}

/** Starts a grant for a user who has answered every challenge, and issues its first tokens. */
export async function grantTokens(
  world: World,
  pool: Pool,
  client: Client,
  user: User,
  occasion: TokenOccasion,
  code?: CodeGrant,
): Promise<AuthenticationResult & { RefreshToken: string }> {
  const now = world.now();
  const grant: Grant = {
    originId: drawUuid(world.randomBytes),
    poolId: pool.id,
    clientId: client.id,
    user,
    authenticatedAt: code?.authenticatedAt ?? now,
    expiresAt: now + tokenSeconds(client.settings, "RefreshToken") * SECOND,
    scopes: code?.scopes ?? [OWN_USER_SCOPE],
    isFromCode: code !== undefined,
    isRevoked: false,
  };
  const refreshToken = drawRefreshToken(world, grant);
  const registry = registryOf(world);
  registry.grantsByOrigin.set(grant.originId, grant);
  signInOf(world, user).grants.add(grant);
  const tokens = await issueTokens(world, pool, client, grant, occasion, code?.nonce);
  return { ...tokens, RefreshToken: refreshToken };
}

/** Access and ID token of a grant, with the claims this client may read and what the pool's function makes of them. */
export async function issueTokens(
  world: World,
  pool: Pool,
  client: Client,
  grant: Grant,
  occasion: TokenOccasion,
  nonce?: string,
): Promise<Omit<AuthenticationResult, "RefreshToken">> {
  const accessSeconds = tokenSeconds(client.settings, "AccessToken");
  const current = groupClaims(grant.user);
  const changes = await customizeClaims(world, pool, client, grant.user, current, occasion);
  const { groups, roles, preferredRole } = changes.groups ?? current;
  const shared = {
    sub: grant.user.sub,
    origin_jti: grant.originId,
    event_id: drawUuid(world.randomBytes),
    auth_time: Math.floor(grant.authenticatedAt / SECOND),
    ...(groups.length === 0 ? {} : { "cognito:groups": groups }),
  };
  const access = {
    ...shared,
    token_use: "access",
    client_id: client.id,
    scope: grant.scopes.join(" "),
    username: grant.user.username,
    ...(grant.isFromCode ? { version: 2 } : {}),
  };
  const accessToken = await signToken(world, pool, access, accessSeconds);
  const own = {
    token_use: "id",
    aud: client.id,
    "cognito:username": grant.user.username,
    ...(grant.isFromCode ? { at_hash: halfHash(accessToken) } : {}),
    ...(nonce === undefined ? {} : { nonce }),
  };
  const id = {
    ...shared,
    ...readableClaims(pool, client, grant),
    ...(roles.length === 0 ? {} : { "cognito:roles": roles }),
    ...(preferredRole === undefined ? {} : { "cognito:preferred_role": preferredRole }),
    ...changes.added,
    ...own,
  };
  const kept = Object.fromEntries(Object.entries(id).filter(([name]) => !changes.suppressed.includes(name)));
  return {
    AccessToken: accessToken,
    IdToken: await signToken(world, pool, kept, tokenSeconds(client.settings, "IdToken")),
    ExpiresIn: accessSeconds,
    TokenType: "Bearer",
  };
}

/** An access token for a program that proved itself with its secret; it stands for no user (grant `client_credentials`). */
export async function issueMachineToken(
  world: World,
  pool: Pool,
  client: Client,
  scopes: readonly string[],
): Promise<{ AccessToken: string; ExpiresIn: number }> {
  const seconds = tokenSeconds(client.settings, "AccessToken");
  const claims = {
    sub: client.id,
    token_use: "access",
    client_id: client.id,
    scope: scopes.join(" "),
    auth_time: Math.floor(world.now() / SECOND),
    version: 2,
  };
  return { AccessToken: await signToken(world, pool, claims, seconds), ExpiresIn: seconds };
}

/**
 * New tokens of a grant for its refresh token; where the client rotates, a new one takes its place, which ends when the
 * first would have (Developer Guide, "Refresh tokens", "Refresh token rotation").
 */
export async function renewTokens(
  world: World,
  pool: Pool,
  client: Client,
  renewed: { grant: Grant; refreshToken: string },
  occasion: TokenOccasion,
): Promise<AuthenticationResult> {
  const { grant, refreshToken } = renewed;
  const tokens = await issueTokens(world, pool, client, grant, occasion);
  if (!rotates(client)) return tokens;
  const { retired } = registryOf(world);
  // A second use within the grace period does not lengthen it.
  const grace = (client.settings.RefreshTokenRotation?.RetryGracePeriodSeconds ?? 0) * SECOND;
  if (!retired.has(refreshToken)) retired.set(refreshToken, world.now() + grace);
  return { ...tokens, RefreshToken: drawRefreshToken(world, grant) };
}

/** Whether a refresh token of this client is good for one use. */
export function rotates({ settings }: Client): boolean {
  return settings.RefreshTokenRotation?.Feature === "ENABLED";
}

function drawRefreshToken(world: World, grant: Grant): string {
  const refreshToken = drawText(400, BASE64URL, world.randomBytes);
  registryOf(world).grants.set(refreshToken, grant);
  return refreshToken;
}

/** The grant behind a refresh token of this client, while it lives. */
export function requireGrant(world: World, pool: Pool, client: Client, refreshToken: string): Grant {
  const grant = registryOf(world).grants.get(refreshToken);
  if (grant === undefined || grant.poolId !== pool.id || grant.clientId !== client.id) {
    throw notAuthorized("Invalid Refresh Token.");
  }
  if (grant.isRevoked) throw notAuthorized("Refresh Token has been revoked");
  if (isRetired(world, refreshToken)) {
    throw new AwsFault("RefreshTokenReuseException", "Refresh token has been invalidated by rotation.");
  }
  if (world.now() >= grant.expiresAt) throw notAuthorized("Refresh Token has expired");
  if (!isPresent(pool, grant.user)) throw notAuthorized("Invalid Refresh Token.");
  if (!grant.user.isEnabled) throw notAuthorized("User is disabled.");
  return grant;
}

/** Revokes a grant by its refresh token, with every token issued from it; an unknown token is no error (RFC 7009). */
export function revokeRefreshToken(world: World, client: Client, refreshToken: string): void {
  const grant = registryOf(world).grants.get(refreshToken);
  if (grant?.clientId === client.id && !isRetired(world, refreshToken)) grant.isRevoked = true;
}

function isRetired(world: World, refreshToken: string): boolean {
  const until = registryOf(world).retired.get(refreshToken);
  return until !== undefined && world.now() >= until;
}

export interface TokenHolder {
  pool: Pool;
  client: Client;
  user: User;
  grant: Grant;
}

/** Who holds this access token, or AWS's refusal of a forged, outdated or revoked one, or of one without the scope. */
export async function requireAccessToken(
  world: World,
  token: string,
  scope = OWN_USER_SCOPE,
): Promise<TokenHolder> {
  const claims = await verifyToken(world, token, "Access Token");
  if (claims.token_use !== "access") throw notAuthorized("Invalid Access Token");
  const holder = requireHolder(world, claims, String(claims.client_id), "Access Token");
  if (!holder.grant.scopes.includes(scope)) {
    throw notAuthorized("Access Token does not have required scopes");
  }
  return holder;
}

/** Who holds this ID token, for services that accept it, such as identity pools. */
export async function requireIdToken(
  world: World,
  token: string,
): Promise<TokenHolder & { claims: JWTPayload }> {
  const claims = await verifyToken(world, token, "Id Token");
  if (claims.token_use !== "id") throw notAuthorized("Invalid Id Token");
  return { ...requireHolder(world, claims, String(claims.aud), "Id Token"), claims };
}

function requireHolder(world: World, claims: JWTPayload, clientId: string, what: string): TokenHolder {
  const pool = issuingPool(world, claims);
  const client = pool?.clients.get(clientId);
  const grant = registryOf(world).grantsByOrigin.get(String(claims.origin_jti));
  if (pool === undefined || client === undefined || grant === undefined)
    throw notAuthorized(`Invalid ${what}`);
  if (grant.isRevoked) throw notAuthorized(`${what} has been revoked`);
  if (!isPresent(pool, grant.user)) throw notAuthorized(`Invalid ${what}`);
  if (!grant.user.isEnabled) throw notAuthorized("User is disabled.");
  return { pool, client, user: grant.user, grant };
}

/** The user's groups and their roles; a preferred role only where the lowest precedence is not shared by two roles. */
function groupClaims(user: User): GroupClaims {
  const sorted = sortedGroups(user);
  const withRole = sorted.filter(({ roleArn }) => roleArn !== undefined);
  const [first, second] = withRole;
  const isShared =
    second !== undefined && second.precedence === first?.precedence && second.roleArn !== first?.roleArn;
  return {
    groups: sorted.map(({ name }) => name),
    roles: withRole.flatMap(({ roleArn }) => roleArn ?? []),
    preferredRole: isShared ? undefined : first?.roleArn,
  };
}

function sortedGroups(user: User) {
  const rank = ({ precedence }: { precedence: number | undefined }) => precedence ?? Number.POSITIVE_INFINITY;
  return [...(user.memberships?.keys() ?? [])].sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)));
}

/** The user's attributes that this grant shows, as claims of a token. */
function readableClaims(pool: Pool, client: Client, grant: Grant): Record<string, unknown> {
  const { user } = grant;
  const claims: Record<string, unknown> = {};
  for (const [name, value] of readableAttributes(client, grant)) {
    if (name === "identities") {
      claims[name] = readIdentities(user.attributes).map(identityClaim);
      continue;
    }
    const isBoolean = pool.schema.get(name)?.type === "Boolean";
    claims[name] = isBoolean ? value === "true" : name === "address" ? { formatted: value } : value;
  }
  return claims;
}

/**
 * Attributes the client may read, standard ones only where it names none (Developer Guide, "Attribute permissions and
 * scopes"). After a sign-in at the pages scopes narrow that: `email` and `phone` to theirs, unless `profile` or no other
 * scope of OpenID Connect beside `openid` was asked for (Developer Guide, "Scopes, M2M, and resource servers").
 */
export function readableAttributes(client: Client, grant: Grant): [name: string, value: string][] {
  const readable = client.settings.ReadAttributes;
  const shown = grant.isFromCode ? shownBy(grant.scopes) : undefined;
  const isShown = (name: string) =>
    (readable === undefined ? !name.includes(":") : readable.includes(name)) &&
    (shown === undefined || shown.includes(name));
  return Object.entries(grant.user.attributes).filter(([name]) => isShown(name));
}

/** The attributes that scopes narrow to; undefined where they narrow nothing. */
function shownBy(scopes: readonly string[]): string[] | undefined {
  if (scopes.includes("profile")) return undefined;
  const narrowing = Object.entries(scopeAttributes).filter(([scope]) => scopes.includes(scope));
  return narrowing.length === 0 ? undefined : narrowing.flatMap(([, names]) => names);
}

const scopeAttributes: Readonly<Record<string, readonly string[]>> = {
  email: ["email", "email_verified"],
  phone: ["phone_number", "phone_number_verified"],
};

/** The left half of a token's hash, which ties an ID token to its access token (OpenID Connect Core, at_hash). */
function halfHash(token: string): string {
  return createHash("sha256").update(token).digest().subarray(0, 16).toString("base64url");
}

/** In tokens every member but the issuer is a text (Developer Guide, "Understanding the identity (ID) token"). */
function identityClaim({ primary, dateCreated, ...identity }: Identity): object {
  return { ...identity, primary: String(primary), dateCreated: String(dateCreated) };
}
