import { createHash } from "node:crypto";
import { CloudWatchLogsClient, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BackupWorld, startBackupWorld } from "./backup-world.ts";

let world: BackupWorld;
beforeAll(async () => {
  world = await startBackupWorld();
});
afterAll(() => world.close());

/** Through the gateway, as runbooks go. */
const settings = () => ({
  endpoint: world.gateway.url,
  region: "ap-northeast-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  maxAttempts: 1,
});

test("a log is read from its beginning to the end, where the token stays the same", async () => {
  const lines = Array.from({ length: 250 }, (_, number) => `line ${number}`);
  world.objects.logs.set("/group", new Map([["stream", lines]]));
  const client = new CloudWatchLogsClient(settings());
  const names = { logGroupName: "/group", logStreamName: "stream", startFromHead: true };
  const read: string[] = [];
  let nextToken: string | undefined;
  for (;;) {
    const page = await client.send(new GetLogEventsCommand({ ...names, nextToken }));
    read.push(...(page.events ?? []).map(({ message }) => message ?? ""));
    if (page.nextForwardToken === nextToken) break;
    nextToken = page.nextForwardToken;
  }
  expect(read).toEqual(lines);
  const newest = await client.send(new GetLogEventsCommand({ ...names, startFromHead: false, limit: 1 }));
  expect(newest.events?.map(({ message }) => message)).toEqual(["line 249"]);
  const missing = client.send(new GetLogEventsCommand({ ...names, logStreamName: "none" }));
  await expect(missing).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});

test("whoever asks is Alice, on call", async () => {
  const { Arn, Account } = await new STSClient(settings()).send(new GetCallerIdentityCommand({}));
  expect([Arn, Account]).toEqual(["arn:aws:sts::123456789012:assumed-role/oncall/alice", "123456789012"]);
});

test("a secret is read and put by its name or its ARN, and one that is not there is refused", async () => {
  const client = new SecretsManagerClient(settings());
  const read = (SecretId: string) => client.send(new GetSecretValueCommand({ SecretId }));
  world.objects.secrets.set("sekisho/test/key", "one");
  const { ARN = "" } = await read("sekisho/test/key");
  await client.send(new PutSecretValueCommand({ SecretId: ARN, SecretString: "two" }));
  expect((await read(ARN)).SecretString).toBe("two");
  expect(world.objects.secrets.get("sekisho/test/key")).toBe("two");
  await expect(read("sekisho/test/none")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});

test("working files are written with a checksum, once where that is asked for, and deleted", async () => {
  const client = new S3Client({ ...settings(), forcePathStyle: true });
  const place = { Bucket: "sekisho-test-work", Key: "reimports/journal" };
  const checksum = createHash("sha256").update("a").digest("base64");
  const put = (Body: string, ChecksumSHA256: string) =>
    client.send(new PutObjectCommand({ ...place, Body, ChecksumSHA256, IfNoneMatch: "*" }));
  await expect(put("b", checksum)).rejects.toMatchObject({ name: "BadDigest" });
  expect((await put("a", checksum)).ChecksumSHA256).toBe(checksum);
  await expect(put("a", checksum)).rejects.toMatchObject({ name: "PreconditionFailed" });
  await client.send(new DeleteObjectCommand(place));
  await expect(client.send(new GetObjectCommand(place))).rejects.toMatchObject({ name: "NoSuchKey" });
  await client.send(new DeleteObjectCommand(place));
});

test("backups cannot be deleted", async () => {
  const client = new S3Client({ ...settings(), forcePathStyle: true });
  world.bucket.set("set/manifest.json", Buffer.from("{}"));
  const place = { Bucket: "sekisho-test-backups", Key: "set/manifest.json" };
  await expect(client.send(new DeleteObjectCommand(place))).rejects.toMatchObject({ name: "AccessDenied" });
  expect(world.bucket.has("set/manifest.json")).toBe(true);
});
