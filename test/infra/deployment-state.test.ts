import { describe, expect, test } from "vitest";
import { isUsersDeployed } from "../../infra/deployment-state.ts";

describe("whether the stack stands already", () => {
  test.each([
    ["nothing of the stack is there", [], false],
    ["only the stack's own parameter was written before it failed", ["/sekisho/dev/stack"], false],
    ["another stack's users are there", ["/sekisho/dev2/users"], false],
    ["the users were deployed", ["/sekisho/dev/stack", "/sekisho/dev/users"], true],
  ])("knows when %s", async (_, names, expected) => {
    const asked: string[] = [];
    const answer = await isUsersDeployed("dev", async ({ path }) => {
      asked.push(path);
      return { names };
    });
    expect(answer).toBe(expected);
    expect(asked).toEqual(["/sekisho/dev"]);
  });
});
