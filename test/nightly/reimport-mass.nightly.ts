import { afterEach, describe, expect, it, vi } from "vitest";
import { restorePoisoned } from "../support/poisoned-set.ts";
import { roundTrip } from "../support/round-trip.ts";

// How fast AWS lets a pool be asked is another test's matter.
vi.mock("p-throttle", () => ({ default: () => (run: () => Promise<void>) => run }));

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("100,000 values", () => {
  it.each<["api" | "csv"]>([["api"], ["csv"]])(
    "come back to the last character, --engine %s",
    async (engine) => {
      const { differences, values, messages, exitCode } = await roundTrip(5_000, `mass-${engine}`, engine);
      expect([exitCode, messages, differences]).toEqual([0, 0, []]);
      expect(values).toBeGreaterThanOrEqual(100_000);
    },
  );
});

describe("1,000 users among 100,000 who cannot come back", () => {
  it("are all the rejects, with the reasons, and the other 99,000 are there", async () => {
    const { exitCode, restored, rejects, expected, messages } = await restorePoisoned(100_000, "auto");
    expect([exitCode, restored, rejects.length, messages]).toEqual([3, 99_000, 1_000, 0]);
    expect(rejects).toEqual(expected);
  });
});
