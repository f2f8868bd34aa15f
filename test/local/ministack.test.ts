import { symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import {
  CognitoIdentityClient,
  CreateIdentityPoolCommand,
  GetCredentialsForIdentityCommand,
  GetIdCommand,
  type RoleMapping,
  SetIdentityPoolRolesCommand,
} from "@aws-sdk/client-cognito-identity";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectRetentionCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startGateway } from "../../local/gateway.ts";
import { isRunning } from "../../local/processes.ts";
import { preparePythonEnvironment } from "../../local/python-environment.ts";
import { startWorld, type World } from "../../local/world-client.ts";
import { checkout, createScratchProject } from "./world/scratch-project.ts";

let project: Awaited<ReturnType<typeof createScratchProject>>;
let world: World;

// One start for all: the first run on a machine also installs MiniStack.
beforeAll(async () => {
  const python = await preparePythonEnvironment({
    projectDir: checkout,
    pid: process.pid,
    env: process.env,
    progress: () => {},
  });
  project = await createScratchProject();
  const environment = dirname(dirname(python));
  await symlink(environment, join(project.dir, ".sekisho", basename(environment)));
  world = await startWorld({ projectDir: project.dir, region: "ap-northeast-1", keep: false });
}, 180_000);

afterAll(async () => {
  await world.stop();
  await project.remove();
});

function settings(region = "ap-northeast-1") {
  return {
    endpoint: world.url,
    region,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  };
}

const refusal = (call: Promise<unknown>) =>
  call.then(
    () => "accepted",
    (error: Error) => error.name,
  );

async function ministackUrl(): Promise<string> {
  const health = await fetch(new URL("/_sekisho/health", world.url));
  return ((await health.json()) as { ministack: string }).ministack;
}

/** A role's trust in the signed-in people of one identity pool. */
function trustIn(identityPoolId: string | undefined): string {
  const Condition = {
    StringEquals: { "cognito-identity.amazonaws.com:aud": identityPoolId },
    "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": "authenticated" },
  };
  const Principal = { Federated: "cognito-identity.amazonaws.com" };
  const Statement = [{ Effect: "Allow", Principal, Action: "sts:AssumeRoleWithWebIdentity", Condition }];
  return JSON.stringify({ Version: "2012-10-17", Statement });
}

