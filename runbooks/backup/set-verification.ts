import type { z } from "zod";
import { IntegrityError } from "../runtime/errors.ts";
import { createProgress } from "../runtime/progress.ts";
import { createDigestIndex, type DigestIndex } from "./digest-index.ts";
import {
  groupRecord,
  type ManifestBody,
  membershipRecord,
  mfaRecord,
  type PartEntry,
  type PartKind,
  partKindOf,
  poolDocument,
  type UserRecord,
  userRecord,
} from "./format.ts";
import { TAKE_ANOTHER } from "./manifest.ts";
import { isStoredAsListed, readPart } from "./part-reader.ts";
import type { SetStore } from "./set-store.ts";
import { findStorageFaults, listSetObjects } from "./sets.ts";

export interface SetVerification {
  store: SetStore;
  manifest: ManifestBody;
  now: () => Date;
  progress: (line: string) => void;
  signal: AbortSignal;
}

/**
 * Reads a whole set back and proves that it is what its manifest says: every object there and none besides, every
 * byte and hash, every record, every user once by sub and by name, every membership and factor of a user and group in the set.
 * Throws IntegrityError naming the part; a transport failure stays what it is and is never called damage.
 */
export async function verifySet(verification: SetVerification): Promise<void> {
  const { store, manifest } = verification;
  const [fault] = findStorageFaults(manifest, await listSetObjects(store, manifest));
  if (fault !== undefined) throw new IntegrityError(`${fault}.`, TAKE_ANOTHER);
  const check = createRecordCheck(manifest);
  const { users } = manifest.counts;
  const progress = createProgress({
    noun: "users",
    expected: users,
    now: verification.now,
    writeLine: verification.progress,
  });
  for (const entry of inReadingOrder(manifest.parts)) {
    verification.signal.throwIfAborted();
    const where = `${manifest.pool.id}/${manifest.set}/${entry.name}`;
    const kind = partKindOf(entry.name) ?? "pool";
    const stored = await downloadPart(store, where, entry);
    for (const record of readPart(stored, entry, schemas[kind], where)) check(record, where);
    if (kind === "users") progress.add(entry.records);
  }
}

const schemas = {
  users: userRecord,
  groups: groupRecord,
  memberships: membershipRecord,
  mfa: mfaRecord,
  pool: poolDocument,
} as const satisfies Record<PartKind, z.ZodType>;

/** Groups and users first: the rest refers to them. */
function inReadingOrder(parts: readonly PartEntry[]): PartEntry[] {
  const order: readonly (PartKind | undefined)[] = ["pool", "groups", "users", "memberships", "mfa"];
  return parts.toSorted((a, b) => order.indexOf(partKindOf(a.name)) - order.indexOf(partKindOf(b.name)));
}

/** Bytes that do not match are fetched once more: a connection that altered them is no damage of the set. */
export async function downloadPart(store: SetStore, where: string, entry: PartEntry): Promise<Buffer> {
  const stored = await store.get(where);
  return isStoredAsListed(stored, entry) ? stored : store.get(where);
}

type SetRecord = z.infer<(typeof schemas)[PartKind]>;

/** Checks how records fit together: nobody twice, nobody unknown, nobody under somebody else's name. */
function createRecordCheck(manifest: ManifestBody): (record: SetRecord, where: string) => void {
  /** Both tell the number of a user, the first read being 1: where they agree, sub and name are of one user. */
  const users = createDigestIndex();
  const usernames = createDigestIndex();
  const memberships = createDigestIndex();
  const factors = createDigestIndex();
  const groups = new Set<string>();
  return (record, where) => {
    const fail = (what: string): never => {
      throw new IntegrityError(`${where} ${what}.`, TAKE_ANOTHER);
    };
    const addOnce = (index: DigestIndex, key: string, what: string, value = 1): void => {
      if (index.get(key) !== undefined) fail(`holds ${what} twice`);
      index.set(key, value);
    };
    if ("userPool" in record) {
      if (record.userPool.Id !== manifest.pool.id) fail(`describes the pool ${record.userPool.Id}`);
    } else if (record.kind === "group") {
      if (groups.has(record.name)) fail(`holds the group ${record.name} twice`);
      groups.add(record.name);
    } else if (record.kind === "user") {
      const number = users.size() + 1;
      addOnce(users, record.sub, `the user ${record.sub}`, number);
      addOnce(usernames, record.username, `the user name of ${record.sub}`, number);
      const fault = findAttributeFault(record);
      if (fault !== undefined) fail(fault);
    } else {
      const number = users.get(record.sub);
      if (number === undefined) fail(`names the user ${record.sub}, who is in no part`);
      if (usernames.get(record.username) !== number) fail(`gives the user ${record.sub} another user name`);
      if (record.kind === "mfa") return addOnce(factors, record.sub, `the factors of ${record.sub}`);
      if (!groups.has(record.group)) fail(`names the group ${record.group}, which is in no part`);
      addOnce(memberships, `${record.sub} ${record.group}`, `a membership of ${record.sub}`);
    }
  };
}

/** What no list of a user's attributes can be: one that has an attribute twice, or tells another sub. */
function findAttributeFault({ sub, attributes }: UserRecord): string | undefined {
  const values = new Map(attributes);
  if (values.size < attributes.length) return `gives the user ${sub} an attribute twice`;
  if (values.get("sub") !== sub) return `gives the user ${sub} another sub among the attributes`;
  return undefined;
}
