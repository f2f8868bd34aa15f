import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { type JWTPayload, jwtVerify, SignJWT } from "jose";
import { drawText, drawUuid } from "../identifiers.ts";
import { type Identity, readIdentities } from "../identities.ts";
import type { Client, Pool, TimeUnit, User, World } from "../state.ts";
import { customizeClaims, type GroupClaims, type TokenOccasion } from "../triggers/token-trigger.ts";
import { type Grant, isPresent, registryOf, signInOf } from "./registry.ts";
import { notAuthorized } from "./secret-hash.ts";

/** The scope of tokens from the user pools API: the holder may read and change the own user. */
const OWN_USER_SCOPE = "aws.cognito.signin.user.admin";
const SECOND = 1_000;
const unitSeconds: Record<TimeUnit, number> = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 };
const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

export interface AuthenticationResult {
  AccessToken: string;
  IdToken: string;
  RefreshToken?: string;
  ExpiresIn: number;
  TokenType: "Bearer";
}

/** Starts a grant for a user who has answered every challenge, and issues its first tokens. */
export async function grantTokens(
  world: World,
  pool: Pool,
  client: Client,
  user: User,
  occasion: TokenOccasion,
): Promise<AuthenticationResult> {
  const now = world.now();
  const { RefreshTokenValidity, TokenValidityUnits } = client.settings;
  const grant: Grant = {
    originId: drawUuid(world.randomBytes),
    poolId: pool.id,
    clientId: client.id,
    user,
    authenticatedAt: now,
    expiresAt: now + RefreshTokenValidity * unitSeconds[TokenValidityUnits?.RefreshToken ?? "days"] * SECOND,
    isRevoked: false,
  };
  const refreshToken = drawText(400, BASE64URL, world.randomBytes);
  const registry = registryOf(world);
  registry.grants.set(refreshToken, grant);
  registry.grantsByOrigin.set(grant.originId, grant);
  signInOf(world, user).grants.add(grant);
  return { ...(await issueTokens(world, pool, client, grant, occasion)), RefreshToken: refreshToken };
}

/** Access and ID token of a grant, with the claims this client may read and what the pool's function makes of them. */
export async function issueTokens(
  world: World,
  pool: Pool,
  client: Client,
  grant: Grant,
  occasion: TokenOccasion,
): Promise<Omit<AuthenticationResult, "RefreshToken">> {
  const { settings } = client;
  const seconds = (kind: "AccessToken" | "IdToken", validity: number | undefined) =>
    (validity ?? 1) *
    unitSeconds[validity === undefined ? "hours" : (settings.TokenValidityUnits?.[kind] ?? "hours")];
  const accessSeconds = seconds("AccessToken", settings.AccessTokenValidity);
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
    scope: OWN_USER_SCOPE,
    username: grant.user.username,
  };
  const own = { token_use: "id", aud: client.id, "cognito:username": grant.user.username };
  const id = {
    ...shared,
    ...readableClaims(pool, client, grant.user),
    ...(roles.length === 0 ? {} : { "cognito:roles": roles }),
    ...(preferredRole === undefined ? {} : { "cognito:preferred_role": preferredRole }),
    ...changes.added,
    ...own,
  };
  const kept = Object.entries(id).filter(([name]) => !changes.suppressed.includes(name));
  return {
    AccessToken: await signToken(world, pool, access, accessSeconds),
    IdToken: await signToken(
      world,
      pool,
      Object.fromEntries(kept),
      seconds("IdToken", settings.IdTokenValidity),
    ),
    ExpiresIn: accessSeconds,
    TokenType: "Bearer",
  };
}

/** The grant behind a refresh token of this client, while it lives. */
export function requireGrant(world: World, pool: Pool, client: Client, refreshToken: string): Grant {
  const grant = registryOf(world).grants.get(refreshToken);
  if (grant === undefined || grant.poolId !== pool.id || grant.clientId !== client.id) {
    throw notAuthorized("Invalid Refresh Token.");
  }
  if (grant.isRevoked) throw notAuthorized("Refresh Token has been revoked");
  if (world.now() >= grant.expiresAt) throw notAuthorized("Refresh Token has expired");
  if (!isPresent(pool, grant.user)) throw notAuthorized("Invalid Refresh Token.");
  if (!grant.user.isEnabled) throw notAuthorized("User is disabled.");
  return grant;
}

/** Revokes a grant by its refresh token, with every token issued from it; an unknown token is no error (RFC 7009). */
export function revokeRefreshToken(world: World, client: Client, refreshToken: string): void {
  const grant = registryOf(world).grants.get(refreshToken);
  if (grant?.clientId === client.id) grant.isRevoked = true;
}

