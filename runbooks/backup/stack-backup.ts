import { CognitoIdentityClient } from "@aws-sdk/client-cognito-identity";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { S3Client } from "@aws-sdk/client-s3";
import type { StackOutputs } from "../../infra/outputs/outputs.ts";
import packageJson from "../../package.json" with { type: "json" };
import { withLease } from "../lease/lease.ts";
import { openLeaseStore } from "../lease/lease-store.ts";
import { createAwsCaller } from "../runtime/aws-calls.ts";
import { clientSettings, leaveOutLog, limitRate } from "../runtime/aws-clients.ts";
import { refuseWrongClock, watchClock } from "../runtime/aws-clock.ts";
import { createRateLimiter, type QuotaCategory } from "../runtime/quotas.ts";
import { backUpUsers } from "./backup.ts";
import { CLOCK_TOLERANCE_MS, type ManifestBody } from "./format.ts";
import { describePool } from "./pool-description.ts";
import { openSetStore, ownChecksums } from "./set-store.ts";
import type { ShardChoice } from "./shards.ts";
import { openUserPool } from "./user-pool.ts";

/** What whoever backs a stack up decides. */
export interface BackupOrder {
  /** 0.1 to 1: how much of AWS's request quotas may be used. */
  share: number;
  /** Quotas that AWS raised for this account, in requests per second. */
  raised: Partial<Record<QuotaCategory, number>>;
  shards: ShardChoice;
  withMfa: boolean;
  allowShrink: boolean;
  /** Who backs up, for whoever finds the pool taken; undefined = without asking whether somebody else is at it. */
  holder: string | undefined;
}

/** What the process gives a run. */
export interface RunContext {
  signal: AbortSignal;
  now: () => Date;
  pause: (milliseconds: number) => Promise<void>;
  randomBytes: (length: number) => Buffer;
  progress: (line: string) => void;
  warn: (line: string) => void;
}

export interface StackBackup {
  manifest: ManifestBody;
  /** `s3://<bucket>/<pool id>/<set name>/`. */
  set: string;
  storedBytes: number;
}

/**
 * Backs the users of a stack up into a new set. Throws LockedError when another backup of the pool is under way, and
 * what backUpUsers throws.
 */
export async function backUpStack(
  outputs: StackOutputs,
  order: BackupOrder,
  context: RunContext,
): Promise<StackBackup> {
  if (order.holder === undefined) {
    return backUpAlone(outputs, order, { ...context, mayFinish: async () => {} });
  }
  const { account, region } = outputs.stack;
  const { now } = context;
  const store = openLeaseStore({
    client: new S3Client({ ...clientSettings({ region }), ...ownChecksums }),
    bucket: outputs.backup.workBucket,
    account,
    key: backupLeaseKey(outputs.users.userPoolId),
    // Not the run's own signal: the lease is given back when the run was stopped, too.
    call: createAwsCaller(new AbortController().signal, LEASE_CALL_SECONDS),
    now,
  });
  return withLease({ ...context, store, what: order.holder }, ({ signal, confirm }) =>
    backUpAlone(outputs, order, { ...context, signal, mayFinish: confirm }),
  );
}

/** The object in the work bucket by which backups of one pool keep out of each other's way. */
export function backupLeaseKey(userPoolId: string): string {
  return `leases/backup-${userPoolId}.json`;
}

/** Longest time one call about the lease may take: it has to be renewed meanwhile. */
const LEASE_CALL_SECONDS = 20;

async function backUpAlone(
  outputs: StackOutputs,
  { share, raised, shards, withMfa, allowShrink }: BackupOrder,
  context: RunContext & { mayFinish: () => Promise<void> },
): Promise<StackBackup> {
  const { signal, now, pause } = context;
  const { stack, account, region } = outputs.stack;
  const { bucket, keyArn } = outputs.backup;
  const { userPoolId } = outputs.users;
  const limiter = createRateLimiter({ share, raised, signal });
  const call = createAwsCaller(signal);
  const settings = clientSettings({ region });
  const client = new CognitoIdentityProviderClient(settings);
  limitRate(client, limiter);
  leaveOutLog(client);
  const identityPoolId = outputs["aws-access"]?.identityPoolId;
  const identity = identityPoolId && { client: new CognitoIdentityClient(settings), identityPoolId };
  const bucketClient = new S3Client({ ...settings, ...ownChecksums });
  const clockAheadMs = watchClock(bucketClient, now);

  const { manifest, place, storedBytes } = await backUpUsers({
    ...context,
    stack,
    account,
    region,
    toolVersion: packageJson.version,
    withMfa,
    allowShrink,
    shards,
    pageRate: limiter.rateOf("ListUsers"),
    pool: openUserPool({ client, userPoolId, call, pause }),
    describePool: () => describePool({ client, userPoolId, call, pause, ...(identity && { identity }) }),
    store: openSetStore({ client: bucketClient, bucket, keyArn, account, call, pause }),
    checkClock: () => refuseWrongClock(clockAheadMs(), CLOCK_TOLERANCE_MS),
  });
  return { manifest, set: `s3://${bucket}/${place}/`, storedBytes };
}
