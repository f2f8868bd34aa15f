import { openUserPool, type UserPool } from "../backup/user-pool.ts";
import { BadInputError, LockedError } from "../runtime/errors.ts";
import { createProgress, formatCount } from "../runtime/progress.ts";
import { type CsvLaneOptions, importUsers } from "./csv-lane.ts";
import { type GroupLane, startGroups, toTargetGroup } from "./group-lane.ts";
import { waitForJobs } from "./import-job.ts";
import { type Journal, openJournal } from "./journal.ts";
import type { RefusedEntry } from "./journal-format.ts";
import { countUsers } from "./plan-text.ts";
import {
  findReimport,
  listStanding,
  type ReimportContext,
  type ReimportFindings,
  type ReimportPlaces,
} from "./reimport-findings.ts";
import type { ReimportOrder } from "./reimport-order.ts";
import { type PlanInput, planActions, type ReimportPlan } from "./reimport-plan.ts";
import { checkRestore, type Difference, type RestoreCheck, readMemberships } from "./restore-check.ts";
import { restoreUsers } from "./user-lane.ts";
import type { NewUser } from "./user-plan.ts";
import type { PendingAction } from "./user-restorer.ts";
import type { UserWriter } from "./user-writer.ts";

export interface ReimportWork {
  places: ReimportPlaces;
  order: ReimportOrder;
  findings: ReimportFindings;
  writer: UserWriter;
  context: ReimportContext;
  /** Throws when the run has lost its right to write. */
  mayWrite: () => void;
  /** Users under way at once. */
  lookahead: number;
  /** How far it is, for whoever asks while it runs. */
  done: ReimportCounts;
}

/** What a run did. */
export interface ReimportCounts {
  /** Users for whom nothing is left to do. */
  restored: number;
  refused: number;
  /** Groups that were made. */
  groups: number;
}

/** What became of the whole: every user of the set is verified, left out by rule, or among the rejects. */
export interface ReimportOutcome {
  check: RestoreCheck;
  /** How long it took to read the target again and compare. */
  checkSeconds: number;
  rejects: Reject[];
}

/** A user of the set who is not in the target as they should be, and why. */
export interface Reject {
  kind: "reject";
  /** In the set. */
  sub: string;
  reason: string;
}

/**
 * Carries a plan out and proves it: groups, import jobs, users one by one, and in the end the target is read again and
 * every user compared. The journal is written ahead of every step, so that a run that follows on a broken one ends the
 * same. Throws what stops it; what was done stays done.
 */
export async function runReimport(work: ReimportWork): Promise<ReimportOutcome> {
  const { context } = work;
  await beginJournal(work);
  const groups = await beginGroups(work);
  try {
    await importByCsv(work);
    await restoreByApi(work, groups);
    await groups.allMade();
  } finally {
    await groups.stop();
  }
  context.progress("Reading the target again, to compare every user");
  return compareAll(work);
}

/** Reads set, journal and target and compares them, for a re-import that has nothing left to do; writes nothing. */
export async function checkReimport(work: ReimportWork): Promise<ReimportOutcome> {
  return compareAll(work);
}

async function compareAll(work: ReimportWork): Promise<ReimportOutcome> {
  const { findings, context } = work;
  const startedAt = context.now().getTime();
  const check = await checkAll(work);
  const checkSeconds = (context.now().getTime() - startedAt) / 1_000;
  return { check, checkSeconds, rejects: listRejects(findings.plan, check.refused, check.differences) };
}

/**
 * What was found, found again where it may have changed since: another run that wrote to the journal meanwhile ends
 * this one, and import jobs that an earlier run left behind are waited for.
 */
export async function refreshFindings({
  places,
  order,
  findings,
  context,
}: ReimportWork): Promise<ReimportFindings> {
  const { folder, pages } = findings.journal;
  const journal = await openJournal(places.work, folder, context.runId);
  if (journal.pages() !== pages()) {
    throw new LockedError("Another run has worked on the same users since the plan was made.", {
      remedy: "Run it again and read the new plan.",
    });
  }
  const jobs = places.openJobs(findings.target.name);
  // The journal as it is written while the lease is held, and the same one for whatever is decided by it.
  const fresh = { ...findings, journal, jobs, input: { ...findings.input, journal: journal.state } };
  if (jobs === undefined || journal.state.jobs.length === 0) return fresh;
  const hadJobs = await waitForJobs(jobs, jobNameOf(journal), context);
  if (!hadJobs) return fresh;
  const after = await findReimport(places, order, context);
  if (after.faults.length === 0) return after;
  throw new BadInputError("Something speaks against the plan since the import jobs have ended.", {
    remedy: "Nothing more was written; run it again, and read the new plan.",
  });
}

async function beginJournal({ findings, order, places, context }: ReimportWork): Promise<void> {
  const { journal, plan, target } = findings;
  const { pool, set } = places.manifest;
  await journal.append([
    {
      kind: "start",
      target: target.id,
      set: `${pool.id}/${set}`,
      scope: order.scope.kind,
      plan: plan.hash,
      at: context.now().toISOString(),
    },
  ]);
}

