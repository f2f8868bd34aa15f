import { describe, expect, it } from "vitest";
import { type Change, readSample } from "./sample-settings.ts";

/** What to think twice about in words, the changes to the sample, and the only warning that must come of it. */
export type Warning = readonly [title: string, changes: readonly Change[], path: string, message: string];

/** One test for each row: the changed sample is good, and warns of exactly this. */
export function describeWarnings(subject: string, rows: readonly Warning[]): void {
  describe(subject, () => {
    it.each(rows)("warns of %s", (_title, changes, path, message) => {
      expect(readSample(...changes)).toMatchObject({ warnings: [{ path, message }] });
    });
  });
}
