import { randomBytes } from "node:crypto";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { S3Client } from "@aws-sdk/client-s3";
import { type CognitoModel, createCognitoModel } from "../../local/cognito/model.ts";
import type { Partners } from "../../local/cognito/partners.ts";
import type { SeedUser } from "../../local/cognito/seed-users.ts";
import { openCognitoPartners } from "../../local/gateway/cognito-partners.ts";
import { type Gateway, startGateway } from "../../local/gateway.ts";
import type { PoolDocument } from "../../runbooks/backup/format.ts";
import { describePool } from "../../runbooks/backup/pool-description.ts";
import { openSetStore, ownChecksums, type SetStore } from "../../runbooks/backup/set-store.ts";
import { openUserPool, type UserPool } from "../../runbooks/backup/user-pool.ts";
import { type AwsCaller, createAwsCaller } from "../../runbooks/runtime/aws-calls.ts";
import { clientSettings } from "../../runbooks/runtime/aws-clients.ts";
import { type ObjectStore, startObjectStore } from "./object-store.ts";

/** A stack "test" whose pool is the strict model and whose bucket is in memory, behind the gateway and its faults. */
export interface BackupWorld {
  gateway: Gateway;
  model: CognitoModel;
  objects: ObjectStore;
  bucket: Map<string, Buffer>;
  poolId: string;
  /** What the AWS SDK needs to find this world. */
  environment: Record<string, string>;
  /** Adds users and their groups. */
  seed: (users: readonly SeedUser[]) => void;
  openPool: (options: ConnectionOptions) => UserPool;
  openStore: (options: ConnectionOptions) => SetStore;
  /** What the pool holds besides its users, as a backup reads it. */
  describePool: (options: ConnectionOptions) => Promise<PoolDocument>;
  close: () => Promise<void>;
}

/** Short waits, so that what hangs is noticed soon. */
export interface ConnectionOptions {
  maxAttempts: number;
  attemptSeconds?: { connect: number; answer: number };
  callSeconds?: number;
}

const REGION = "ap-northeast-1";
const ACCOUNT = "123456789012";
const BUCKET = "sekisho-test-backups";
const WORK_BUCKET = "sekisho-test-work";
const KEY_ARN = `arn:aws:kms:${REGION}:${ACCOUNT}:key/00000000-0000-4000-8000-000000000000`;

/**
 * `pool` is what CreateUserPool is given; people sign in with an address unless it says otherwise. `partners` stand in
 * for services that the pool asks, such as its functions.
 */
export async function startBackupWorld(
  pool: object = PLAIN_POOL,
  partners: Partial<Partners> = {},
): Promise<BackupWorld> {
  const objects = await startObjectStore(BUCKET, WORK_BUCKET);
  const model = createCognitoModel({
    region: REGION,
    account: ACCOUNT,
    now: () => new Date(),
    randomBytes,
    partners: { ...openCognitoPartners(objects.url, REGION), ...partners },
  });
  const gateway = await startGateway({
    cognito: model,
    upstream: objects.url,
    region: REGION,
    account: ACCOUNT,
  });
  const poolId = await createPool(model, pool);
  for (const [name, value] of Object.entries(outputsOf(poolId))) {
    objects.parameters.set(`/sekisho/test/${name}`, JSON.stringify(value));
  }
  const connect = {
    region: REGION,
    endpoint: gateway.url,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  const open = ({ callSeconds, ...options }: ConnectionOptions) => ({
    settings: { ...clientSettings({ region: REGION, ...options }), ...connect },
    call: createAwsCaller(new AbortController().signal, callSeconds) satisfies AwsCaller,
    pause: async () => {},
  });
  return {
    gateway,
    model,
    objects,
    bucket: objects.buckets.get(BUCKET) ?? new Map(),
    poolId,
    environment: {
      AWS_ENDPOINT_URL: gateway.url,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_EC2_METADATA_DISABLED: "true",
    },
    seed: (users) => {
      model.seedUsers(poolId, users);
    },
    openPool: (options) => {
      const { settings, call, pause } = open(options);
      return openUserPool({
        client: new CognitoIdentityProviderClient(settings),
        userPoolId: poolId,
        call,
        pause,
      });
    },
    describePool: (options) => {
      const { settings, call, pause } = open(options);
      const client = new CognitoIdentityProviderClient(settings);
      return describePool({ client, userPoolId: poolId, call, pause });
    },
    openStore: (options) => {
      const { settings, call, pause } = open(options);
      const client = new S3Client({ ...settings, ...ownChecksums });
      return openSetStore({ client, bucket: BUCKET, keyArn: KEY_ARN, account: ACCOUNT, call, pause });
    },
    close: async () => {
      await gateway.close();
      await objects.close();
    },
  };
}

/** Users with an e-mail address and nothing else, created long ago. */
export function plainUsers(count: number, groupsOf: (number: number) => string[] = () => []): SeedUser[] {
  return Array.from({ length: count }, (_, number) => ({
    attributes: { email: `user-${number}@example.com`, email_verified: "true" },
    status: "CONFIRMED",
    createdAt: new Date("2026-01-02T03:04:05.678Z"),
    groups: groupsOf(number),
  }));
}

const PLAIN_POOL = { PoolName: "sekisho-test", UsernameAttributes: ["email"] };

async function createPool(model: CognitoModel, input: object): Promise<string> {
  const output = (await model.handle("CreateUserPool", input, { isSigned: true })) as {
    UserPool: { Id: string };
  };
  return output.UserPool.Id;
}

function outputsOf(poolId: string): Record<string, object> {
  return {
    stack: { version: 1, stack: "test", account: ACCOUNT, region: REGION, disposable: true },
    users: {
      userPoolId: poolId,
      userPoolArn: `arn:aws:cognito-idp:${REGION}:${ACCOUNT}:userpool/${poolId}`,
      userPoolName: "sekisho-test",
      generation: 1,
    },
    backup: {
      bucket: BUCKET,
      workBucket: WORK_BUCKET,
      keyArn: KEY_ARN,
      workKeyArn: KEY_ARN,
      keepDays: 35,
      lock: "none",
    },
    "clients/web": { kind: "cli", clientId: "abc123" },
  };
}
