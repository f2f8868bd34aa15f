import { describe, expect, it } from "vitest";
import { nearestKey } from "../../../infra/settings/nearest-key.ts";

describe("the key that was meant", () => {
  it.each([
    ["signinWith", "signInWith"],
    ["sigInWith", "signInWith"],
    ["MFA", "mfa"],
    ["recover", "recovery"],
    ["banana", undefined],
    ["", undefined],
  ])("%s means %s", (wrong, meant) => {
    expect(nearestKey(wrong, ["users", "mfa", "signInWith", "recovery"])).toBe(meant);
  });

  it("nobody means with a text of 100,000 letters", () => {
    expect(nearestKey("x".repeat(100_000), ["users"])).toBeUndefined();
  });
});
