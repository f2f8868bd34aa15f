import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as cognitoIdentity from "@aws-sdk/client-cognito-identity";
import * as cognito from "@aws-sdk/client-cognito-identity-provider";
import * as iam from "@aws-sdk/client-iam";
import * as kms from "@aws-sdk/client-kms";
import * as s3 from "@aws-sdk/client-s3";
import * as ssm from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { RunbookResources } from "../../../infra/iam-policies/runbook-resources.ts";
import { runbookRolePolicy } from "../../../infra/iam-policies/runbook-role.ts";
import type { PolicyDocument } from "../../../infra/policy-document.ts";
import { runbookRoles } from "../../../infra/runbook-access/runbook-roles.ts";
import { backUpUsersRunbook } from "../../../runbooks/back-up-users.ts";
import { runRunbook } from "../../../runbooks/runtime/runbook.ts";
import { verifyBackupRunbook } from "../../../runbooks/verify-backup.ts";
import { type BackupWorld, plainUsers, startBackupWorld } from "../../support/backup-world.ts";
import { type CallRecorder, startCallRecorder } from "../../support/call-recorder.ts";
import { matchingStatements, type PolicyRequest } from "../../support/policy-evaluator.ts";
import { createTestHost } from "../../support/test-host.ts";

const ACCOUNT = "123456789012";
const HOME = "ap-northeast-1";
const COPY = "ap-northeast-3";
const key = (region: string, name: string) => `arn:aws:kms:${region}:${ACCOUNT}:key/${name}`;
const KEYS = {
  "sekisho-test-backups": key(HOME, "00000000-0000-4000-8000-000000000000"),
  "sekisho-test-work": key(HOME, "work"),
  "sekisho-test-copy": key(COPY, "copy"),
};

/** Runbooks that ask no AWS, or work where there is no stack yet whose roles they could take. */
const WITHOUT_ROLE = ["adopt-pool", "explain-access", "preview-messages"];
/** Of features that the local AWS does not have: providers that people sign in through. */
const NOT_CALLED_HERE = ["cognito-idp:DescribeIdentityProvider"];

let folder: string;
/** What each runbook did, in every way it can be run. */
const recorded: Record<string, PolicyRequest[]> = {};
let resources: RunbookResources;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-test-"));
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) vi.stubEnv(name, undefined);
  vi.stubEnv("HOME", folder);
  const byGroup = await startBackupWorld();
  byGroup.seed(plainUsers(130, (number) => (number < 70 ? ["staff"] : [])));
  const identityPoolId = await addWhatPoolsHave(byGroup);
  resources = resourcesOf(byGroup.poolId, identityPoolId);
  recorded["back-up-users"] = [
    ...(await record(byGroup, () => runBackup("--stack", "test"))),
    ...(await record(byGroup, () => runBackup("--stack", "test", "--region", COPY, "--with-mfa"))),
    ...(await recordByUser()),
  ];
  byGroup.objects.buckets.set("sekisho-test-copy", new Map(byGroup.bucket));
  recorded["verify-backup"] = [
    ...(await record(byGroup, () => runVerification("--stack", "test"))),
    ...(await record(byGroup, () => runVerification("--stack", "test", "--copy"))),
    ...(await record(byGroup, () => runVerification("--stack", "test", "--region", COPY))),
  ];
  await byGroup.close();
}, 120_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** A pool with more groups than users is asked user by user. */
async function recordByUser(): Promise<PolicyRequest[]> {
  const byUser = await startBackupWorld();
  byUser.seed(plainUsers(2, () => ["one", "two", "three"]));
  const requests = await record(byUser, () => runBackup("--stack", "test"));
  await byUser.close();
  // The other pool by the name of the first, which the role is for.
  return requests.map((request) => ({
    ...request,
    resource: request.resource.replaceAll(byUser.poolId, resources.userPoolId),
  }));
}

