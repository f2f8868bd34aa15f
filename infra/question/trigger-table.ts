import type { DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";

/** The variable that tells a trigger where questions are. */
export const TABLE_VARIABLE = "QUESTION_TABLE";

/** Cognito waits five seconds for a trigger, in all. */
export const DYNAMO_CLIENT: DynamoDBClientConfig = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 500, requestTimeout: 1_000, throwOnRequestTimeout: true },
};

/** The table that the program gave to the function. Throws where it gave none. */
export function tableName(environment: Readonly<Record<string, string | undefined>>): string {
  const name = environment[TABLE_VARIABLE];
  if (!name) throw new Error(`${TABLE_VARIABLE} is not set; deploy the stack again.`);
  return name;
}
