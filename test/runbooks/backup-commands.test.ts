import { hash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import type { FaultKind } from "../../local/faults.ts";
import { backUpUsersRunbook } from "../../runbooks/back-up-users.ts";
import { runRunbook } from "../../runbooks/runtime/runbook.ts";
import { verifyBackupRunbook } from "../../runbooks/verify-backup.ts";
import { type BackupWorld, plainUsers, startBackupWorld } from "../support/backup-world.ts";
import { createTestHost, type TestHost } from "../support/test-host.ts";

const USERS = 130;
let world: BackupWorld;
let parameters: Map<string, string>;
let folder: string;

beforeAll(async () => {
  world = await startBackupWorld();
  world.seed(plainUsers(USERS, (number) => (number < 70 ? ["staff"] : [])));
  parameters = new Map(world.objects.parameters);
  folder = await mkdtemp(join(tmpdir(), "sekisho-test-"));
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  // Nothing of the machine's own AWS configuration may be found.
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) vi.stubEnv(name, undefined);
  vi.stubEnv("HOME", folder);
  for (const [name, value] of Object.entries(world.environment)) vi.stubEnv(name, value);
});
afterEach(() => {
  vi.unstubAllEnvs();
  world.gateway.faults.clear();
  world.bucket.clear();
  world.objects.parameters.clear();
  for (const [name, value] of parameters) world.objects.parameters.set(name, value);
});

async function backUp(...argv: string[]): Promise<TestHost> {
  const host = createTestHost([...argv, "--quota", "UserList=1000"]);
  await runRunbook(backUpUsersRunbook, host);
  return host;
}

async function verify(...argv: string[]): Promise<TestHost> {
  const host = createTestHost(argv);
  await runRunbook(verifyBackupRunbook, host);
  return host;
}

function setOutput(name: string, change: (value: Record<string, unknown>) => void): void {
  const value = JSON.parse(world.objects.parameters.get(`/sekisho/test/${name}`) ?? "{}") as Record<
    string,
    unknown
  >;
  change(value);
  world.objects.parameters.set(`/sekisho/test/${name}`, JSON.stringify(value));
}

