import { z } from "zod";
import { ATTRIBUTE_MUTABLE, CUSTOM_WRITABLE_BY_USER } from "../defaults.ts";
import { splitIssue } from "./fault.ts";
import { nearestKey } from "./nearest-key.ts";
import { expecting, group, oneOf, yesNo } from "./schema.ts";

/** One attribute of the pool. Custom ones carry their `custom:` prefix. */
export interface AttributeSettings {
  name: string;
  kind: "standard" | "custom";
  type: "string" | "number" | "datetime" | "boolean";
  required: boolean;
  mutable: boolean;
  writableByUser: boolean;
  /** Shortest length of a string, smallest value of a number. */
  min?: number;
  /** Greatest length of a string, greatest value of a number. */
  max?: number;
}

/** The longest value of any attribute (Amazon Cognito Developer Guide, Quotas). */
const LONGEST_VALUE = 2048;

/** The most custom attributes of a pool (same page). */
const MOST_CUSTOM = 50;

/** Everything Cognito has in every pool and lets a schema configure (Developer Guide, Working with user attributes). */
const STANDARD: Record<string, Pick<AttributeSettings, "type" | "min" | "max">> = {
  ...Object.fromEntries(
    [
      ...[
        "address",
        "email",
        "family_name",
        "gender",
        "given_name",
        "locale",
        "middle_name",
        "name",
        "nickname",
      ],
      ...["phone_number", "picture", "preferred_username", "profile", "website", "zoneinfo"],
    ].map((name) => [name, { type: "string" as const, min: 0, max: LONGEST_VALUE }]),
  ),
  birthdate: { type: "string", min: 10, max: 10 },
  updated_at: { type: "number", min: 0 },
};

// Cognito can never widen the limits of an attribute, so where none are chosen they are as wide as can be.
const WIDEST: Record<AttributeSettings["type"], { min?: number; max?: number }> = {
  string: { min: 0, max: LONGEST_VALUE },
  number: { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER },
  datetime: {},
  boolean: {},
};

const CUSTOM_NAME = /^custom:[A-Za-z0-9_-]{1,20}$/;
const CUSTOM_NAME_WORDS = "custom: and 1 to 20 letters, digits, _ or -";

// Pools that others made may have attributes without a limit, and saying one would be a change that AWS refuses.
function limit() {
  const [least, most] = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
  const error = expecting(`a whole number from ${least} to ${most}, or none`);
  return z.union([z.literal("none"), z.int().min(least).max(most)], { error }).optional();
}

const shape = group(
  {
    type: oneOf(["string", "number", "datetime", "boolean"]).optional(),
    required: yesNo().default(false),
    mutable: yesNo().default(ATTRIBUTE_MUTABLE),
    writableByUser: yesNo().optional(),
    min: limit(),
    max: limit(),
  },
  "required, optional or a group of settings",
);

type AttributeInput = z.output<typeof shape>;

/**
 * `sekisho:users.attributes`: a map from the attribute's name to its settings, or to the short form `required` or
 * `optional`. Sorted by name.
 */
export function attributesSchema() {
  return z
    .record(z.string(), z.unknown(), { error: expecting("a group of attributes (name: settings)") })
    .transform((inputs, context): AttributeSettings[] => {
      const read = Object.entries(inputs).flatMap(([name, value]) => {
        const result = oneAttribute(name).safeParse(spellOut(value));
        for (const { path, message } of result.error?.issues.flatMap(splitIssue) ?? []) {
          context.addIssue({ code: "custom", path: [name, ...path], message });
        }
        return result.success ? [result.data] : [];
      });
      const custom = read.filter(({ kind }) => kind === "custom");
      if (custom.length > MOST_CUSTOM) {
        const message = `has ${custom.length} custom attributes, and a pool takes ${MOST_CUSTOM}; take some out`;
        context.addIssue({ code: "custom", path: [], message });
      }
      return sortAttributes(read);
    });
}

/** An attribute as if the stack file had named it with no settings of its own. */
export function plainAttribute(name: string): AttributeSettings {
  return readAttribute(name, { required: false, mutable: ATTRIBUTE_MUTABLE });
}

export function sortAttributes(attributes: readonly AttributeSettings[]): AttributeSettings[] {
  return attributes.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

function spellOut(value: unknown): unknown {
  if (value === "required") return { required: true };
  return value === "optional" ? {} : value;
}

function oneAttribute(name: string) {
  const unknown = nameProblem(name);
  return shape.transform((input, context): AttributeSettings => {
    const problems =
      unknown === undefined ? attributeProblems(name, input) : [{ path: [], message: unknown }];
    for (const { path, message } of problems) context.addIssue({ code: "custom", path, message });
    return readAttribute(name, input);
  });
}

function nameProblem(name: string): string | undefined {
  if (Object.hasOwn(STANDARD, name) || CUSTOM_NAME.test(name)) return undefined;
  if (name.startsWith("custom:")) return `is not a possible name; take ${CUSTOM_NAME_WORDS}`;
  const near = nearestKey(name, Object.keys(STANDARD));
  const wayOut = near === undefined ? `your own is written ${CUSTOM_NAME_WORDS}` : `did you mean ${near}?`;
  return `is not a standard attribute; ${wayOut}`;
}

function attributeProblems(name: string, input: AttributeInput): { path: string[]; message: string }[] {
  const isCustom = name.startsWith("custom:");
  const problems: { path: string[]; message: string }[] = [];
  const refuse = (key: string, message: string) => problems.push({ path: [key], message });
  if (isCustom && input.required)
    refuse("required", "cannot be true: Cognito never requires a custom attribute");
  if (!isCustom && input.type !== undefined) refuse("type", "is fixed for standard attributes; take it out");
  if (input.required && input.writableByUser === false) {
    refuse(
      "writableByUser",
      "cannot be false: Cognito refuses clients that may not write a required attribute",
    );
  }
  const { type, min: least, max: most } = readAttribute(name, input);
  if (type === "string" || type === "number") problems.push(...boundProblems(type, least, most));
  else {
    for (const key of ["min", "max"] as const) {
      if (input[key] !== undefined) refuse(key, `does not fit a ${type}; take it out`);
    }
  }
  return problems;
}

function boundProblems(type: "string" | "number", least?: number, most?: number) {
  const problems: { path: string[]; message: string }[] = [];
  if (type === "string" && (least ?? 0) < 0) {
    problems.push({ path: ["min"], message: "must be a length from 0 up" });
  }
  if (type === "string" && (most ?? 0) > LONGEST_VALUE) {
    problems.push({ path: ["max"], message: `must be a length up to ${LONGEST_VALUE}` });
  }
  if (least !== undefined && most !== undefined && least > most) {
    problems.push({ path: ["min"], message: `must not be above max, which is ${most}` });
  }
  return problems;
}

function limitOf(chosen: AttributeInput["min"], usual: number | undefined): number | undefined {
  return chosen === "none" ? undefined : (chosen ?? usual);
}

function readAttribute(name: string, input: AttributeInput): AttributeSettings {
  const isCustom = !Object.hasOwn(STANDARD, name);
  const type = input.type ?? STANDARD[name]?.type ?? "string";
  const standard = STANDARD[name] ?? WIDEST[type];
  const min = limitOf(input.min, standard.min);
  const max = limitOf(input.max, standard.max);
  return {
    name,
    kind: isCustom ? "custom" : "standard",
    type,
    required: input.required,
    mutable: input.mutable,
    writableByUser:
      input.writableByUser ?? (isCustom ? CUSTOM_WRITABLE_BY_USER : input.mutable || input.required),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
  };
}
