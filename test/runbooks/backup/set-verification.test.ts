import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import type { ManifestBody, PartEntry } from "../../../runbooks/backup/format.ts";
import { sealManifest } from "../../../runbooks/backup/manifest.ts";
import type { SetStore } from "../../../runbooks/backup/set-store.ts";
import { BadInputError, IntegrityError, RemoteError } from "../../../runbooks/runtime/errors.ts";
import { runBackup, verifyStored } from "../../support/backup-run.ts";
import { createGroup, createInMemoryPool, createUser } from "../../support/in-memory-pool.ts";
import { createInMemoryStore } from "../../support/in-memory-store.ts";
import { createRandom } from "../../support/random.ts";

/** A set of several parts of each kind, and another of the same pool. */
let objects: Map<string, Buffer>;
let place: string;
let otherPlace: string;

beforeAll(async () => {
  const users = Array.from({ length: 120 }, (_, number) => createUser(number));
  const members = new Map([
    ["staff", users.map(({ sub }) => sub)],
    ["admins", users.slice(0, 3).map(({ sub }) => sub)],
  ]);
  const pool = createInMemoryPool({ users, groups: [createGroup("staff"), createGroup("admins")], members });
  const store = createInMemoryStore();
  ({ place } = await runBackup({ pool, store, partBytes: 8_192, withMfa: true }));
  users.push(createUser(120));
  ({ place: otherPlace } = await runBackup({ pool, store, partBytes: 8_192, withMfa: true }));
  objects = store.objects;
});

function copyOfSet(): Map<string, Buffer> {
  return new Map(objects);
}

function names(): string[] {
  return [...objects.keys()]
    .filter((key) => key.startsWith(`${place}/`))
    .map((key) => key.slice(place.length + 1));
}

/** Lets the manifest tell the truth about altered parts, as somebody would who may write both. */
function reseal(altered: Map<string, Buffer>, change: (manifest: ManifestBody) => void = () => {}): void {
  const { sha256: _, ...manifest } = JSON.parse(
    String(altered.get(`${place}/manifest.json`)),
  ) as ManifestBody & {
    sha256: string;
  };
  for (const part of manifest.parts)
    describePart(part, altered.get(`${place}/${part.name}`) ?? Buffer.alloc(0));
  change(manifest);
  altered.set(`${place}/manifest.json`, Buffer.from(sealManifest(manifest)));
}

function describePart(part: PartEntry, stored: Buffer): void {
  part.storedBytes = stored.length;
  part.storedSha256 = createHash("sha256").update(stored).digest("hex");
  try {
    const plain = gunzipSync(stored);
    part.plainBytes = plain.length;
    part.plainSha256 = createHash("sha256").update(plain).digest("hex");
  } catch {
    // What cannot be unpacked has no plain bytes to describe: the old figures stay.
  }
}

async function verifyAltered(altered: Map<string, Buffer>): Promise<ManifestBody> {
  return verifyStored(createInMemoryStore(altered), place);
}

describe("a set that nobody touched", () => {
  it("is found whole, and so is the other", async () => {
    expect((await verifyAltered(copyOfSet())).counts).toEqual({
      users: 120,
      groups: 2,
      memberships: 123,
      mfa: 120,
    });
    await verifyStored(createInMemoryStore(copyOfSet()), otherPlace);
  });
});

