import { expect, test } from "vitest";
import { tableName } from "../../../infra/question/trigger-table.ts";

test("a trigger finds the table that the program gave it, and says so when there is none", () => {
  expect(tableName({ QUESTION_TABLE: "answers" })).toBe("answers");
  expect(() => tableName({})).toThrow("QUESTION_TABLE is not set; deploy the stack again.");
});
