import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import * as cognitoIdentity from "@aws-sdk/client-cognito-identity";
import * as cognito from "@aws-sdk/client-cognito-identity-provider";
import * as loadBalancing from "@aws-sdk/client-elastic-load-balancing-v2";
import * as iam from "@aws-sdk/client-iam";
import * as kms from "@aws-sdk/client-kms";
import * as s3 from "@aws-sdk/client-s3";
import * as secretsManager from "@aws-sdk/client-secrets-manager";
import * as ssm from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { RunbookResources } from "../../../infra/iam-policies/runbook-resources.ts";
import { runbookRolePolicy } from "../../../infra/iam-policies/runbook-role.ts";
import type { PolicyDocument } from "../../../infra/policy-document.ts";
import { type RunbookRole, roleKey, runbookRoles } from "../../../infra/runbook-access/runbook-roles.ts";
import { backUpUsersRunbook } from "../../../runbooks/back-up-users.ts";
import { isRehearsalName } from "../../../runbooks/drill/drill-pool.ts";
import { rotateClientSecretRunbook } from "../../../runbooks/rotate-client-secret.ts";
import { runRunbook } from "../../../runbooks/runtime/runbook.ts";
import { verifyBackupRunbook } from "../../../runbooks/verify-backup.ts";
import { type BackupWorld, plainUsers, startBackupWorld } from "../../support/backup-world.ts";
import { type CallRecorder, startCallRecorder } from "../../support/call-recorder.ts";
import { matchingStatements, type PolicyRequest } from "../../support/policy-evaluator.ts";
import { startReimportWorld } from "../../support/reimport-world.ts";
import { APPLY, startRotationWorld } from "../../support/rotation-world.ts";
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

const SECRET_KEY = key(HOME, "secrets");
const RUNBOOK_LOG = "/sekisho/test/runbooks";
const IMPORT_ROLE = `arn:aws:iam::${ACCOUNT}:role/sekisho-test-user-import`;
const ERASED_KEY = `arn:aws:secretsmanager:${HOME}:${ACCOUNT}:secret:sekisho/test/erased-list-key-AbCdEf`;
const CLIENT_SECRETS = `arn:aws:secretsmanager:${HOME}:${ACCOUNT}:secret:sekisho/test/clients/`;
const CLIENT_SECRET = `${CLIENT_SECRETS}web-AbCdEf`;
const BALANCER = `arn:aws:elasticloadbalancing:${HOME}:${ACCOUNT}`;
const LISTENER = `${BALANCER}:listener/app/shared/0123456789abcdef/fedcba9876543210`;
const RULE = `${BALANCER}:listener-rule/app/shared/0123456789abcdef/fedcba9876543210/00112233445566aa`;
const COGNITO = { "iam:PassedToService": "cognito-idp.amazonaws.com" };

/** Runbooks that ask no AWS, sign nothing, or work where there is no stack yet whose roles they could take. */
const WITHOUT_ROLE = ["adopt-pool", "configure-profile", "explain-access", "preview-messages", "sign-in"];
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
  recorded["reimport-users"] = [...(await recordReimport()), ...rareReimportCalls()];
  recorded["rehearse-restore"] = rehearsalCalls();
  const { begun, finished } = await recordRotation();
  recorded["rotate-client-secret"] = [...begun, ...rareRotationCalls()];
  recorded["rotate-client-secret-finish"] = [...finished, ...rareFinishCalls()];
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

