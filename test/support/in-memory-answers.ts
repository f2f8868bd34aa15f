import { type AnswerStore, GUESSES, type StoredQuestion } from "../../infra/question/answer-store.ts";

/** A store of answers that keeps the rules of the real one, in memory. */
export function inMemoryAnswers(): AnswerStore {
  const questions = new Map<string, StoredQuestion>();
  const guesses = new Map<string, { count: number; until: number }>();
  return {
    find: async (sub) => questions.get(sub),
    save: async (sub, question, replaces) => {
      if (questions.get(sub)?.hash !== replaces) return false;
      questions.set(sub, question);
      return true;
    },
    takeGuess: async (sub, now) => {
      const taken = guesses.get(sub);
      if (!taken || taken.until <= now.getTime()) {
        guesses.set(sub, { count: 1, until: now.getTime() + GUESSES.minutes * 60_000 });
        return true;
      }
      if (taken.count >= GUESSES.most) return false;
      taken.count += 1;
      return true;
    },
    forgetGuesses: async (sub) => {
      guesses.delete(sub);
    },
  };
}
