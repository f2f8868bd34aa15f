import type { World } from "../state.ts";
import { hideMissingUser, hidesUsers, type PoolClient } from "./clients.ts";
import { stepAfterPassword } from "./next-step.ts";
import { acceptPassword } from "./passwords.ts";
import type { SignIn, SignInStep } from "./sign-in.ts";
import { strangerCalled } from "./stranger.ts";

/** A sign-in at its start, of nobody in particular where the client hides who exists. */
export function openSignIn(
  world: World,
  target: PoolClient,
  username: string,
  place: "API" | "sign-in pages" = "API",
): SignIn {
  const user = target.pool.users.find(username);
  if (user === undefined && !hidesUsers(target.client)) throw hideMissingUser(target.client);
  return {
    world,
    ...target,
    user: user ?? strangerCalled(world, username),
    isMissing: user === undefined,
    metadata: undefined,
    custom: undefined,
    isPasswordNew: false,
    isOnPages: place === "sign-in pages",
  };
}

/** The step after a password given in plain, or the refusal of a wrong one. */
export async function acceptGivenPassword(signIn: SignIn, password: string): Promise<SignInStep> {
  const { world, pool, client, user, isMissing } = signIn;
  if (isMissing) throw hideMissingUser(client);
  acceptPassword(world, pool, client, user, password);
  return stepAfterPassword(signIn);
}
