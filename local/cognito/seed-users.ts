import { findValueFault } from "./attribute-values.ts";
import { setPassword } from "./credentials.ts";
import { invalidParameter } from "./faults.ts";
import { addMember, createGroup } from "./operations/groups.ts";
import { requirePool } from "./operations/operation.ts";
import { findAliasHolders } from "./sign-in-names.ts";
import { attributesSetByCognito } from "./standard-attributes.ts";
import type { MfaFactor, Pool, UserStatus, World } from "./state.ts";
import { addUser } from "./user-creation.ts";

/** A user as a test or rehearsal wants to find it; may be in states that no API call reaches. */
export interface SeedUser {
  /** Left out where users sign in with an address or number: the sub becomes the name. */
  username?: string;
  /** A fixed sub; drawn when left out. */
  sub?: string;
  /** Without sub; must fit the pool's schema, but required attributes may be missing. */
  attributes: Readonly<Record<string, string>>;
  status: UserStatus;
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
  const hasGeneratedName = pool.usernameAttributes.length > 0;
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
  if (findAliasHolders(pool, seed.attributes).length > 0) return "its sign-in name is taken";
  const own = pool.users.aliasesOf(seed.attributes).map(([attribute, value]) => `${attribute} ${value}`);
  for (const name of [seed.username, seed.sub]) {
    if (name === undefined) continue;
    if (pool.users.findByUsername(name) !== undefined || pool.users.findBySub(name) !== undefined) {
      return "its name is taken";
    }
    own.push(`name ${name}`);
  }
  for (const key of own.map((name) => (pool.isCaseSensitive ? name : name.toLowerCase()))) {
    if (names.has(key)) return "its name is used twice";
    names.add(key);
  }
  return undefined;
}

function addSeed(world: World, pool: Pool, seed: SeedUser): string {
  const user = addUser(world, pool, {
    username: seed.username,
    sub: seed.sub,
    attributes: { ...seed.attributes },
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
