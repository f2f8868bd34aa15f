import type { AttributeDefinition } from "./state.ts";

/**
 * The attributes every pool has, with the properties DescribeUserPool shows when nobody changed them (Developer Guide,
 * "Working with user attributes"; DescribeUserPool responses).
 */
export const standardAttributes: readonly AttributeDefinition[] = [
  text("profile"),
  text("address"),
  { ...text("birthdate"), min: 10, max: 10 },
  text("gender"),
  text("preferred_username"),
  plain("updated_at", "Number", { min: 0 }),
  text("website"),
  text("picture"),
  plain("identities", "String"),
  { ...text("sub"), isMutable: false, isRequired: true, min: 1, max: 2_048 },
  text("phone_number"),
  plain("phone_number_verified", "Boolean"),
  text("zoneinfo"),
  text("locale"),
  text("email"),
  plain("email_verified", "Boolean"),
  text("given_name"),
  text("family_name"),
  text("middle_name"),
  text("name"),
  text("nickname"),
];

/** Only Cognito sets these; no request may. */
export const attributesSetByCognito: ReadonlySet<string> = new Set(["sub", "identities"]);

/** Facts about other attributes rather than attributes of their own: a schema cannot redefine them. */
export const derivedAttributes: ReadonlySet<string> = new Set([
  "sub",
  "identities",
  "email_verified",
  "phone_number_verified",
]);

function text(name: string): AttributeDefinition {
  return plain(name, "String", { min: 0, max: 2_048 });
}

function plain(
  name: string,
  type: AttributeDefinition["type"],
  bounds: { min?: number; max?: number } = {},
): AttributeDefinition {
  return { name, type, isDeveloperOnly: false, isMutable: true, isRequired: false, ...bounds };
}
