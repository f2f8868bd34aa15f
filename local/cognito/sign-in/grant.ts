import { announceSignedIn } from "../triggers/sign-in-triggers.ts";
import type { SignIn, SignInStep } from "./sign-in.ts";
import { grantTokens } from "./tokens.ts";

/**
 * The end of a sign-in: the post authentication function may still refuse, then there are tokens. The sign-in pages get
 * none: they hand out a code, and tokens are for whoever redeems it.
 */
export async function grantSignIn(signIn: SignIn): Promise<SignInStep> {
  const { world, pool, client, user, metadata, isPasswordNew } = signIn;
  await announceSignedIn(signIn, metadata);
  if (signIn.isOnPages) return { ChallengeParameters: {} };
  const source = isPasswordNew ? "NewPasswordChallenge" : "Authentication";
  return {
    ChallengeParameters: {},
    AuthenticationResult: await grantTokens(world, pool, client, user, { source, metadata }),
  };
}
