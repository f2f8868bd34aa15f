import { afterEach, describe, expect, it, vi } from "vitest";
import { roundTrip, VALUES_PER_USER } from "../support/round-trip.ts";

// How fast AWS lets a pool be asked is another test's matter.
vi.mock("p-throttle", () => ({ default: () => (run: () => Promise<void>) => run }));

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Address and its flag besides. */
const PER_USER = VALUES_PER_USER + 2;

describe("values that people gave themselves come back to the last character", () => {
  it("by the API: 20,000 of them, with halves of characters, line breaks, quotes, formulas and names of every object", async () => {
    const { differences, values, engines, messages, exitCode } = await roundTrip(1_000, "fidelity-1", "api");
    expect(differences).toEqual([]);
    expect({ values, engines, messages, exitCode }).toEqual({
      values: 1_000 * PER_USER,
      engines: { csv: 0, api: 1_000 },
      messages: 0,
      exitCode: 0,
    });
  }, 120_000);

  it("by CSV import, and by the API where an import file does not carry them", async () => {
    const { differences, engines, exitCode } = await roundTrip(900, "fidelity-2", "csv");
    expect([exitCode, differences]).toEqual([0, []]);
    expect(engines.csv + engines.api).toBe(900);
    // Some of the others had a half of a character cut off, or a blank at an end.
    expect(engines.csv).toBeGreaterThan(400);
    expect(engines.api).toBeGreaterThanOrEqual(300);
  }, 120_000);
});
