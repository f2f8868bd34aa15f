import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isPathInPattern, isPatternInPattern } from "../../../infra/settings/checks/rule-matching.ts";

describe("a path and the pattern of a rule", () => {
  it.each([
    ["/admin", "/admin", true],
    ["/admin", "/Admin", false],
    ["/admin/", "/admin", false],
    ["/admin/users", "/admin/*", true],
    ["/admin", "/admin/*", false],
    ["/", "/*", true],
    ["/a/b/c", "/*/c", true],
    ["/a/b/cd", "/*/c", false],
    ["/img/a.png", "/img/?.png", true],
    ["/img/ab.png", "/img/?.png", false],
    ["/img/.png", "/img/?.png", false],
    ["/aab", "/*ab", true],
    ["/abab", "/*ab*ab", true],
    ["/aba", "/*ab*ba", false],
    ["/axb", "/a.b", false],
    ["/oauth2/idpresponse", "/o*/id*", true],
  ])("%s is in %s: %s", (path, pattern, isIn) => {
    expect(isPathInPattern(path, pattern)).toBe(isIn);
  });

  it("agrees with a regular expression on short texts", () => {
    const short = (letters: string) => fc.string({ unit: fc.constantFrom(...letters), maxLength: 7 });
    fc.assert(
      fc.property(short("ab/"), short("ab/*?"), (path, pattern) => {
        const expression = pattern.replaceAll("*", ".*").replaceAll("?", ".");
        expect(isPathInPattern(path, pattern)).toBe(new RegExp(`^${expression}$`).test(path));
      }),
      { numRuns: 500 },
    );
  });
});

describe("a pattern within another", () => {
  it.each([
    ["/admin/*", "/*", true],
    ["/admin/*", "/admin/*", true],
    ["/a/*/c", "/a/*", true],
    ["/a?", "/a*", true],
    ["/a?", "/a?", true],
    ["/a*", "/a?", false],
    ["/*", "/?*", false],
    ["/*", "/a", false],
  ])("%s is in %s: %s", (inner, outer, isIn) => {
    expect(isPatternInPattern(inner, outer)).toBe(isIn);
  });

  it("never claims a path that the wider pattern leaves out", () => {
    const short = (letters: string) => fc.string({ unit: fc.constantFrom(...letters), maxLength: 5 });
    fc.assert(
      fc.property(short("ab*?"), short("ab*?"), short("abc"), (inner, outer, path) => {
        fc.pre(isPatternInPattern(inner, outer) && isPathInPattern(path, inner));
        expect(isPathInPattern(path, outer)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
