import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { awkwardValues } from "../../../local/seed/awkward-values.ts";
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

async function readRecords<Schema extends typeof userRecord | typeof groupRecord>(
  prefix: string,
  schema: Schema,
) {
  const entries = manifest.parts.filter(({ name }) => name.startsWith(prefix));
  const stored = await Promise.all(entries.map(({ name }) => store.get(`${PLACE}/${name}`)));
  return entries.flatMap((entry, index) => [
    ...readPart(stored[index] ?? Buffer.alloc(0), entry, schema, PLACE),
  ]);
}

describe("a set that the first version of the format wrote", () => {
  it("is still whole, with all its counts", () => {
    expect(manifest.counts).toEqual({ users: 16, groups: 2, memberships: 16, mfa: 16 });
  });

  it("still gives every value back unchanged", async () => {
    const users = await readRecords("users-", userRecord);
    expect(users.map(({ attributes }) => attributes.slice(1))).toEqual(
      awkwardValues.map(({ value }) => [
        ["nickname", value],
        ["__proto__", "\ud800"],
        ["name", null],
      ]),
    );
    expect(users[0]).toMatchObject({
      kind: "user",
      sub: "00000000-0000-4000-8000-000000000000",
      username: "user-0",
      enabled: true,
      status: "CONFIRMED",
      created: "2026-01-02T03:04:05.678Z",
    });
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