describe("back-up-users and verify-backup", () => {
  it("back up a stack and verify it, as people read it", async () => {
    const backup = await backUp("--stack", "test");
    expect([backup.exitCode(), backup.errors()]).toEqual([
      0,
      expect.stringContaining("Backing up ap-northeast-1_"),
    ]);
    expect(backup.out()).toMatch(
      /^Backed up 130 users, 1 groups, 70 memberships \(without second factors\) in \d+ s:\n4 parts, [\d,]+ bytes, in s3:\/\/sekisho-test-backups\/ap-northeast-1_\w+\/\d{8}T\d{6}Z-[0-9a-f]{8}\/\nCheck it: npm run verify-backup -- --stack test --set \d{8}T\d{6}Z-[0-9a-f]{8}\n$/,
    );
    const verified = await verify("--stack", "test");
    expect(verified.exitCode()).toBe(0);
    expect(verified.out()).toContain("130 users, 1 groups, 70 memberships\n");
  });

  it("print one JSON object each", async () => {
    const backup = JSON.parse((await backUp("--stack", "test", "--json", "--with-mfa")).out());
    expect(backup).toEqual({
      ok: true,
      set: expect.stringMatching(/^s3:\/\/sekisho-test-backups\/.*\/$/),
      users: USERS,
      groups: 1,
      memberships: 70,
      mfa: USERS,
      parts: 5,
      bytes: expect.any(Number),
      seconds: expect.any(Number),
      warnings: [],
    });
    const verified = JSON.parse((await verify("--stack", "test", "--json")).out());
    expect(verified).toMatchObject({
      ok: true,
      set: backup.set,
      copy: false,
      users: USERS,
      parts: backup.parts,
    });
  });

  it("say aloud that an empty pool was backed up", async () => {
    const empty = await startBackupWorld();
    for (const [name, value] of Object.entries(empty.environment)) vi.stubEnv(name, value);
    const backup = await backUp("--stack", "test");
    expect(backup.exitCode()).toBe(0);
    expect(backup.out()).toContain("The pool holds no users: this is a complete backup of an empty pool.\n");
    expect((await verify("--stack", "test")).exitCode()).toBe(0);
    await empty.close();
  });

  const part = (name: string) => JSON.parse(parameters.get(`/sekisho/test/${name}`) ?? "");
  const outputs = () => ({ stack: part("stack"), users: part("users"), backup: part("backup"), clients: {} });

  it("read the outputs from a file when asked to, and repeat that in the command to go on with", async () => {
    const file = join(folder, "it's outputs.json");
    await writeFile(file, JSON.stringify(outputs()));
    const host = await backUp("--outputs", file);
    expect(host.exitCode()).toBe(0);
    const quoted = `'${file.replace("'", "'\\''")}'`;
    expect(host.out()).toContain(`Check it: npm run verify-backup -- --outputs ${quoted} --set 20`);
  });

  it("repeat the Region in the command to go on with", async () => {
    const host = await backUp("--stack", "test", "--region", "ap-northeast-1");
    expect(host.out()).toContain("npm run verify-backup -- --stack test --region ap-northeast-1 --set 20");
  });

  it("print nothing of the outputs that could move the cursor or fake a line", async () => {
    const file = join(folder, "outputs.json");
    const hostile = outputs();
    hostile.stack.stack = "x\u001b[2J\nWhole: s3://other/";
    await writeFile(file, JSON.stringify(hostile));
    const host = await backUp("--outputs", file);
    expect(host.exitCode()).toBe(0);
    expect(host.out()).not.toContain("\u001b");
    expect(host.out()).not.toMatch(/^Whole/m);
  });

  it.each([
    ["no JSON", "{", "is not JSON. Check the file.\n"],
    ["outputs that lack the pool", '{"clients":{}}', "are damaged at stack: "],
  ])("end with 2 for a file that holds %s", async (_, text, says) => {
    const file = join(folder, "bad.json");
    await writeFile(file, text);
    for (const host of [await backUp("--outputs", file), await verify("--outputs", file)]) {
      expect(host.exitCode()).toBe(2);
      expect(host.errors()).toContain(says);
      expect(host.errors()).toContain("Check the file.\n");
    }
  });

  it("never put a secret into the description of the pool", async () => {
    const input = { UserPoolId: world.poolId, ClientName: "web", GenerateSecret: true };
    const created = z
      .object({ UserPoolClient: z.object({ ClientId: z.string(), ClientSecret: z.string() }) })
      .parse(await world.model.handle("CreateUserPoolClient", input, { isSigned: true })).UserPoolClient;
    await backUp("--stack", "test");
    const { gunzipSync } = await import("node:zlib");
    const stored = [...world.bucket].find(([key]) => key.endsWith("pool.json.gz"))?.[1] ?? Buffer.alloc(0);
    const description = gunzipSync(stored).toString();
    expect(description).toContain(created.ClientId);
    expect(description).not.toContain(created.ClientSecret);
  });
});

describe("a backup that somebody damaged", () => {
  const damage = (name: string, change: (stored: Buffer, key: string) => void) => {
    for (const [key, stored] of [...world.bucket]) if (key.endsWith(name)) change(stored, key);
  };

  it.each<[string, (key: string, stored: Buffer) => void, string]>([
    [
      "a byte is flipped",
      (key, stored) => {
        const altered = Buffer.from(stored);
        altered[40] = (altered[40] ?? 0) ^ 4;
        world.bucket.set(key, altered);
      },
      "users-00000.ndjson.gz was altered: its bytes do not match the manifest.",
    ],
    [
      "it is cut",
      (key, stored) => {
        world.bucket.set(key, stored.subarray(0, 100));
      },
      "users-00000.ndjson.gz has 100 bytes instead of ",
    ],
    [
      "it is removed",
      (key) => {
        world.bucket.delete(key);
      },
      "users-00000.ndjson.gz is missing.",
    ],
  ])("ends with 13 and names the part when %s", async (_, change, message) => {
    await backUp("--stack", "test");
    damage("users-00000.ndjson.gz", (stored, key) => change(key, stored));
    const host = await verify("--stack", "test");
    expect([host.exitCode(), host.out()]).toEqual([13, ""]);
    expect(host.errors()).toContain(message);
    expect(host.errors()).toContain("Take another set, or the copy in the other Region.\n");
  });

  it("counts for nothing without its manifest", async () => {
    await backUp("--stack", "test");
    const [manifest = ""] = [...world.bucket.keys()].filter((key) => key.endsWith("manifest.json"));
    world.bucket.delete(manifest);
    expect((await verify("--stack", "test")).exitCode()).toBe(10);
    const named = await verify("--stack", "test", "--set", manifest.split("/")[1] ?? "");
    expect(named.exitCode()).toBe(13);
    expect(named.errors()).toContain("was never finished: it has no manifest.");
  });
});

