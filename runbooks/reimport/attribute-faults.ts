import type { TargetAttribute } from "./target-pool.ts";

/** In which way a value does not fit its attribute. */
export type Misfit = "type" | "form" | "too-long" | "too-short" | "too-small" | "too-large";

/** The most characters of any value, whatever its attribute allows (Amazon Cognito Developer Guide, Quotas). */
export const LONGEST_VALUE = 2_048;

/**
 * In which way a value breaks the rules of its attribute, or undefined. Characters are UTF-16 code units; AWS does not
 * say what it counts. Refused is what AWS documents to be refused: what it is silent about is left to it to decide.
 */
export function findMisfit(attribute: TargetAttribute, value: string): Misfit | undefined {
  if (value.length > longestOf(attribute)) return "too-long";
  switch (attribute.type) {
    case "String":
      if (value.length < (attribute.min ?? 0)) return "too-short";
      return hasForm(attribute.name, value) ? undefined : "form";
    case "Number":
      if (!NUMBER.test(value)) return "type";
      if (Number(value) < (attribute.min ?? -Infinity)) return "too-small";
      return Number(value) > (attribute.max ?? Infinity) ? "too-large" : undefined;
    case "Boolean":
      return /^(true|false)$/i.test(value) ? undefined : "type";
    case "DateTime":
      return /^\d+$/.test(value) || !Number.isNaN(Date.parse(value)) ? undefined : "type";
  }
}

/**
 * Why the attribute does not take the value, as a part of a sentence about the user that does not tell the value ("its
 * custom:grade is above 9"); undefined when it does. An empty value is none: ask about those who have one.
 */
export function findValueFault(attribute: TargetAttribute, value: string): string | undefined {
  const { name, min, max } = attribute;
  switch (findMisfit(attribute, value)) {
    case undefined:
      return undefined;
    case "type":
      return `its ${name} is not ${typeWords[attribute.type]}`;
    case "form":
      return `its ${name} is not ${forms.get(name)?.words}`;
    case "too-long":
      return `its ${name} has more than ${longestOf(attribute)} characters`;
    case "too-short":
      return `its ${name} has fewer than ${min} characters`;
    case "too-small":
      return `its ${name} is below ${min}`;
    case "too-large":
      return `its ${name} is above ${max}`;
  }
}

/** The most characters a value of the attribute may have: its own limit, for a text that has one. */
export function longestOf({ type, max }: TargetAttribute): number {
  return type === "String" ? Math.min(max ?? LONGEST_VALUE, LONGEST_VALUE) : LONGEST_VALUE;
}

/** One @ with something on both sides, and no white space: what AWS says is "the standard email format". */
export function isEmailAddress(value: string): boolean {
  return /^[^@\s]+@[^@\s]+$/.test(value);
}

/** "A plus sign, followed immediately by the country code; only the plus sign and digits": at most the 15 of E.164. */
export function isPhoneNumber(value: string): boolean {
  return /^\+[1-9]\d{1,14}$/.test(value);
}

/** What each type of attribute is, in words. */
export const typeWords = {
  String: "a text",
  Number: "a number",
  Boolean: "true or false",
  DateTime: "a date and time",
} as const satisfies Record<TargetAttribute["type"], string>;

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Attributes whose texts have a form (Amazon Cognito Developer Guide, "Working with user attributes"). */
const forms = new Map([
  ["email", { has: isEmailAddress, words: "an e-mail address" }],
  ["phone_number", { has: isPhoneNumber, words: "a phone number such as +14325551212" }],
  ["birthdate", { has: isCalendarDate, words: "a date of the form YYYY-MM-DD" }],
]);

function hasForm(name: string, value: string): boolean {
  return forms.get(name)?.has(value) ?? true;
}

function isCalendarDate(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}
