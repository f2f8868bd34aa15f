import { isCustomAttribute } from "../attribute-schema.ts";
import type { AttributeDefinition } from "../state.ts";

/** The columns of a user import file, in AWS's order (Developer Guide, "Importing users into user pools from a CSV file"). */
export function csvHeader(schema: ReadonlyMap<string, AttributeDefinition>): string[] {
  return [...standardColumns, ...[...schema.keys()].filter(isCustomAttribute), ...ownColumns];
}

const standardColumns = [
  "name",
  "given_name",
  "family_name",
  "middle_name",
  "nickname",
  "preferred_username",
  "profile",
  "picture",
  "website",
  "email",
  "email_verified",
  "gender",
  "birthdate",
  "zoneinfo",
  "locale",
  "phone_number",
  "phone_number_verified",
  "address",
  "updated_at",
];

const ownColumns = ["cognito:mfa_enabled", "cognito:username"];