/** A pool that was lost comes back, by import job and by the API, from the copy and from the original. */
async function recordReimport(): Promise<PolicyRequest[]> {
  const world = await startReimportWorld();
  world.seed(plainUsers(6, (number) => (number < 2 ? ["staff"] : [])));
  world.seed([{ attributes: { email: "off@example.com" }, status: "CONFIRMED", enabled: false }]);
  await world.backUp();
  tellCopy(world);
  world.objects.buckets.set("sekisho-test-copy", new Map(world.bucket));
  const recorder = await startCallRecorder(world.gateway.url, { account: ACCOUNT, keys: KEYS });
  const run = async (...argv: string[]) => {
    const host = await world.applyTo(recorder.url, ...argv);
    expect([host.exitCode(), host.errors()]).toEqual([0, expect.any(String)]);
  };
  await run("--engine", "csv");
  const another = await world.createPool();
  await run("--engine", "api", "--pool", another.id, "--from-region", COPY);
  await recorder.close();
  await world.close();
  return recorder.requests.map((request) => ({
    ...request,
    resource: request.resource
      .replaceAll(world.target.id, resources.userPoolId)
      .replaceAll(another.id, resources.userPoolId),
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
  tellCopy(world);
  return IdentityPoolId;
}

function tellCopy({ objects }: BackupWorld): void {
  const backup = JSON.parse(objects.parameters.get("/sekisho/test/backup") ?? "{}");
  const copy = { region: COPY, bucket: "sekisho-test-copy", keyArn: KEYS["sekisho-test-copy"] };
  objects.parameters.set(
    "/sekisho/test/backup",
    JSON.stringify({ ...backup, workKeyArn: KEYS["sekisho-test-work"], copy }),
  );
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
    runbookLogGroup: RUNBOOK_LOG,
    importRoleArn: IMPORT_ROLE,
    erasedKey: { secretArn: ERASED_KEY, keyArn: SECRET_KEY },
    clientSecrets: { secretArn: `${CLIENT_SECRETS}*`, keyArn: SECRET_KEY },
    listenerArn: LISTENER,
  };
}

const logArn = (rest: string) => `arn:aws:logs:${HOME}:${ACCOUNT}:log-group:${rest}`;
const poolArn = (userPoolId: string) => `arn:aws:cognito-idp:${HOME}:${ACCOUNT}:userpool/${userPoolId}`;

/** What a runbook does that puts users into a pool, beside that pool. */
function bringBackCalls(): PolicyRequest[] {
  const set = `${resources.userPoolId}/20261121T030000Z-0a1b2c3d`;
  const stream = "reimport-users/2026-11-21/0a1b2c3d";
  return [
    { action: "ssm:GetParametersByPath", resource: `arn:aws:ssm:${HOME}:${ACCOUNT}:parameter/sekisho/test` },
    { action: "s3:ListBucket", resource: "arn:aws:s3:::sekisho-test-backups" },
    { action: "s3:ListBucket", resource: "arn:aws:s3:::sekisho-test-copy" },
    { action: "s3:ListBucket", resource: "arn:aws:s3:::sekisho-test-work" },
    ...readObject(HOME, "sekisho-test-backups", `${set}/users-00000.ndjson.gz`),
    ...readObject(COPY, "sekisho-test-copy", `${set}/manifest.json`),
    ...["leases/reimport-test.json", "reimports/run/journal-00000.ndjson"].flatMap((name) => [
      ...readObject(HOME, "sekisho-test-work", name),
      ...writeObject(HOME, "sekisho-test-work", name),
    ]),
    ...readObject(HOME, "sekisho-test-work", "erased/erased-users.ndjson"),
    { action: "secretsmanager:GetSecretValue", resource: ERASED_KEY },
    {
      action: "kms:Decrypt",
      resource: SECRET_KEY,
      context: {
        "kms:ViaService": `secretsmanager.${HOME}.amazonaws.com`,
        "kms:EncryptionContext:SecretARN": ERASED_KEY,
      },
    },
    { action: "logs:CreateLogStream", resource: logArn(`${RUNBOOK_LOG}:log-stream:${stream}`) },
    { action: "logs:PutLogEvents", resource: logArn(`${RUNBOOK_LOG}:log-stream:${stream}`) },
  ];
}

function readObject(region: string, bucket: keyof typeof KEYS, name: string): PolicyRequest[] {
  return [
    { action: "s3:GetObject", resource: `arn:aws:s3:::${bucket}/${name}` },
    useOfKey("kms:Decrypt", region, bucket),
  ];
}

function writeObject(region: string, bucket: keyof typeof KEYS, name: string): PolicyRequest[] {
  return [
    { action: "s3:PutObject", resource: `arn:aws:s3:::${bucket}/${name}` },
    useOfKey("kms:GenerateDataKey", region, bucket),
  ];
}

function useOfKey(action: string, region: string, bucket: keyof typeof KEYS): PolicyRequest {
  const context = {
    "kms:ViaService": `s3.${region}.amazonaws.com`,
    "kms:EncryptionContext:aws:s3:arn": `arn:aws:s3:::${bucket}`,
  };
  return { action, resource: KEYS[bucket], context };
}

const READS = [
  ...["AdminGetUser", "AdminListGroupsForUser", "DescribeUserPool", "GetUserPoolMfaConfig", "ListGroups"],
  ...["ListIdentityProviders", "ListUsers", "ListUsersInGroup"],
];
const WRITES = [
  ...["AdminAddUserToGroup", "AdminCreateUser", "AdminDisableUser", "AdminSetUserPassword", "CreateGroup"],
];
const CHANGES = ["AdminLinkProviderForUser", "AdminSetUserMFAPreference", "AdminUpdateUserAttributes"];
const IMPORTS = [
  ...["CreateUserImportJob", "DescribeUserImportJob", "GetCSVHeader", "ListUserImportJobs"],
  "StartUserImportJob",
];
const SHAPING = ["AddCustomAttributes", "DeleteUserPool", "SetUserPoolMfaConfig", "StopUserImportJob"];

function onPool(userPoolId: string, calls: readonly string[], tag?: string): PolicyRequest[] {
  const context = tag === undefined ? {} : { "aws:ResourceTag/sekisho:rehearsal": tag };
  return calls.map((call) => ({
    action: `cognito-idp:${call}`,
    resource: poolArn(userPoolId),
    context,
  }));
}

/** What the run above does not come to: users who differ, are linked, have codes or are changed, and a key of one's own. */
function rareReimportCalls(): PolicyRequest[] {
  return [
    ...onPool(resources.userPoolId, ["AdminGetUser", "AdminListGroupsForUser", ...CHANGES]),
    { action: "iam:PassRole", resource: IMPORT_ROLE, context: COGNITO },
    {
      action: "kms:Decrypt",
      resource: SECRET_KEY,
      context: {
        "kms:ViaService": `secretsmanager.${HOME}.amazonaws.com`,
        "kms:EncryptionContext:SecretARN": ERASED_KEY,
      },
    },
  ];
}

/** What an import job takes beside the pool. */
function watchImport(group: string): PolicyRequest[] {
  const stream = logArn(`/aws/cognito/userpools/${group}:log-stream:import-1/job`);
  return [
    { action: "iam:PassRole", resource: IMPORT_ROLE, context: COGNITO },
    { action: "logs:GetLogEvents", resource: stream },
  ];
}

const REHEARSAL_POOL = "ap-northeast-1_Rehearsal";
const REHEARSAL_NAME = "sekisho-test-rehearsal-20261121030405";

function rehearsalCalls(): PolicyRequest[] {
  const tags = { "aws:RequestTag/sekisho:rehearsal": "test" };
  return [
    ...bringBackCalls(),
    { action: "cognito-idp:ListUserPools", resource: "*" },
    { action: "cognito-idp:CreateUserPool", resource: "*", context: tags },
    ...onPool(REHEARSAL_POOL, ["TagResource"], "test").map(({ context, ...call }) => ({
      ...call,
      context: { ...context, ...tags },
    })),
    ...onPool(REHEARSAL_POOL, [...READS, ...WRITES, ...IMPORTS, ...SHAPING], "test"),
    ...watchImport(`${REHEARSAL_POOL}/${REHEARSAL_NAME}`),
  ];
}

/** A client's secret is rotated, taken back, and the one that was given up is removed; by rules and a default action. */
async function recordRotation(): Promise<{ begun: PolicyRequest[]; finished: PolicyRequest[] }> {
  const world = await startRotationWorld({ hasDefault: true });
  const recorder = await startCallRecorder(world.gateway.url, { account: ACCOUNT, keys: KEYS });
  const env = { ...world.environment, AWS_ENDPOINT_URL: recorder.url };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const run = async (...argv: string[]): Promise<PolicyRequest[]> => {
    const before = recorder.requests.length;
    const host = createTestHost(["--stack", "test", "--client", "web", ...argv, ...APPLY], {
      env,
      randomBytes,
    });
    await runRunbook(rotateClientSecretRunbook, host);
    expect([host.exitCode(), host.errors()]).toEqual([0, expect.any(String)]);
    world.dropLease();
    return recorder.requests.slice(before);
  };
  const begun = [...(await run()), ...(await run("--rollback"))];
  world.passTime(2 * 3_600_000);
  const finished = await run("--finish");
  await recorder.close();
  await world.close();
  // The other pool and balancer by the names of those that the role is for.
  const toOwn = (requests: PolicyRequest[]) =>
    requests.map((request) => ({
      ...request,
      resource: request.resource
        .replaceAll(world.poolId, resources.userPoolId)
        .replaceAll("app/front/", "app/shared/"),
    }));
  return { begun: toOwn(begun), finished: toOwn(finished) };
}

/** What the runs above do not come to: keys of one's own, and what both halves seldom do. */
function rareRotationCalls(): PolicyRequest[] {
  return [...rareSecretCalls(), useOfSecretKey("kms:Decrypt"), useOfSecretKey("kms:GenerateDataKey")];
}

function rareFinishCalls(): PolicyRequest[] {
  return [...rareSecretCalls(), useOfSecretKey("kms:Decrypt")];
}

/** A lease that somebody else holds is read; ListBucket lets one that is not there be told from one that may not be read. */
function rareSecretCalls(): PolicyRequest[] {
  return [
    { action: "s3:ListBucket", resource: "arn:aws:s3:::sekisho-test-work" },
    ...readObject(HOME, "sekisho-test-work", `leases/rotation-${resources.userPoolId}-web.json`),
    ...onPool(resources.userPoolId, ["ListUserPoolClients"]),
  ];
}

function useOfSecretKey(action: string): PolicyRequest {
  const context = {
    "kms:ViaService": `secretsmanager.${HOME}.amazonaws.com`,
    "kms:EncryptionContext:SecretARN": CLIENT_SECRET,
  };
  return { action, resource: SECRET_KEY, context };
}

function rolePolicy({ statements, passes }: RunbookRole): PolicyDocument {
  return runbookRolePolicy(statements(resources), passes?.(resources));
}

function policyOfRole(name: string): PolicyDocument {
  const role = runbookRoles.find((one) => roleKey(one) === name);
  if (!role) throw new Error(`there is no role for ${name}`);
  return rolePolicy(role);
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
    ["kms", kms, [...Object.values(KEYS), SECRET_KEY]],
    ["logs", logs, [logArn(RUNBOOK_LOG), logArn(`${RUNBOOK_LOG}:log-stream:x`)]],
    ["secretsmanager", secretsManager, [ERASED_KEY, CLIENT_SECRET]],
    ["elasticloadbalancing", loadBalancing, [LISTENER, RULE, "*"]],
    ["ssm", ssm, [`arn:aws:ssm:${HOME}:${ACCOUNT}:parameter/sekisho/test/users`]],
    ["iam", iam, [`arn:aws:iam::${ACCOUNT}:role/x`, IMPORT_ROLE]],
  ];
  return clients.flatMap(([service, client, places]) =>
    Object.keys(client)
      .filter((name) => /^[A-Z]\w+Command$/.test(name))
      .map((name) => `${service}:${name.replace(/Command$/, "")}`)
      .flatMap((action) => places.map((resource) => ({ action, resource }))),
  );
}

describe.each(runbookRoles.map((role) => [roleKey(role), role] as const))(
  "the role of %s",
  (runbook, role) => {
    const policyOf = () => rolePolicy(role);
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

/** Whoever reads sets to bring users back, or to verify them, reads those of pools that are gone, too. */
function isNoOldSet({ action, resource }: PolicyRequest): boolean {
  return !(
    action === "s3:GetObject" &&
    resource.includes("ap-northeast-1_OTHER") &&
    !resource.includes("/leases/")
  );
}

describe("the role of back-up-users", () => {
  const policy = () => policyOfRole("back-up-users");
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

describe("the role of reimport-users", () => {
  const allows = (request: PolicyRequest) => isAllowed(policyOfRole("reimport-users"), request);

  it("passes the role of import jobs to Cognito, to nobody else, and no other role to Cognito", () => {
    const pass = { action: "iam:PassRole", resource: IMPORT_ROLE };
    expect(allows({ ...pass, context: COGNITO })).toBe(true);
    expect(allows({ ...pass, context: { "iam:PassedToService": "lambda.amazonaws.com" } })).toBe(false);
    expect(allows(pass)).toBe(false);
    expect(allows({ ...pass, resource: `${IMPORT_ROLE}-2`, context: COGNITO })).toBe(false);
  });

  it.each([
    ["cognito-idp:AdminDeleteUser", () => resources.userPoolArn],
    ["cognito-idp:AdminDeleteUserAttributes", () => resources.userPoolArn],
    ["cognito-idp:DeleteUserPool", () => resources.userPoolArn],
    ["cognito-idp:AdminRemoveUserFromGroup", () => resources.userPoolArn],
    ["logs:DeleteLogStream", () => logArn(`${RUNBOOK_LOG}:log-stream:x`)],
    ["logs:PutRetentionPolicy", () => logArn(RUNBOOK_LOG)],
    ["s3:DeleteObject", () => "arn:aws:s3:::sekisho-test-work/reimports/run/journal-00000.ndjson"],
    ["s3:PutObject", () => "arn:aws:s3:::sekisho-test-work/erased/erased-users.ndjson"],
    ["s3:PutObject", () => "arn:aws:s3:::sekisho-test-work/leases/backup-test.json"],
    ["secretsmanager:PutSecretValue", () => ERASED_KEY],
  ])("deletes nothing and touches nobody else's: %s", (action, resource) => {
    expect(allows({ action, resource: resource() })).toBe(false);
  });

  it("needs no key of ours for the secret where AWS's own encrypts it", () => {
    const erasedKey = { secretArn: ERASED_KEY };
    const role = runbookRoles.find(({ runbook }) => runbook === "reimport-users");
    const sids = role?.statements({ ...resources, erasedKey }).map(({ Sid }) => Sid);
    expect(sids).toContain("ReadErasedKey");
    expect(sids).not.toContain("DecryptErasedKey");
  });
});

describe("the role of rehearse-restore", () => {
  const allows = (request: PolicyRequest) => isAllowed(policyOfRole("rehearse-restore"), request);

  it("changes and deletes only pools that are tagged as a rehearsal of this stack", () => {
    const changes = [...WRITES, ...IMPORTS, ...SHAPING, "AdminGetUser"];
    expect(onPool(REHEARSAL_POOL, changes, "test").filter((call) => !allows(call))).toEqual([]);
    expect(onPool(REHEARSAL_POOL, changes, "prod").filter(allows)).toEqual([]);
    expect(onPool(REHEARSAL_POOL, changes).filter(allows)).toEqual([]);
  });

  it("never changes the stack's own pool, whatever tag somebody gives it", () => {
    expect(
      onPool(resources.userPoolId, [...WRITES, ...IMPORTS, ...SHAPING, "TagResource"], "test").filter(allows),
    ).toEqual([]);
  });

  it("makes no pool without the tag, and gives the tag to no pool that lacks it", () => {
    const wanted = { "aws:RequestTag/sekisho:rehearsal": "test" };
    const create = { action: "cognito-idp:CreateUserPool", resource: "*" };
    expect(allows({ ...create, context: wanted })).toBe(true);
    expect(allows({ ...create, context: { "aws:RequestTag/sekisho:rehearsal": "prod" } })).toBe(false);
    expect(allows(create)).toBe(false);
    const tag = { action: "cognito-idp:TagResource", resource: poolArn("ap-northeast-1_OTHER") };
    expect(allows({ ...tag, context: wanted })).toBe(false);
  });

  it("reads what became of imports into pools of drills, and of no other pool", () => {
    const read = (group: string) =>
      allows({
        action: "logs:GetLogEvents",
        resource: logArn(`/aws/cognito/userpools/${group}:log-stream:x`),
      });
    expect(isRehearsalName(REHEARSAL_NAME, "test")).toBe(true);
    expect(read(`${REHEARSAL_POOL}/${REHEARSAL_NAME}`)).toBe(true);
    expect(read(`${resources.userPoolId}/sekisho-test`)).toBe(false);
  });
});

describe.each([
  ["rotate-client-secret", ["cognito-idp:AddUserPoolClientSecret", "secretsmanager:PutSecretValue"]],
  ["rotate-client-secret-finish", ["cognito-idp:DeleteUserPoolClientSecret"]],
])("the role of %s", (name, own) => {
  const policy = () => policyOfRole(name);
  const allows = (request: PolicyRequest) => isAllowed(policy(), request);
  const placeOf = (action: string) =>
    action.startsWith("cognito-idp:") ? resources.userPoolArn : CLIENT_SECRET;
  /** What only one half of a rotation may do, and what neither may. */
  const changes = [
    ...["AddUserPoolClientSecret", "DeleteUserPoolClientSecret"].map((call) => `cognito-idp:${call}`),
    ...["CreateUserPoolClient", "DeleteUserPool", "DeleteUserPoolClient", "UpdateUserPoolClient"].map(
      (call) => `cognito-idp:${call}`,
    ),
    ...["DeleteSecret", "PutSecretValue", "UpdateSecret"].map((call) => `secretsmanager:${call}`),
  ];

  it("does its own half of a rotation only: who adds a secret deletes none, and who deletes one adds none", () => {
    const allowed = changes.filter((action) => allows({ action, resource: placeOf(action) }));
    expect(allowed.sort()).toEqual([...own].sort());
  });

  it("stays with its half whatever somebody attaches to it later", () => {
    const administrator = { Sid: "Later", Effect: "Allow" as const, Action: ["*"], Resource: ["*"] };
    const wider = { ...policy(), Statement: [...policy().Statement, administrator] };
    const denied = [
      "cognito-idp:DeleteUserPool",
      "cognito-idp:DeleteUserPoolClient",
      "secretsmanager:DeleteSecret",
    ];
    const others = changes.filter(
      (action) => action.includes("UserPoolClientSecret") && !own.includes(action),
    );
    const requests = [...denied, ...others].map((action) => ({ action, resource: placeOf(action) }));
    requests.push({ action: "elasticloadbalancing:DeleteRule", resource: RULE });
    expect(requests.filter((request) => isAllowed(wider, request))).toEqual([]);
  });

  it("writes rules of the stack's listener only, and none where the stack has none", () => {
    const elsewhere = [
      `${BALANCER}:listener-rule/app/shared/0123456789abcdef/1111111111111111/00112233445566aa`,
      `${BALANCER}:listener-rule/app/other/0123456789abcdef/fedcba9876543210/00112233445566aa`,
      `${BALANCER}:listener/app/shared/0123456789abcdef/1111111111111111`,
    ];
    for (const action of ["elasticloadbalancing:ModifyRule", "elasticloadbalancing:ModifyListener"]) {
      expect(elsewhere.filter((resource) => allows({ action, resource }))).toEqual([]);
    }
    const { listenerArn: _listener, ...without } = resources;
    const role = runbookRoles.find((one) => roleKey(one) === name);
    const actions = role?.statements(without).flatMap(({ Action }) => Action) ?? [];
    expect(actions).toContain("elasticloadbalancing:DescribeRules");
    expect(actions.filter((action) => action.startsWith("elasticloadbalancing:Modify"))).toEqual([]);
  });

  it.each([
    ["secretsmanager:GetSecretValue", () => CLIENT_SECRET.replace("/test/", "/prod/")],
    ["secretsmanager:GetSecretValue", () => ERASED_KEY],
    ["secretsmanager:UpdateSecretVersionStage", () => ERASED_KEY],
    ["s3:PutObject", () => "arn:aws:s3:::sekisho-test-work/leases/backup-test.json"],
    ["s3:PutObject", () => "arn:aws:s3:::sekisho-test-work/outputs.json"],
    ["s3:GetObject", () => "arn:aws:s3:::sekisho-test-backups/x"],
    ["logs:DeleteLogStream", () => logArn(`${RUNBOOK_LOG}:log-stream:x`)],
  ])("touches nobody else's: %s", (action, resource) => {
    expect(allows({ action, resource: resource() })).toBe(false);
  });

  it("uses the key of secrets for secrets of clients alone, and needs none where AWS's own encrypts them", () => {
    const decrypt = useOfSecretKey("kms:Decrypt");
    expect(allows(decrypt)).toBe(true);
    const erased = { ...decrypt.context, "kms:EncryptionContext:SecretARN": ERASED_KEY };
    expect(allows({ ...decrypt, context: erased })).toBe(false);
    const role = runbookRoles.find((one) => roleKey(one) === name);
    const clientSecrets = { secretArn: resources.clientSecrets.secretArn };
    const sids = role?.statements({ ...resources, clientSecrets }).map(({ Sid }) => Sid);
    expect(sids).not.toContain("UseSecretKey");
  });
});

describe("the table of roles", () => {
  it("has a role for every runbook that works on a stack", () => {
    const files = readdirSync(new URL("../../../runbooks", import.meta.url), { withFileTypes: true });
    const runbooks = files.filter((file) => file.isFile()).map(({ name }) => name.replace(/\.ts$/, ""));
    expect(runbooks.filter((name) => !WITHOUT_ROLE.includes(name)).sort()).toEqual(
      [...new Set(runbookRoles.map(({ runbook }) => runbook))].sort(),
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

  it("can hand on nothing but the one role that its row names, whatever somebody attaches to it later", () => {
    const administrator = { Sid: "Later", Effect: "Allow" as const, Action: ["*"], Resource: ["*"] };
    const passed = { roleArn: IMPORT_ROLE, service: "cognito-idp.amazonaws.com" };
    const policy = runbookRolePolicy([administrator], passed);
    const other = `arn:aws:iam::${ACCOUNT}:role/x`;
    const passes = (resource: string, context: Record<string, string>) =>
      isAllowed(policy, { action: "iam:PassRole", resource, context });
    expect(passes(IMPORT_ROLE, COGNITO)).toBe(true);
    expect(passes(IMPORT_ROLE, { "iam:PassedToService": "ec2.amazonaws.com" })).toBe(false);
    expect(passes(other, COGNITO)).toBe(false);
    const actions = Object.keys(iam)
      .filter((name) => /^[A-Z]\w+Command$/.test(name))
      .map((name) => `iam:${name.replace(/Command$/, "")}`);
    expect(actions.length).toBeGreaterThan(100);
    const rest = actions.flatMap((action) =>
      [IMPORT_ROLE, other, "*"].map((resource) => ({ action, resource })),
    );
    expect(rest.filter((request) => isAllowed(policy, request))).toEqual([]);
    expect(isAllowed(policy, { action: "organizations:LeaveOrganization", resource: "*" })).toBe(false);
    expect(isAllowed(policy, { action: "s3:GetObject", resource: "arn:aws:s3:::x/y" })).toBe(true);
  });
});
