import type { User } from "./state.ts";
import { toTimestamp } from "./timestamp.ts";

/** A user as ListUsers, ListUsersInGroup and AdminCreateUser show it; MFA settings are not part of it. */
export function describeUser(user: User, attributesToGet?: readonly string[]): object {
  return {
    Username: user.username,
    Attributes: describeAttributes(user, attributesToGet),
    UserCreateDate: toTimestamp(user.createdAt),
    UserLastModifiedDate: toTimestamp(user.modifiedAt),
    Enabled: user.isEnabled,
    UserStatus: user.status,
  };
}

/** Attributes as name and value pairs, sub among them. */
export function describeAttributes(user: User, only?: readonly string[]): { Name: string; Value: string }[] {
  const all = [{ Name: "sub", Value: user.sub }];
  for (const [Name, Value] of Object.entries(user.attributes)) all.push({ Name, Value });
  return only === undefined || only.length === 0 ? all : all.filter(({ Name }) => only.includes(Name));
}

/** One attribute's value, sub included. */
export function attributeOf(user: User, name: string): string | undefined {
  return name === "sub" ? user.sub : user.attributes[name];
}
