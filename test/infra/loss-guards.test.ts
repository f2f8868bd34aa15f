import { describe, expect, test } from "vitest";
import { lossGuards } from "../../infra/loss-guards.ts";

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
});
