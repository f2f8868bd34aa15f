import { drawText } from "../identifiers.ts";
import type { Client, Pool, World } from "../state.ts";
import { type Challenge, isPresent, registryOf } from "./registry.ts";
import { notAuthorized } from "./secret-hash.ts";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const SESSION_LENGTH = 200;
const MINUTE = 60_000;

/** Opens a challenge; the answer must come within the client's AuthSessionValidity (3 to 15 minutes). */
export function openSession(
  world: World,
  client: Client,
  challenge: Omit<Challenge, "expiresAt" | "clientId">,
): string {
  const session = drawText(SESSION_LENGTH, LETTERS, world.randomBytes);
  const expiresAt = world.now() + client.settings.AuthSessionValidity * MINUTE;
  registryOf(world).challenges.set(session, { ...challenge, clientId: client.id, expiresAt });
  return session;
}

/**
 * The challenge behind a session, for this client and of one of these names. A session serves one right answer: whoever
 * accepts the answer calls closeSession.
 */
export function requireChallenge(
  world: World,
  pool: Pool,
  clientId: string,
  session: string | undefined,
  names: readonly Challenge["name"][],
): Challenge {
  const challenge = session === undefined ? undefined : registryOf(world).challenges.get(session);
  const isRight =
    challenge !== undefined &&
    challenge.clientId === clientId &&
    challenge.poolId === pool.id &&
    names.includes(challenge.name) &&
    (challenge.isMissing === true || isPresent(pool, challenge.user));
  if (!isRight) throw notAuthorized("Invalid session for the user.");
  if (world.now() >= challenge.expiresAt)
    throw notAuthorized("Invalid session for the user, session is expired.");
  return challenge;
}

/** The challenge behind a session whatever its client, for the two software-token calls that name none. */
export function requireSetupChallenge(world: World, session: string): Challenge {
  const challenge = registryOf(world).challenges.get(session);
  const pool = challenge === undefined ? undefined : world.pools.get(challenge.poolId);
  if (challenge === undefined || pool === undefined) throw notAuthorized("Invalid session for the user.");
  return requireChallenge(world, pool, challenge.clientId, session, ["MFA_SETUP"]);
}

export function closeSession(world: World, session: string): void {
  registryOf(world).challenges.delete(session);
}

/** Puts the same challenge under a new session, as the software-token calls do. */
export function renewSession(world: World, session: string): string {
  const { challenges } = registryOf(world);
  const challenge = challenges.get(session);
  if (challenge === undefined) throw notAuthorized("Invalid session for the user.");
  challenges.delete(session);
  const renewed = drawText(SESSION_LENGTH, LETTERS, world.randomBytes);
  challenges.set(renewed, challenge);
  return renewed;
}