describe("a clock that is wrong", () => {
  const inTenYears = () => new Date(Date.now() + 3_653 * 86_400_000);

  it("is told apart by the time of AWS: back-up-users ends with 2 and writes nothing", async () => {
    const host = createTestHost(["--stack", "test"], { now: inTenYears });
    await runRunbook(backUpUsersRunbook, host);
    expect([host.exitCode(), host.errors()]).toEqual([
      2,
      "back-up-users: This machine's clock is 3653 days ahead of AWS; set it, then run again.\n",
    ]);
    expect(world.bucket.size).toBe(0);
  });

  it("left a set from the future: verify-backup warns, and names no negative age", async () => {
    await backUp("--stack", "test");
    const host = createTestHost(["--stack", "test", "--json"], {
      now: () => new Date("2020-01-01T00:00:00Z"),
    });
    await runRunbook(verifyBackupRunbook, host);
    const result = JSON.parse(host.out());
    expect([host.exitCode(), result.ageHours]).toEqual([0, 0]);
    expect(result.warnings).toEqual([
      expect.stringContaining(" says it was made in the future: a clock was wrong;"),
    ]);
  });
});

describe("the copy in the other Region", () => {
  const COPY = "sekisho-test-copy";
  let copy: Map<string, Buffer>;

  beforeEach(async () => {
    setOutput("backup", (backup) => {
      backup.copy = {
        region: "ap-northeast-3",
        bucket: COPY,
        keyArn: "arn:aws:kms:ap-northeast-3:123456789012:key/1",
      };
    });
    await backUp("--stack", "test");
    copy = new Map(world.bucket);
    world.objects.buckets.set(COPY, copy);
  });

  it("is verified hash by hash", async () => {
    const host = await verify("--stack", "test", "--copy", "--json");
    expect(JSON.parse(host.out())).toMatchObject({ ok: true, copy: true, users: USERS, warnings: [] });
  });

  it("ends with 13 when a byte of it differs", async () => {
    const [key = ""] = [...copy.keys()].filter((name) => name.endsWith("groups.ndjson.gz"));
    const altered = Buffer.from(copy.get(key) ?? Buffer.alloc(0));
    altered[15] = (altered[15] ?? 0) ^ 1;
    copy.set(key, altered);
    expect((await verify("--stack", "test", "--copy")).exitCode()).toBe(13);
  });

  it("is the one before while the newest is still on its way, and says so", async () => {
    const first = [...copy.keys()][0]?.split("/")[1];
    // The clock of a set's name counts seconds, and the order of two sets is that of their names.
    vi.useFakeTimers({ now: Date.now() + 5_000, toFake: ["Date"] });
    await backUp("--stack", "test");
    vi.useRealTimers();
    for (const [key, body] of world.bucket) if (!key.endsWith("users-00000.ndjson.gz")) copy.set(key, body);
    const host = await verify("--stack", "test", "--copy", "--json");
    const result = JSON.parse(host.out());
    expect(result.set).toContain(first);
    expect(result.warnings).toEqual([
      expect.stringMatching(/^1 newer sets are not finished/),
      expect.stringMatching(/^the copy is behind: .* is not whole there yet\.$/),
    ]);
  });

  it("is good although the original's bucket is gone", async () => {
    const buckets = new Map(world.objects.buckets);
    world.objects.buckets.delete("sekisho-test-backups");
    const host = await verify("--stack", "test", "--copy");
    for (const [name, bucket] of buckets) world.objects.buckets.set(name, bucket);
    expect(host.exitCode()).toBe(0);
    expect(host.errors()).toContain("warning: the original of ");
  });

  it("is verified from its own Region alone when that is named: nothing else of AWS need be there", async () => {
    world.gateway.history.clear();
    const host = await verify("--stack", "test", "--region", "ap-northeast-3", "--json");
    expect(JSON.parse(host.out())).toMatchObject({
      ok: true,
      copy: true,
      set: expect.stringContaining(`s3://${COPY}/`),
      warnings: [],
    });
    expect([...new Set(world.gateway.history.entries.map(({ region }) => region))]).toEqual([
      "ap-northeast-3",
    ]);
  });

  it("is not meant when the stack's own Region is named", async () => {
    const host = await verify("--stack", "test", "--region", "ap-northeast-1", "--json");
    expect(JSON.parse(host.out())).toMatchObject({ copy: false });
  });

  it.each<[string, (manifest: string) => string]>([
    ["damaged", (manifest) => manifest.slice(0, -20)],
    [
      "of a newer format",
      (manifest) => {
        const { sha256: _, ...body } = JSON.parse(manifest);
        const newer = { ...body, formatVersion: 99 };
        return `${JSON.stringify({ ...newer, sha256: hash("sha256", JSON.stringify(newer)) })}\n`;
      },
    ],
  ])("is good although a newer original is %s, which is said", async (_, alter) => {
    vi.useFakeTimers({ now: Date.now() + 5_000, toFake: ["Date"] });
    await backUp("--stack", "test");
    vi.useRealTimers();
    const newest = [...world.bucket.keys()]
      .filter((key) => key.endsWith("manifest.json"))
      .sort()
      .at(-1);
    const manifest = world.bucket.get(newest ?? "")?.toString() ?? "";
    // As its maker would have written it for its own place.
    world.bucket.set(newest ?? "", Buffer.from(alter(manifest)));
    const host = await verify("--stack", "test", "--copy", "--json");
    expect(host.exitCode()).toBe(0);
    expect(JSON.parse(host.out()).warnings).toEqual([
      expect.stringMatching(/^a newer original than this copy cannot be read: /),
    ]);
  });
});

