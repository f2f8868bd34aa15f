import { describe, expect, test } from "vitest";
import { nameOfGeneration } from "../../../infra/users/generation.ts";

describe("names of a generation", () => {
  test.each([
    [1, "users"],
    [2, "users-g2"],
    [10, "users-g10"],
  ])("calls generation %i %s, so that a second pool can stand beside the first", (generation, name) => {
    expect(nameOfGeneration("users", generation)).toBe(name);
  });
});
