import { setTimeout } from "node:timers/promises";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { STSClient } from "@aws-sdk/client-sts";
import type { StackOutputs } from "../../infra/outputs/outputs.ts";
import { mayStillArrive } from "../backup/copy-check.ts";
import type { ManifestBody } from "../backup/format.ts";
import { openSetStore, ownChecksums, type SetStore } from "../backup/set-store.ts";
import { verifySet } from "../backup/set-verification.ts";
import { type ErasedPeople, readErasedPeople } from "../erased/erased-list-reader.ts";
import { withLease } from "../lease/lease.ts";
import { openLeaseStore } from "../lease/lease-store.ts";
import { createAwsCaller } from "../runtime/aws-calls.ts";
import { clientSettings, leaveOutLog, limitRate } from "../runtime/aws-clients.ts";
import { type Caller, findCaller } from "../runtime/caller.ts";
import { BadInputError, RunbookError } from "../runtime/errors.ts";
import { createRateLimiter, type RateLimiter } from "../runtime/quotas.ts";
import { openRunbookLog, withRunbookLog } from "../runtime/runbook-log.ts";
import { type ImportJobs, openImportJobs } from "./import-service.ts";
import {
  findReimport,
  type ReimportContext,
  type ReimportFindings,
  type ReimportPlaces,
} from "./reimport-findings.ts";
import type { ReimportOrder } from "./reimport-order.ts";
import { countWrites, planSeconds } from "./reimport-plan.ts";
import { type ReimportFiles, resultsFolder, writeRejects, writeResults } from "./reimport-results.ts";
import {
  checkReimport,
  listRejects,
  type ReimportCounts,
  type ReimportOutcome,
  type ReimportWork,
  refreshFindings,
  runReimport,
} from "./reimport-run.ts";
import { findRestoreSet } from "./restore-set.ts";
import { TooManyRefusedError } from "./user-lane.ts";
import { openUserWriter } from "./user-writer.ts";

/** The stack that takes the users, and the one whose sets they come from. */
export interface ReimportStacks {
  outputs: StackOutputs;
  source: StackOutputs;
  /** Whether the copy's bucket of the source is meant. */
  fromCopy: boolean;
  /** The command that works on them, by its name. */
  runbook: "reimport-users" | "rehearse-restore";
}

/** What a plan was made of, to show and to carry out. */
export interface PreparedReimport {
  stacks: ReimportStacks;
  order: ReimportOrder;
  caller: Caller;
  manifest: ManifestBody;
  /** `s3://<bucket>/<pool id>/<set>/`. */
  place: string;
  findings: ReimportFindings;
  /** Seconds that AWS's quotas take at this share. */
  seconds: number;
  placed: Placed;
}

/** What places are opened from, again for each phase: each has its own signal. */
interface Placed {
  stacks: ReimportStacks;
  targetId: string;
  source: SetStore;
  manifest: ManifestBody;
  erased: ErasedPeople;
  facts: ReimportPlaces["facts"];
}

/**
 * Reads everything a re-import depends on and works the plan out; writes nothing. Throws NotFoundError for a set, pool
 * or user that is not there, IntegrityError for a set that is damaged, BadInputError where the list of the erased is
 * missing.
 */
