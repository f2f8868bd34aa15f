import { type CsvUser, csvLimits, fitsLine, formatCell, toCsvDate } from "./csv-file.ts";
import type { TargetPool } from "./target-pool.ts";

/** A user who is to be created, as far as it matters for a row of an import file. */
export interface CsvCandidate extends CsvUser {
  isEnabled: boolean;
}

/** What the import file of a pool depends on. */
export type CsvTarget = Pick<TargetPool, "autoVerified" | "schema" | "usernameAttributes">;

/**
 * Why the CSV import cannot carry a user exactly as they are, as the end of a sentence that begins with "because" and
 * names attributes but no value; undefined where it can. What AWS documents decides (Amazon Cognito Developer Guide,
 * "Importing users into user pools from a CSV file"), and where AWS is silent about a character or form, the answer is
 * no: the API carries everything.
 */
export function findCsvObstacle(user: CsvCandidate, target: CsvTarget): string | undefined {
  return (
    findStateObstacle(user, target) ??
    findNameObstacle(user, target) ??
    findContactObstacle(user, target) ??
    findAttributeObstacle(user, target) ??
    findLengthObstacle(user, target)
  );
}

function findStateObstacle({ isEnabled }: CsvCandidate, { autoVerified }: CsvTarget): string | undefined {
  if (autoVerified.length === 0) return "the target verifies no address or number by itself";
  // Until they were disabled again, they could set a new password and sign in.
  return isEnabled ? undefined : "the user is disabled, and an import makes enabled ones";
}

function findNameObstacle(
  { username, attributes }: CsvCandidate,
  { usernameAttributes }: CsvTarget,
): string | undefined {
  if (/[\s\p{Z}]/u.test(username)) return "the user name has white space";
  const obstacle = findTextObstacle("the user name", username);
  if (obstacle !== undefined || usernameAttributes.length === 0) return obstacle;
  const isContact = attributes.some(
    ([name, value]) => (usernameAttributes as readonly string[]).includes(name) && value === username,
  );
  return isContact ? undefined : `the user name is not the user's ${usernameAttributes.join(" or ")}`;
}

function findContactObstacle(
  { attributes }: CsvCandidate,
  { autoVerified, schema }: CsvTarget,
): string | undefined {
  const values = new Map(attributes);
  const flagged = (["email", "phone_number"] as const).filter(
    (name) => values.get(`${name}_verified`) === "true",
  );
  const absent = flagged.find((name) => !values.has(name));
  if (absent !== undefined) return `${absent} is marked as verified, and there is none`;
  if (!autoVerified.some((name) => flagged.includes(name))) return `no verified ${autoVerified.join(" or ")}`;
  const required = [...schema.values()].find(
    ({ name, isRequired }) => isRequired && name !== "sub" && !values.has(name),
  );
  return required && `${required.name} is required, and there is none`;
}

function findAttributeObstacle({ attributes }: CsvCandidate, target: CsvTarget): string | undefined {
  for (const [name, value] of attributes) {
    if (!hasColumn(name, target)) return `${name} has no column in an import file`;
    const obstacle = findTextObstacle(name, value) ?? findFormObstacle(name, value, target);
    if (obstacle !== undefined) return obstacle;
  }
  return undefined;
}

/** What a text has that a row cannot carry, or that AWS does not say how it reads. */
function findTextObstacle(name: string, text: string): string | undefined {
  if (text === "") return `${name} is blank, which a row cannot tell from none`;
  if (!fitsLine(text)) return `${name} has a line break, control character or half of a character`;
  if (EDGE.test(text)) return `${name} begins or ends with white space, which an import trims`;
  // The one documented escape is a backslash before a comma: what other backslashes come to, AWS does not say.
  if (text.includes("\\")) return `${name} has a backslash`;
  // Values are not to be in quotation marks; what becomes of one that has some, AWS does not say.
  if (/^'|"/.test(text)) return `${name} has a quotation mark`;
  return undefined;
}

/** What one reader or another trims: separators, controls, and marks that show nothing. */
const EDGE = /^[\p{Z}\p{Cc}\p{Cf}]|[\p{Z}\p{Cc}\p{Cf}]$/u;

function findFormObstacle(name: string, value: string, { schema }: CsvTarget): string | undefined {
  switch (name) {
    case "email_verified":
    case "phone_number_verified":
      return value === "true" || value === "false" ? undefined : `${name} is neither true nor false`;
    case "birthdate":
      return toCsvDate(value) === undefined ? "birthdate is no day of the calendar" : undefined;
    case "updated_at":
      return isEpochSecond(value) ? undefined : "updated_at is not in whole seconds since 1970";
  }
  const type = schema.get(name)?.type;
  if (type === "DateTime" || type === "Boolean") return `${name} is of the type ${type}`;
  // A number in any longer form could come back in the shortest one.
  return type === "Number" && String(Number(value)) !== value
    ? `${name} is a number in a form of its own`
    : undefined;
}

/** The last second of the year 9999: a larger number counts something else, milliseconds for example. */
const LAST_SECOND = 253_402_300_799;

function isEpochSecond(value: string): boolean {
  return /^(0|[1-9]\d{0,11})$/.test(value) && Number(value) <= LAST_SECOND;
}

function findLengthObstacle({ username, attributes }: CsvCandidate, target: CsvTarget): string | undefined {
  const columns = [...target.schema.keys()].filter((name) => hasColumn(name, target)).length;
  // Two columns are no attributes, and the first of all has no comma before it.
  const commas = columns + 2 - 1;
  const cells = attributes.map(([name, value]) => formatCell(name, value).length);
  const length = cells.reduce((sum, cell) => sum + cell, commas + formatCell("name", username).length);
  const { rowCharacters } = csvLimits;
  return length > rowCharacters
    ? `the row is longer than ${rowCharacters.toLocaleString("en-US")} characters`
    : undefined;
}

/** Standard and custom attributes have a column; what Cognito sets itself and what only developers see have none. */
function hasColumn(name: string, { schema }: CsvTarget): boolean {
  return schema.has(name) && !name.startsWith("dev:") && name !== "sub" && name !== "identities";
}
