import type { AttributeSettings } from "./settings.ts";

/** One attribute as the provider takes it: each boolean spelled, each limit explicit and a string. */
export interface SchemaAttribute {
  name: string;
  attributeDataType: "String" | "Number" | "DateTime" | "Boolean";
  developerOnlyAttribute: false;
  mutable: boolean;
  required: boolean;
  stringAttributeConstraints?: { minLength: string; maxLength: string };
  numberAttributeConstraints?: { minValue: string; maxValue?: string };
}

/**
 * The schema of the pool, sorted by name.
 *
 * Limits are always given, because AWS answers with its own where none were sent and the provider then sees a change
 * it can only refuse ("cannot modify or remove schema items"). A standard attribute that is as AWS makes it anyway is
 * left out: every pool has it, and an entry that turns up later would be added as a custom attribute of that name,
 * for ever.
 */
export function poolSchema(attributes: AttributeSettings[]): SchemaAttribute[] {
  return attributes
    .filter((attribute) => attribute.kind === "custom" || isUnusual(attribute))
    .map((attribute) =>
      attribute.kind === "custom" ? customAttribute(attribute) : standardAttribute(attribute),
    )
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

const CUSTOM_PREFIX = "custom:";

/** Longest value of any attribute (Amazon Cognito Developer Guide, Quotas). */
const LONGEST_VALUE = 2048;

/** Limits can never be widened, so where none are chosen they are as wide as a number survives JSON unharmed. */
const WIDEST_NUMBER = Number.MAX_SAFE_INTEGER;

interface Shape {
  attributeDataType: SchemaAttribute["attributeDataType"];
  min?: number;
  max?: number;
}

const TEXT: Shape = { attributeDataType: "String", min: 0, max: LONGEST_VALUE };

/** The standard attributes as every pool has them: all optional and mutable (DescribeUserPool of an untouched pool). */
export const STANDARD_ATTRIBUTES: Readonly<Record<string, Shape>> = {
  address: TEXT,
  birthdate: { attributeDataType: "String", min: 10, max: 10 },
  email: TEXT,
  email_verified: { attributeDataType: "Boolean" },
  family_name: TEXT,
  gender: TEXT,
  given_name: TEXT,
  locale: TEXT,
  middle_name: TEXT,
  name: TEXT,
  nickname: TEXT,
  phone_number: TEXT,
  phone_number_verified: { attributeDataType: "Boolean" },
  picture: TEXT,
  preferred_username: TEXT,
  profile: TEXT,
  updated_at: { attributeDataType: "Number", min: 0 },
  website: TEXT,
  zoneinfo: TEXT,
};

function isUnusual(attribute: AttributeSettings): boolean {
  const { min, max } = standardShape(attribute);
  return (
    attribute.required ||
    !attribute.mutable ||
    (attribute.min ?? min) !== min ||
    (attribute.max ?? max) !== max
  );
}

function standardAttribute(attribute: AttributeSettings): SchemaAttribute {
  const shape = standardShape(attribute);
  return schemaAttribute(attribute.name, attribute, {
    ...shape,
    ...limits(attribute.min ?? shape.min, attribute.max ?? shape.max),
  });
}

function standardShape({ name }: AttributeSettings): Shape {
  const shape = STANDARD_ATTRIBUTES[name];
  if (!shape) {
    throw new Error(
      `"${name}" is no standard attribute of Cognito; write "custom:${name}" for one of your own.`,
    );
  }
  return shape;
}

function customAttribute(attribute: AttributeSettings): SchemaAttribute {
  const name = attribute.name.slice(CUSTOM_PREFIX.length);
  switch (attribute.type) {
    case "string":
      return schemaAttribute(name, attribute, {
        attributeDataType: "String",
        ...limits(attribute.min ?? 0, attribute.max ?? LONGEST_VALUE),
      });
    case "number":
      return schemaAttribute(name, attribute, {
        attributeDataType: "Number",
        ...limits(attribute.min ?? -WIDEST_NUMBER, attribute.max ?? WIDEST_NUMBER),
      });
    case "datetime":
      return schemaAttribute(name, attribute, { attributeDataType: "DateTime" });
    case "boolean":
      return schemaAttribute(name, attribute, { attributeDataType: "Boolean" });
  }
}

function schemaAttribute(
  name: string,
  { kind, mutable, required }: AttributeSettings,
  { attributeDataType, min, max }: Shape,
): SchemaAttribute {
  return {
    name,
    attributeDataType,
    developerOnlyAttribute: false,
    mutable,
    // AWS has no required custom attributes.
    required: kind === "standard" && required,
    ...(attributeDataType === "String" && {
      stringAttributeConstraints: { minLength: String(min ?? 0), maxLength: String(max ?? LONGEST_VALUE) },
    }),
    ...(attributeDataType === "Number" && {
      numberAttributeConstraints: {
        minValue: String(min ?? 0),
        ...(max !== undefined && { maxValue: String(max) }),
      },
    }),
  };
}

function limits(min: number | undefined, max: number | undefined): Pick<Shape, "min" | "max"> {
  return { ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
}