describe("a set that was altered by chance", () => {
  type Mutation = (altered: Map<string, Buffer>, key: string, random: () => number) => void;
  const pick = <Item>(items: readonly Item[], random: () => number): Item => {
    const item = items[Math.floor(random() * items.length)];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  };
  const bytesOf = (altered: Map<string, Buffer>, key: string) => altered.get(key) ?? Buffer.alloc(0);
  const mutations: Record<string, Mutation> = {
    "a flipped bit": (altered, key, random) => {
      const bytes = Buffer.from(bytesOf(altered, key));
      const at = Math.floor(random() * bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
      altered.set(key, bytes);
    },
    "a cut": (altered, key, random) => {
      const bytes = bytesOf(altered, key);
      altered.set(key, bytes.subarray(0, Math.floor(random() * bytes.length)));
    },
    "bytes behind the end": (altered, key, random) => {
      altered.set(
        key,
        Buffer.concat([bytesOf(altered, key), Buffer.alloc(1 + Math.floor(random() * 40), random() * 256)]),
      );
    },
    "another object in its place": (altered, key, random) => {
      const others = [...altered.keys()].filter(
        (other) => other !== key && !bytesOf(altered, other).equals(bytesOf(altered, key)),
      );
      altered.set(key, bytesOf(altered, pick(others, random)));
    },
    "a swap with another part": (altered, key, random) => {
      const other = `${place}/${pick(
        names().filter((name) => !bytesOf(altered, `${place}/${name}`).equals(bytesOf(altered, key))),
        random,
      )}`;
      const bytes = bytesOf(altered, key);
      altered.set(key, bytesOf(altered, other));
      altered.set(other, bytes);
    },
    "its removal": (altered, key) => altered.delete(key),
    "a new name": (altered, key, random) => {
      altered.set(`${key}${Math.floor(random() * 10)}`, bytesOf(altered, key));
      altered.delete(key);
    },
    "a foreign object beside it": (altered, _, random) => {
      altered.set(
        `${place}/users-${String(Math.floor(90 + random() * 9)).padStart(5, "0")}.ndjson.gz`,
        Buffer.from("x"),
      );
    },
  };

  // Seeded, so that a failure can be played again; 250 of each of the 8 kinds.
  it.each(Object.keys(mutations))("is found out: %s, 250 times", async (kind) => {
    const random = createRandom(kind);
    const accepted: string[] = [];
    for (let run = 0; run < 250; run++) {
      const altered = copyOfSet();
      const key = `${place}/${pick(names(), random)}`;
      mutations[kind]?.(altered, key, random);
      const error = await verifyAltered(altered).catch((reason: unknown) => reason);
      const isManifestGone = !altered.has(`${place}/manifest.json`);
      if (!(error instanceof IntegrityError) && !isManifestGone) accepted.push(`${run}: ${key}`);
    }
    expect(accepted).toEqual([]);
  });
});

describe("a set that was altered on purpose, its manifest with it", () => {
  const part = "users-00000.ndjson.gz";
  const linesOf = (stored: Buffer) => gunzipSync(stored).toString().trimEnd().split("\n");
  const rewrite =
    (change: (lines: string[]) => string[], end = "\n") =>
    (stored: Buffer) =>
      gzipSync(change(linesOf(stored)).join(end) + end);
  const first = (lines: string[]) => lines[0] ?? "";

  it.each<[string, (stored: Buffer) => Buffer, string]>([
    ["plain text instead of gzip", (stored) => gunzipSync(stored), "is not a plain gzip file"],
    ["a second gzip member", (stored) => Buffer.concat([stored, stored]), "has bytes behind its end"],
    [
      "bytes behind the member",
      (stored) => Buffer.concat([stored, Buffer.from("x")]),
      "has bytes behind its end",
    ],
    ["line ends of another system", rewrite((lines) => lines, "\r\n"), "has line ends of another system"],
    ["a last line without its end", rewrite((lines) => lines, ""), "is cut: its last line has no end"],
    [
      "a line that is not JSON",
      rewrite(([, ...lines]) => ["{", ...lines]),
      "has a line that is not JSON, near record 1",
    ],
    [
      "bytes that are not UTF-8",
      () => gzipSync(Buffer.from([0x22, 0xff, 0x22, 0x0a])),
      "has a line that is not JSON",
    ],
    [
      "a mark at the start",
      (stored) => gzipSync(`\ufeff${gunzipSync(stored)}`),
      "has a line that is not JSON",
    ],
    ["no end record", rewrite((lines) => lines.slice(0, -1)), "is cut: its end record is missing"],
    [
      "an end record in the middle",
      rewrite((lines) => [lines.at(-1) ?? "", ...lines]),
      "goes on after its end record",
    ],
    [
      "an end record that counts wrong",
      rewrite((lines) => [...lines.slice(0, -1), '{"kind":"end","records":1}']),
      "ends by counting 1 records",
    ],
    ["a user twice", rewrite((lines) => [first(lines), first(lines), ...lines.slice(2)]), "holds the user"],
    [
      "a record without its sub",
      rewrite(([line = "", ...lines]) => [line.replace(/"sub":"[^"]+",/, ""), ...lines]),
      'has a wrong record 1 at "sub"',
    ],
    [
      "a record with something unknown",
      rewrite(([line = "", ...lines]) => [line.replace("{", '{"x":1,'), ...lines]),
      "has a wrong record 1",
    ],
    [
      "a number as a value",
      rewrite(([line = "", ...lines]) => [line.replace(/"user-0@example.com"/, "7"), ...lines]),
      "has a wrong record 1",
    ],
  ])("is found out: %s", async (_, alter, message) => {
    const altered = copyOfSet();
    altered.set(`${place}/${part}`, alter(altered.get(`${place}/${part}`) ?? Buffer.alloc(0)));
    reseal(altered);
    await expect(verifyAltered(altered)).rejects.toThrow(`${place}/${part} ${message}`);
  });

  it("is not unpacked beyond what the manifest lists, whatever the part holds", async () => {
    const altered = copyOfSet();
    altered.set(`${place}/${part}`, gzipSync(Buffer.alloc(50_000_000)));
    reseal(altered, (manifest) => {
      for (const entry of manifest.parts) if (entry.name === part) entry.plainBytes = 1_000;
    });
    await expect(verifyAltered(altered)).rejects.toThrow("unpacks to more than the manifest lists");
  });

  it.each<[string, (manifest: ManifestBody) => void, string]>([
    [
      "another pool",
      (manifest) => {
        manifest.pool.id = "eu-west-1_Other";
      },
      "belongs to eu-west-1_Other/",
    ],
    [
      "another set",
      (manifest) => {
        manifest.set = "20200101T000000Z-00000000";
      },
      "belongs to ap-northeast-1_Test12345/2020",
    ],
    [
      "more users",
      (manifest) => {
        manifest.counts.users += 1;
      },
      "counts 121 users, but its parts hold 120",
    ],
    [
      "fewer groups",
      (manifest) => {
        manifest.counts.groups -= 1;
      },
      "counts 1 groups",
    ],
    [
      "fewer memberships",
      (manifest) => {
        manifest.counts.memberships -= 1;
      },
      "counts 122 memberships",
    ],
    [
      "no factors",
      (manifest) => {
        delete manifest.counts.mfa;
      },
      "counts 0 users' factors",
    ],
    [
      "negative counts",
      (manifest) => {
        manifest.counts.users = -1;
      },
      'is wrong at "counts.users"',
    ],
    [
      "a huge part",
      (manifest) => {
        for (const part of manifest.parts) part.plainBytes = 2 ** 40;
      },
      'is wrong at "parts.0.plainBytes"',
    ],
    [
      "a part twice",
      (manifest) => {
        manifest.parts.push(...manifest.parts.slice(0, 1));
      },
      "twice or out of order",
    ],
    [
      "a part outside",
      (manifest) => {
        for (const part of manifest.parts) part.name = "../users-00000.ndjson.gz";
      },
      'is wrong at "parts.0.name"',
    ],
    [
      "another start",
      (manifest) => {
        manifest.startedAt = "2026-11-20T03:00:00.000Z";
      },
      "says it was begun 2026-11-20T03:00:00.000Z",
    ],
    [
      "an end before the start",
      (manifest) => {
        manifest.finishedAt = "2026-11-21T02:59:59.000Z";
      },
      "says it was finished 2026-11-21T02:59:59.000Z, before it was begun",
    ],
    [
      "its parts in another order",
      (manifest) => {
        manifest.parts = manifest.parts.toSorted((a, b) => (a.name < b.name ? -1 : 1));
      },
      "lists users-00000.ndjson.gz twice or out of order",
    ],
    [
      "no part of users",
      (manifest) => {
        manifest.parts = manifest.parts.filter(({ name }) => !name.startsWith("users"));
      },
      "lists no part of users",
    ],
    [
      "a field that is unknown",
      (manifest) => {
        Object.assign(manifest, { note: "x" });
      },
      "is wrong at",
    ],
  ])("is found out when the manifest tells of %s", async (_, change, message) => {
    const altered = copyOfSet();
    reseal(altered, change);
    await expect(verifyAltered(altered)).rejects.toThrow(message);
    await expect(verifyAltered(altered)).rejects.toThrow(IntegrityError);
  });

  it.each([
    [
      "a membership of nobody",
      "memberships-00000.ndjson.gz",
      /"sub":"[^"]+"/,
      '"sub":"nobody"',
      "names the user nobody, who is in no part",
    ],
    [
      "a membership of an unknown group",
      "memberships-00000.ndjson.gz",
      /"group":"[^"]+"/,
      '"group":"ghosts"',
      "names the group ghosts, which is in no part",
    ],
    [
      "factors of nobody",
      "mfa-00000.ndjson.gz",
      /"sub":"[^"]+"/,
      '"sub":"nobody"',
      "names the user nobody, who is in no part",
    ],
    [
      "another pool's description",
      "pool.json.gz",
      /ap-northeast-1_Test12345/,
      "eu-west-1_Other",
      "describes the pool eu-west-1_Other",
    ],
    [
      "a membership under another's name",
      "memberships-00000.ndjson.gz",
      /"username":"[^"]+"/,
      '"username":"user-119"',
      / gives the user [\w-]+ another user name/,
    ],
    [
      "factors under a name that nobody has",
      "mfa-00000.ndjson.gz",
      /"username":"[^"]+"/,
      '"username":"nobody"',
      / gives the user [\w-]+ another user name/,
    ],
    [
      "a user with another's sub among the attributes",
      part,
      /\["sub","[^"]+"\]/,
      '["sub","somebody"]',
      / gives the user [\w-]+ another sub among the attributes/,
    ],
    [
      "a user without a sub among the attributes",
      part,
      /\["sub","[^"]+"\]/,
      '["nick","somebody"]',
      / gives the user [\w-]+ another sub among the attributes/,
    ],
    [
      "a user with an attribute twice",
      part,
      /(\["email","[^"]+"\])/,
      '$1,["email","x@example.com"]',
      / gives the user [\w-]+ an attribute twice/,
    ],
    [
      "two users with one name",
      part,
      /"username":"user-1"/,
      '"username":"user-0"',
      / holds the user name of [\w-]+ twice/,
    ],
    ["a group twice", "groups.ndjson.gz", /"admins"/, '"staff"', "holds the group staff twice"],
  ])("is found out when it holds %s", async (_, name, from, to, message) => {
    const altered = copyOfSet();
    const stored = altered.get(`${place}/${name}`) ?? Buffer.alloc(0);
    altered.set(`${place}/${name}`, gzipSync(gunzipSync(stored).toString().replace(from, to)));
    reseal(altered);
    const refused = expect(verifyAltered(altered)).rejects;
    if (typeof message === "string") await refused.toThrow(`${place}/${name} ${message}`);
    else await refused.toThrow(message);
    await expect(verifyAltered(altered)).rejects.toThrow(IntegrityError);
  });

  it("is found out when it holds two descriptions of the pool", async () => {
    const altered = copyOfSet();
    const stored = altered.get(`${place}/pool.json.gz`) ?? Buffer.alloc(0);
    const plain = gunzipSync(stored).toString();
    altered.set(`${place}/pool.json.gz`, gzipSync(plain + plain));
    reseal(altered, (manifest) => {
      for (const entry of manifest.parts) if (entry.name === "pool.json.gz") entry.records = 2;
    });
    await expect(verifyAltered(altered)).rejects.toThrow("lists 2 descriptions of the pool instead of 1");
  });

  it("is refused, and not called damaged, when a newer version of the format wrote it", async () => {
    const altered = copyOfSet();
    reseal(altered, (manifest) => Object.assign(manifest, { formatVersion: 2 }));
    await expect(verifyAltered(altered)).rejects.toThrow(BadInputError);
    await expect(verifyAltered(altered)).rejects.toThrow("has format version 2; this command reads up to 1.");
  });
});

