import { expect, test } from "vitest";
import { stackTags } from "../../infra/stack-tags.ts";

test("everything that a stack makes says which stack it belongs to", () => {
  expect(stackTags("dev")).toEqual({ "sekisho:stack": "dev" });
});