export interface TokenHolder {
  pool: Pool;
  client: Client;
  user: User;
}

/** Who holds this access token, or AWS's refusal of a forged, outdated or revoked one. */
export async function requireAccessToken(world: World, token: string): Promise<TokenHolder> {
  const claims = await verifyToken(world, token, "Access Token");
  if (claims.token_use !== "access") throw notAuthorized("Invalid Access Token");
  return requireHolder(world, claims, String(claims.client_id), "Access Token");
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

export function issuerOf(world: World, pool: Pool): string {
  return `https://cognito-idp.${world.region}.amazonaws.com/${pool.id}`;
}

function requireHolder(world: World, claims: JWTPayload, clientId: string, what: string): TokenHolder {
  const pool = poolOf(world, claims);
  const client = pool?.clients.get(clientId);
  const grant = registryOf(world).grantsByOrigin.get(String(claims.origin_jti));
  if (pool === undefined || client === undefined || grant === undefined)
    throw notAuthorized(`Invalid ${what}`);
  if (grant.isRevoked) throw notAuthorized(`${what} has been revoked`);
  if (!isPresent(pool, grant.user)) throw notAuthorized(`Invalid ${what}`);
  if (!grant.user.isEnabled) throw notAuthorized("User is disabled.");
  return { pool, client, user: grant.user };
}

async function verifyToken(world: World, token: string, what: string): Promise<JWTPayload> {
  const pool = poolOf(world, readClaims(token, what));
  if (pool === undefined) throw notAuthorized(`Invalid ${what}`);
  try {
    const { payload } = await jwtVerify(token, keyOf(pool).publicKey, {
      issuer: issuerOf(world, pool),
      algorithms: ["RS256"],
      currentDate: new Date(world.now()),
    });
    return payload;
  } catch (error) {
    const isExpired = error instanceof Error && "code" in error && error.code === "ERR_JWT_EXPIRED";
    throw notAuthorized(isExpired ? `${what} has expired` : `Invalid ${what}`);
  }
}

function readClaims(token: string, what: string): JWTPayload {
  const [, body = ""] = token.split(".");
  try {
    const claims: unknown = JSON.parse(Buffer.from(body, "base64url").toString());
    if (typeof claims === "object" && claims !== null) return { ...claims };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw notAuthorized(`Invalid ${what}`);
}

function poolOf(world: World, claims: JWTPayload): Pool | undefined {
  return world.pools.get(String(claims.iss).split("/").pop() ?? "");
}

async function signToken(world: World, pool: Pool, claims: JWTPayload, seconds: number): Promise<string> {
  const { privateKey, id } = keyOf(pool);
  const issuedAt = Math.floor(world.now() / SECOND);
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "RS256", kid: id })
    .setIssuer(issuerOf(world, pool))
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + seconds)
    .setJti(drawUuid(world.randomBytes))
    .sign(privateKey);
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

/** Attributes the client may read; standard ones only where it names none (Developer Guide, "Attribute permissions and scopes"). */
function readableClaims(pool: Pool, client: Client, user: User): Record<string, unknown> {
  const readable = client.settings.ReadAttributes;
  const mayRead = (name: string) => (readable === undefined ? !name.includes(":") : readable.includes(name));
  const claims: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(user.attributes)) {
    if (!mayRead(name)) continue;
    if (name === "identities") {
      claims[name] = readIdentities(user.attributes).map(identityClaim);
      continue;
    }
    const isBoolean = pool.schema.get(name)?.type === "Boolean";
    claims[name] = isBoolean ? value === "true" : name === "address" ? { formatted: value } : value;
  }
  return claims;
}

/** In tokens every member but the issuer is a text (Developer Guide, "Understanding the identity (ID) token"). */
function identityClaim({ primary, dateCreated, ...identity }: Identity): object {
  return { ...identity, primary: String(primary), dateCreated: String(dateCreated) };
}

interface SigningKey {
  id: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

const keys = new WeakMap<Pool, SigningKey>();

/** A pool's signing key, made when the first token is needed: most pools of a test never issue one. */
function keyOf(pool: Pool): SigningKey {
  const known = keys.get(pool);
  if (known !== undefined) return known;
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const publicKey = createPublicKey(privateKey);
  const id = createHash("sha256")
    .update(publicKey.export({ format: "der", type: "spki" }))
    .digest("base64");
  const created = { id, privateKey, publicKey };
  keys.set(pool, created);
  return created;
}
