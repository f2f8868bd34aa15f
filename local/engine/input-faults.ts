import { childPath, type PropertyMap, type PropertyValue } from "./property-values.ts";

/** What text looks like when a value was put into it before it was there. */
const SLIPS = ["undefined", "[object Object]", "Calling [toString]"] as const;

/** One input that cannot be meant: where, and what it holds. */
export interface InputFault {
  path: string;
  slip: (typeof SLIPS)[number];
}

/**
 * The first input that holds text no one meant, as JavaScript writes it when a value is missing or not text. `assets` are
 * paths of file contents, which may say "undefined" as any source does.
 */
export function findInputFault(inputs: PropertyMap, assets: readonly string[] = []): InputFault | undefined {
  return findInValue(inputs, "", new Set(assets));
}

function findInValue(
  value: PropertyValue,
  path: string,
  assets: ReadonlySet<string>,
): InputFault | undefined {
  if (assets.has(path)) return undefined;
  if (typeof value === "string") return findInText(value, path);
  if (Array.isArray(value)) {
    return firstFault(
      value.map((element, place) => [element, `${path}[${place}]`]),
      assets,
    );
  }
  if (value === null || typeof value !== "object") return undefined;
  const keys = Object.keys(value);
  return (
    firstFault(
      keys.map((key) => [key, childPath(path, key)]),
      assets,
    ) ??
    firstFault(
      keys.map((key) => [value[key] ?? null, childPath(path, key)]),
      assets,
    )
  );
}

function findInText(text: string, path: string): InputFault | undefined {
  const slip = SLIPS.find((candidate) => text.includes(candidate));
  return slip && { path, slip };
}

function firstFault(entries: [PropertyValue, string][], assets: ReadonlySet<string>): InputFault | undefined {
  for (const [value, path] of entries) {
    const fault = findInValue(value, path, assets);
    if (fault) return fault;
  }
  return undefined;
}
