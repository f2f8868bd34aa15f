import { describe, expect, test } from "vitest";
import type { AnswerStore } from "../../../infra/question/answer-store.ts";
import { createHandler as createQuestionHandler } from "../../../infra/triggers/create-question.ts";
import { handler as defineQuestion } from "../../../infra/triggers/define-question.ts";
import { createHandler as verifyAnswerHandler } from "../../../infra/triggers/verify-answer.ts";
import { inMemoryAnswers } from "../../support/in-memory-answers.ts";
import { createChallengeEvent, defineChallenge, verifyAnswer } from "../../support/trigger-events.ts";

type Session = Parameters<typeof defineQuestion>[0]["request"]["session"];

const question = "最初に飼った犬の名前は?";
const registration = JSON.stringify({ question, answer: "ポチ" });
const password: Session = [
  { challengeName: "SRP_A", challengeResult: true },
  { challengeName: "PASSWORD_VERIFIER", challengeResult: true },
];

/** The three triggers as Cognito calls them in turn, until tokens or a refusal; `typed` answers each challenge. */
async function signIn(store: AnswerStore, typed: string[], clientMetadata: Record<string, string> = {}) {
  const create = createQuestionHandler(() => store);
  const verify = verifyAnswerHandler({ openStore: () => store, now: () => new Date("2026-11-21T12:00:00Z") });
  const session = [...password];
  const asked: object[] = [];
  for (const challengeAnswer of [...typed, "nothing more"]) {
    const { response } = await defineQuestion(defineChallenge({ session, clientMetadata }));
    if (response.issueTokens || response.failAuthentication) {
      return { outcome: response.issueTokens ? "let in" : "refused", asked };
    }
    expect(response.challengeName).toBe("CUSTOM_CHALLENGE");
    const { response: challenge } = await create(createChallengeEvent({ session }));
    asked.push(challenge.publicChallengeParameters);
    const { privateChallengeParameters, challengeMetadata } = challenge;
    const verified = await verify(verifyAnswer({ privateChallengeParameters, challengeAnswer }));
    const challengeResult = verified.response.answerCorrect;
    session.push({ challengeName: "CUSTOM_CHALLENGE", challengeResult, challengeMetadata });
  }
  return { outcome: "unfinished", asked };
}

describe("the three triggers of the question", () => {
  test("register at the first sign-in, and ask at the next", async () => {
    const store = inMemoryAnswers();
    expect(await signIn(store, [registration])).toEqual({ outcome: "let in", asked: [{ step: "register" }] });
    expect(await signIn(store, ["ポチ"])).toEqual({
      outcome: "let in",
      asked: [{ step: "answer", question }],
    });
    expect(await signIn(store, ["タマ", "ﾎﾟﾁ"])).toMatchObject({ outcome: "let in" });
  });

  test("refuse after three wrong answers", async () => {
    const store = inMemoryAnswers();
    await signIn(store, [registration]);
    expect(await signIn(store, ["a b", "c d", "e f", "ポチ"])).toMatchObject({ outcome: "refused" });
  });

  test("change the question after the right answer, when the client asks for it", async () => {
    const store = inMemoryAnswers();
    await signIn(store, [registration]);
    const change = JSON.stringify({ question: "生まれた町は?", answer: "倉敷" });
    expect(await signIn(store, ["ポチ", change], { changeQuestion: "true" })).toEqual({
      outcome: "let in",
      asked: [{ step: "answer", question }, { step: "register" }],
    });
    expect(await signIn(store, ["倉敷"])).toMatchObject({ outcome: "let in" });
  });

  test("do not change it for who asks without the answer", async () => {
    const store = inMemoryAnswers();
    await signIn(store, [registration]);
    const change = JSON.stringify({ question: "町は?", answer: "倉敷" });
    expect(await signIn(store, [change, change, change], { changeQuestion: "true" })).toMatchObject({
      outcome: "refused",
    });
    expect(await signIn(store, ["ポチ"])).toMatchObject({ outcome: "let in" });
  });

  test("say the same of a name that nobody has as of a wrong password, and never ask it a question", async () => {
    const srp = password.slice(0, 1);
    const wrong: Session = [...srp, { challengeName: "PASSWORD_VERIFIER", challengeResult: false }];
    for (const session of [[], srp, wrong]) {
      const [unknown, known] = await Promise.all(
        [true, false].map(async (userNotFound) => {
          const { response } = await defineQuestion(defineChallenge({ session, userNotFound }));
          return response;
        }),
      );
      expect(unknown).toEqual(known);
    }
    const create = createQuestionHandler(inMemoryAnswers);
    await expect(create(createChallengeEvent({ userNotFound: true, userAttributes: {} }))).rejects.toThrow(
      "There is no question for this user.",
    );
    const verify = verifyAnswerHandler({ openStore: inMemoryAnswers, now: () => new Date() });
    const event = verifyAnswer({
      userNotFound: true,
      userAttributes: {},
      challengeAnswer: registration,
      privateChallengeParameters: { step: "register" },
    });
    expect((await verify(event)).response).toEqual({ answerCorrect: false });
  });
});