export async function prepareReimport(
  stacks: ReimportStacks,
  order: ReimportOrder,
  context: ReimportContext,
): Promise<PreparedReimport> {
  const { outputs } = stacks;
  const { region } = outputs.stack;
  const targetId = order.pool ?? outputs.users.userPoolId;
  refuseOtherRegion(targetId, region);
  const call = createAwsCaller(context.signal);
  const caller = await findCaller(new STSClient(clientSettings({ region })), call);
  const source = openSource(stacks, context);
  const manifest = await findRestoreSet(source, {
    from: order.from,
    targetId,
    isSamePool: order.isSamePool,
    mayStillArrive: (found) => stacks.fromCopy && mayStillArrive(found, context.now()),
  });
  const place = `s3://${source.bucket}/${manifest.pool.id}/${manifest.set}/`;
  context.progress(`Verifying ${place} (${manifest.parts.length} parts)`);
  await verifySet({ ...context, store: source, manifest });
  const erased = await readErased(stacks, order, context);
  const limiter = createRateLimiter({ share: order.share, raised: order.raised, signal: context.signal });
  const facts = {
    stack: outputs.stack,
    sourceStack: stacks.source.stack.stack,
    callerAccount: caller.account,
    isRehearsal: stacks.runbook === "rehearse-restore",
  };
  const places = openPlaces({ stacks, targetId, source, manifest, erased, facts }, limiter, context);
  const findings = await findReimport(places, order, context);
  const pages = (2 * (findings.standing.size() + findings.plan.users)) / USERS_PER_PAGE;
  return {
    stacks,
    order,
    caller,
    manifest,
    place,
    findings,
    seconds: planSeconds(findings.plan.calls, limiter) + pages / limiter.rateOf("ListUsers"),
    placed: { stacks, targetId, source, manifest, erased, facts },
  };
}

/** The most that ListUsers gives (Amazon Cognito user pools API reference). */
const USERS_PER_PAGE = 60;

/** Whether nothing is to be written: everybody stands as planned, and no earlier run was left open. */
export function isNothingLeft({ plan, journal }: ReimportFindings): boolean {
  return countWrites(plan) + plan.decisions.resume === 0 && journal.state.open.size === 0;
}

/** A re-import that came to its end, with what it knew last. */
export interface FinishedReimport {
  findings: ReimportFindings;
  outcome: ReimportOutcome;
  counts: ReimportCounts;
  /** Undefined where there was nothing left to write. */
  files: ReimportFiles | undefined;
}

/** Only reads, and compares every user with the plan: for a re-import that is done. */
export async function checkPrepared(
  prepared: PreparedReimport,
  context: ReimportContext,
): Promise<FinishedReimport> {
  const work = openWork(prepared, () => {}, NOTHING_DONE(), context);
  const outcome = await checkReimport(work);
  return { findings: work.findings, outcome, counts: work.done, files: undefined };
}

/**
 * Carries a plan out, while nobody else can, between two records in the runbook log. Throws LockedError when somebody
 * else is at it; whatever stops it, a run that follows goes on from there.
 */
export async function applyPrepared(
  prepared: PreparedReimport,
  ticket: string,
  context: ReimportContext,
): Promise<FinishedReimport> {
  const { outputs, runbook } = prepared.stacks;
  const { account, region, stack } = outputs.stack;
  const { target, plan } = prepared.findings;
  // Not the run's own signal: lease, journal and log are written when the run was stopped, too.
  const call = createAwsCaller(new AbortController().signal, OWN_CALL_SECONDS);
  const log = openRunbookLog({
    client: new CloudWatchLogsClient(clientSettings({ region })),
    logGroup: requirePart(outputs, "runbook-log").logGroup,
    runbook,
    stack,
    runId: context.runId,
    call,
    now: context.now,
  });
  const lease = openLeaseStore({
    client: new S3Client({ ...clientSettings({ region }), ...ownChecksums }),
    bucket: outputs.backup.workBucket,
    account,
    key: `leases/reimport-${target.id}.json`,
    call,
    now: context.now,
  });
  const counts = NOTHING_DONE();
  return withLease({ ...context, store: lease, what: `Another ${runbook}` }, (held) =>
    withRunbookLog(
      {
        log,
        change: {
          who: prepared.caller,
          ticket,
          target: target.id,
          plan: plan.hash,
          counts: { ...plan.decisions, impossible: plan.impossible.length },
        },
        counts: () => ({ ...counts }),
        signal: held.signal,
        warn: context.warn,
      },
      async () => {
        const leased = { ...context, signal: held.signal };
        const work = openWork(prepared, held.check, counts, leased);
        work.findings = await refreshFindings(work);
        const outcome = await runReimport(work).catch(async (error: unknown) => {
          if (error instanceof TooManyRefusedError) await tellRefused(work);
          throw error;
        });
        const files = await writeResults({
          store: work.places.work,
          findings: work.findings,
          outcome,
          runId: context.runId,
          siteUrl: outputs.restore?.siteUrl,
          signInHost: outputs["sign-in-page"]?.host,
        });
        await held.confirm();
        const { findings } = work;
        const differing = outcome.check.differences.map(({ ordinal }) => ordinal);
        const scope = prepared.order.scope.kind;
        await findings.journal.append([{ kind: "end", scope, at: context.now().toISOString(), differing }]);
        return { findings, outcome, counts, files, exitCode: exitCodeOf(outcome) };
      },
    ),
  );
}