describe("a connection that breaks while a set is read", () => {
  const broken = (get: SetStore["get"]) => ({ ...createInMemoryStore(copyOfSet()), get });

  it("is reported as what it is, never as damage", async () => {
    const good = createInMemoryStore(copyOfSet());
    const store = broken(async (key) => {
      if (key.endsWith("users-00001.ndjson.gz"))
        throw new RemoteError("GetObject: no good answer after every retry.");
      return good.get(key);
    });
    await expect(verifyStored(store, place)).rejects.toThrow(RemoteError);
  });

  const noise: Record<string, (bytes: Buffer) => Buffer> = {
    "a web page": () => Buffer.from("<html>Please sign in</html>"),
    "nothing at all": () => Buffer.alloc(0),
    "a flipped bit": (bytes) => Buffer.from(bytes.map((byte, at) => (at === 30 ? byte ^ 1 : byte))),
  };
  const withNoise = (spoil: (bytes: Buffer, read: number) => Buffer) => {
    const good = createInMemoryStore(copyOfSet());
    let reads = 0;
    return broken(async (key) => {
      const bytes = await good.get(key);
      if (!key.endsWith("manifest.json")) return bytes;
      reads += 1;
      return spoil(bytes, reads);
    });
  };

  it.each(Object.entries(noise))(
    "may deliver %s once: the manifest is read again before it is called damaged",
    async (_, spoil) => {
      const store = withNoise((bytes, read) => (read === 1 ? spoil(bytes) : bytes));
      expect((await verifyStored(store, place)).counts.users).toBe(120);
    },
  );

  it("is what failed when the manifest comes broken twice, and differently each time", async () => {
    const store = withNoise((bytes, read) =>
      Buffer.from(bytes.map((byte, at) => (at === read ? byte ^ 1 : byte))),
    );
    await expect(verifyStored(store, place)).rejects.toMatchObject({
      exitCode: 15,
      message: `${place}/manifest.json arrived broken twice, and differently each time.`,
    });
  });

  it("may alter bytes once: the part is fetched again before it is called damaged", async () => {
    const good = createInMemoryStore(copyOfSet());
    const spoilt = new Set<string>();
    const store = broken(async (key) => {
      const bytes = Buffer.from(await good.get(key));
      if (key.endsWith(".gz") && !spoilt.has(key)) bytes[20] = (bytes[20] ?? 0) ^ 1;
      spoilt.add(key);
      return bytes;
    });
    expect((await verifyStored(store, place)).counts.users).toBe(120);
  });
});
