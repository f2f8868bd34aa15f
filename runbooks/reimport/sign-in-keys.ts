import type { TargetPool } from "./target-pool.ts";

type KeyRules = Pick<TargetPool, "usernameAttributes" | "aliasAttributes" | "isCaseSensitive">;

/**
 * The names by which a pool tells this user from all others, one text each: what people sign in with, or the user name
 * and its aliases. An address or number is an alias only once it is verified (Amazon Cognito Developer Guide,
 * "Customizing sign-in attributes").
 */
export function signInKeys(
  rules: KeyRules,
  user: { username: string; attributes: ReadonlyMap<string, string> },
): string[] {
  const { usernameAttributes, aliasAttributes } = rules;
  const value = (name: string) => user.attributes.get(name) ?? "";
  if (usernameAttributes.length > 0) {
    return usernameAttributes.flatMap((name) => (value(name) === "" ? [] : [key(rules, value(name))]));
  }
  const aliases = aliasAttributes.filter((name) => isAlias(name, value));
  return [key(rules, user.username), ...aliases.map((name) => `${name} ${key(rules, value(name))}`)];
}

function isAlias(name: string, value: (name: string) => string): boolean {
  return value(name) !== "" && (name === "preferred_username" || value(`${name}_verified`) === "true");
}

function key({ isCaseSensitive }: KeyRules, name: string): string {
  return isCaseSensitive ? name : name.toLowerCase();
}
