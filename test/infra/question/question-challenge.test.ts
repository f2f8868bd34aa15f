import { describe, expect, test } from "vitest";
import type { AnswerStore } from "../../../infra/question/answer-store.ts";
import { GUESSES } from "../../../infra/question/answer-store.ts";
import { createChallenge, judgeAnswer } from "../../../infra/question/question-challenge.ts";
import type { PastStep } from "../../../infra/question/sequence.ts";
import { inMemoryAnswers } from "../../support/in-memory-answers.ts";

const sub = "0a1b2c3d-0000-4000-8000-000000000000";
const other = "ffffffff-0000-4000-8000-000000000000";
const question = "最初に飼った犬の名前は?";
const noon = new Date("2026-11-21T12:00:00Z");
const password: PastStep[] = [
  { challengeName: "SRP_A", challengeResult: true },
  { challengeName: "PASSWORD_VERIFIER", challengeResult: true },
];
const answered: PastStep[] = [
  ...password,
  { challengeName: "CUSTOM_CHALLENGE", challengeResult: true, challengeMetadata: "answer" },
];

function judge(
  store: AnswerStore,
  typed: string,
  challenge: Record<string, string> = { step: "answer" },
  more: { sub?: string; now?: Date } = {},
) {
  return judgeAnswer(store, { sub, typed, challenge, now: noon, ...more });
}

/** A store in which one person has registered, as people do: by signing in. */
async function registered(answer = "ポチ", text = question): Promise<AnswerStore> {
  const store = inMemoryAnswers();
  const challenge = await createChallenge(store, { sub, session: password });
  const typed = JSON.stringify({ question: text, answer });
  expect(await judge(store, typed, challenge.privateChallengeParameters)).toBe(true);
  return store;
}

describe("the first sign-in", () => {
  test("asks for a question and shows none", async () => {
    const challenge = await createChallenge(inMemoryAnswers(), { sub, session: password });
    expect(challenge).toEqual({
      publicChallengeParameters: { step: "register" },
      privateChallengeParameters: { step: "register" },
      challengeMetadata: "register",
    });
  });

  test("stores a hash, never the answer", async () => {
    const store = await registered();
    const stored = await store.find(sub);
    expect(stored?.question).toBe(question);
    expect(JSON.stringify(stored)).not.toContain("ポチ");
  });

  test("does not store what is no question with an answer", async () => {
    const store = inMemoryAnswers();
    expect(await judge(store, "ポチ", { step: "register" })).toBe(false);
    expect(await store.find(sub)).toBeUndefined();
  });

  test("cannot be had twice at the same time: the second registration loses, and is asked the first's question", async () => {
    const store = inMemoryAnswers();
    const [mine, theirs] = await Promise.all([
      createChallenge(store, { sub, session: password }),
      createChallenge(store, { sub, session: password }),
    ]);
    const typed = (answer: string) => JSON.stringify({ question, answer });
    expect(await judge(store, typed("ポチ"), mine.privateChallengeParameters)).toBe(true);
    expect(await judge(store, typed("タマ"), theirs.privateChallengeParameters)).toBe(false);
    const next = await createChallenge(store, {
      sub,
      session: [
        ...password,
        { challengeName: "CUSTOM_CHALLENGE", challengeResult: false, challengeMetadata: "register" },
      ],
    });
    expect(next.publicChallengeParameters).toEqual({ step: "answer", question });
  });
});

describe("a later sign-in", () => {
  test("asks the person's own question, and tells the next trigger nothing that would help", async () => {
    const store = await registered();
    expect(await createChallenge(store, { sub, session: password })).toEqual({
      publicChallengeParameters: { step: "answer", question },
      privateChallengeParameters: { step: "answer" },
      challengeMetadata: "answer",
    });
  });

  test("takes the answer however it is typed, and no other", async () => {
    const store = await registered();
    expect(await judge(store, " ﾎﾟﾁ ")).toBe(true);
    expect(await judge(store, "タマ")).toBe(false);
    expect(await judge(store, "")).toBe(false);
  });

  test("takes no answer of somebody else", async () => {
    const store = await registered();
    expect(await judge(store, "ポチ", { step: "answer" }, { sub: other })).toBe(false);
  });

  test.each([{}, { step: "other" }, { replaces: "x" }])(
    "takes nothing on a challenge that is none: %j",
    async (challenge) => {
      expect(await judge(await registered(), "ポチ", challenge)).toBe(false);
    },
  );
});

describe("guessing", () => {
  test("ends after five in an hour, over all sign-ins: even the right answer is wrong then", async () => {
    expect(GUESSES).toEqual({ most: 5, minutes: 60 });
    const store = await registered();
    for (let guess = 0; guess < 5; guess++) expect(await judge(store, `guess ${guess}`)).toBe(false);
    expect(await judge(store, "ポチ")).toBe(false);
  });

  test("can go on after the hour", async () => {
    const store = await registered();
    for (let guess = 0; guess < 6; guess++) await judge(store, `guess ${guess}`);
    const later = (minutes: number) => ({ now: new Date(noon.getTime() + minutes * 60_000) });
    expect(await judge(store, "ポチ", { step: "answer" }, later(59))).toBe(false);
    expect(await judge(store, "ポチ", { step: "answer" }, later(60))).toBe(true);
  });

  test("is forgotten with the right answer", async () => {
    const store = await registered();
    for (let round = 0; round < 3; round++) {
      for (let guess = 0; guess < 4; guess++) await judge(store, `guess ${guess}`);
      expect(await judge(store, "ポチ")).toBe(true);
    }
  });

  test("locks nobody else out", async () => {
    const store = await registered();
    for (let guess = 0; guess < 9; guess++) await judge(store, "x y", { step: "answer" }, { sub: other });
    expect(await judge(store, "ポチ")).toBe(true);
  });

  test("at the same time counts as often as it is tried", async () => {
    const store = await registered();
    await Promise.all(Array.from({ length: 5 }, (_, guess) => judge(store, `guess ${guess}`)));
    expect(await judge(store, "ポチ")).toBe(false);
  });
});

describe("another question", () => {
  test("replaces the one that was answered in the same sign-in", async () => {
    const store = await registered();
    const challenge = await createChallenge(store, { sub, session: answered });
    expect(challenge.publicChallengeParameters).toEqual({ step: "register" });
    const typed = JSON.stringify({ question: "生まれた町は?", answer: "倉敷" });
    expect(await judge(store, typed, challenge.privateChallengeParameters)).toBe(true);
    expect(await judge(store, "倉敷")).toBe(true);
    expect(await judge(store, "ポチ")).toBe(false);
  });

  test("does not replace one that was changed meanwhile", async () => {
    const store = await registered();
    const { privateChallengeParameters } = await createChallenge(store, { sub, session: answered });
    const change = (answer: string) =>
      judge(store, JSON.stringify({ question, answer }), privateChallengeParameters);
    expect(await change("タマ")).toBe(true);
    expect(await change("ミケ")).toBe(false);
    expect(await judge(store, "タマ")).toBe(true);
  });
});
