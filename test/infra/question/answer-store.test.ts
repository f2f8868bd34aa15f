import { ConditionalCheckFailedException, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { describe, expect, test, vi } from "vitest";
import { dynamoAnswerStore } from "../../../infra/question/answer-store.ts";

const now = new Date("2026-11-21T12:00:00Z");
const seconds = String(now.getTime() / 1_000);
const hourLater = String(now.getTime() / 1_000 + 3_600);

/** A store over a client that gives these answers, one for each call. */
function scripted(...answers: (object | Error)[]) {
  const client = new DynamoDBClient({ region: "ap-northeast-1" });
  const inputs: object[] = [];
  vi.spyOn(client, "send").mockImplementation(async ({ input }: { input: object }) => {
    inputs.push(input);
    const answer = answers.shift();
    if (answer === undefined) throw new Error("one call more than expected");
    if (answer instanceof Error) throw answer;
    return answer;
  });
  return { store: dynamoAnswerStore(client, "answers"), inputs };
}

function unmet(): ConditionalCheckFailedException {
  return new ConditionalCheckFailedException({ message: "The conditional request failed", $metadata: {} });
}

describe("the table of questions", () => {
  test("is read as it is now, not as it was", async () => {
    const { store, inputs } = scripted({ Item: { question: { S: "犬の名前は?" }, hash: { S: "$scrypt$" } } });
    expect(await store.find("sub-1")).toEqual({ question: "犬の名前は?", hash: "$scrypt$" });
    expect(inputs).toEqual([
      { TableName: "answers", Key: { user: { S: "sub-1" }, item: { S: "question" } }, ConsistentRead: true },
    ]);
  });

  test("has no question of who never registered, or whose item is broken", async () => {
    expect(await scripted({}).store.find("sub-1")).toBeUndefined();
    expect(await scripted({ Item: { question: { S: "?" } } }).store.find("sub-1")).toBeUndefined();
  });

  test("takes a first question only where there is none, and another one only for the one it replaces", async () => {
    const { store, inputs } = scripted({}, {});
    expect(await store.save("sub-1", { question: "q", hash: "new" }, undefined)).toBe(true);
    expect(await store.save("sub-1", { question: "q", hash: "newer" }, "new")).toBe(true);
    expect(inputs).toMatchObject([
      {
        ConditionExpression: "attribute_not_exists(#hash)",
        ExpressionAttributeValues: { ":hash": { S: "new" } },
      },
      { ConditionExpression: "#hash = :replaces", ExpressionAttributeValues: { ":replaces": { S: "new" } } },
    ]);
  });

  test("keeps the question that came first", async () => {
    expect(await scripted(unmet()).store.save("sub-1", { question: "q", hash: "h" }, undefined)).toBe(false);
  });

  test("counts the first guess of an hour", async () => {
    const { store, inputs } = scripted({});
    expect(await store.takeGuess("sub-1", now)).toBe(true);
    expect(inputs).toMatchObject([
      {
        Key: { user: { S: "sub-1" }, item: { S: "guesses" } },
        ConditionExpression: "attribute_not_exists(#expires) OR #expires <= :now",
        ExpressionAttributeNames: { "#expires": "expires" },
        ExpressionAttributeValues: { ":now": { N: seconds }, ":until": { N: hourLater } },
      },
    ]);
  });

  test("counts one more within the hour, and none beyond the fifth", async () => {
    const { store, inputs } = scripted(unmet(), {});
    expect(await store.takeGuess("sub-1", now)).toBe(true);
    expect(inputs[1]).toMatchObject({
      UpdateExpression: "SET #count = #count + :one",
      ConditionExpression: "#expires > :now AND #count < :most",
      ExpressionAttributeValues: { ":most": { N: "5" } },
    });
    expect(await scripted(unmet(), unmet()).store.takeGuess("sub-1", now)).toBe(false);
  });

  test("forgets guesses by ending their hour: an older time is one that DynamoDB would keep for ever", async () => {
    const { store, inputs } = scripted({});
    await store.forgetGuesses("sub-1", now);
    expect(inputs).toMatchObject([
      { UpdateExpression: "SET #expires = :now", ExpressionAttributeValues: { ":now": { N: seconds } } },
    ]);
  });

  test("that cannot be reached is an error, neither a right nor a wrong answer", async () => {
    const down = new Error("DynamoDB is down");
    await expect(scripted(down).store.takeGuess("sub-1", now)).rejects.toBe(down);
    await expect(scripted(down).store.save("sub-1", { question: "q", hash: "h" }, undefined)).rejects.toBe(
      down,
    );
  });
});
