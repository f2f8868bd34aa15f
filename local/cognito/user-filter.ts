import { invalidParameter } from "./faults.ts";
import type { Behaviour, User } from "./state.ts";
import { attributeOf } from "./user-view.ts";

export interface UserFilter {
  attribute: string;
  match: "exact" | "prefix";
  value: string;
}

/**
 * Reads a ListUsers filter, `name = "value"` or `name ^= "value"`; undefined when it is empty, which lists everybody.
 * Only the attributes that ListUsers (API reference) names can be searched.
 */
export function parseUserFilter(text: string | undefined): UserFilter | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  const parsed = /^\s*([\w:.-]+)\s*(\^?=)\s*"((?:[^"\\]|\\["\\])*)"\s*$/su.exec(text);
  const [, attribute, sign, quoted] = parsed ?? [];
  if (attribute === undefined || quoted === undefined) throw invalidParameter("Error while parsing filter.");
  if (!searchableAttributes.has(attribute)) {
    throw invalidParameter(`Invalid search attribute: ${attribute}`);
  }
  return {
    attribute,
    match: sign === "=" ? "exact" : "prefix",
    value: quoted.replaceAll(/\\(["\\])/g, "$1"),
  };
}

/** Whether a user is wanted. Case counts only where ListUsers says so: user names and the enabled state. */
export function matchesFilter(filter: UserFilter, user: User): boolean {
  const actual = filterValueOf(user, filter.attribute);
  if (actual === undefined) return false;
  if (caseSensitiveAttributes.has(filter.attribute)) return isMatch(filter, actual, filter.value);
  return isMatch(filter, actual.toLowerCase(), filter.value.toLowerCase());
}

/** What becomes of `sub ^= …`, which AWS documents nowhere, under the chosen behaviour. */
export function applyBehaviour(
  filter: UserFilter | undefined,
  behaviour: Pick<Behaviour, "subPrefixFilter">,
): UserFilter | undefined {
  if (filter?.attribute !== "sub" || filter.match !== "prefix") return filter;
  if (behaviour.subPrefixFilter === "refused") throw invalidParameter("Error while parsing filter.");
  return behaviour.subPrefixFilter === "ignored" ? undefined : filter;
}

const searchableAttributes: ReadonlySet<string> = new Set([
  "username",
  "email",
  "phone_number",
  "name",
  "given_name",
  "family_name",
  "preferred_username",
  "cognito:user_status",
  "status",
  "sub",
]);

const caseSensitiveAttributes: ReadonlySet<string> = new Set(["username", "status"]);

function filterValueOf(user: User, attribute: string): string | undefined {
  if (attribute === "username") return user.username;
  if (attribute === "cognito:user_status") return user.status;
  if (attribute === "status") return user.isEnabled ? "Enabled" : "Disabled";
  return attributeOf(user, attribute);
}

function isMatch(filter: UserFilter, actual: string, wanted: string): boolean {
  return filter.match === "exact" ? actual === wanted : actual.startsWith(wanted);
}