describe("The local AWS with MiniStack behind it", () => {
  test("is one account, and apart in each Region", async () => {
    const { Account } = await new STSClient(settings()).send(new GetCallerIdentityCommand({}));
    expect(Account).toBe("123456789012");
    const here = new SSMClient(settings());
    const there = new SSMClient(settings("ap-northeast-3"));
    await here.send(new PutParameterCommand({ Name: "/sekisho/dev/users", Type: "String", Value: "here" }));
    expect(await refusal(there.send(new GetParameterCommand({ Name: "/sekisho/dev/users" })))).toBe(
      "ParameterNotFound",
    );
    const { Parameter } = await here.send(new GetParameterCommand({ Name: "/sekisho/dev/users" }));
    expect(Parameter?.Value).toBe("here");
  });

  test("refuses a key it never gave out", async () => {
    const credentials = { accessKeyId: "AKIAUNKNOWN", secretAccessKey: "none" };
    const stranger = new S3Client({ ...settings(), credentials, forcePathStyle: true });
    expect(await refusal(stranger.send(new ListObjectsV2Command({ Bucket: "none" })))).toBe(
      "InvalidAccessKeyId",
    );
  });

  test("keeps a label of one's own on the first value of a secret through every later value", async () => {
    const client = new SecretsManagerClient(settings());
    const SecretId = "sekisho/dev/clients/web";
    await client.send(new CreateSecretCommand({ Name: SecretId }));
    const VersionStages = ["AWSCURRENT", "sekisho-first"];
    const first = await client.send(
      new PutSecretValueCommand({ SecretId, SecretString: "first", VersionStages }),
    );
    expect(first.VersionStages).toEqual(VersionStages);
    for (const SecretString of ["second", "third", "fourth"]) {
      await client.send(new PutSecretValueCommand({ SecretId, SecretString }));
    }
    const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId }));
    expect(VersionIdsToStages?.[first.VersionId ?? ""]).toEqual(["sekisho-first"]);
    const read = (VersionStage: string) => client.send(new GetSecretValueCommand({ SecretId, VersionStage }));
    expect((await read("sekisho-first")).SecretString).toBe("first");
    expect((await read("AWSCURRENT")).SecretString).toBe("fourth");

    const moved = await client.send(
      new PutSecretValueCommand({ SecretId, SecretString: "fifth", VersionStages }),
    );
    expect(moved.VersionStages).toEqual(VersionStages);
    expect((await read("sekisho-first")).SecretString).toBe("fifth");
  });

  test("holds writes to what the bucket's policy demands of them", async () => {
    const client = new S3Client({ ...settings(), forcePathStyle: true });
    const { KeyMetadata } = await new KMSClient(settings()).send(new CreateKeyCommand({}));
    const SSEKMSKeyId = KeyMetadata?.Arn ?? "";
    const Bucket = "sekisho-policy";
    await client.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: "ap-northeast-1" },
      }),
    );
    const encrypted = { ServerSideEncryption: "aws:kms", SSEKMSKeyId } as const;
    const put = (Key: string, more: object) =>
      refusal(client.send(new PutObjectCommand({ Bucket, Key, Body: "x", ...more })));
    expect(await put("before", {})).toBe("accepted");

    const deny = (Condition: object) => ({
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:PutObject"],
      Resource: [`arn:aws:s3:::${Bucket}/*`],
      Condition,
    });
    const Statement = [
      deny({ Bool: { "aws:SecureTransport": "false" } }),
      deny({ StringNotEquals: { "s3:x-amz-server-side-encryption-aws-kms-key-id": SSEKMSKeyId } }),
      deny({ Null: { "s3:if-none-match": "true" }, Bool: { "s3:ObjectCreationOperation": "true" } }),
    ];
    await client.send(
      new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: "2012-10-17", Statement }) }),
    );
    expect(await put("a", { IfNoneMatch: "*", ...encrypted })).toBe("accepted");
    expect(await put("a", { IfNoneMatch: "*", ...encrypted })).toBe("PreconditionFailed");
    expect(await put("b", encrypted)).toBe("AccessDenied");
    expect(await put("b", { IfNoneMatch: "*" })).toBe("AccessDenied");
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: "a" }));
    expect(await Body?.transformToString()).toBe("x");
  });

  test("keeps a locked version from being deleted, and answers in the bucket's Region only", async () => {
    const client = new S3Client({ ...settings(), forcePathStyle: true });
    const Bucket = "sekisho-locked";
    await client.send(
      new CreateBucketCommand({
        Bucket,
        ObjectLockEnabledForBucket: true,
        CreateBucketConfiguration: { LocationConstraint: "ap-northeast-1" },
      }),
    );
    const Rule = { DefaultRetention: { Mode: "COMPLIANCE", Days: 35 } } as const;
    await client.send(
      new PutObjectLockConfigurationCommand({
        Bucket,
        ObjectLockConfiguration: { ObjectLockEnabled: "Enabled", Rule },
      }),
    );
    const { VersionId } = await client.send(
      new PutObjectCommand({ Bucket, Key: "k", Body: "x", ChecksumAlgorithm: "SHA256" }),
    );
    const { Retention } = await client.send(new GetObjectRetentionCommand({ Bucket, Key: "k" }));
    expect(Retention?.Mode).toBe("COMPLIANCE");
    const bypass = new DeleteObjectCommand({ Bucket, Key: "k", VersionId, BypassGovernanceRetention: true });
    expect(await refusal(client.send(bypass))).toBe("AccessDenied");
    const elsewhere = new S3Client({ ...settings("us-east-1"), forcePathStyle: true });
    expect(await refusal(elsewhere.send(new ListObjectsV2Command({ Bucket })))).toBe("PermanentRedirect");
  });

  test("gives people of an identity pool the role their claims lead to, and nobody else's pool that role", async () => {
    const provider = "cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_abc";
    const claims = { iss: `https://${provider}`, aud: "cli", sub: "taro", "custom:department": "sre" };
    const gateway = await startGateway({
      cognito: { handle: async () => ({}), readIdToken: async () => claims },
      upstream: await ministackUrl(),
    });
    try {
      const client = new CognitoIdentityClient({ ...settings(), endpoint: gateway.url });
      const createPool = () =>
        client.send(
          new CreateIdentityPoolCommand({
            IdentityPoolName: "sekisho",
            AllowUnauthenticatedIdentities: false,
            CognitoIdentityProviders: [{ ProviderName: provider, ClientId: "cli" }],
          }),
        );
      const [own, foreign] = [await createPool(), await createPool()];
      const { Role } = await new IAMClient(settings()).send(
        new CreateRoleCommand({ RoleName: "sre", AssumeRolePolicyDocument: trustIn(own.IdentityPoolId) }),
      );
      const mapping: RoleMapping = {
        Type: "Rules",
        AmbiguousRoleResolution: "Deny",
        RulesConfiguration: {
          Rules: [{ Claim: "custom:department", MatchType: "Equals", Value: "sre", RoleARN: Role?.Arn }],
        },
      };
      const assume = async ({ IdentityPoolId }: { IdentityPoolId: string | undefined }) => {
        await client.send(
          new SetIdentityPoolRolesCommand({
            IdentityPoolId,
            Roles: {},
            RoleMappings: { [`${provider}:cli`]: mapping },
          }),
        );
        const Logins = { [provider]: "token" };
        const { IdentityId } = await client.send(new GetIdCommand({ IdentityPoolId, Logins }));
        return client.send(new GetCredentialsForIdentityCommand({ IdentityId, Logins }));
      };

      const { AccessKeyId = "", SecretKey = "", SessionToken = "" } = (await assume(own)).Credentials ?? {};
      const credentials = {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretKey,
        sessionToken: SessionToken,
      };
      const { Arn } = await new STSClient({ ...settings(), credentials }).send(
        new GetCallerIdentityCommand({}),
      );
      expect(Arn).toBe("arn:aws:sts::123456789012:assumed-role/sre/CognitoIdentityCredentials");
      expect(await refusal(assume(foreign))).toBe("InvalidIdentityPoolConfigurationException");
    } finally {
      await gateway.close();
    }
  });

  test("is gone with MiniStack when its process is killed", async () => {
    const ministack = await ministackUrl();
    const isUp = (url: string) =>
      fetch(url).then(
        () => true,
        () => false,
      );
    expect(await isUp(`${ministack}/_ministack/health`)).toBe(true);
    process.kill(world.pid, "SIGKILL");
    const isAnythingLeft = async () => isRunning(world.pid) || (await isUp(`${ministack}/_ministack/health`));
    await expect.poll(isAnythingLeft, { timeout: 20_000 }).toBe(false);
  });
});
