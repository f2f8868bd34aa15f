import {
  type AttributeInput,
  readChangedAttributes,
  refuseImmutable,
  refuseUnknown,
  refuseVerifiedWithoutValue,
} from "./attribute-values.ts";
import { invalidParameter } from "./faults.ts";
import { aliasExists, findAliasHolders } from "./sign-in-names.ts";
import { attributesSetByCognito } from "./standard-attributes.ts";
import type { Contact, Pool, User, World } from "./state.ts";

/**
 * Changes a user's attributes: a blank value deletes, a new address or number is unverified unless the same request says
 * otherwise, and a sign-in name that is somebody else's is refused. Returns the contacts whose new value waits for the
 * user's code, because the pool verifies before it updates (UserAttributeUpdateSettings, API reference).
 */
export function changeAttributes(
  world: World,
  pool: Pool,
  user: User,
  inputs: readonly AttributeInput[],
  updates: "at once" | "after verification" = "at once",
): Contact[] {
  const changes = readChangedAttributes(pool.schema, inputs, "administrator");
  const pending: Partial<Record<Contact, string>> = {};
  for (const contact of contacts) {
    const value = changes.get(contact);
    if (value === undefined || value === user.attributes[contact]) continue;
    const flag = changes.get(`${contact}_verified`);
    if (updates === "after verification" && value !== "" && flag !== "true" && verifiesFirst(pool, contact)) {
      pending[contact] = value;
      changes.delete(contact);
      changes.delete(`${contact}_verified`);
    } else if (flag === undefined) {
      changes.set(`${contact}_verified`, value === "" ? "" : "false");
    }
  }
  writeAttributes(world, pool, user, changes, pending);
  return contacts.filter((contact) => pending[contact] !== undefined);
}

/** AdminDeleteUserAttributes: names that the user has no value for are fine, names the pool does not have are not. */
export function deleteAttributes(world: World, pool: Pool, user: User, names: readonly string[]): void {
  refuseUnknown(pool.schema, names, "administrator");
  refuseImmutable(pool.schema, names);
  const own = names.find((name) => attributesSetByCognito.has(name));
  if (own !== undefined) throw invalidParameter(`user.${own}: Attribute cannot be updated.\n`);
  const changes = new Map(names.map((name) => [name, ""]));
  for (const contact of contacts) if (changes.has(contact)) changes.set(`${contact}_verified`, "");
  writeAttributes(world, pool, user, changes, {});
}

/** Makes a contact verified, putting the value that waited for it in place. */
export function confirmContact(world: World, pool: Pool, user: User, contact: Contact): void {
  const waiting = user.pendingContacts?.[contact];
  const changes = new Map([[`${contact}_verified`, "true"]]);
  if (waiting !== undefined) changes.set(contact, waiting);
  writeAttributes(world, pool, user, changes, {});
}

const contacts: readonly Contact[] = ["email", "phone_number"];

function verifiesFirst(pool: Pool, contact: Contact): boolean {
  const names = pool.settings.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate;
  return names?.includes(contact) === true;
}

function writeAttributes(
  world: World,
  pool: Pool,
  user: User,
  changes: ReadonlyMap<string, string>,
  pending: Readonly<Partial<Record<Contact, string>>>,
): void {
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(user.attributes))
    if (!changes.has(name)) attributes[name] = value;
  for (const [name, value] of changes) if (value !== "") attributes[name] = value;
  refuseLostAttributes(pool, user, attributes);
  if (contacts.some((contact) => changes.has(`${contact}_verified`))) refuseVerifiedWithoutValue(attributes);
  const taken = findAliasHolders(pool, { ...attributes, ...pending }, user)[0];
  if (taken !== undefined) throw aliasExists(taken.attribute);
  pool.users.replaceAttributes(user, attributes);
  user.pendingContacts = mergePending(user.pendingContacts, changes, pending);
  user.modifiedAt = world.now();
}

/** A value that was written meanwhile no longer waits. */
function mergePending(
  before: User["pendingContacts"],
  changes: ReadonlyMap<string, string>,
  added: Readonly<Partial<Record<Contact, string>>>,
): User["pendingContacts"] {
  const pending: Partial<Record<Contact, string>> = {};
  for (const contact of contacts) {
    const value = added[contact] ?? (changes.has(contact) ? undefined : before?.[contact]);
    if (value !== undefined) pending[contact] = value;
  }
  return Object.keys(pending).length === 0 ? undefined : pending;
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
