import { AwsFault } from "../../aws-fault.ts";
import { isPassword } from "../credentials.ts";
import type { Client, Pool, User, World } from "../state.ts";
import { hidesUsers, requireEnabled } from "./clients.ts";
import { countFailure, isLocked, noAttempts } from "./lockout.ts";
import { signInOf } from "./registry.ts";
import { notAuthorized } from "./secret-hash.ts";

/** Refuses while the user is locked; call before any answer is looked at. */
export function refuseLocked(world: World, user: User): void {
  if (isLocked(signInOf(world, user).attempts, world.now()))
    throw notAuthorized("Password attempts exceeded");
}

/** Counts a wrong password or code towards the lock. */
export function recordFailure(world: World, user: User): void {
  const signIn = signInOf(world, user);
  signIn.attempts = countFailure(signIn.attempts, world.now());
}

export function forgiveFailures(world: World, user: User): void {
  signInOf(world, user).attempts = noAttempts;
}

/** Checks a password given in plain; throws what Cognito throws for a wrong one or a user who may not use it. */
export function acceptPassword(world: World, pool: Pool, client: Client, user: User, password: string): void {
  refuseBeforePassword(world, client, user);
  if (!isPassword(pool, user, password)) {
    recordFailure(world, user);
    throw notAuthorized("Incorrect username or password.");
  }
  refuseAfterPassword(world, user);
}

/** States that end a sign-in before the password counts. */
export function refuseBeforePassword(world: World, client: Client, user: User): void {
  requireEnabled(user);
  refuseLocked(world, user);
  if (user.status === "RESET_REQUIRED") {
    // A client that hides users gets the general refusal (Developer Guide, "Importing users into user pools from a CSV file").
    throw hidesUsers(client)
      ? notAuthorized("Incorrect username or password.")
      : new AwsFault("PasswordResetRequiredException", "Password reset required for the user");
  }
}

/** States that end a sign-in although the password was right. */
export function refuseAfterPassword(world: World, user: User): void {
  forgiveFailures(world, user);
  refuseUnconfirmed(user);
  const expiresAt = user.credential?.expiresAt;
  if (expiresAt !== undefined && world.now() >= expiresAt) {
    throw notAuthorized("Temporary password has expired and must be reset by an administrator.");
  }
}

export function refuseUnconfirmed(user: User): void {
  if (user.status !== "UNCONFIRMED") return;
  throw new AwsFault("UserNotConfirmedException", "User is not confirmed.");
}
