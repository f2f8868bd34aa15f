import { expect, test } from "vitest";
import { AwsFault } from "../../local/aws-fault.ts";

test("carries AWS's exception name, message and status, and the cause when there is one", () => {
  const cause = new Error("inner");
  const fault = new AwsFault("ResourceNotFoundException", "User pool x does not exist.", {
    status: 404,
    cause,
  });
  expect(fault).toMatchObject({
    name: "AwsFault",
    code: "ResourceNotFoundException",
    status: 404,
    message: "User pool x does not exist.",
    cause,
  });
  expect(new AwsFault("A", "b")).toMatchObject({ status: 400 });
  expect(new AwsFault("A", "b")).not.toHaveProperty("cause");
});
