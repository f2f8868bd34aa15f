import { randomBytes } from "node:crypto";
import { gunzipSync } from "node:zlib";
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
  InitiateAuthCommand,
  ListUsersCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import {
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { GetScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { GetParametersByPathCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runChildRunbook } from "../../../local/rehearsal/child-runbook.ts";
import { rehearseIn } from "../../../local/rehearsal/rehearsal.ts";
import type { RehearsalReport } from "../../../local/rehearsal/report.ts";
import { loadStackConfig } from "../../../local/rehearsal/stack-config.ts";
import { planSeed } from "../../../local/seed/seed-plan.ts";
import { startWorld, type World } from "../../../local/world-client.ts";

const projectDir = new URL("../../..", import.meta.url).pathname;
const USERS = 160;
const HOME = "ap-northeast-1";
const COPY = "ap-northeast-3";
const signal = new AbortController().signal;

let world: World;
let report: RehearsalReport;

beforeAll(async () => {
  world = await startWorld({ projectDir, region: HOME, keep: false });
  const stack = await loadStackConfig(projectDir, "dev");
  const options = {
    stack: "dev",
    users: USERS,
    isKept: false,
    port: undefined,
    ministackEndpoint: undefined,
  };
  const context = { now: () => new Date(), progress: () => {}, warn: () => {}, signal, randomBytes };
  report = await rehearseIn(world, projectDir, { ...options, ...stack }, context, new Date());
}, 480_000);

afterAll(async () => {
  await world?.stop();
});

describe("a rehearsal of the sample stack", { timeout: 120_000 }, () => {
  it("finds every seeded user in the backup, verified", () => {
    expect(report).toMatchObject({
      ok: true,
      users: { seeded: USERS, backedUp: USERS, verified: USERS },
    });
    expect(report.deployed.created).toBeGreaterThan(report.deployed.recorded);
  });

  it("rotates the secret of the load balancer's client while people sign in, and nobody is turned away", () => {
    expect(report.rotation).toMatchObject({ way: "client-swap", failed: 0 });
    expect(report.rotation?.signInsDuring).toBeGreaterThanOrEqual(100);
  });

  it("loses the pool, brings everybody back into another, and signs one of them in", async () => {
    expect(report.reimport).toEqual({
      planned: USERS,
      created: USERS,
      verified: USERS,
      linked: 2,
      impossible: 0,
      signedIn: true,
    });
    const cognito = new CognitoIdentityProviderClient(clientIn(HOME));
    const lost = setPlace().prefix.split("/")[0] ?? "";
    await expect(cognito.send(new DescribeUserPoolCommand({ UserPoolId: lost }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    const { UserPool: pool } = await cognito.send(
      new DescribeUserPoolCommand({ UserPoolId: await poolId() }),
    );
    expect(pool).toMatchObject({ DeletionProtection: "ACTIVE", Domain: "example-login" });
    cognito.destroy();
  });

  it("brings back every value, status and membership unchanged, to the last code unit", async () => {
    const { created, seeded } = planSeed(USERS);
    const users = await readRecords("users-");
    const memberships = await readRecords("memberships-");
    const restored = users.map((user) => {
      const { sub: _, identities, ...attributes } = Object.fromEntries(user.attributes as [string, string][]);
      const groups = memberships.filter(({ sub }) => sub === user.sub).map(({ group }) => String(group));
      const ids = JSON.parse(identities ?? "[]").map(({ userId }: { userId: string }) => userId);
      return { attributes, status: user.status, isEnabled: user.enabled, groups: groups.sort(), ids };
    });
    const planned = [...created, ...seeded].map(({ attributes, status, isEnabled, groups, identity }) => ({
      attributes,
      status,
      isEnabled,
      groups: [...groups].sort(),
      ids: identity ? [identity.userId] : [],
    }));
    const byAddress = (one: { attributes: Record<string, string> }, other: typeof one) =>
      String(one.attributes.email).localeCompare(String(other.attributes.email));
    expect(restored.sort(byAddress)).toEqual(planned.sort(byAddress));
  });
});

describe("the backup that the stack runs by itself", { timeout: 180_000 }, () => {
  it("writes a whole set with the rights of its own role, and reads it back here and in the copy", async () => {
    const lambda = new LambdaClient({ ...clientIn(HOME), maxAttempts: 1 });
    const { FunctionError, Payload } = await lambda.send(
      new InvokeCommand({ FunctionName: "sekisho-dev-backup", Payload: "{}" }),
    );
    lambda.destroy();
    const payload = JSON.parse(Buffer.from(Payload ?? []).toString("utf8"));
    expect([FunctionError, payload]).toEqual([
      undefined,
      expect.objectContaining({ ok: true, users: USERS, isVerified: true }),
    ]);
    const set = String(payload.set).split("/").at(-2) ?? "";
    expect(set).not.toBe(report.backup.set.split("/").at(-2));
    const args = ["--stack", "dev", "--set", set];
    const { environment } = world;
    const verified = await runChildRunbook({ projectDir, name: "verify-backup", args, environment, signal });
    expect(verified).toMatchObject({ ok: true, users: USERS, set: payload.set });
  });

  it("is called by its schedule, every night in Tokyo", async () => {
    const scheduler = new SchedulerClient(clientIn(HOME));
    const names = { Name: "sekisho-dev-backup", GroupName: "sekisho-dev-backup" };
    const schedule = await scheduler.send(new GetScheduleCommand(names));
    scheduler.destroy();
    expect(schedule).toMatchObject({
      ScheduleExpression: "cron(0 3 * * ? *)",
      ScheduleExpressionTimezone: "Asia/Tokyo",
      State: "ENABLED",
      Target: { Arn: expect.stringMatching(/:function:sekisho-dev-backup$/) },
    });
  });
});

describe("the world a rehearsal leaves", { timeout: 120_000 }, () => {
  it("has the outputs in both Regions, the same and without secrets", async () => {
    const [home, copy] = await Promise.all([HOME, COPY].map(readParameters));
    expect(home?.map(({ Name }) => Name)).toEqual(
      expect.arrayContaining(
        ["stack", "users", "backup", "clients/web", "routes"].map((part) => `/sekisho/dev/${part}`),
      ),
    );
    expect(copy?.map(({ Name, Value }) => [Name, Value])).toEqual(
      home?.map(({ Name, Value }) => [Name, Value]),
    );
    expect(JSON.stringify(home)).not.toMatch(/clientSecret/i);
    expect(Math.max(...(home ?? []).map(({ Value = "" }) => Value.length))).toBeLessThanOrEqual(4096);
  });

  it("has locked backup buckets in both Regions", async () => {
    const { bucket, copy } = await backupOutput();
    for (const [region, name] of [
      [HOME, bucket],
      [copy.region, copy.bucket],
    ] as const) {
      const { ObjectLockConfiguration: lock } = await s3(region).send(
        new GetObjectLockConfigurationCommand({ Bucket: name }),
      );
      expect(lock).toMatchObject({
        ObjectLockEnabled: "Enabled",
        Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: 35 } },
      });
    }
  });

  it("has the secret of each client that has one, under both labels", async () => {
    const secrets = new SecretsManagerClient(clientIn(HOME));
    for (const name of ["web", "backend", "batch"]) {
      const SecretId = `sekisho/dev/clients/${name}`;
      const { SecretString = "" } = await secrets.send(new GetSecretValueCommand({ SecretId }));
      expect(Object.keys(JSON.parse(SecretString)).sort()).toEqual([
        "clientId",
        "clientSecret",
        "domain",
        "userPoolId",
      ]);
      const { VersionIdsToStages } = await secrets.send(new DescribeSecretCommand({ SecretId }));
      const live = Object.values(VersionIdsToStages ?? {}).find((labels) => labels.includes("AWSCURRENT"));
      expect(live?.sort()).toEqual(["AWSCURRENT", "sekisho-first"]);
    }
  });

  it("has both logs of SMS deliveries, with a retention", async () => {
    const logs = new CloudWatchLogsClient(clientIn(HOME));
    const { logGroups = [] } = await logs.send(
      new DescribeLogGroupsCommand({
        logGroupNamePrefix: `sns/${HOME}/123456789012/DirectPublishToPhoneNumber`,
      }),
    );
    expect(logGroups.map(({ retentionInDays }) => retentionInDays)).toEqual([365, 365]);
  });

  it("has the listener rules in their slots, with the sign-in and the closing 403", async () => {
    const { config } = await loadStackConfig(projectDir, "dev");
    const { listenerArn } = JSON.parse(config["sekisho:routes"] ?? "{}");
    const elb = new ElasticLoadBalancingV2Client(clientIn(HOME));
    const { Rules = [] } = await elb.send(new DescribeRulesCommand({ ListenerArn: listenerArn }));
    const rules = Rules.filter(({ IsDefault }) => !IsDefault).sort(
      (a, b) => Number(a.Priority) - Number(b.Priority),
    );
    expect(rules.map(({ Priority, Actions }) => [Priority, Actions?.map(({ Type }) => Type)])).toEqual([
      ["200", ["forward"]],
      ["300", ["fixed-response"]],
      ["400", ["jwt-validation", "forward"]],
      ["500", ["authenticate-cognito", "forward"]],
      ["1090", ["fixed-response"]],
    ]);
  });
});

describe("the functions of the pool, called by Cognito", { timeout: 120_000 }, () => {
  it("greet whoever is invited by name, and the mail has what is needed to sign in", async () => {
    const cognito = new CognitoIdentityProviderClient(clientIn(HOME));
    const Username = "invited@example.com";
    const UserPoolId = await poolId();
    const attributes = { email: Username, phone_number: "+819098765432", given_name: "花子" };
    await cognito.send(
      new AdminCreateUserCommand({
        UserPoolId,
        Username,
        TemporaryPassword: "Temporary-1-Temporary",
        DesiredDeliveryMediums: ["EMAIL"],
        UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
      }),
    );
    const answer = await fetch(new URL("/_sekisho/messages", world.url));
    const { messages } = (await answer.json()) as { messages: { destination: string; body: string }[] };
    const mail = messages.findLast(({ destination }) => destination === Username);
    for (const part of ["花子 様", Username, "Temporary-1-Temporary", "https://app.example.com"]) {
      expect(mail?.body).toContain(part);
    }
    expect(mail?.body).not.toMatch(/[{}]nickname|\{####\}|\{username\}/);
    await cognito.send(new AdminDeleteUserCommand({ UserPoolId, Username }));
    cognito.destroy();
  });

  it("write down who begins to sign in", async () => {
    const cognito = new CognitoIdentityProviderClient(clientIn(HOME));
    const parameters = await readParameters(HOME);
    const { clientId } = JSON.parse(
      parameters.find(({ Name }) => Name === "/sekisho/dev/clients/cli")?.Value ?? "{}",
    );
    const { Users = [] } = await cognito.send(
      new ListUsersCommand({
        UserPoolId: await poolId(),
        Filter: 'cognito:user_status = "CONFIRMED"',
        Limit: 60,
      }),
    );
    const user = Users.find(({ Enabled }) => Enabled);
    const logs = new CloudWatchLogsClient(clientIn(HOME));
    const countBegun = async () => {
      const log = { logGroupName: "/aws/lambda/sekisho-dev-sign-in-log" };
      const { events = [] } = await logs.send(new FilterLogEventsCommand(log));
      return events.filter(({ message }) => message?.includes(user?.Username ?? "nobody")).length;
    };
    // Whoever signed in by "forgot password" is in the log already.
    const before = await countBegun();
    await cognito.send(
      new InitiateAuthCommand({
        ClientId: clientId,
        AuthFlow: "USER_SRP_AUTH",
        AuthParameters: { USERNAME: user?.Username ?? "", SRP_A: "abcdef0123456789" },
      }),
    );
    expect(await countBegun()).toBe(before + 1);
    cognito.destroy();
    logs.destroy();
  });
});

describe("a damaged backup set", { timeout: 120_000 }, () => {
  it("with one flipped byte ends verify-backup with exit code 13", async () => {
    await changePart("users-00000.ndjson.gz", (body) => {
      body[Math.floor(body.length / 2)] = (body[Math.floor(body.length / 2)] ?? 0) ^ 1;
      return body;
    });
    await expect(verifyBackup()).rejects.toMatchObject({ exitCode: 13 });
  });

  it("without one of its parts ends verify-backup with exit code 13", async () => {
    await changePart("groups.ndjson.gz", () => undefined);
    await expect(verifyBackup()).rejects.toMatchObject({ exitCode: 13 });
  });
});

function clientIn(region: string) {
  return { region, endpoint: world.url, credentials: { accessKeyId: "test", secretAccessKey: "test" } };
}

function s3(region = HOME): S3Client {
  return new S3Client({ ...clientIn(region), forcePathStyle: true });
}

async function readParameters(region: string) {
  const ssm = new SSMClient(clientIn(region));
  const found: { Name?: string | undefined; Value?: string | undefined }[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ssm.send(
      new GetParametersByPathCommand({ Path: "/sekisho/dev/", Recursive: true, NextToken }),
    );
    found.push(...(page.Parameters ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return found.sort((a, b) => String(a.Name).localeCompare(String(b.Name)));
}

async function backupOutput(): Promise<{
  bucket: string;
  keyArn: string;
  copy: { region: string; bucket: string };
}> {
  const parameters = await readParameters(HOME);
  return JSON.parse(parameters.find(({ Name }) => Name === "/sekisho/dev/backup")?.Value ?? "{}");
}

/** The pool that stands now: the one of the set is lost. */
async function poolId(): Promise<string> {
  const parameters = await readParameters(HOME);
  return JSON.parse(parameters.find(({ Name }) => Name === "/sekisho/dev/users")?.Value ?? "{}").userPoolId;
}

function setPlace(): { bucket: string; prefix: string } {
  const { hostname, pathname } = new URL(report.backup.set);
  return { bucket: hostname, prefix: pathname.slice(1) };
}

async function readRecords(part: string): Promise<Record<string, unknown>[]> {
  const { bucket, prefix } = setPlace();
  const { Contents = [] } = await s3().send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix + part }),
  );
  const texts = await Promise.all(
    Contents.map(async ({ Key }) => {
      const { Body } = await s3().send(new GetObjectCommand({ Bucket: bucket, Key }));
      return gunzipSync((await Body?.transformToByteArray()) ?? new Uint8Array()).toString();
    }),
  );
  const lines = texts.flatMap((text) => text.split("\n").filter(Boolean));
  return lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind !== "end");
}

/** Hides a part behind a delete marker, and writes a changed one where there is to be one. */
async function changePart(name: string, change: (body: Buffer) => Buffer | undefined): Promise<void> {
  const { bucket, prefix } = setPlace();
  const at = { Bucket: bucket, Key: prefix + name };
  const { Body } = await s3().send(new GetObjectCommand(at));
  const changed = change(Buffer.from((await Body?.transformToByteArray()) ?? []));
  await s3().send(new DeleteObjectCommand(at));
  if (changed === undefined) return;
  const { keyArn } = await backupOutput();
  const encryption = { ServerSideEncryption: "aws:kms", SSEKMSKeyId: keyArn } as const;
  await s3().send(new PutObjectCommand({ ...at, ...encryption, Body: changed, IfNoneMatch: "*" }));
}

function verifyBackup(): Promise<unknown> {
  const args = ["--stack", "dev", "--set", setPlace().prefix.slice(0, -1)];
  return runChildRunbook({ projectDir, name: "verify-backup", args, environment: world.environment, signal });
}
