import { setTimeout } from "node:timers/promises";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { STSClient } from "@aws-sdk/client-sts";
import type { StackOutputs } from "../../infra/outputs/outputs.ts";
import { stopJobs } from "../reimport/import-job.ts";
import { openImportJobs } from "../reimport/import-service.ts";
import type { PoolFault } from "../reimport/pool-faults.ts";
import type { ReimportContext } from "../reimport/reimport-findings.ts";
import type { ReimportOrder } from "../reimport/reimport-order.ts";
import { describePlan } from "../reimport/reimport-report.ts";
import { findRestoreSet } from "../reimport/restore-set.ts";
import { readPoolDocument } from "../reimport/set-contents.ts";
import {
  applyPrepared,
  type FinishedReimport,
  openSource,
  type PreparedReimport,
  prepareReimport,
  type ReimportStacks,
} from "../reimport/stack-reimport.ts";
import { findOtherCaller } from "../reimport/wrong-target.ts";
import { createAwsCaller } from "../runtime/aws-calls.ts";
import { clientSettings } from "../runtime/aws-clients.ts";
import { findCaller } from "../runtime/caller.ts";
import { BadInputError, RunbookError } from "../runtime/errors.ts";
import { type DrillPool, planDrillPool } from "./drill-pool.ts";
import { openRehearsalPools, type RehearsalPools, removalCommand } from "./rehearsal-pools.ts";

/** What whoever rehearses a restore decides. */
export interface DrillOrder {
  /** As for a re-import; its pool is not known yet. */
  reimport: ReimportOrder;
  /** Goes into the runbook log. */
  ticket: string;
  /** --keep-pool: the throw-away pool stays. */
  keepsPool: boolean;
}

export interface DrillContext extends ReimportContext {
  /** How many characters a line of the plan may have. */
  columns: number;
}

/** What came of a drill. */
export interface Drill {
  prepared: PreparedReimport;
  pool: { id: string; name: string };
  /** What speaks against a restore; then nothing was restored. */
  faults: readonly PoolFault[];
  /** Undefined where there are faults. */
  restored: RestoredDrill | undefined;
  /** What a real restore has and this one had not, in words. */
  leftOut: readonly string[];
  /** Users of the set who sign in through identity providers alone, by their `sub`: a drill has no providers. */
  unrehearsed: ReadonlySet<string>;
  /** Why the pool is still there: somebody wanted it, or it could not be deleted. Undefined where it is gone. */
  remains: "kept" | RunbookError | undefined;
}

/** How a restore went that came to its end. */
export interface RestoredDrill {
  finished: FinishedReimport;
  /** Seconds: of the restore without the comparison, of the comparison, and of both with set and plan read before. */
  seconds: { restore: number; check: number; all: number };
}

/**
 * Brings a set into a pool that is made for it, compares every user, and deletes the pool however that ends. Nothing
 * that the stack has is changed. Throws what a re-import throws; a pool that could not be deleted is warned of then.
 */
export async function runDrill(
  outputs: StackOutputs,
  order: DrillOrder,
  context: DrillContext,
): Promise<Drill> {
  const { progress, now } = context;
  const { stack } = outputs.stack;
  await refuseOtherAccount(outputs, context);
  const pools = openPools(outputs, context);
  for (const poolId of await pools.removeAbandoned()) {
    progress(`Deleted ${poolId}, which an earlier drill had left behind`);
  }
  const stacks: ReimportStacks = { outputs, source: outputs, fromCopy: false, runbook: "rehearse-restore" };
  const source = openSource(stacks, context);
  const manifest = await findRestoreSet(source, {
    from: order.reimport.from,
    targetId: NOT_THERE_YET,
    isSamePool: false,
    mayStillArrive: () => false,
  });
  const pool = planDrillPool(await readPoolDocument(source, manifest), { stack, now: now() });
  progress(`Making the throw-away pool ${pool.create.PoolName}`);
  const poolId = await pools.create(pool);
  const from = `${manifest.pool.id}/${manifest.set}`;
  const place = { pools, outputs, poolId, pool };
  const reimport = { ...order.reimport, from, pool: poolId };
  return withThrowAwayPool(place, { ...order, reimport }, context, async () => {
    await pools.finish(poolId, pool);
    return restoreInto(stacks, { ...order, reimport }, pool, context);
  });
}

/** An id that no pool has, so that the newest set of any pool is found, as after a loss. */
const NOT_THERE_YET = "none_0";

interface DrillPlace {
  pools: RehearsalPools;
  outputs: StackOutputs;
  poolId: string;
  pool: DrillPool;
}

type Rehearsed = Omit<Drill, "pool" | "remains">;

/** Does the work and deletes its pool, whatever becomes of the work. */
async function withThrowAwayPool(
  place: DrillPlace,
  order: DrillOrder,
  { progress, warn }: DrillContext,
  work: () => Promise<Rehearsed>,
): Promise<Drill> {
  const { pools, outputs, poolId, pool } = place;
  const byHand = `Delete it: ${removalCommand(poolId, outputs.stack.region)}`;
  let rehearsed: Rehearsed;
  try {
    rehearsed = await work();
  } catch (error) {
    const failure = order.keepsPool ? undefined : await removePool(pools, poolId);
    if (order.keepsPool) warn(`The throw-away pool ${poolId} is kept. ${byHand}`);
    if (failure) warn(`${failure.message} ${failure.remedy}`);
    throw error;
  }
  const drill = { ...rehearsed, pool: { id: poolId, name: pool.create.PoolName } };
  if (order.keepsPool) return { ...drill, remains: "kept" };
  progress(`Deleting the throw-away pool ${poolId}`);
  return { ...drill, remains: await removePool(pools, poolId) };
}

