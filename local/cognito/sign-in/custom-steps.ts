import { invalidParameter } from "../faults.ts";
import {
  type ChallengeResult,
  createChallenge,
  defineChallenge,
  type Subject,
  verifyAnswer,
} from "../triggers/sign-in-triggers.ts";
import { invalidResponse, type Metadata } from "../triggers/trigger.ts";
import { grantSignIn } from "./grant.ts";
import { recordFailure } from "./passwords.ts";
import type { Challenge } from "./registry.ts";
import { notAuthorized } from "./secret-hash.ts";
import { openSession } from "./sessions.ts";
import type { SignIn, SignInStep } from "./sign-in.ts";

/** What the define auth challenge function wants after these steps: the name of a challenge, or tokens. Throws when it wants neither. */
export async function decideNext(
  subject: Subject,
  session: readonly ChallengeResult[],
  metadata: Metadata | undefined,
): Promise<{ kind: "tokens" } | { kind: "challenge"; name: string }> {
  const wanted = await defineChallenge(subject, session, metadata);
  if (wanted === undefined) throw missingFunction();
  if (wanted.failAuthentication === true) {
    recordFailure(subject.world, subject.user);
    throw notAuthorized("Incorrect username or password.");
  }
  if (wanted.issueTokens === true) {
    // Whatever the function thinks of somebody who is not there.
    if (subject.isMissing) throw notAuthorized("Incorrect username or password.");
    return { kind: "tokens" };
  }
  if (!wanted.challengeName) throw invalidResponse();
  return { kind: "challenge", name: wanted.challengeName };
}

/** The next step of a sign-in that the pool's functions lead, after a password or another challenge was answered. */
export async function nextCustomStep(signIn: SignIn): Promise<SignInStep> {
  const session = signIn.custom ?? [];
  const next = await decideNext(signIn, session, signIn.metadata);
  if (next.kind === "tokens") return grantSignIn(signIn);
  // A password has to come first of all (Developer Guide, "Using SRP password verification in custom authentication flow").
  if (next.name !== "CUSTOM_CHALLENGE") throw invalidResponse();
  const question = await createChallenge(signIn, session, signIn.metadata);
  if (question === undefined) throw missingFunction();
  const { world, pool, client, user, isMissing, isPasswordNew, isOnPages } = signIn;
  return {
    ChallengeName: "CUSTOM_CHALLENGE",
    Session: openSession(world, client, {
      name: "CUSTOM_CHALLENGE",
      poolId: pool.id,
      user,
      isMissing,
      isPasswordNew,
      isOnPages,
      custom: session,
      privateParameters: question.privateChallengeParameters ?? {},
      challengeMetadata: question.challengeMetadata ?? null,
    }),
    ChallengeParameters: { USERNAME: user.username, ...question.publicChallengeParameters },
  };
}

/** Lets the pool's function judge an answer; what follows a wrong one is for the define auth challenge function to say. */
export async function acceptCustomAnswer(
  signIn: SignIn,
  { privateParameters = {}, challengeMetadata = null }: Challenge,
  answer: string,
): Promise<SignInStep> {
  const isRight = await verifyAnswer(signIn, privateParameters, answer, signIn.metadata);
  if (isRight === undefined) throw missingFunction();
  const result = { challengeName: "CUSTOM_CHALLENGE", challengeResult: isRight, challengeMetadata };
  return nextCustomStep({ ...signIn, custom: [...(signIn.custom ?? []), result] });
}

function missingFunction(): Error {
  return invalidParameter("Custom auth lambda trigger is not configured for the user pool.");
}
