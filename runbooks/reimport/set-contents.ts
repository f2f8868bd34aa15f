import type { z } from "zod";
import {
  type GroupRecord,
  groupRecord,
  type ManifestBody,
  type MfaRecord,
  membershipRecord,
  mfaRecord,
  type PartKind,
  type PoolDocument,
  partKindOf,
  poolDocument,
  type UserRecord,
  userRecord,
} from "../backup/format.ts";
import { readPart } from "../backup/part-reader.ts";
import type { SetStore } from "../backup/set-store.ts";
import { downloadPart } from "../backup/set-verification.ts";

/** One user of a backup set, with everything else the set tells about them. */
export interface SetUser {
  /** The place in the set's order, from 0: the same at every reading, so that a journal can name users by it. */
  ordinal: number;
  record: UserRecord;
  groups: readonly string[];
  /** Second factors; undefined where the set was made without them, or the user is not among those read. */
  mfa: MfaRecord | undefined;
}

/** A user's attributes by name, `sub` and `identities` included; without those that have no value, or a blank one. */
export function valuesOf({ attributes }: Pick<UserRecord, "attributes">): Map<string, string> {
  return new Map(attributes.flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

/** A backup set as a restore reads it. Users come one by one, as often as they are asked for; the rest is in memory. */
export interface SetContents {
  manifest: ManifestBody;
  pool: PoolDocument;
  groups: readonly GroupRecord[];
  /** Whether the set says which second factors people had. */
  hasFactors: boolean;
  users: () => AsyncGenerator<SetUser>;
}

/** Reads a set that was verified before; each part is still held against its hashes. Throws what readPart throws. */
export async function openSet(store: SetStore, manifest: ManifestBody): Promise<SetContents> {
  const read = <Schema extends z.ZodType>(kind: PartKind, schema: Schema) =>
    readRecords(store, manifest, kind, schema);
  const pool = await readPoolDocument(store, manifest);
  const groups = await collect(read("groups", groupRecord));
  // One text for each group, however many members it has.
  const names = new Map(groups.map(({ name }) => [name, name]));
  const groupsOf = new Map<string, string[]>();
  for await (const { sub, group } of read("memberships", membershipRecord)) {
    const name = names.get(group) ?? group;
    const known = groupsOf.get(sub);
    if (known === undefined) groupsOf.set(sub, [name]);
    else known.push(name);
  }
  const factors = new Map<string, MfaRecord>();
  for await (const record of read("mfa", mfaRecord)) factors.set(record.sub, record);
  return {
    manifest,
    pool,
    groups,
    hasFactors: manifest.counts.mfa !== undefined,
    users: async function* () {
      let ordinal = 0;
      for await (const record of read("users", userRecord)) {
        const { sub } = record;
        yield { ordinal, record, groups: groupsOf.get(sub) ?? NO_GROUPS, mfa: factors.get(sub) };
        ordinal += 1;
      }
    },
  };
}

/** Reads what a set tells of its pool, and nothing else of it. Throws what readPart throws. */
export async function readPoolDocument(store: SetStore, manifest: ManifestBody): Promise<PoolDocument> {
  const [pool] = await collect(readRecords(store, manifest, "pool", poolDocument));
  if (pool === undefined) throw new RangeError(`${manifest.set} describes no pool`);
  return pool;
}

const NO_GROUPS: readonly string[] = [];

async function* readRecords<Schema extends z.ZodType>(
  store: SetStore,
  manifest: ManifestBody,
  kind: PartKind,
  schema: Schema,
): AsyncGenerator<z.infer<Schema>> {
  for (const entry of manifest.parts) {
    if (partKindOf(entry.name) !== kind) continue;
    const where = `${manifest.pool.id}/${manifest.set}/${entry.name}`;
    yield* readPart(await downloadPart(store, where, entry), entry, schema, where);
  }
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
