import { isEmailAddress, isPhoneNumber } from "./contact-formats.ts";
import { invalidParameter } from "./faults.ts";
import { limits } from "./limits.ts";
import { attributesSetByCognito } from "./standard-attributes.ts";
import type { AttributeDefinition } from "./state.ts";

export interface AttributeInput {
  Name: string;
  Value?: string | undefined;
}

type Schema = ReadonlyMap<string, AttributeDefinition>;

/** Who writes: administrators reach everything mutable, users see another sentence for an unknown attribute. */
export type Writer = "administrator" | "user";

/**
 * Values for a new user: every name must be in the schema, every value must fit its type and constraints. A blank value
 * counts as none. Required attributes are not asked for here, because AdminCreateUser may leave them to the first sign-in.
 */
export function readNewAttributes(
  schema: Schema,
  inputs: readonly AttributeInput[],
  writer: Writer,
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of readAttributes(schema, inputs, writer)) if (value !== "") values[name] = value;
  return values;
}

/** A change to an existing user; a blank value means: delete. Immutable attributes are refused even if never set. */
export function readChangedAttributes(
  schema: Schema,
  inputs: readonly AttributeInput[],
  writer: Writer,
): Map<string, string> {
  const changes = readAttributes(schema, inputs, writer);
  refuseImmutable(schema, [...changes.keys()]);
  return changes;
}

/** "A user can write an immutable attribute only when it is created" (Developer Guide, "Working with user attributes"). */
export function refuseImmutable(schema: Schema, names: readonly string[]): void {
  const refused = names.filter((name) => schema.get(name)?.isMutable === false);
  if (refused.length > 0) {
    throw invalidParameter(refused.map((name) => `user.${name}: Attribute cannot be updated.\n`).join(""));
  }
}

/** Refuses names the pool does not have. */
export function refuseUnknown(schema: Schema, names: readonly string[], writer: Writer): void {
  const unknown = names.filter((name) => !schema.has(name));
  if (unknown.length === 0) return;
  const reasons = unknown.map((name) =>
    writer === "user"
      ? `${name}: Attribute does not exist in the schema.\n`
      : `Type for attribute {${name}} could not be determined`,
  );
  throw invalidParameter(`Attributes did not conform to the schema: ${reasons.join("")}`);
}

/** Refuses a set of attributes that lacks a required one. */
export function refuseMissingRequired(schema: Schema, values: Readonly<Record<string, string>>): void {
  const missing = [...schema.values()].filter(
    (definition) =>
      definition.isRequired && definition.name !== "sub" && values[definition.name] === undefined,
  );
  if (missing.length === 0) return;
  const reasons = missing.map(({ name }) => `${name}: The attribute is required\n`).join("");
  throw invalidParameter(`Attributes did not conform to the schema: ${reasons}`);
}

/** The verified flag belongs to an address or number; without one it cannot be set. */
export function refuseVerifiedWithoutValue(values: Readonly<Record<string, string>>): void {
  if (values.email_verified !== undefined && values.email === undefined) {
    throw invalidParameter("Email is required to verify/un-verify an email");
  }
  if (values.phone_number_verified !== undefined && values.phone_number === undefined) {
    throw invalidParameter("Phone number is required to verify/un-verify a phone number");
  }
}

/** What is wrong with a value, or undefined. Pure, and used for seeded users too. */
export function findValueFault(definition: AttributeDefinition, value: string): string | undefined {
  if (value.length > limits.attributeValueLength) {
    return schemaFault(definition, `String must be no longer than ${limits.attributeValueLength} characters`);
  }
  switch (definition.type) {
    case "String":
      return findLengthFault(definition, value) ?? findFormatFault(definition.name, value);
    case "Number":
      return findNumberFault(definition, value);
    case "Boolean":
      return /^(true|false)$/i.test(value)
        ? undefined
        : schemaFault(definition, "Value must be true or false");
    case "DateTime":
      return isDateTime(value) ? undefined : schemaFault(definition, "Value must be a date and time");
  }
}

function readAttributes(
  schema: Schema,
  inputs: readonly AttributeInput[],
  writer: Writer,
): Map<string, string> {
  refuseUnknown(
    schema,
    inputs.map(({ Name }) => Name),
    writer,
  );
  const values = new Map<string, string>();
  for (const { Name: name, Value: value = "" } of inputs) {
    if (attributesSetByCognito.has(name)) {
      throw invalidParameter(`user.${name}: Attribute cannot be updated.\n`);
    }
    const definition = schema.get(name);
    const fault = definition === undefined || value === "" ? undefined : findValueFault(definition, value);
    if (fault !== undefined) throw invalidParameter(fault);
    values.set(name, definition?.type === "Boolean" ? value.toLowerCase() : value);
  }
  return values;
}

function findLengthFault(definition: AttributeDefinition, value: string): string | undefined {
  if (definition.min !== undefined && value.length < definition.min) {
    return schemaFault(definition, `String must be no shorter than ${definition.min} characters`);
  }
  if (definition.max !== undefined && value.length > definition.max) {
    return schemaFault(definition, `String must be no longer than ${definition.max} characters`);
  }
  return undefined;
}

function findNumberFault(definition: AttributeDefinition, value: string): string | undefined {
  if (!/^-?\d+(\.\d+)?$/.test(value)) return schemaFault(definition, "Value must be a number");
  const number = Number(value);
  if (definition.min !== undefined && number < definition.min) {
    return schemaFault(definition, `Number must be no less than ${definition.min}`);
  }
  if (definition.max !== undefined && number > definition.max) {
    return schemaFault(definition, `Number must be no greater than ${definition.max}`);
  }
  return undefined;
}

function findFormatFault(name: string, value: string): string | undefined {
  if (name === "email" && !isEmailAddress(value)) return "Invalid email address format.";
  if (name === "phone_number" && !isPhoneNumber(value)) return "Invalid phone number format.";
  if (name === "birthdate" && !isCalendarDate(value)) {
    return "Attributes did not conform to the schema: birthdate: Value must be a date of the form YYYY-MM-DD\n";
  }
  return undefined;
}

function schemaFault(definition: AttributeDefinition, reason: string): string {
  return `Attributes did not conform to the schema: ${definition.name}: ${reason}\n`;
}

/** "A valid 10 character date in the format YYYY-MM-DD" (Developer Guide, "Working with user attributes"). */
function isCalendarDate(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}

function isDateTime(value: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(value) &&
    !Number.isNaN(Date.parse(value))
  );
}