/** Whoever was refused is written down although the run stops: they tell what AWS minds. */
async function tellRefused({ places, findings, context }: ReimportWork): Promise<void> {
  const folder = resultsFolder(findings, context.runId);
  const refused = [...findings.journal.state.refused.values()];
  const key = await writeRejects(places.work, folder, listRejects(findings.plan, refused, []));
  if (key !== undefined) context.warn(`who was refused, and why: s3://${places.work.bucket}/${key}`);
}

/** 0 = everybody is there as planned, 3 = some were rejected, 13 = somebody is there and not as planned. */
export function exitCodeOf({ check, rejects }: Pick<ReimportOutcome, "check" | "rejects">): 0 | 3 | 13 {
  if (check.differences.length > 0) return 13;
  return rejects.length > 0 ? 3 : 0;
}

/** Longest time one call about lease, journal or log may take: the lease has to be renewed meanwhile. */
const OWN_CALL_SECONDS = 20;

const NOTHING_DONE = (): ReimportCounts => ({ restored: 0, refused: 0, groups: 0 });

/** Users under way for each second of the slowest lane, so that none of them ever waits for another. */
const LOOKAHEAD_SECONDS = 8;
const [LEAST_LOOKAHEAD, MOST_LOOKAHEAD] = [8, 400];

function openWork(
  { placed, order, findings }: PreparedReimport,
  mayWrite: () => void,
  done: ReimportCounts,
  context: ReimportContext,
): ReimportWork {
  const { share, raised } = order;
  const { waitForTurn, rateOf } = createRateLimiter({ share, raised, signal: context.signal });
  // After the wait for its turn: a machine that slept meanwhile may have lost the lease.
  const limiter: RateLimiter = {
    rateOf,
    waitForTurn: async (operation) => {
      await waitForTurn(operation);
      mayWrite();
    },
  };
  const opened = openPlaces(placed, limiter, context);
  const places = { ...opened, work: guardWrites(opened.work, mayWrite) };
  const { client, userPoolId, call } = places.target;
  const slowest = Math.min(rateOf("AdminAddUserToGroup"), rateOf("AdminSetUserPassword"));
  return {
    places,
    order,
    findings,
    writer: openUserWriter({ client, userPoolId, call }),
    context,
    mayWrite,
    lookahead: Math.min(Math.max(Math.ceil(slowest * LOOKAHEAD_SECONDS), LEAST_LOOKAHEAD), MOST_LOOKAHEAD),
    done,
  };
}

/** What is noted down without the lease would get into the way of whoever has it. */
function guardWrites(store: SetStore, mayWrite: () => void): SetStore {
  return {
    ...store,
    put: async (key, body) => {
      mayWrite();
      await store.put(key, body);
    },
  };
}

