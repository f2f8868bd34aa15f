import { isDeepStrictEqual } from "node:util";
import { isMap } from "./property-path.ts";
import { childPath, type PropertyMap, type PropertyValue } from "./property-values.ts";

/** What the provider knows about the properties of a type and a plain comparison does not. */
export interface ComparisonHints {
  /** Lists whose order means nothing; `[*]` stands for any place: `conditions[*].sourceIp.values`. */
  sets?: readonly string[];
  /** Texts that are JSON documents: spaces and the order of keys mean nothing. */
  jsonTexts?: readonly string[];
}

/** The paths at which two sets of properties differ, in the order of the newer one. */
export function changedPaths(before: PropertyMap, after: PropertyMap, hints: ComparisonHints = {}): string[] {
  return diffMaps(before, after, "", "", hints);
}

// `pattern` is the path with [*] in place of every index, as hints are written.
function diffMaps(
  before: PropertyMap,
  after: PropertyMap,
  path: string,
  pattern: string,
  hints: ComparisonHints,
): string[] {
  const keys = [...new Set([...Object.keys(after), ...Object.keys(before)])];
  return keys.flatMap((key) =>
    diffValues(before[key], after[key], childPath(path, key), childPath(pattern, key), hints),
  );
}

function diffValues(
  before: PropertyValue | undefined,
  after: PropertyValue | undefined,
  path: string,
  pattern: string,
  hints: ComparisonHints,
): string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isMap(before) && isMap(after)) return diffMaps(before, after, path, pattern, hints);
  if (Array.isArray(before) && Array.isArray(after)) {
    if (hints.sets?.includes(pattern)) {
      const isSame = isDeepStrictEqual(sortSets(before, pattern, hints), sortSets(after, pattern, hints));
      return isSame ? [] : [path];
    }
    if (before.length !== after.length) return [path];
    return after.flatMap((element, place) =>
      diffValues(before[place], element, `${path}[${place}]`, `${pattern}[*]`, hints),
    );
  }
  if (hints.jsonTexts?.includes(pattern) && isSameJson(before, after)) return [];
  return [path];
}

/** A value with every list whose order means nothing in one fixed order. */
function sortSets(value: PropertyValue, pattern: string, hints: ComparisonHints): PropertyValue {
  if (Array.isArray(value)) {
    const elements = value.map((element) => sortSets(element, `${pattern}[*]`, hints));
    return hints.sets?.includes(pattern) ? elements.sort(byText) : elements;
  }
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortSets(value[key] ?? null, childPath(pattern, key), hints)]),
  );
}

function byText(one: PropertyValue, other: PropertyValue): number {
  const [left, right] = [JSON.stringify(one), JSON.stringify(other)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function isSameJson(before: PropertyValue | undefined, after: PropertyValue | undefined): boolean {
  if (typeof before !== "string" || typeof after !== "string") return false;
  const [one, other] = [parseJson(before), parseJson(after)];
  return one !== undefined && other !== undefined && isDeepStrictEqual(one, other);
}

/** Undefined when the text is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
