import type { ChallengeResult, Subject } from "../triggers/sign-in-triggers.ts";
import type { Metadata } from "../triggers/trigger.ts";

/** One sign-in under way: who, by which client, and what has come before. */
export interface SignIn extends Subject {
  /** What the application says to functions with the answer to a challenge; what it says at the start goes no further. */
  metadata: Metadata | undefined;
  /** Steps answered so far; undefined for the sign-ins that Cognito leads itself. */
  custom: readonly ChallengeResult[] | undefined;
  /** Whether the temporary password was replaced on the way. */
  isPasswordNew: boolean;
  /** Whether it goes on at the sign-in pages, which end with an authorization code instead of tokens. */
  isOnPages: boolean;
}

/** What every sign-in call answers: the next challenge, or tokens. */
export type SignInStep = Record<string, unknown>;

/** A step that succeeded, noted where the pool's own functions lead the sign-in. */
export function withStep(signIn: SignIn, challengeName: string): SignIn {
  const { custom } = signIn;
  if (custom === undefined) return signIn;
  return {
    ...signIn,
    custom: [...custom, { challengeName, challengeResult: true, challengeMetadata: null }],
  };
}
