import { invalidParameter } from "./faults.ts";
import { limits } from "./limits.ts";
import type { SchemaAttributeInput } from "./shapes/user-pools.ts";
import { derivedAttributes, standardAttributes } from "./standard-attributes.ts";
import type { AttributeDefinition, Pool } from "./state.ts";

/** A new pool's schema: the standard attributes as the request changes them, then the custom ones. */
export function buildSchema(requested: readonly SchemaAttributeInput[]): Map<string, AttributeDefinition> {
  const schema = new Map(standardAttributes.map((definition) => [definition.name, definition]));
  const seen = new Set<string>();
  for (const input of requested) {
    const standard = schema.get(requiredName(input));
    const isStandard = standard !== undefined && !derivedAttributes.has(standard.name);
    const definition = isStandard ? changeStandard(standard, input) : defineCustom(input);
    if (seen.has(definition.name)) throw existingAttribute(definition.name);
    seen.add(definition.name);
    schema.set(definition.name, definition);
  }
  refuseTooManyCustom(schema);
  return schema;
}

/** Adds custom attributes to a living pool; all or none. */
export function addToSchema(pool: Pool, requested: readonly SchemaAttributeInput[]): void {
  const added = new Map<string, AttributeDefinition>();
  for (const input of requested) {
    const definition = defineCustom(input);
    if (pool.schema.has(definition.name) || added.has(definition.name)) {
      throw existingAttribute(definition.name);
    }
    added.set(definition.name, definition);
  }
  refuseTooManyCustom(new Map([...pool.schema, ...added]));
  for (const [name, definition] of added) pool.schema.set(name, definition);
}

/** One attribute as DescribeUserPool shows it. */
export function describeAttribute(definition: AttributeDefinition): object {
  return {
    Name: definition.name,
    AttributeDataType: definition.type,
    DeveloperOnlyAttribute: definition.isDeveloperOnly,
    Mutable: definition.isMutable,
    Required: definition.isRequired,
    ...describeConstraints(definition),
  };
}

/** Whether the name is one of a pool's own attributes (custom:… or dev:…). */
export function isCustomAttribute(name: string): boolean {
  return name.startsWith("custom:") || name.startsWith("dev:");
}

function requiredName(input: SchemaAttributeInput): string {
  if (input.Name === undefined) throw invalidParameter("The name of an attribute in the schema is missing.");
  return input.Name;
}

function changeStandard(standard: AttributeDefinition, input: SchemaAttributeInput): AttributeDefinition {
  if (input.AttributeDataType !== undefined && input.AttributeDataType !== standard.type) {
    throw invalidParameter(
      `You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute ${standard.name}`,
    );
  }
  if (input.DeveloperOnlyAttribute === true) {
    throw invalidParameter(
      `You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute ${standard.name}`,
    );
  }
  const { min = standard.min, max = standard.max } = readConstraints(standard.name, standard.type, input);
  return {
    ...standard,
    // Both are plain booleans of the API: an entry that leaves one out says false.
    isMutable: input.Mutable ?? false,
    isRequired: input.Required ?? false,
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
  };
}

function defineCustom(input: SchemaAttributeInput): AttributeDefinition {
  const name = `${input.DeveloperOnlyAttribute === true ? "dev" : "custom"}:${requiredName(input)}`;
  if (input.Required === true) {
    throw invalidParameter("Required custom attributes are not supported currently.");
  }
  if (input.AttributeDataType === undefined) {
    throw invalidParameter(
      "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.",
    );
  }
  return {
    name,
    type: input.AttributeDataType,
    isDeveloperOnly: input.DeveloperOnlyAttribute === true,
    // Left out it is false, and the attribute can be written at creation only.
    isMutable: input.Mutable ?? false,
    isRequired: false,
    ...readConstraints(name, input.AttributeDataType, input),
  };
}

function readConstraints(
  name: string,
  type: AttributeDefinition["type"],
  input: SchemaAttributeInput,
): { min?: number; max?: number } {
  if (type !== "String" && type !== "Number") return {};
  const given =
    type === "String"
      ? [input.StringAttributeConstraints?.MinLength, input.StringAttributeConstraints?.MaxLength]
      : [input.NumberAttributeConstraints?.MinValue, input.NumberAttributeConstraints?.MaxValue];
  const [min, max] = given.map((bound) => (bound === undefined ? undefined : readBound(name, type, bound)));
  if (min !== undefined && max !== undefined && min > max) {
    throw invalidParameter(`${name}: the minimum ${min} is greater than the maximum ${max}.`);
  }
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

function readBound(name: string, type: "String" | "Number", bound: string): number {
  const pattern = type === "String" ? /^\d+$/ : /^-?\d+(\.\d+)?$/;
  const value = Number(bound);
  if (!pattern.test(bound) || !Number.isFinite(value)) {
    throw invalidParameter(`${name}: ${JSON.stringify(bound)} is no valid constraint.`);
  }
  return value;
}

function existingAttribute(name: string) {
  return invalidParameter(`${name}: Existing attribute already has name ${name}.`);
}

function refuseTooManyCustom(schema: ReadonlyMap<string, AttributeDefinition>): void {
  const count = [...schema.keys()].filter(isCustomAttribute).length;
  if (count > limits.customAttributesPerPool) {
    throw invalidParameter(
      `A user pool can have at most ${limits.customAttributesPerPool} custom attributes.`,
    );
  }
}

function describeConstraints(definition: AttributeDefinition): object {
  const min = definition.min?.toString();
  const max = definition.max?.toString();
  if (definition.type === "String") {
    return {
      StringAttributeConstraints: {
        ...(min === undefined ? {} : { MinLength: min }),
        ...(max === undefined ? {} : { MaxLength: max }),
      },
    };
  }
  if (definition.type === "Number") {
    return {
      NumberAttributeConstraints: {
        ...(min === undefined ? {} : { MinValue: min }),
        ...(max === undefined ? {} : { MaxValue: max }),
      },
    };
  }
  return {};
}
