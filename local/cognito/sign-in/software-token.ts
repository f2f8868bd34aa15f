import { AwsFault } from "../../aws-fault.ts";
import type { User, World } from "../state.ts";
import { notAuthorized } from "./secret-hash.ts";
import { renewSession, requireSetupChallenge } from "./sessions.ts";
import { encodeSecret, findTimeStep } from "./totp.ts";

/** Draws a new secret for an authenticator; it counts once a code of it was shown. Inside a sign-in its session goes on. */
export function associateToken(
  world: World,
  user: User,
  session: string | undefined,
): { secret: string; session: string | undefined } {
  const secret = encodeSecret(world.randomBytes(32));
  user.totp = { secret, isVerified: false };
  return { secret, session: session === undefined ? undefined : renewSession(world, session) };
}

/** Takes the first code of a new authenticator. Throws where it is wrong; then the secret stays as it is. */
export function verifyToken(
  world: World,
  user: User,
  session: string | undefined,
  code: string,
): { session: string | undefined } {
  if (user.totp === undefined) throw notAuthorized("Software token MFA has not been set up by the user.");
  if (findTimeStep(user.totp.secret, code, world.now()) === undefined) {
    throw new AwsFault("EnableSoftwareTokenMFAException", "Code mismatch");
  }
  user.totp = { ...user.totp, isVerified: true };
  if (session === undefined) return { session };
  requireSetupChallenge(world, session).isSetUp = true;
  // Registered during a sign-in, the factor is on at once (Developer Guide, "TOTP software token MFA").
  user.mfa = {
    enabled: [...new Set([...(user.mfa?.enabled ?? []), "SOFTWARE_TOKEN_MFA" as const])],
    preferred: user.mfa?.preferred,
  };
  return { session: renewSession(world, session) };
}
