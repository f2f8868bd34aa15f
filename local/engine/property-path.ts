import type { PropertyMap, PropertyValue } from "./property-values.ts";

/** One step of a path: a key, a place in a list, or every one of them. */
type Step = string | number | typeof ANY;

const ANY = Symbol("any");

/**
 * Splits a property path as Pulumi's options write it: `a.b`, `a[0]`, `tags["sekisho:stack"]`, `rules[*].id`.
 * What stands in no such form is taken as a plain key.
 */
export function parsePropertyPath(path: string): Step[] {
  const steps: Step[] = [];
  for (const [, quoted, index, star, key] of path.matchAll(
    /\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|(\[\*\]|\*)|([^.[\]]+)/g,
  )) {
    if (quoted !== undefined) steps.push(quoted.replaceAll('\\"', '"'));
    else if (index !== undefined) steps.push(Number(index));
    else if (star !== undefined) steps.push(ANY);
    else if (key !== undefined) steps.push(key);
  }
  return steps;
}

/** Whether `outer` is `inner` or leads to it: `tags` contains `tags.owner`, `rules[*]` contains `rules[2].id`. */
export function containsPath(outer: string, inner: string): boolean {
  const wanted = parsePropertyPath(outer);
  const given = parsePropertyPath(inner);
  return (
    wanted.length <= given.length && wanted.every((step, place) => step === ANY || step === given[place])
  );
}

/** `values` with what lies at `path` put back as it was in `old`; what `old` does not have there is taken out. */
export function resetPath(values: PropertyMap, old: PropertyMap, path: string): PropertyMap {
  const [first, ...rest] = parsePropertyPath(path);
  if (first === undefined) return values;
  if (first === ANY) return old;
  return resetKey(values, old, String(first), rest);
}

function resetKey(values: PropertyMap, old: PropertyMap, key: string, rest: Step[]): PropertyMap {
  const { [key]: mine, ...others } = values;
  const before = old[key];
  if (before === undefined) return rest.length === 0 ? others : values;
  return { ...values, [key]: mine === undefined ? before : resetValue(mine, before, rest) };
}

function resetValue(value: PropertyValue, old: PropertyValue, steps: Step[]): PropertyValue {
  const [first, ...rest] = steps;
  if (first === undefined) return old;
  if (Array.isArray(value) && Array.isArray(old)) {
    return value.map((element, place) => {
      const before = old[place];
      const isMeant = first === ANY || first === place;
      return isMeant && before !== undefined ? resetValue(element, before, rest) : element;
    });
  }
  if (isMap(value) && isMap(old)) {
    if (first !== ANY) return resetKey(value, old, String(first), rest);
    return Object.keys({ ...old, ...value }).reduce((map, key) => resetKey(map, old, key, rest), value);
  }
  return value;
}

export function isMap(value: PropertyValue | undefined): value is PropertyMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
