import { describe, expect, test } from "vitest";
import { lossGuards, staysWithOwner } from "../../infra/loss-guards.ts";

describe("loss guards", () => {
  test("keeps everything that holds users or money unless the stack is disposable", () => {
    expect(lossGuards({ disposable: false })).toEqual({
      protect: true,
      retainOnDelete: true,
      deletionProtection: true,
      forceDestroy: false,
    });
  });

  test("lifts every guard at once in a disposable stack, so that a rehearsal leaves nothing behind", () => {
    expect(lossGuards({ disposable: true })).toEqual({
      protect: false,
      retainOnDelete: false,
      deletionProtection: false,
      forceDestroy: true,
    });
  });

  test("lets what is named leave the program, but not AWS", () => {
    expect(lossGuards({ disposable: false }, true)).toEqual({
      protect: false,
      retainOnDelete: true,
      deletionProtection: true,
      forceDestroy: false,
    });
  });

  test.each([
    ["what is guarded", { disposable: false }, false, false],
    ["what was let go", { disposable: false }, true, true],
    ["what was let go in a disposable stack", { disposable: true }, true, false],
  ])("keeps in AWS what belongs to %s only where it stays behind", (_, settings, isLetGo, stays) => {
    expect(staysWithOwner(lossGuards(settings, isLetGo))).toBe(stays);
  });
});
