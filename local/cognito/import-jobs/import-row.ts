import { readNewAttributes, refuseMissingRequired } from "../attribute-values.ts";
import { invalidParameter } from "../faults.ts";
import { limits } from "../limits.ts";
import { username as usernameShape } from "../shapes/primitives.ts";
import { readUsername, withSignInAttribute } from "../sign-in-names.ts";
import type { Contact, Pool, SignInAttribute, UserMfa, UserStatus } from "../state.ts";
import { readFields } from "./import-table.ts";

/** A user as one row describes it. */
export interface ImportedUser {
  /** undefined where users sign in with an address or number: the generated sub is the name. */
  username: string | undefined;
  /** The attribute that `cognito:username` stands for there. */
  signInAttribute: SignInAttribute | undefined;
  attributes: Readonly<Record<string, string>>;
  status: UserStatus;
  mfa: UserMfa | undefined;
}

/**
 * Reads one row of an import file under the pool's rules (Developer Guide, "Importing users into user pools from a CSV
 * file"). Where users sign in with an address or number, `cognito:username` holds it, as for AdminCreateUser. Throws an
 * AwsFault whose message is the reason for the log; it names columns, never values.
 */
export function readImportRow(pool: Pool, columns: readonly string[], line: string): ImportedUser {
  if (line.length > limits.importRowCharacters) {
    throw invalidParameter(`The row is longer than ${limits.importRowCharacters} characters.`);
  }
  const fields = readFields(line);
  if (fields.length !== columns.length) {
    throw invalidParameter("The number of columns in the row does not match the header.");
  }
  const values = new Map(columns.map((name, index) => [name, fields[index] ?? ""]));
  const requested = requireUsername(values.get("cognito:username") ?? "");
  const given = readNewAttributes(pool.schema, attributesOf(values), "administrator");
  refuseUnverified(pool, given);
  const { username, attribute } = readUsername(pool, requested);
  const attributes = withSignInAttribute(pool, given, attribute, requested);
  refuseMissingRequired(pool.schema, attributes);
  const isMfaEnabled = readMfa(pool, values.get("cognito:mfa_enabled") ?? "");
  return {
    username,
    signInAttribute: attribute,
    attributes,
    status: hasPasswordlessFactor(pool, attributes) ? "CONFIRMED" : "RESET_REQUIRED",
    mfa: isMfaEnabled ? textMessageFactor(pool, attributes) : undefined,
  };
}

const contacts: readonly Contact[] = ["email", "phone_number"];

function requireUsername(name: string): string {
  if (name === "") throw invalidParameter("cognito:username is missing.");
  if (/[ \t]/.test(name)) throw invalidParameter("cognito:username cannot contain spaces or tabs.");
  if (!usernameShape.safeParse(name).success) throw invalidParameter("cognito:username is not valid.");
  return name;
}

/** The columns that are attributes, in the form the attributes have; a false flag beside no address says nothing. */
function attributesOf(values: ReadonlyMap<string, string>): { Name: string; Value: string }[] {
  const attributes: { Name: string; Value: string }[] = [];
  for (const [name, value] of values) {
    if (name.startsWith("cognito:") || value === "") continue;
    const contact = contacts.find((known) => name === `${known}_verified`);
    if (contact !== undefined && value.toLowerCase() === "false" && !values.get(contact)) continue;
    attributes.push({ Name: name, Value: convertValue(name, value) });
  }
  return attributes;
}

function convertValue(name: string, value: string): string {
  if (name === "birthdate") {
    const [, month, day, year] = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(value) ?? [];
    if (year === undefined) throw invalidParameter("birthdate must be in the format mm/dd/yyyy.");
    return `${year}-${month}-${day}`;
  }
  if (name === "updated_at" && !/^\d+$/.test(value)) {
    throw invalidParameter("updated_at must be epoch time in seconds.");
  }
  return value;
}

/** The second sentence is AWS's own. */
function refuseUnverified(pool: Pool, attributes: Readonly<Record<string, string>>): void {
  const lost = contacts.find(
    (contact) => attributes[`${contact}_verified`] === "true" && attributes[contact] === undefined,
  );
  if (lost !== undefined) throw invalidParameter(`${lost} is missing although ${lost}_verified is true.`);
  const verified = pool.settings.AutoVerifiedAttributes ?? [];
  if (!verified.some((contact) => attributes[`${contact}_verified`] === "true")) {
    throw invalidParameter(
      "The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true).",
    );
  }
}

/** "If you've set MFA to be required, this field must be true or blank; if off, false or blank." */
function readMfa(pool: Pool, value: string): boolean {
  const flag = value.toLowerCase();
  if (!["", "true", "false"].includes(flag)) {
    throw invalidParameter("cognito:mfa_enabled must be true, false or blank.");
  }
  if ((pool.mfa.mode === "ON" && flag === "false") || (pool.mfa.mode === "OFF" && flag === "true")) {
    throw invalidParameter("cognito:mfa_enabled does not match the MFA requirements of the user pool.");
  }
  return flag === "true";
}

/** The one factor a row can switch on: what the others need is not part of the file. */
function textMessageFactor(pool: Pool, attributes: Readonly<Record<string, string>>): UserMfa | undefined {
  if (pool.mfa.sms === undefined || attributes.phone_number === undefined) return undefined;
  return { enabled: ["SMS_MFA"], preferred: undefined };
}

/** "If they are imported with the ability to sign in with a passwordless factor, Amazon Cognito sets their state to CONFIRMED." */
function hasPasswordlessFactor(pool: Pool, attributes: Readonly<Record<string, string>>): boolean {
  const factors = pool.settings.Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? [];
  return (
    (factors.includes("EMAIL_OTP") && attributes.email !== undefined) ||
    (factors.includes("SMS_OTP") && attributes.phone_number !== undefined)
  );
}
