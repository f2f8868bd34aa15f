import { describe, expect, test } from "vitest";
import { failureText } from "../../infra/failure-text.ts";

describe("somebody else's error inside a sentence of ours", () => {
  test.each<[string, unknown, string]>([
    ["is what it says", new Error("access denied"), "access denied"],
    ["takes one line", new Error("  access denied:\n\tno role\n"), "access denied: no role"],
    ["leaves the full stop to the sentence", new Error("Access denied. Sign in."), "Access denied. Sign in"],
    ["need not be an Error", "access denied", "access denied"],
    ["may be nothing", undefined, "undefined"],
  ])("%s", (_, failure, text) => {
    expect(failureText(failure)).toBe(text);
  });
});
