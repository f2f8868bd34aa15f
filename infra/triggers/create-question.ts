import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { CreateAuthChallengeTriggerEvent } from "aws-lambda";
import { type AnswerStore, dynamoAnswerStore } from "../question/answer-store.ts";
import { createChallenge } from "../question/question-challenge.ts";
import { DYNAMO_CLIENT, tableName } from "../question/trigger-table.ts";

/** Cognito's create auth challenge trigger: the question that somebody has chosen, or the request to choose one. */
export const handler = createHandler(() =>
  dynamoAnswerStore(new DynamoDBClient(DYNAMO_CLIENT), tableName(process.env)),
);

export function createHandler(openStore: () => AnswerStore) {
  let store: AnswerStore | undefined;
  return async (event: CreateAuthChallengeTriggerEvent): Promise<CreateAuthChallengeTriggerEvent> => {
    store ??= openStore();
    const { userAttributes, session, userNotFound } = event.request;
    const sub = userAttributes?.sub;
    // Never asked for: define auth challenge ends the sign-in of a name that nobody has at the password.
    if (userNotFound || sub === undefined) throw new Error("There is no question for this user.");
    return { ...event, response: await createChallenge(store, { sub, session }) };
  };
}