function openPlaces(
  { stacks, targetId, source, manifest, erased, facts }: Placed,
  limiter: RateLimiter,
  { signal, pause }: ReimportContext,
): ReimportPlaces {
  const { outputs } = stacks;
  const { account, region } = outputs.stack;
  const settings = clientSettings({ region });
  const client = new CognitoIdentityProviderClient(settings);
  limitRate(client, limiter);
  leaveOutLog(client);
  const call = createAwsCaller(signal);
  const logsRoleArn = outputs.restore?.importRoleArn;
  const openJobs = (poolName: string): ImportJobs | undefined => {
    if (logsRoleArn === undefined) return undefined;
    const logsClient = new CloudWatchLogsClient(settings);
    return openImportJobs({
      client,
      logsClient,
      userPoolId: targetId,
      poolName,
      logsRoleArn,
      call,
      pause,
      signal,
    });
  };
  return {
    source,
    manifest,
    facts,
    erased,
    target: { client, userPoolId: targetId, call, pause },
    work: openSetStore({
      client: new S3Client({ ...settings, ...ownChecksums }),
      bucket: outputs.backup.workBucket,
      keyArn: outputs.backup.workKeyArn,
      account,
      call: createAwsCaller(new AbortController().signal, OWN_CALL_SECONDS),
      pause: (milliseconds) => setTimeout(milliseconds),
    }),
    openJobs,
  };
}

/** The bucket that a re-import takes its set from. */
export function openSource(
  { source, fromCopy }: ReimportStacks,
  { signal, pause }: Pick<ReimportContext, "signal" | "pause">,
): SetStore {
  const { stack, backup } = source;
  const original = { region: stack.region, bucket: backup.bucket };
  const { region, bucket } = fromCopy && backup.copy ? backup.copy : original;
  const client = new S3Client({ ...clientSettings({ region }), ...ownChecksums });
  return openSetStore({ client, bucket, account: stack.account, call: createAwsCaller(signal), pause });
}

/**
 * Whoever is on the list of the stack that made the set stays erased in every other one, too. `--no-erased-list` lets a
 * list pass that cannot be read; whoever is on one that can be read stays erased all the same.
 */
async function readErased(
  { outputs, source }: ReimportStacks,
  { usesErasedList }: ReimportOrder,
  context: Pick<ReimportContext, "signal" | "pause" | "warn">,
): Promise<ErasedPeople> {
  const isOther = source.stack.stack !== outputs.stack.stack || source.stack.region !== outputs.stack.region;
  const lists: ErasedPeople[] = [];
  for (const stack of isOther ? [outputs, source] : [outputs]) {
    try {
      lists.push(await readErasedOf(stack, context));
    } catch (error) {
      context.signal.throwIfAborted();
      if (usesErasedList || !(error instanceof RunbookError)) throw error;
      context.warn(`nobody is known as erased from ${stack.stack.stack}: ${error.message}`);
    }
  }
  return {
    count: lists.reduce((sum, { count }) => sum + count, 0),
    isErased: (user) => lists.some(({ isErased }) => isErased(user)),
  };
}

function readErasedOf(
  outputs: StackOutputs,
  { signal, pause }: Pick<ReimportContext, "signal" | "pause">,
): Promise<ErasedPeople> {
  const { region, account } = outputs.stack;
  const { erasedList, erasedKeySecret } = requirePart(outputs, "restore");
  const settings = clientSettings({ region });
  const call = createAwsCaller(signal);
  const client = new S3Client({ ...settings, ...ownChecksums });
  return readErasedPeople({
    store: openSetStore({ client, bucket: outputs.backup.workBucket, account, call, pause }),
    object: erasedList,
    client: new SecretsManagerClient(settings),
    secret: erasedKeySecret,
    call,
  });
}

/** A part that only deployments of this version write. */
function requirePart<Part extends "restore" | "runbook-log">(
  outputs: StackOutputs,
  name: Part,
): NonNullable<StackOutputs[Part]> {
  const part = outputs[name];
  if (part !== undefined) return part as NonNullable<StackOutputs[Part]>;
  throw new BadInputError(`The outputs of ${outputs.stack.stack} have no part ${name}.`, {
    remedy: `Deploy the stack again with this version${name === "restore" ? ", or spell --no-erased-list" : ""}.`,
  });
}

/** AWS would say that there is no such pool, which is another incident. */
function refuseOtherRegion(targetId: string, region: string): void {
  if (targetId.startsWith(`${region}_`)) return;
  throw new BadInputError(`The pool ${targetId} is not in ${region}, where the stack is.`, {
    remedy: "Check --pool and --region.",
  });
}
