import { findValueFault } from "./attribute-values.ts";
import { setPassword } from "./credentials.ts";
import { invalidParameter } from "./faults.ts";
import { withIdentities } from "./identities.ts";
import { addMember, createGroup } from "./operations/groups.ts";
import { requirePool } from "./operations/operation.ts";
import { findAliasHolders } from "./sign-in-names.ts";
import { attributesSetByCognito } from "./standard-attributes.ts";
import type { MfaFactor, Pool, UserStatus, World } from "./state.ts";
import { addUser } from "./user-creation.ts";
import { hasAliases } from "./user-directory.ts";

/** A user as a test or rehearsal wants to find it; may be in states that no API call reaches. */
export interface SeedUser {
  /**
   * Left out where users sign in with an address or number: the sub becomes the name. EXTERNAL_PROVIDER users have one there
   * too, `<provider>_<id>`.
   */
  username?: string;
  /** A fixed sub; drawn when left out. */
  sub?: string;
  /** Without sub; must fit the pool's schema, but required attributes may be missing. */
  attributes: Readonly<Record<string, string>>;
  status: UserStatus;
  /** Who the user is at identity providers, which need not exist. */
  identities?: readonly SeedIdentity[];
  /** true when left out. */
  enabled?: boolean;
  /** Groups that do not exist are created. */
  groups?: readonly string[];
  /** Not checked against the policy; temporary when the status is FORCE_CHANGE_PASSWORD. */
  password?: string;
  createdAt?: Date;
  /** Factors switched on; `totpSecret` (Base32) counts as verified. */
  mfa?: { enabled: readonly MfaFactor[]; preferred?: MfaFactor; totpSecret?: string };
}

/** One entry of a user's `identities`; `primary` is true for EXTERNAL_PROVIDER users and false for others when left out. */
export interface SeedIdentity {
  providerName: string;
  userId: string;
  /** The provider's name when left out, as with Google. */
  providerType?: string;
  issuer?: string;
  primary?: boolean;
  /** Milliseconds since the epoch; when the user was created when left out. */
  dateCreated?: number;
}

/** Adds users to a pool, all or none; 100,000 take a few seconds. Returns their subs in the given order. */
export function seedUsers(world: World, poolId: string, users: readonly SeedUser[]): string[] {
  const pool = requirePool(world, poolId);
  refuseFaultySeeds(pool, users);
  return users.map((seed) => addSeed(world, pool, seed));
}

function refuseFaultySeeds(pool: Pool, users: readonly SeedUser[]): void {
  const names = new Set<string>();
  for (const [index, seed] of users.entries()) {
    const fault = findSeedFault(pool, seed) ?? findClash(pool, seed, names);
    if (fault !== undefined) throw invalidParameter(`seeded user ${index}: ${fault}`);
  }
}

function findSeedFault(pool: Pool, seed: SeedUser): string | undefined {
  const hasOwnName = !hasAliases(seed) && seed.username !== undefined;
  const hasGeneratedName = pool.usernameAttributes.length > 0 && !hasOwnName;
  if (!hasGeneratedName && seed.username === undefined) return "username is missing";
  if (hasGeneratedName && seed.username !== undefined) {
    return "username is given, but this pool's users sign in with an address or number";
  }
  if (hasGeneratedName && !pool.usernameAttributes.some((name) => seed.attributes[name] !== undefined)) {
    return `one of ${pool.usernameAttributes.join(", ")} is missing`;
  }
  for (const [name, value] of Object.entries(seed.attributes)) {
    const definition = pool.schema.get(name);
    if (definition === undefined || attributesSetByCognito.has(name)) return `attribute ${name} can't be set`;
    const fault = findValueFault(definition, value);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Two seeds with one name, or a seed with a name that is taken. */
function findClash(pool: Pool, seed: SeedUser, names: Set<string>): string | undefined {
  const aliases = hasAliases(seed) ? seed.attributes : {};
  if (findAliasHolders(pool, aliases).length > 0) return "its sign-in name is taken";
  const own = pool.users.aliasesOf(aliases).map(([attribute, value]) => `${attribute} ${value}`);
  for (const name of [seed.username, seed.sub]) {
    if (name === undefined) continue;
    if (pool.users.findByUsername(name) !== undefined || pool.users.findBySub(name) !== undefined) {
      return "its name is taken";
    }
    own.push(`name ${name}`);
  }
  const keys = own.map((name) => (pool.isCaseSensitive ? name : name.toLowerCase()));
  for (const { providerName, userId } of seed.identities ?? []) {
    if (pool.users.findByIdentity(providerName, userId) !== undefined) return "its identity is taken";
    keys.push(`identity ${providerName} ${userId}`);
  }
  for (const key of keys) {
    if (names.has(key)) return "its name is used twice";
    names.add(key);
  }
  return undefined;
}

function addSeed(world: World, pool: Pool, seed: SeedUser): string {
  const user = addUser(world, pool, {
    username: seed.username,
    sub: seed.sub,
    attributes: attributesOf(seed, seed.createdAt?.getTime() ?? world.now()),
    status: seed.status,
    isEnabled: seed.enabled,
    createdAt: seed.createdAt?.getTime(),
  });
  if (seed.password !== undefined) {
    const lasting = seed.status === "FORCE_CHANGE_PASSWORD" ? "temporary" : "permanent";
    setPassword(world, pool, user, seed.password, lasting);
  }
  for (const name of seed.groups ?? []) {
    addMember(pool.groupsByName.get(name) ?? createGroup(world, pool, { name }), user);
  }
  if (seed.mfa !== undefined) {
    user.mfa = { enabled: seed.mfa.enabled, preferred: seed.mfa.preferred };
    if (seed.mfa.totpSecret !== undefined) user.totp = { secret: seed.mfa.totpSecret, isVerified: true };
  }
  return user.sub;
}

function attributesOf(seed: SeedUser, createdAt: number): Readonly<Record<string, string>> {
  const identities = (seed.identities ?? []).map((identity) => ({
    userId: identity.userId,
    providerName: identity.providerName,
    providerType: identity.providerType ?? identity.providerName,
    issuer: identity.issuer ?? null,
    primary: identity.primary ?? seed.status === "EXTERNAL_PROVIDER",
    dateCreated: identity.dateCreated ?? createdAt,
  }));
  return withIdentities(seed.attributes, identities);
}
