import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { writeOrder } from "../../../infra/functions/backup-environment.ts";
import { bundleText } from "../../../infra/functions/function-bundle.ts";
import { verifyStored } from "../../support/backup-run.ts";
import { type BackupWorld, plainUsers, startBackupWorld } from "../../support/backup-world.ts";

const USERS = 130;
const COPY = "sekisho-test-copy";

let world: BackupWorld;
let parameters: Map<string, string>;
let folder: string;

beforeAll(async () => {
  world = await startBackupWorld();
  world.seed(plainUsers(USERS, (number) => (number < 70 ? ["staff"] : [])));
  parameters = new Map(world.objects.parameters);
  // Far from the project's packages: what is not in the bundle is not there.
  folder = await mkdtemp(join(tmpdir(), "sekisho-bundle-"));
  await writeFile(join(folder, "index.mjs"), await bundleText("infra/functions/scheduled-backup.ts"));
  await writeFile(join(folder, "call.mjs"), CALLER);
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});
afterEach(() => {
  world.gateway.faults.clear();
  world.bucket.clear();
  for (const [name, bucket] of world.objects.buckets) if (name !== "sekisho-test-backups") bucket.clear();
  for (const [name, value] of parameters) world.objects.parameters.set(name, value);
});

/** As Lambda calls a function: from a module of its own, with an event and the time that is left. */
const CALLER = `
  import { handler } from "./index.mjs";
  const [event, milliseconds] = process.argv.slice(2).map((text) => JSON.parse(text));
  try {
    console.log(JSON.stringify({ returned: await handler(event, { getRemainingTimeInMillis: () => milliseconds }) }));
  } catch (error) {
    console.log(JSON.stringify({ thrown: { name: error.name, message: error.message } }));
  }
`;

interface Order {
  copyWaitSeconds?: number;
  share?: number;
  longestSeconds?: number;
  /** Another world than the one that all tests share. */
  of?: BackupWorld;
}

const logLine = z.looseObject({
  level: z.string().optional(),
  message: z.string().optional(),
  isVerified: z.boolean().optional(),
  returned: z.unknown().optional(),
  thrown: z.unknown().optional(),
  _aws: z.unknown().optional(),
});

async function run(
  script: string,
  argv: string[],
  { longestSeconds = 900, of = world, ...order }: Order = {},
) {
  const environment = writeOrder({
    stack: "test",
    order: { share: 1, copyWaitSeconds: 0, longestCopyAgeHours: 26, ...order },
    longestSeconds,
  });
  const child = spawn(process.execPath, [join(folder, script), ...argv], {
    env: { ...of.environment, ...environment, PATH: process.env.PATH ?? "" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, errors, exitCode] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on("exit", resolve)),
  ]);
  if (out === "") throw new Error(errors);
  const lines = out
    .trimEnd()
    .split("\n")
    .map((line) => logLine.parse(JSON.parse(line)));
  const metrics = lines.find((line) => line._aws !== undefined);
  return { exitCode, errors, lines, metrics, messages: lines.map(({ message }) => message) };
}

const runCommand = (order?: Order) => run("index.mjs", [], order);
const callFunction = (event: object, order?: Order, milliseconds = 900_000) =>
  run("call.mjs", [JSON.stringify(event), JSON.stringify(milliseconds)], order);

function keepCopy(copy: Map<string, Buffer>): void {
  const backup = JSON.parse(parameters.get("/sekisho/test/backup") ?? "{}");
  backup.copy = {
    region: "ap-northeast-3",
    bucket: COPY,
    keyArn: "arn:aws:kms:ap-northeast-3:123456789012:key/1",
  };
  world.objects.parameters.set("/sekisho/test/backup", JSON.stringify(backup));
  world.objects.buckets.set(COPY, copy);
}

async function expectWholeSet(): Promise<void> {
  const manifests = [...world.bucket.keys()].filter((key) => key.endsWith("/manifest.json"));
  expect(manifests).toHaveLength(1);
  const place = manifests[0]?.slice(0, -"/manifest.json".length) ?? "";
  const { counts } = await verifyStored(world.openStore({ maxAttempts: 3 }), place);
  expect(counts).toEqual({ users: USERS, groups: 1, memberships: 70 });
}

