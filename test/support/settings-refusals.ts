import { describe, expect, it } from "vitest";
import { type Change, readSample } from "./sample-settings.ts";

export type { Change } from "./sample-settings.ts";

/** What is wrong in words, the changes that make the sample wrong, and the only fault that must come of it. */
export type Refusal = readonly [title: string, changes: readonly Change[], path: string, message: string];

/** One test for each row: the changed sample is refused with exactly this fault. */
export function describeRefusals(subject: string, rows: readonly Refusal[]): void {
  describe(subject, () => {
    it.each(rows)("refuses %s", (_title, changes, path, message) => {
      expect(readSample(...changes)).toEqual({ faults: [{ path, message }] });
    });
  });
}