function beginGroups({ findings, order, writer, done, mayWrite }: ReimportWork): Promise<GroupLane> {
  const wanted = new Set(findings.plan.groupsToCreate);
  const groups = findings.set.groups.filter(({ name }) => wanted.has(name));
  const onGroup = () => {
    done.groups += 1;
  };
  return startGroups(
    groups.map((group) => toTargetGroup(group, order)),
    { writer, mayWrite, onGroup },
  );
}

async function importByCsv(work: ReimportWork): Promise<void> {
  const { findings, places, context } = work;
  const { plan, journal, target, jobs } = findings;
  if (plan.engines.csv === 0 || jobs === undefined) return;
  context.progress(`Importing ${formatCount(plan.engines.csv)} users by CSV import job`);
  const options: CsvLaneOptions = {
    ...context,
    jobs,
    journal,
    jobName: jobNameOf(journal),
    mayWrite: work.mayWrite,
  };
  const refusals = await importUsers(csvUsers(findings.input), options);
  if (refusals.size > 0) {
    const [reason = ""] = refusals.values();
    context.warn(`${countUsers(refusals.size)} not imported, who go by the API (${reason})`);
  }
  findings.standing = await listStanding(places, target, context);
}

async function* csvUsers(input: PlanInput): AsyncGenerator<NewUser> {
  for await (const action of planActions(input)) {
    if (action.kind === "create" && action.user.engine === "csv") yield action.user;
  }
}

/**
 * Begins the names of the jobs of one re-import, the same until it came to its end: the same users may have to be
 * imported again later, when somebody has deleted them.
 */
function jobNameOf({ folder, state }: Journal): string {
  const [, target = "", , set = ""] = folder.split("/");
  return `sekisho-${target}-${set}-${state.ends}`;
}

/** Everybody whom no job has made, and whatever else is to be done for those whom one has. */
async function restoreByApi(work: ReimportWork, groups: GroupLane): Promise<void> {
  const { findings, context, order, done, writer } = work;
  const { plan, journal, input, standing } = findings;
  const { create, resume, overwrite, repair } = plan.decisions;
  const progress = createProgress({
    noun: "users",
    expected: create + resume + overwrite + repair,
    now: context.now,
    writeLine: context.progress,
  });
  await restoreUsers(pendingActions({ ...input, standing, journal: journal.state }), {
    ...context,
    writer: {
      ...writer,
      addToGroup: async (username, group) => {
        await groups.whenMade(group);
        await writer.addToGroup(username, group);
      },
    },
    target: findings.target,
    journal,
    lookahead: work.lookahead,
    mostRefused: order.mostRefused ?? Math.max(FEW, Math.ceil(plan.users * REFUSED_SHARE)),
    onUser: (kind) => {
      done[kind === "done" ? "restored" : "refused"] += 1;
      progress.add(1);
    },
  });
}

/** So many users, and such a share of them, AWS may refuse before the run stops by itself. */
const FEW = 100;
const REFUSED_SHARE = 0.05;

async function* pendingActions(input: PlanInput): AsyncGenerator<PendingAction> {
  for await (const action of planActions(input)) {
    if (action.kind === "skip" || action.kind === "impossible" || action.kind === "none") continue;
    yield { ...action, isImported: input.journal.imported.has(action.user.ordinal) };
  }
}

async function checkAll({ places, findings, writer, context }: ReimportWork): Promise<RestoreCheck> {
  const { target, input, journal } = findings;
  const pool = openUserPool(places.target);
  const standing = await listStanding(places, target, context);
  const groups = new Set([...target.groups.keys(), ...findings.set.groups.map(({ name }) => name)]);
  const memberships = await readMemberships(pool, await standingGroups(pool, groups), context.signal);
  const progress = createProgress({
    noun: "users compared",
    expected: journal.state.done.size,
    now: context.now,
    writeLine: context.progress,
  });
  return checkRestore({
    input,
    journal: journal.state,
    standing,
    memberships,
    writer,
    listGroupsOf: pool.listGroupsOf,
    pause: context.pause,
    signal: context.signal,
    onUser: () => progress.add(1),
  });
}

/** Those of the groups that are there now. */
async function standingGroups(pool: UserPool, wanted: ReadonlySet<string>): Promise<Set<string>> {
  const there = new Set<string>();
  for await (const page of pool.listGroups())
    for (const { name } of page) if (wanted.has(name)) there.add(name);
  return there;
}

/** Everybody who is not in the target as they should be, in the set's order. */
export function listRejects(
  { impossible }: Pick<ReimportPlan, "impossible">,
  refused: readonly RefusedEntry[],
  differences: readonly Difference[],
): Reject[] {
  return [
    ...impossible,
    ...refused.map(({ user, oldSub, reason }) => ({
      ordinal: user,
      sub: oldSub,
      reason,
    })),
    ...differences.map(({ ordinal, sub, what }) => ({ ordinal, sub, reason: `differs: ${what}` })),
  ]
    .sort((one, other) => one.ordinal - other.ordinal)
    .map(({ sub, reason }) => ({ kind: "reject", sub, reason }));
}
