import {
  type AttributeInput,
  readChangedAttributes,
  refuseImmutable,
  refuseUnknown,
} from "./attribute-values.ts";
import { invalidParameter } from "./faults.ts";
import { aliasExists, findAliasHolders } from "./sign-in-names.ts";
import { attributesSetByCognito } from "./standard-attributes.ts";
import type { Pool, User, World } from "./state.ts";

/**
 * AdminUpdateUserAttributes: a blank value deletes, a new address or number is unverified unless the same request says
 * otherwise, and a sign-in name that is somebody else's is refused.
 */
export function changeAttributes(
  world: World,
  pool: Pool,
  user: User,
  inputs: readonly AttributeInput[],
): void {
  const changes = readChangedAttributes(pool.schema, inputs, "administrator");
  for (const contact of ["email", "phone_number"]) {
    const value = changes.get(contact);
    const isNew = value !== undefined && value !== user.attributes[contact];
    if (isNew && !changes.has(`${contact}_verified`)) {
      changes.set(`${contact}_verified`, value === "" ? "" : "false");
    }
  }
  writeAttributes(world, pool, user, changes);
}

/** AdminDeleteUserAttributes: names that the user has no value for are fine, names the pool does not have are not. */
export function deleteAttributes(world: World, pool: Pool, user: User, names: readonly string[]): void {
  refuseUnknown(pool.schema, names, "administrator");
  refuseImmutable(pool.schema, names);
  const own = names.find((name) => attributesSetByCognito.has(name));
  if (own !== undefined) throw invalidParameter(`user.${own}: Attribute cannot be updated.\n`);
  const changes = new Map(names.map((name) => [name, ""]));
  for (const contact of ["email", "phone_number"]) {
    if (changes.has(contact)) changes.set(`${contact}_verified`, "");
  }
  writeAttributes(world, pool, user, changes);
}

function writeAttributes(world: World, pool: Pool, user: User, changes: ReadonlyMap<string, string>): void {
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(user.attributes))
    if (!changes.has(name)) attributes[name] = value;
  for (const [name, value] of changes) if (value !== "") attributes[name] = value;
  refuseLostAttributes(pool, user, attributes);
  for (const contact of ["email", "phone_number"]) {
    if (attributes[`${contact}_verified`] === "true" && attributes[contact] === undefined) {
      throw invalidParameter(`${contact} is required to verify/un-verify ${contact}`);
    }
  }
  const taken = findAliasHolders(pool, attributes, user)[0];
  if (taken !== undefined) throw aliasExists(taken.attribute);
  pool.users.replaceAttributes(user, attributes);
  user.modifiedAt = world.now();
}

/** A value that is required, or that the user signs in with, can be changed but not taken away. */
function refuseLostAttributes(pool: Pool, user: User, after: Readonly<Record<string, string>>): void {
  const needed = [
    ...[...pool.schema.values()].filter(({ isRequired }) => isRequired).map(({ name }) => name),
    ...(hasOneSignInName(pool, after) ? [] : pool.usernameAttributes),
  ];
  const lost = needed.find((name) => user.attributes[name] !== undefined && after[name] === undefined);
  if (lost !== undefined) {
    throw invalidParameter(`Attributes did not conform to the schema: ${lost}: The attribute is required\n`);
  }
}

function hasOneSignInName(pool: Pool, attributes: Readonly<Record<string, string>>): boolean {
  return (
    pool.usernameAttributes.length === 0 ||
    pool.usernameAttributes.some((attribute) => attributes[attribute] !== undefined)
  );
}
