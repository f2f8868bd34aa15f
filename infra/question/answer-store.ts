import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";

/** What somebody has registered. */
export interface StoredQuestion {
  question: string;
  /** As `hashAnswer` writes it. */
  hash: string;
}

/** How often one person may be wrong, in how long; whoever knows the password must not be able to go on guessing. */
export const GUESSES = { most: 5, minutes: 60 } as const;

/** The attribute by which DynamoDB forgets a count, in seconds since 1970. */
export const EXPIRY_ATTRIBUTE = "expires";

export interface AnswerStore {
  /** The question of the user with this `sub`; undefined while there is none. */
  find(sub: string): Promise<StoredQuestion | undefined>;
  /**
   * Stores a question in place of the one with the hash `replaces`, or as the first one. False where another one is
   * there by now.
   */
  save(sub: string, question: StoredQuestion, replaces: string | undefined): Promise<boolean>;
  /** Counts a guess before it is judged, so that guesses at the same time count too. False where none is left. */
  takeGuess(sub: string, now: Date): Promise<boolean>;
  /** Forgets the guesses that led to the right answer. */
  forgetGuesses(sub: string, now: Date): Promise<void>;
}

/** Questions and counts in one table, two items for each user. Errors of DynamoDB are thrown as they come. */
export function dynamoAnswerStore(client: Pick<DynamoDBClient, "send">, table: string): AnswerStore {
  const update = async (
    sub: string,
    item: "question" | "guesses",
    input: Omit<UpdateItemCommandInput, "TableName" | "Key">,
  ): Promise<boolean> => {
    try {
      await client.send(
        new UpdateItemCommand({ TableName: table, Key: { user: { S: sub }, item: { S: item } }, ...input }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };
  return {
    find: async (sub) => {
      const { Item } = await client.send(
        new GetItemCommand({
          TableName: table,
          Key: { user: { S: sub }, item: { S: "question" } },
          ConsistentRead: true,
        }),
      );
      const { question, hash } = Item ?? {};
      return question?.S === undefined || hash?.S === undefined
        ? undefined
        : { question: question.S, hash: hash.S };
    },
    save: (sub, { question, hash }, replaces) =>
      update(sub, "question", {
        UpdateExpression: "SET question = :question, #hash = :hash",
        ConditionExpression: replaces === undefined ? "attribute_not_exists(#hash)" : "#hash = :replaces",
        ExpressionAttributeNames: { "#hash": "hash" },
        ExpressionAttributeValues: {
          ":question": { S: question },
          ":hash": { S: hash },
          ...(replaces !== undefined && { ":replaces": { S: replaces } }),
        },
      }),
    takeGuess: async (sub, now) => {
      const names = { "#count": "count", "#expires": EXPIRY_ATTRIBUTE };
      const values = { ":one": { N: "1" }, ":now": { N: secondsOf(now) } };
      // DynamoDB deletes what has expired when it likes, so the time decides, not whether the item is there.
      const isFirst = await update(sub, "guesses", {
        UpdateExpression: "SET #count = :one, #expires = :until",
        ConditionExpression: "attribute_not_exists(#expires) OR #expires <= :now",
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: { ...values, ":until": { N: secondsOf(now, GUESSES.minutes * 60) } },
      });
      return (
        isFirst ||
        update(sub, "guesses", {
          UpdateExpression: "SET #count = #count + :one",
          ConditionExpression: "#expires > :now AND #count < :most",
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: { ...values, ":most": { N: String(GUESSES.most) } },
        })
      );
    },
    forgetGuesses: async (sub, now) => {
      await update(sub, "guesses", {
        UpdateExpression: "SET #expires = :now",
        ExpressionAttributeNames: { "#expires": EXPIRY_ATTRIBUTE },
        ExpressionAttributeValues: { ":now": { N: secondsOf(now) } },
      });
    },
  };
}

function secondsOf(time: Date, later = 0): string {
  return String(Math.floor(time.getTime() / 1_000) + later);
}
