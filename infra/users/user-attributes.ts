import { plainAttribute } from "../settings/attributes.ts";
import type { AttributeSettings } from "../settings.ts";

/** One attribute as the provider takes it: each boolean spelled, each limit explicit and a string. */
export interface SchemaAttribute {
  name: string;
  attributeDataType: "String" | "Number" | "DateTime" | "Boolean";
  developerOnlyAttribute: false;
  mutable: boolean;
  required: boolean;
  stringAttributeConstraints?: { minLength?: string; maxLength?: string };
  numberAttributeConstraints?: { minValue?: string; maxValue?: string };
}

/**
 * The schema of the pool, sorted by name, with the limits of the settings.
 *
 * Limits must be sent even where they are AWS's own: AWS answers with them, and an answer that differs from what was
 * asked is a change the provider can only refuse ("cannot modify or remove schema items"). A standard attribute that
 * is as AWS makes it anyway is left out: every pool has it, and an entry that turns up later would be added as a
 * custom attribute of that name, for ever.
 */
export function poolSchema(attributes: AttributeSettings[]): SchemaAttribute[] {
  return attributes
    .filter((attribute) => attribute.kind === "custom" || isUnusual(attribute))
    .map(schemaAttribute)
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Whether a standard attribute is not as Cognito makes it in every pool. */
export function isUnusual(attribute: AttributeSettings): boolean {
  const usual = plainAttribute(attribute.name);
  return (["required", "mutable", "min", "max"] as const).some((key) => attribute[key] !== usual[key]);
}

function schemaAttribute(attribute: AttributeSettings): SchemaAttribute {
  const { name, kind, type, mutable, required, min, max } = attribute;
  return {
    name: kind === "custom" ? name.replace(/^custom:/, "") : name,
    attributeDataType: DATA_TYPES[type],
    developerOnlyAttribute: false,
    mutable,
    required,
    ...(type === "string" && { stringAttributeConstraints: limits("minLength", min, "maxLength", max) }),
    ...(type === "number" && { numberAttributeConstraints: limits("minValue", min, "maxValue", max) }),
  };
}

const DATA_TYPES = { string: "String", number: "Number", datetime: "DateTime", boolean: "Boolean" } as const;

function limits(least: string, min: number | undefined, most: string, max: number | undefined) {
  return {
    ...(min !== undefined && { [least]: String(min) }),
    ...(max !== undefined && { [most]: String(max) }),
  };
}
