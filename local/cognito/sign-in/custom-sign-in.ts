import { invalidResponse } from "../triggers/trigger.ts";
import { decideNext, nextCustomStep } from "./custom-steps.ts";
import type { SignIn, SignInStep } from "./sign-in.ts";
import { startSrp } from "./srp-sign-in.ts";

/**
 * CUSTOM_AUTH: the pool's functions decide what is asked. With SRP_A the password is proven first, and functions see
 * that as a step of its own (Developer Guide, "Using SRP password verification in custom authentication flow").
 */
export async function startCustomSignIn(
  signIn: SignIn,
  clientPublic: string | undefined,
): Promise<SignInStep> {
  if (clientPublic === undefined) return nextCustomStep({ ...signIn, custom: [] });
  const first = [{ challengeName: "SRP_A", challengeResult: true, challengeMetadata: null }];
  const next = await decideNext(signIn, first, signIn.metadata);
  if (next.kind !== "challenge" || next.name !== "PASSWORD_VERIFIER") throw invalidResponse();
  return startSrp({ ...signIn, custom: first }, clientPublic);
}
