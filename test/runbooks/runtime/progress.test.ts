import { describe, expect, it } from "vitest";
import {
  countOf,
  createProgress,
  formatDuration,
  formatProgress,
} from "../../../runbooks/runtime/progress.ts";

describe("progress of long work", () => {
  it.each([
    [
      { noun: "users", count: 12_000, expected: 100_000, seconds: 8 },
      "12,000 of about 100,000 users, 1,500/s, about 59 s left",
    ],
    [{ noun: "users", count: 5, expected: 0, seconds: 1 }, "5 users, 5/s"],
    [{ noun: "users", count: 120, expected: 100, seconds: 1 }, "120 users, 120/s"],
    [{ noun: "users", count: 0, expected: 100, seconds: 0 }, "0 users, 0/s"],
  ])("says %j as %s", (state, line) => {
    expect(formatProgress(state)).toBe(line);
  });

  it.each([
    [0, "0 s"],
    [89.5, "90 s"],
    [91, "2 min"],
    [11_000, "3 h 4 min"],
  ])("says %d seconds as %s", (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it.each([
    [0, "0 groups"],
    [1, "1 group"],
    [1_200, "1,200 groups"],
  ])("counts %d groups as %s", (count, text) => {
    expect(countOf(count, "group")).toBe(text);
  });

  it("writes a line when the last one is old enough, and not for every page", () => {
    const lines: string[] = [];
    let at = 0;
    const progress = createProgress({
      noun: "users",
      expected: 600,
      now: () => new Date(at),
      writeLine: (line) => lines.push(line),
    });
    for (; at < 10_000; at += 1_000) progress.add(60);
    expect(lines).toEqual(["360 of about 600 users, 72/s, about 4 s left"]);
    expect(progress.count()).toBe(600);
  });
});