async function removePool(pools: RehearsalPools, poolId: string): Promise<RunbookError | undefined> {
  return unlessFailed(() => pools.remove(poolId));
}

async function unlessFailed(work: () => Promise<void>): Promise<RunbookError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof RunbookError) return error;
    throw error;
  }
}

/** Plans, and restores what the plan says unless something speaks against it. */
async function restoreInto(
  stacks: ReimportStacks,
  order: DrillOrder,
  pool: DrillPool,
  context: DrillContext,
): Promise<Rehearsed> {
  const { progress, warn, now } = context;
  const startedAt = now().getTime();
  const first = await prepareReimport(stacks, order.reimport, context);
  const missing = first.findings.faults.filter(isMissingProvider);
  const prepared =
    missing.length === 0 ? first : await prepareReimport(stacks, acceptAll(order.reimport, missing), context);
  const { findings } = prepared;
  const leftOut = [...pool.leftOut, ...missing.map(describeMissing), ...describeRoles(prepared)];
  const unrehearsed = addedImpossible(first, prepared);
  for (const warning of findings.warnings) warn(warning);
  const rehearsed = { prepared, leftOut, unrehearsed, faults: findings.faults, restored: undefined };
  if (findings.faults.length > 0) return rehearsed;

  for (const line of describePlan(prepared, now(), context.columns)) progress(line);
  const appliedAt = now().getTime();
  const finished = await applyOrEnd(prepared, order.ticket, context);
  const endedAt = now().getTime();
  const check = finished.outcome.checkSeconds;
  const seconds = {
    restore: (endedAt - appliedAt) / 1_000 - check,
    check,
    all: (endedAt - startedAt) / 1_000,
  };
  return { ...rehearsed, restored: { finished, seconds } };
}

/**
 * Restores, and ends the import job of a restore that broke off: an account has one at a time, and one without a drill
 * to wait for it would stand in everybody's way.
 */
async function applyOrEnd(
  prepared: PreparedReimport,
  ticket: string,
  context: DrillContext,
): Promise<FinishedReimport> {
  try {
    return await applyPrepared(prepared, ticket, context);
  } catch (error) {
    const failure = await unlessFailed(() => endImports(prepared));
    if (failure) context.warn(`${failure.message} ${failure.remedy}`);
    throw error;
  }
}

async function endImports({ findings, stacks: { outputs } }: PreparedReimport): Promise<void> {
  if (findings.plan.engines.csv === 0 || outputs.restore === undefined) return;
  const settings = clientSettings({ region: outputs.stack.region });
  const jobs = openImportJobs({
    ...atEnd(),
    client: new CognitoIdentityProviderClient(settings),
    logsClient: new CloudWatchLogsClient(settings),
    userPoolId: findings.target.id,
    poolName: findings.target.name,
    logsRoleArn: outputs.restore.importRoleArn,
    signal: new AbortController().signal,
  });
  await stopJobs(jobs);
}

/** Its identity providers take secrets, which no set holds: a drill goes without, and says so. */
function isMissingProvider({ code }: PoolFault): boolean {
  return code.startsWith(MISSING_PROVIDER);
}

const MISSING_PROVIDER = "missing-provider:";

function acceptAll(order: ReimportOrder, faults: readonly PoolFault[]): ReimportOrder {
  return { ...order, accepted: [...order.accepted, ...faults.map(({ code }) => code)] };
}

function describeMissing({ code }: PoolFault): string {
  return `accounts at the identity provider ${code.slice(MISSING_PROVIDER.length)}`;
}

function describeRoles({ findings }: PreparedReimport): string[] {
  return findings.set.groups.some(({ roleArn }) => roleArn !== undefined) ? ["the roles of groups"] : [];
}

/** Users who are impossible only because their providers are left out. */
function addedImpossible(before: PreparedReimport, after: PreparedReimport): Set<string> {
  const known = new Set(before.findings.plan.impossible.map(({ sub }) => sub));
  return new Set(after.findings.plan.impossible.map(({ sub }) => sub).filter((sub) => !known.has(sub)));
}

/** Before anything is made: the pool would stand in an account where nobody looks for it. */
async function refuseOtherAccount({ stack }: StackOutputs, { signal }: DrillContext): Promise<void> {
  const client = new STSClient(clientSettings({ region: stack.region }));
  const { account } = await findCaller(client, createAwsCaller(signal));
  const [fault] = findOtherCaller(account, stack);
  if (fault !== undefined) throw new BadInputError(fault.message, { remedy: fault.remedy });
}

function openPools({ stack }: StackOutputs, context: DrillContext): RehearsalPools {
  const { signal, pause, now, warn } = context;
  return openRehearsalPools({
    client: new CognitoIdentityProviderClient(clientSettings({ region: stack.region })),
    onceClient: new CognitoIdentityProviderClient(clientSettings({ region: stack.region, maxAttempts: 1 })),
    stack: stack.stack,
    region: stack.region,
    asking: { call: createAwsCaller(signal), pause },
    askingAtEnd: atEnd(),
    now,
    warn,
    signal,
  });
}

/** How AWS is asked when the run may have been stopped already. */
function atEnd() {
  return {
    call: createAwsCaller(new AbortController().signal),
    pause: (milliseconds: number) => setTimeout<void>(milliseconds),
  };
}