describe("two backups of one pool", () => {
  const work = () => world.objects.buckets.get("sekisho-test-work") ?? new Map<string, Buffer>();
  const key = () => `leases/backup-${world.poolId}.json`;
  const somebody = { holder: "f".repeat(32), what: "The schedule", takenAt: "2026-11-21T03:00:00.000Z" };
  const hold = (isReleased = false) => {
    work().set(key(), Buffer.from(`${JSON.stringify({ ...somebody, seconds: 120, isReleased })}\n`));
    world.objects.workWrites.set(key(), new Date());
  };
  const isGivenBack = () => JSON.parse(work().get(key())?.toString() ?? "{}").isReleased;

  afterEach(() => work().clear());

  it("keep out of each other's way: the second ends with 11, and says who is at it", async () => {
    hold();
    const host = await backUp("--stack", "test");
    expect([host.exitCode(), host.out()]).toEqual([11, ""]);
    expect(host.errors()).toMatch(
      /^back-up-users: The schedule is at it since 2026-11-21T03:00:00\.000Z\. Wait for it; had it died, it would hold the lease for 1\d\d seconds more\.\n$/,
    );
    expect(world.bucket.size).toBe(0);
  });

  it("follow each other: each gives the lease back", async () => {
    hold(true);
    expect((await backUp("--stack", "test")).exitCode()).toBe(0);
    expect(isGivenBack()).toBe(true);
    expect((await backUp("--stack", "test")).exitCode()).toBe(0);
  });

  it("do not wait for a lease of a run that failed", async () => {
    world.gateway.faults.add({ kind: "access-denied", operation: "ListGroups" });
    expect((await backUp("--stack", "test")).exitCode()).toBe(12);
    expect(isGivenBack()).toBe(true);
  });

  it("may be meant: --ignore-lease asks nobody, and needs no work bucket", async () => {
    hold();
    const buckets = new Map(world.objects.buckets);
    world.objects.buckets.delete("sekisho-test-work");
    const host = await backUp("--stack", "test", "--ignore-lease");
    for (const [name, bucket] of buckets) world.objects.buckets.set(name, bucket);
    expect(host.exitCode()).toBe(0);
  });

  it("end with 10 and the name of the work bucket when that is gone", async () => {
    const buckets = new Map(world.objects.buckets);
    world.objects.buckets.delete("sekisho-test-work");
    const host = await backUp("--stack", "test");
    for (const [name, bucket] of buckets) world.objects.buckets.set(name, bucket);
    expect(host.exitCode()).toBe(10);
    expect(host.errors()).toContain("s3://sekisho-test-work/leases/");
  });

  it("make no set when the lease was lost at the very end", async () => {
    world.gateway.faults.add({ kind: "stop-point", operation: "PutObject", nth: 5 }, () => hold());
    const host = await backUp("--stack", "test");
    expect(host.exitCode()).toBe(11);
    expect(host.errors()).toContain("The schedule took s3://sekisho-test-work/leases/");
    expect([...world.bucket.keys()].filter((name) => name.endsWith("manifest.json"))).toEqual([]);
  });
});