/** A client, an identity pool and a copy, told by the outputs. */
async function addWhatPoolsHave(world: BackupWorld): Promise<string> {
  const input = { UserPoolId: world.poolId, ClientName: "web" };
  await world.model.handle("CreateUserPoolClient", input, { isSigned: true });
  const client = new cognitoIdentity.CognitoIdentityClient({
    region: HOME,
    endpoint: world.gateway.url,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const { IdentityPoolId = "" } = await client.send(
    new cognitoIdentity.CreateIdentityPoolCommand({
      IdentityPoolName: "test",
      AllowUnauthenticatedIdentities: false,
    }),
  );
  client.destroy();
  const access = { identityPoolId: IdentityPoolId, provider: "x", client: "web", roles: {} };
  world.objects.parameters.set("/sekisho/test/aws-access", JSON.stringify(access));
  const backup = JSON.parse(world.objects.parameters.get("/sekisho/test/backup") ?? "{}");
  const copy = { region: COPY, bucket: "sekisho-test-copy", keyArn: KEYS["sekisho-test-copy"] };
  world.objects.parameters.set(
    "/sekisho/test/backup",
    JSON.stringify({ ...backup, workKeyArn: KEYS["sekisho-test-work"], copy }),
  );
  return IdentityPoolId;
}

async function record(world: BackupWorld, work: () => Promise<void>): Promise<PolicyRequest[]> {
  const recorder: CallRecorder = await startCallRecorder(world.gateway.url, { account: ACCOUNT, keys: KEYS });
  for (const [name, value] of Object.entries(world.environment)) vi.stubEnv(name, value);
  vi.stubEnv("AWS_ENDPOINT_URL", recorder.url);
  await work();
  await recorder.close();
  return recorder.requests;
}

async function runBackup(...argv: string[]): Promise<void> {
  const host = createTestHost(argv);
  await runRunbook(backUpUsersRunbook, host);
  expect([host.exitCode(), host.errors()]).toEqual([0, expect.any(String)]);
}

async function runVerification(...argv: string[]): Promise<void> {
  const host = createTestHost(argv);
  await runRunbook(verifyBackupRunbook, host);
  expect([host.exitCode(), host.errors()]).toEqual([0, expect.any(String)]);
}

function resourcesOf(userPoolId: string, identityPoolId: string): RunbookResources {
  const bucket = (name: keyof typeof KEYS) => ({ bucketArn: `arn:aws:s3:::${name}`, keyArn: KEYS[name] });
  return {
    account: ACCOUNT,
    region: HOME,
    stack: "test",
    userPoolId,
    userPoolArn: `arn:aws:cognito-idp:${HOME}:${ACCOUNT}:userpool/${userPoolId}`,
    identityPoolId,
    backups: bucket("sekisho-test-backups"),
    work: bucket("sekisho-test-work"),
    copy: { ...bucket("sekisho-test-copy"), region: COPY },
  };
}

function isAllowed(policy: PolicyDocument, request: PolicyRequest): boolean {
  return (
    matchingStatements(policy, "Allow", request).length > 0 &&
    matchingStatements(policy, "Deny", request).length === 0
  );
}

/** Every operation of the services a runbook could harm, on what the stack has. */
function everyCall(): PolicyRequest[] {
  const clients: [string, object, string[]][] = [
    ["cognito-idp", cognito, [resources.userPoolArn]],
    ["cognito-identity", cognitoIdentity, [`arn:aws:cognito-identity:${HOME}:${ACCOUNT}:identitypool/x`]],
    ["s3", s3, Object.keys(KEYS).flatMap((name) => [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/x`])],
    ["kms", kms, Object.values(KEYS)],
    ["ssm", ssm, [`arn:aws:ssm:${HOME}:${ACCOUNT}:parameter/sekisho/test/users`]],
    ["iam", iam, [`arn:aws:iam::${ACCOUNT}:role/x`]],
  ];
  return clients.flatMap(([service, client, places]) =>
    Object.keys(client)
      .filter((name) => /^[A-Z]\w+Command$/.test(name))
      .map((name) => `${service}:${name.replace(/Command$/, "")}`)
      .flatMap((action) => places.map((resource) => ({ action, resource }))),
  );
}

describe.each(runbookRoles.map((role) => [role.runbook, role] as const))(
  "the role of %s",
  (runbook, role) => {
    const policyOf = () => runbookRolePolicy(role.statements(resources));
    const callsOf = () => recorded[runbook] ?? [];

    it("allows every call that the runbook makes", () => {
      expect(callsOf().length).toBeGreaterThan(10);
      const refused = callsOf().filter((request) => !isAllowed(policyOf(), request));
      expect(refused).toEqual([]);
    });

    it("allows nothing that the runbook never does", () => {
      const called = new Set(callsOf().map(({ action }) => action));
      const rights = policyOf()
        .Statement.filter(({ Effect }) => Effect === "Allow")
        .flatMap(({ Action }) => Action);
      expect(rights.filter((action) => !called.has(action) && !NOT_CALLED_HERE.includes(action))).toEqual([]);
    });

    it("allows none of hundreds of other calls, on the very same things", () => {
      const called = new Set([...callsOf().map(({ action }) => action), ...NOT_CALLED_HERE]);
      const others = everyCall().filter(({ action }) => !called.has(action));
      expect(others.length).toBeGreaterThan(100);
      expect(others.filter((request) => isAllowed(policyOf(), request))).toEqual([]);
    });

    it("allows its own calls on nothing of another stack, pool, bucket or key", () => {
      const elsewhere = callsOf().flatMap((request): PolicyRequest[] => [
        {
          ...request,
          resource: request.resource.replace(ACCOUNT, "210987654321").replace("sekisho-test", "sekisho-prod"),
        },
        {
          ...request,
          resource: request.resource
            .replace("/sekisho/test", "/sekisho/prod")
            .replace(resources.userPoolId, "ap-northeast-1_OTHER"),
        },
      ]);
      const changed = elsewhere.filter(
        ({ resource }) => !callsOf().some((call) => call.resource === resource),
      );
      expect(changed.length).toBeGreaterThan(10);
      expect(changed.filter((request) => isAllowed(policyOf(), request)).filter(isNoOldSet)).toEqual([]);
    });

    it("uses keys through S3 and for their own bucket alone", () => {
      const direct = callsOf()
        .filter(({ action }) => action.startsWith("kms:"))
        .flatMap(({ context: _, ...request }): PolicyRequest[] => [
          request,
          {
            ...request,
            context: {
              "kms:ViaService": `s3.${HOME}.amazonaws.com`,
              "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::other",
            },
          },
          { ...request, context: { "kms:ViaService": `ebs.${HOME}.amazonaws.com` } },
        ]);
      expect(direct.length).toBeGreaterThan(0);
      expect(direct.filter((request) => isAllowed(policyOf(), request))).toEqual([]);
    });
  },
);

/** verify-backup reads sets of pools that are gone, too. */
function isNoOldSet({ action, resource }: PolicyRequest): boolean {
  return !(
    action === "s3:GetObject" &&
    resource.includes("ap-northeast-1_OTHER") &&
    !resource.includes("/leases/")
  );
}

describe("the role of back-up-users", () => {
  const policy = () => {
    const role = runbookRoles.find(({ runbook }) => runbook === "back-up-users");
    return runbookRolePolicy(role?.statements(resources) ?? []);
  };
  const object = (name: string) =>
    `arn:aws:s3:::sekisho-test-backups/${resources.userPoolId}/20261121T030000Z-0a1b2c3d/${name}`;

  it("reads no user out of an earlier backup: manifests only", () => {
    const read = (name: string) => isAllowed(policy(), { action: "s3:GetObject", resource: object(name) });
    expect(read("manifest.json")).toBe(true);
    expect(["users-00000.ndjson.gz", "groups.ndjson.gz", "pool.json.gz"].filter(read)).toEqual([]);
  });

  it.each([
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:PutObjectRetention",
    "s3:BypassGovernanceRetention",
  ])("cannot touch what is locked: %s", (action) => {
    expect(isAllowed(policy(), { action, resource: object("manifest.json") })).toBe(false);
  });
});

describe("the table of roles", () => {
  it("has a role for every runbook that works on a stack", () => {
    const files = readdirSync(new URL("../../../runbooks", import.meta.url), { withFileTypes: true });
    const runbooks = files.filter((file) => file.isFile()).map(({ name }) => name.replace(/\.ts$/, ""));
    expect(runbooks.filter((name) => !WITHOUT_ROLE.includes(name)).sort()).toEqual(
      runbookRoles.map(({ runbook }) => runbook).sort(),
    );
  });

  it.each(runbookRoles)(
    "lets nobody work as $runbook for longer than AWS does",
    ({ longestSessionHours }) => {
      expect(longestSessionHours).toBeGreaterThanOrEqual(1);
      expect(longestSessionHours).toBeLessThanOrEqual(12);
    },
  );

  it("can hand on no rights, whatever somebody attaches to a role later", () => {
    const administrator = { Sid: "Later", Effect: "Allow" as const, Action: ["*"], Resource: ["*"] };
    const policy = runbookRolePolicy([administrator]);
    const resource = `arn:aws:iam::${ACCOUNT}:role/x`;
    expect(isAllowed(policy, { action: "iam:CreateUser", resource })).toBe(false);
    expect(isAllowed(policy, { action: "s3:GetObject", resource: "arn:aws:s3:::x/y" })).toBe(true);
  });
});
