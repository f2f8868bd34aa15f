import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { VerifyAuthChallengeResponseTriggerEvent } from "aws-lambda";
import { type AnswerStore, dynamoAnswerStore } from "../question/answer-store.ts";
import { judgeAnswer } from "../question/question-challenge.ts";
import { DYNAMO_CLIENT, tableName } from "../question/trigger-table.ts";

/** Cognito's verify auth challenge response trigger: judges an answer, or stores what somebody registered. */
export const handler = createHandler({
  openStore: () => dynamoAnswerStore(new DynamoDBClient(DYNAMO_CLIENT), tableName(process.env)),
  now: () => new Date(),
});

export function createHandler({ openStore, now }: { openStore: () => AnswerStore; now: () => Date }) {
  let store: AnswerStore | undefined;
  return async (
    event: VerifyAuthChallengeResponseTriggerEvent,
  ): Promise<VerifyAuthChallengeResponseTriggerEvent> => {
    store ??= openStore();
    const { userAttributes, userNotFound, privateChallengeParameters, challengeAnswer } = event.request;
    const sub = userAttributes?.sub;
    const answerCorrect =
      !userNotFound &&
      sub !== undefined &&
      (await judgeAnswer(store, {
        sub,
        typed: challengeAnswer,
        challenge: privateChallengeParameters,
        now: now(),
      }));
    return { ...event, response: { answerCorrect } };
  };
}