describe.each([
  ["as a command, node index.mjs", runCommand],
  ["as a Lambda function", (order?: Order) => callFunction({}, order)],
])("the scheduled backup %s", (_, backUp) => {
  it("makes one whole set out of nothing but its bundle, and reads it back", async () => {
    const { exitCode, errors, metrics, lines } = await backUp();
    expect([exitCode, errors]).toEqual([0, ""]);
    await expectWholeSet();
    expect(metrics).toMatchObject({
      Stack: "test",
      BackupSucceeded: 1,
      BackupFailed: 0,
      BackupShrunk: 0,
      BackupUsers: USERS,
      BackupVerified: 1,
      BackupSeconds: expect.any(Number),
    });
    expect(lines.find(({ isVerified }) => isVerified !== undefined)).toMatchObject({
      level: "INFO",
      message: expect.stringMatching(/^Backed up 130 users to s3:\/\/sekisho-test-backups\//),
      isVerified: true,
    });
  });

  it("verifies the copy too, once it has arrived", async () => {
    // Replication in no time: the copy's bucket is the original's.
    keepCopy(world.bucket);
    const { metrics, messages } = await backUp();
    expect(metrics).toMatchObject({ BackupSucceeded: 1, BackupVerified: 1 });
    expect(messages).toContainEqual(expect.stringContaining(`Verifying s3://${COPY}/`));
  });

  it("counts a set as unverified whose copy has not come, and says so", async () => {
    keepCopy(new Map());
    const { exitCode, metrics, messages } = await backUp();
    expect([exitCode, metrics]).toEqual([
      0,
      expect.objectContaining({ BackupSucceeded: 1, BackupVerified: 0 }),
    ]);
    expect(messages).toContainEqual(
      `not verified: There is no finished set in s3://${COPY}/${world.poolId}/. Run back-up-users.`,
    );
  });

  it("leaves a pool alone that another backup is reading, without failing", async () => {
    const work = world.objects.buckets.get("sekisho-test-work");
    const key = `leases/backup-${world.poolId}.json`;
    const lease = {
      holder: "f".repeat(32),
      what: "Another back-up-users",
      takenAt: "2026-11-21T03:00:00.000Z",
      seconds: 120,
      isReleased: false,
    };
    work?.set(key, Buffer.from(JSON.stringify(lease)));
    world.objects.workWrites.set(key, new Date());
    const { exitCode, metrics, messages } = await backUp();
    expect(exitCode).toBe(0);
    expect(metrics).toMatchObject({ BackupSkipped: 1 });
    expect(metrics).not.toHaveProperty("BackupSucceeded");
    expect(messages).toContain(
      "Another backup is under way: Another back-up-users is at it since 2026-11-21T03:00:00.000Z.",
    );
    expect(world.bucket.size).toBe(0);
  });
});

describe("the scheduled backup of a pool that AWS does not let it read", () => {
  const says = "No backup was made: ListGroups on ";

  it("ends a command with the exit code of the failure", async () => {
    world.gateway.faults.add({ kind: "access-denied", operation: "ListGroups" });
    const { exitCode, metrics, messages } = await runCommand();
    expect(exitCode).toBe(12);
    expect(metrics).toMatchObject({ BackupFailed: 1, BackupShrunk: 0 });
    expect(messages).toContainEqual(expect.stringContaining(says));
  });

  it("fails the call of a function, so that Lambda counts an error", async () => {
    world.gateway.faults.add({ kind: "access-denied", operation: "ListGroups" });
    const { lines, metrics } = await callFunction({});
    expect(metrics).toMatchObject({ BackupFailed: 1 });
    expect(lines.at(-1)).toMatchObject({ thrown: { name: "AccessDeniedError" } });
  });
});

describe("the scheduled backup", () => {
  it("says apart from other failures that users are gone", async () => {
    const shrinking = await startBackupWorld();
    shrinking.seed(plainUsers(60));
    expect((await runCommand({ of: shrinking })).metrics).toMatchObject({ BackupShrunk: 0, BackupUsers: 60 });
    for (let number = 0; number < 20; number++) {
      const input = { UserPoolId: shrinking.poolId, Username: `user-${number}@example.com` };
      await shrinking.model.handle("AdminDeleteUser", input, { isSigned: true });
    }
    const { exitCode, metrics } = await runCommand({ of: shrinking });
    await shrinking.close();
    expect([exitCode, metrics]).toEqual([13, expect.objectContaining({ BackupFailed: 1, BackupShrunk: 1 })]);
  });

  it("stops by itself before Lambda would stop it, and gives the lease back", async () => {
    world.gateway.faults.add({ kind: "hang-before-headers", operation: "ListUsers" });
    const { lines, metrics } = await callFunction({}, {}, 31_500);
    expect(metrics).toMatchObject({ BackupFailed: 1 });
    expect(lines.at(-1)).toMatchObject({
      thrown: { name: "RemoteError", message: "Not finished after 2 seconds." },
    });
    const lease = world.objects.buckets.get("sekisho-test-work")?.get(`leases/backup-${world.poolId}.json`);
    expect(JSON.parse(lease?.toString() ?? "{}")).toMatchObject({ isReleased: true });
  });

  it("refuses orders that no deployment of this version gives", async () => {
    const { exitCode, errors, messages } = await runCommand({ share: 3 });
    expect([exitCode, errors]).toEqual([2, ""]);
    expect(messages).toEqual([
      "No backup was made: The environment is not what this version writes: " +
        "SEKISHO_QUOTA_SHARE: Too big: expected number to be <=1. Deploy the stack again.",
    ]);
  });
});
