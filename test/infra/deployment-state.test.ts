import { describe, expect, test } from "vitest";
import { DeploymentStateError, isUsersDeployed } from "../../infra/deployment-state.ts";

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

  test("does not guess when AWS does not answer, and says in one line what to do", async () => {
    const refused = isUsersDeployed("dev", () =>
      Promise.reject(new Error("AccessDenied:\n  not authorized")),
    );
    await expect(refused).rejects.toBeInstanceOf(DeploymentStateError);
    await expect(refused).rejects.toThrow(
      "Cannot tell whether this stack stands already; see that the deploying role may call ssm:GetParametersByPath " +
        "on /sekisho/dev/, then deploy again. AWS said: AccessDenied: not authorized.",
    );
  });
});
