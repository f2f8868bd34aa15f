/** What an attribute is asked for as, with the form that Cognito wants where it is not plain. */
export function attributeHint(name: string): string {
  if (name === "phone_number") return "phone_number (as +819012345678)";
  if (name === "birthdate") return "birthdate (as 1990-12-31)";
  return name;
}
