import { z } from "zod";
import { nearestKey } from "./nearest-key.ts";

/** What zod tells about a value it refuses. */
interface Refused {
  code?: string | undefined;
  input?: unknown;
  keys?: readonly string[];
}

/** The sentence for a value that is absent or not what it has to be. */
export function expecting(what: string): (refused: Refused) => string {
  return ({ input }) =>
    input === undefined ? `is missing; give ${what}` : `must be ${what}, not ${shown(input)}`;
}

/** A group of settings in which a key nobody knows is a fault that names the nearest known one. */
export function group<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
  what = "a group of settings (key: value)",
) {
  const known = Object.keys(shape).filter((key) => !isDeclined(shape[key]));
  return z.strictObject(shape, {
    error: (refused) =>
      refused.code === "unrecognized_keys"
        ? refused.keys.map((key) => unknownKey(key, known)).join("\n")
        : expecting(what)(refused),
  });
}

/** A group whose keys the operator chooses; `what` says what a key has to look like. */
export function named<Value extends z.ZodType>(keys: RegExp, what: string, value: Value) {
  return z.record(z.string().regex(keys), value, {
    error: (refused) =>
      refused.code === "invalid_key"
        ? `is not a possible name; take ${what}`
        : expecting("a group of named settings (name: …)")(refused),
  });
}

/** A list with at least `min` and at most `max` different entries. */
export function list<Item extends z.ZodType>(item: Item, what: string, { min = 1, max = 100 } = {}) {
  const error = (refused: Refused) => {
    const { input } = refused;
    if (!Array.isArray(input)) return expecting(`a list of ${what}`)(refused);
    return input.length < min
      ? `is empty; give at least one of: ${what}`
      : `has ${input.length} entries; the most is ${max}`;
  };
  return z
    .array(item, { error })
    .min(min, { error })
    .max(max, { error })
    .superRefine((items, context) => {
      for (const [place, entry] of items.entries()) {
        if (typeof entry !== "string" || items.indexOf(entry) === place) continue;
        context.addIssue({ code: "custom", path: [place], message: `repeats ${shown(entry)}; take it out` });
      }
    });
}

/** A text that a pattern describes; `what` describes it to people. */
export function text(pattern: RegExp, what: string) {
  const error = expecting(what);
  return z.string({ error }).regex(pattern, { error });
}

/** A text that a function accepts. */
export function textThat(isGood: (value: string) => boolean, what: string) {
  const error = expecting(what);
  return z.string({ error }).refine(isGood, { error });
}

/** A whole number, bounds included. */
export function wholeNumber(min: number, max: number, of = "") {
  const error = expecting(`a whole number${of} from ${min} to ${max}`);
  return z.int({ error }).min(min, { error }).max(max, { error });
}

/** true or false. */
export function yesNo() {
  return z.boolean({ error: expecting("true or false") });
}

/** One of a few words; those in `declined` belong to features that were decided against. */
export function oneOf<const Word extends string>(words: readonly Word[], declined: readonly string[] = []) {
  return z.enum(words, {
    error: (refused) =>
      typeof refused.input === "string" && declined.includes(refused.input)
        ? `${refused.input} ${NOT_OFFERED}`
        : expecting(words.length === 1 ? `${words[0]}` : `one of ${words.join(", ")}`)(refused),
  });
}

/** What a setting says whose feature was decided against. */
export const NOT_OFFERED = "is not offered (docs/decisions.md says why); take it out of the stack file";

/** A setting whose feature was decided against: it may only be absent. */
export function notOffered() {
  return declined(NOT_OFFERED);
}

/** A setting that may only be absent here; `sentence` says why. It is not named among the known ones. */
export function declined(sentence: string) {
  return z.undefined({ error: sentence }).optional();
}

/** A time span in minutes, written `15m`, `8h` or `30d`, bounds included. */
export function timeSpan(min: string, max: string) {
  const error = expecting(`a time span from ${min} to ${max} (m minutes, h hours, d days)`);
  return z
    .string({ error })
    .refine((value) => isBetween(minutesOf(value), minutesOf(min), minutesOf(max)), { error, abort: true })
    .transform(minutesOf);
}

/** The sentence for a key that nobody knows. */
export function unknownKey(key: string, known: readonly string[], prefix = ""): string {
  const near = nearestKey(key, known);
  return near === undefined
    ? `is not a setting; known here: ${known.map((name) => prefix + name).join(", ")}`
    : `is not a setting; did you mean ${prefix}${near}?`;
}

function isDeclined(schema: z.core.SomeType | undefined): boolean {
  return schema instanceof z.ZodOptional && schema.unwrap() instanceof z.ZodUndefined;
}

/** A value as a sentence may repeat it: short, and on one line. */
export function shown(value: unknown): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a group of settings";
  const whole = typeof value === "string" ? JSON.stringify(value) : String(value);
  return whole.length > 80 ? `${whole.slice(0, 80)}…` : whole;
}

function minutesOf(value: string): number {
  const [, digits, unit] = /^(\d{1,6})([mhd])$/.exec(value) ?? [];
  const minutes = unit === "d" ? 1440 : unit === "h" ? 60 : 1;
  return Number(digits) * minutes;
}

function isBetween(value: number, min: number, max: number): boolean {
  return value >= min && value <= max;
}
