import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { SeedUser } from "../../../local/cognito/seed-users.ts";
import { findCsvObstacle } from "../../../runbooks/reimport/csv-eligibility.ts";
import { createCsvFiles } from "../../../runbooks/reimport/csv-file.ts";
import { runImportJob } from "../../../runbooks/reimport/import-job.ts";
import { openImportJobs } from "../../../runbooks/reimport/import-service.ts";
import { createAwsCaller } from "../../../runbooks/runtime/aws-calls.ts";
import { clientSettings } from "../../../runbooks/runtime/aws-clients.ts";
import { type BackupWorld, startBackupWorld } from "../../support/backup-world.ts";

const REGION = "ap-northeast-1";
const signal = new AbortController().signal;

let world: BackupWorld;

beforeAll(async () => {
  world = await startBackupWorld();
});
afterAll(() => world.close());
afterEach(() => {
  world.gateway.faults.clear();
  Object.assign(world.model.behaviour, { importLineOfFirstUser: 2, importFailureShare: "off" });
});

const schema = [
  { Name: "note", AttributeDataType: "String", Mutable: true },
  { Name: "points", AttributeDataType: "Number", Mutable: true },
];

/** A pool of its own, whose people have user names. */
async function createPool(name: string): Promise<string> {
  const input = { PoolName: name, AutoVerifiedAttributes: ["email"], Schema: schema };
  const output = await world.model.handle("CreateUserPool", input, { isSigned: true });
  return (output as { UserPool: { Id: string } }).UserPool.Id;
}

