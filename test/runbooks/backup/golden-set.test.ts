import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import { groupRecord, type ManifestBody, userRecord } from "../../../runbooks/backup/format.ts";
import { sealManifest } from "../../../runbooks/backup/manifest.ts";
import { readPart } from "../../../runbooks/backup/part-reader.ts";
import { verifyStored } from "../../support/backup-run.ts";
import { createInMemoryStore, type InMemoryStore } from "../../support/in-memory-store.ts";

/** Written once by the first version of the format, and never again: every later version must read it. */
const FOLDER = join(import.meta.dirname, "../../fixtures/backup-set-v1");
const PLACE = "ap-northeast-1_Test12345/20261121T030000Z-00000001";

let store: InMemoryStore;
let manifest: ManifestBody;

beforeAll(async () => {
  store = createInMemoryStore();
  for (const name of await readdir(join(FOLDER, PLACE))) {
    store.objects.set(`${PLACE}/${name}`, await readFile(join(FOLDER, PLACE, name)));
  }
  manifest = await verifyStored(store, PLACE);
});

async function readRecords<Schema extends z.ZodType>(
  prefix: string,
  schema: Schema,
): Promise<z.infer<Schema>[]> {
  const records: z.infer<Schema>[] = [];
  for (const entry of manifest.parts.filter(({ name }) => name.startsWith(prefix))) {
    records.push(...readPart(await store.get(`${PLACE}/${entry.name}`), entry, schema, PLACE));
  }
  return records;
}

describe("a set that the first version of the format wrote", () => {
  it("is still whole, with all its counts", () => {
    expect(manifest.counts).toEqual({ users: 16, groups: 2, memberships: 16, mfa: 16 });
  });

  it("still gives every value back unchanged", async () => {
    const expected = JSON.parse(await readFile(join(FOLDER, "expected-users.json"), "utf8"));
    expect(await readRecords("users-", userRecord)).toEqual(expected);
  });

  it("still gives groups back with all they had", async () => {
    expect(await readRecords("groups", groupRecord)).toEqual([
      {
        kind: "group",
        name: "staff",
        created: "2026-01-01T00:00:00.000Z",
        precedence: 1,
        description: "Everybody\n全員",
        roleArn: "arn:aws:iam::123456789012:role/staff",
      },
      { kind: "group", name: "empty", created: "2026-01-01T00:00:00.000Z" },
    ]);
  });

  it("has the manifest that this version would still write", () => {
    expect(sealManifest(manifest)).toBe(String(store.objects.get(`${PLACE}/manifest.json`)));
  });
});
