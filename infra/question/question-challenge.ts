import { hashAnswer, isStoredAnswer } from "./answer-hash.ts";
import type { AnswerStore } from "./answer-store.ts";
import { normalizeAnswer, readRegistration } from "./answer-text.ts";
import { type PastStep, type QuestionStep, questionStep } from "./sequence.ts";

/** A challenge as Cognito takes it: what the user is shown, what only the next trigger sees, and its name. */
export interface Challenge {
  publicChallengeParameters: Record<string, string>;
  privateChallengeParameters: Record<string, string>;
  challengeMetadata: QuestionStep;
}

/** The challenge for somebody who has given the password. */
export async function createChallenge(
  store: AnswerStore,
  { sub, session }: { sub: string; session: readonly PastStep[] },
): Promise<Challenge> {
  const stored = await store.find(sub);
  const step = questionStep(session, stored !== undefined);
  return {
    publicChallengeParameters:
      step === "answer" && stored ? { step, question: stored.question } : { step: "register" },
    // What is there now is what a registration replaces: two at the same time, and the second one fails.
    privateChallengeParameters: step === "register" && stored ? { step, replaces: stored.hash } : { step },
    challengeMetadata: step,
  };
}

/**
 * Whether what somebody typed meets the challenge; stores what they registered. Only the `sub` that Cognito names
 * decides whose question it is.
 */
export async function judgeAnswer(
  store: AnswerStore,
  {
    sub,
    typed,
    challenge,
    now,
  }: {
    sub: string;
    typed: string;
    /** The private parameters of the challenge. */
    challenge: Readonly<Record<string, string>>;
    now: Date;
  },
): Promise<boolean> {
  switch (challenge.step) {
    case "answer":
      return isAnswer(store, sub, typed, now);
    case "register":
      return register(store, sub, typed, challenge.replaces);
    default:
      return false;
  }
}

async function isAnswer(store: AnswerStore, sub: string, typed: string, now: Date): Promise<boolean> {
  const [stored, hasGuess] = await Promise.all([store.find(sub), store.takeGuess(sub, now)]);
  const answer = normalizeAnswer(typed);
  // Judged even when no guess is left: the time that it takes does not tell whether one was.
  const isRight = stored !== undefined && answer !== undefined && (await isStoredAnswer(answer, stored.hash));
  if (!isRight || !hasGuess) return false;
  await store.forgetGuesses(sub, now);
  return true;
}

async function register(
  store: AnswerStore,
  sub: string,
  typed: string,
  replaces: string | undefined,
): Promise<boolean> {
  const registration = readRegistration(typed);
  if (registration === undefined) return false;
  const { question, answer } = registration;
  return store.save(sub, { question, hash: await hashAnswer(answer) }, replaces);
}