function connect() {
  const settings = {
    ...clientSettings({ region: REGION }),
    endpoint: world.gateway.url,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  return {
    client: new CognitoIdentityProviderClient(settings),
    logsClient: new CloudWatchLogsClient(settings),
  };
}

function openJobs(userPoolId: string, poolName: string) {
  return openImportJobs({
    ...connect(),
    userPoolId,
    poolName,
    logsRoleArn: "arn:aws:iam::123456789012:role/sekisho-test-user-import",
    call: createAwsCaller(signal),
    pause: async () => {},
    signal,
  });
}

/** Users with everything that a row may carry. */
function createUsers(count: number) {
  return Array.from({ length: count }, (_, ordinal) => ({
    ordinal,
    username: `user-${ordinal},山田`,
    attributes: Object.entries({
      email: `user-${ordinal}@example.com`,
      email_verified: "true",
      name: "Yamada, 花子 👩‍👧",
      birthdate: "1985-02-01",
      updated_at: "1471453471",
      "custom:note": `=cmd, a/b; ${ordinal}'s`,
      "custom:points": "-1.5",
    }),
    isEnabled: true,
  }));
}

function toSeed({ username, attributes }: ReturnType<typeof createUsers>[number]): SeedUser {
  return { username, attributes: Object.fromEntries(attributes), status: "CONFIRMED" };
}

async function listUsers(poolId: string): Promise<Map<string, Record<string, string>>> {
  const output = (await world.model.handle("ListUsers", { UserPoolId: poolId }, { isSigned: true })) as {
    Users: { Username: string; UserStatus: string; Attributes: { Name: string; Value: string }[] }[];
  };
  return new Map(
    output.Users.map(({ Username, UserStatus, Attributes }) => {
      const values = Object.fromEntries(Attributes.map(({ Name, Value }) => [Name, Value]));
      const { sub: _, ...others } = values;
      return [Username, { ...others, status: UserStatus }];
    }),
  );
}

async function runJob(poolId: string, poolName: string, count: number) {
  const jobs = openJobs(poolId, poolName);
  const { value: file } = await createCsvFiles(await jobs.header(), createUsers(count)).next();
  return runImportJob(jobs, { name: "run-1", file, pause: async () => {}, progress: () => {}, signal });
}

async function countJobs(poolId: string): Promise<number> {
  const input = { UserPoolId: poolId, MaxResults: 60 };
  const output = await world.model.handle("ListUserImportJobs", input, { isSigned: true });
  return (output as { UserImportJobs: unknown[] }).UserImportJobs.length;
}

describe("a file of users that goes through an import job", () => {
  it("puts each of them into the pool with every value as it was, and skips those who are there", async () => {
    const poolId = await createPool("carried");
    world.model.seedUsers(poolId, createUsers(2).slice(1).map(toSeed));
    const users = createUsers(30);
    const target = {
      autoVerified: ["email" as const],
      usernameAttributes: [],
      schema: new Map(
        (await openJobs(poolId, "carried").header()).map((name) => [
          name,
          {
            name,
            type: name === "custom:points" ? ("Number" as const) : ("String" as const),
            isMutable: true,
            isRequired: false,
          },
        ]),
      ),
    };
    expect(users.map((user) => findCsvObstacle(user, target)).filter(Boolean)).toEqual([]);
    const { status, outcomes, unknown } = await runJob(poolId, "carried", 30);
    expect({ status, unknown, outcome: outcomes.get(1) }).toEqual({
      status: "Succeeded",
      unknown: [],
      outcome: { status: "skipped", reason: "The user already exists." },
    });
    const found = await listUsers(poolId);
    for (const { ordinal, username, attributes } of users.filter((user) => user.ordinal !== 1)) {
      expect(outcomes.get(ordinal)?.status).toBe("imported");
      expect(found.get(username)).toEqual({ ...Object.fromEntries(attributes), status: "RESET_REQUIRED" });
    }
  });

  it.each([1, 2] as const)("is told user by user where AWS calls the first row line %s", async (line) => {
    world.model.behaviour.importLineOfFirstUser = line;
    const poolId = await createPool(`line-${line}`);
    world.model.seedUsers(poolId, createUsers(5).slice(4).map(toSeed));
    const { outcomes } = await runJob(poolId, `line-${line}`, 6);
    const skipped = [...outcomes]
      .filter(([, { status }]) => status === "skipped")
      .map(([ordinal]) => ordinal);
    expect({ told: outcomes.size, skipped }).toEqual({ told: 6, skipped: [4] });
  });

  it.each([
    ["the making of the job", "CreateUserImportJob", "cognito-idp"],
    ["the upload", "PutObject", "s3"],
    ["the start of the job", "StartUserImportJob", "cognito-idp"],
    ["a look at the job", "DescribeUserImportJob", "cognito-idp"],
    ["the reading of the log", "GetLogEvents", "logs"],
  ])("gets there once when the answer to %s is lost", async (_, operation, service) => {
    const poolId = await createPool(operation);
    world.gateway.faults.add({ kind: "reset", operation, service, nth: 1, phase: "after-commit" });
    const { outcomes, unknown } = await runJob(poolId, operation, 5);
    expect({ unknown, statuses: [...outcomes.values()].map(({ status }) => status) }).toEqual({
      unknown: [],
      statuses: Array.from({ length: 5 }, () => "imported"),
    });
    expect((await listUsers(poolId)).size).toBe(5);
  });

  it("that AWS gives up half-way leaves everybody to be looked up: its numbers fit both ways of counting", async () => {
    world.model.behaviour.importFailureShare = 0.2;
    const poolId = await createPool("given-up");
    world.model.seedUsers(poolId, createUsers(4).map(toSeed));
    const { status, message, outcomes, unknown } = await runJob(poolId, "given-up", 10);
    expect({ status, message, unknown, told: outcomes.size }).toEqual({
      status: "Failed",
      message: "Too many users have failed or been skipped during the import.",
      unknown: createUsers(10).map(({ ordinal }) => ordinal),
      told: 0,
    });
  });

  it("is found again by a second run, which makes no other job", async () => {
    const poolId = await createPool("again");
    const first = await runJob(poolId, "again", 3);
    expect(await runJob(poolId, "again", 3)).toEqual(first);
    expect(await countJobs(poolId)).toBe(1);
  });
});