describe("a command that cannot do its work", () => {
  interface Case {
    argv?: string[];
    prepare?: () => void;
    code: number;
    says: string;
  }
  const breakWith = (kind: FaultKind, operation: string) => () => {
    world.gateway.faults.add({ kind, operation });
  };
  const cases: Record<string, Case> = {
    "no stack": { argv: [], code: 2, says: "No stack is named. Give --stack <name>, or --outputs <file>." },
    "a stack and a file": {
      argv: ["--stack", "test", "--outputs", "x"],
      code: 2,
      says: "--stack and --outputs exclude each other.",
    },
    "a file and a Region": {
      argv: ["--outputs", "x", "--region", "ap-northeast-1"],
      code: 2,
      says: "--region and --outputs exclude each other: the file tells the Region. Leave --region out.",
    },
    "an unknown option": { argv: ["--stack", "test", "--force"], code: 2, says: "Unknown option --force." },
    "a stack name that is a path": {
      argv: ["--stack", "../prod"],
      code: 2,
      says:
        '"../prod" is not a stack name. ' +
        "Give 1 to 24 lower-case letters, digits and hyphens, a letter first and no hyphen last.",
    },
    "a Region that is none": {
      argv: ["--stack", "test", "--region", "tokyo"],
      code: 2,
      says: '"tokyo" is not the name of an AWS Region.',
    },
    "an outputs file that is not there": {
      argv: ["--outputs", "/nonexistent/x.json"],
      code: 16,
      says: "/nonexistent/x.json cannot be read. Check --outputs.",
    },
    "a stack that is not there": {
      argv: ["--stack", "nope"],
      code: 10,
      says: 'There is no stack "nope" in ap-northeast-1: nothing lies under /sekisho/nope/. Check --stack, --region and AWS_PROFILE.',
    },
    "no Region": {
      prepare: () => vi.stubEnv("AWS_REGION", undefined),
      code: 2,
      says: "No AWS Region is configured. Give --region, or set AWS_REGION.",
    },
    "no credentials": {
      prepare: () => {
        vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
        vi.stubEnv("AWS_SECRET_ACCESS_KEY", undefined);
      },
      code: 12,
      says: "AWS credentials missing, expired or wrong (CredentialsProviderError).",
    },
    "expired credentials": {
      prepare: breakWith("expired-credentials", "GetParametersByPath"),
      code: 12,
      says: "missing, expired or wrong (ExpiredTokenException)",
    },
    "a right that is missing": {
      prepare: breakWith("access-denied", "GetParametersByPath"),
      code: 12,
      says: "lack this right (AccessDeniedException)",
    },
    "nothing at the endpoint": {
      prepare: () => vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
      code: 15,
      says: "no good answer after every retry (ECONNREFUSED)",
    },
    "a web page at the endpoint": {
      prepare: breakWith("html-200", "GetParametersByPath"),
      code: 15,
      says: "the answer is not what AWS sends. Check for a proxy in between",
    },
    "a bucket that is gone": {
      prepare: () =>
        setOutput("backup", (backup) => {
          backup.bucket = "gone";
        }),
      code: 10,
      says: "not found (NoSuchBucket)",
    },
    "a bucket in another Region": {
      prepare: breakWith("wrong-region-301", "ListObjectsV2"),
      code: 2,
      says: "it is in another Region (PermanentRedirect). Check --region.",
    },
    "outputs of another stack": {
      prepare: () =>
        setOutput("stack", (stack) => {
          stack.stack = "prod";
        }),
      code: 13,
      says: 'contradict themselves: they are of the stack "prod".',
    },
    "outputs whose pool is in another Region": {
      prepare: () =>
        setOutput("users", (users) => {
          users.userPoolId = "eu-west-1_Abcdef123";
        }),
      code: 13,
      says: "contradict themselves: the pool eu-west-1_Abcdef123 is not in ap-northeast-1.",
    },
    "outputs of another layout": {
      prepare: () =>
        setOutput("stack", (stack) => {
          stack.version = 2;
        }),
      code: 2,
      says: "have layout 2; this command reads 1.",
    },
    "outputs that are damaged": {
      prepare: () =>
        setOutput("users", (users) => {
          delete users.userPoolId;
        }),
      code: 13,
      says: "are damaged at users.userPoolId",
    },
    "outputs that are not JSON": {
      prepare: () => world.objects.parameters.set("/sekisho/test/stack", "{"),
      code: 13,
      says: "/sekisho/test/stack is not JSON.",
    },
  };
  const backupCases: Record<string, Case> = {
    "a share that is none": {
      argv: ["--stack", "test", "--share", "2"],
      code: 2,
      says: "--share 2 is not a number from 0.1 to 1.",
    },
    "shards that are none": {
      argv: ["--stack", "test", "--shards", "20"],
      code: 2,
      says: "--shards 20 is neither auto nor a number from 1 to 16.",
    },
    "a quota that is none": {
      argv: ["--stack", "test", "--quota", "UserList"],
      code: 2,
      says: "--quota UserList is not <category>=<requests per second>.",
    },
    "a pool that is gone": {
      prepare: () =>
        setOutput("users", (users) => {
          users.userPoolId = "ap-northeast-1_Gone12345";
        }),
      code: 10,
      says: "DescribeUserPool on ap-northeast-1_Gone12345: not found (ResourceNotFoundException).",
    },
    "credentials that expire on the way": {
      prepare: () => {
        world.gateway.faults.add({ kind: "expired-credentials", operation: "ListUsers", nth: 2 });
      },
      code: 12,
      says: "missing, expired or wrong (ExpiredTokenException)",
    },
    "a network that answers every write with an empty page": {
      prepare: () => {
        world.gateway.faults.add({ kind: "empty-200", operation: "PutObject", service: "s3" });
      },
      code: 15,
      says: "the answer is not what AWS sends. Check for a proxy in between",
    },
    "a bucket it may not write to": {
      prepare: breakWith("access-denied", "PutObject"),
      code: 12,
      says: "lack this right (AccessDenied)",
    },
  };
  const verifyCases: Record<string, Case> = {
    "a set that is no name": {
      argv: ["--stack", "test", "--set", "yesterday"],
      code: 2,
      says: "--set yesterday is neither latest nor the name of a set.",
    },
    "a set that is not there": {
      argv: ["--stack", "test", "--set", "20200101T000000Z-00000000"],
      code: 10,
      says: "There is no set s3://sekisho-test-backups/",
    },
    "no set at all": { code: 10, says: "There is no finished set in s3://sekisho-test-backups/" },
    "a copy that the stack does not keep": {
      argv: ["--stack", "test", "--copy"],
      code: 2,
      says: "The stack test keeps no copy in another Region.",
    },
  };

  function checkFailure(host: TestHost, { code, says }: Case): void {
    const lines = host.errors().trimEnd().split("\n");
    const last = lines.at(-1) ?? "";
    expect(last).toContain(says);
    expect([host.exitCode(), host.out()]).toEqual([code, ""]);
    expect(last.length).toBeLessThanOrEqual(200);
    expect(host.errors()).not.toMatch(/^ {4}at /m);
    expect([...world.bucket.keys()].filter((key) => key.endsWith("manifest.json"))).toEqual([]);
  }

  it.each(Object.entries({ ...cases, ...backupCases }))(
    "says so on one line and makes no set: back-up-users with %s",
    async (_, failure) => {
      failure.prepare?.();
      checkFailure(await backUp(...(failure.argv ?? ["--stack", "test"])), failure);
    },
  );

  it.each(Object.entries({ ...cases, ...verifyCases }))(
    "says so on one line: verify-backup with %s",
    async (_, failure) => {
      failure.prepare?.();
      checkFailure(await verify(...(failure.argv ?? ["--stack", "test"])), failure);
    },
  );
});
