import type { ManifestBody } from "../backup/format.ts";
import type { SetStore } from "../backup/set-store.ts";
import type { UserPoolOptions } from "../backup/user-pool.ts";
import type { ErasedPeople } from "../erased/erased-list-reader.ts";
import { NotFoundError } from "../runtime/errors.ts";
import { createProgress, formatCount } from "../runtime/progress.ts";
import type { ImportJobs } from "./import-service.ts";
import { type Journal, openJournal } from "./journal.ts";
import { acceptedOmissions } from "./omissions.ts";
import { firmFault } from "./pool-faults/pool-fault.ts";
import { findPoolFaults, type PoolFault } from "./pool-faults.ts";
import { findPoolWarnings } from "./pool-warnings.ts";
import type { ReimportOrder } from "./reimport-order.ts";
import { type PlanInput, planActions, planReimport, type ReimportPlan } from "./reimport-plan.ts";
import { openSet, type SetContents } from "./set-contents.ts";
import { createSetTally } from "./set-tally.ts";
import { indexStandingUsers, type StandingUsers } from "./standing-users.ts";
import type { TargetPool } from "./target-pool.ts";
import { describedPool, listTargetUsers, readTargetPool } from "./target-reader.ts";
import { findWrongTarget, type TargetFacts } from "./wrong-target.ts";

/** What a re-import reads from and writes to. */
export interface ReimportPlaces {
  /** Where the set lies. */
  source: SetStore;
  manifest: ManifestBody;
  target: UserPoolOptions;
  /** Journals, maps and rejects; its calls go on when the run is stopped. */
  work: SetStore;
  /** The import jobs of the target, whose name is known by then; undefined where the stack has no role for them. */
  openJobs: (poolName: string) => ImportJobs | undefined;
  erased: ErasedPeople;
  facts: Pick<TargetFacts, "stack" | "sourceStack" | "callerAccount" | "isRehearsal">;
}

export interface ReimportContext {
  runId: string;
  now: () => Date;
  pause: (milliseconds: number) => Promise<void>;
  randomBytes: (length: number) => Buffer;
  progress: (line: string) => void;
  warn: (line: string) => void;
  signal: AbortSignal;
}

/** Everything that was found before anything is written. */
export interface ReimportFindings {
  set: SetContents;
  target: TargetPool;
  standing: StandingUsers;
  journal: Journal;
  jobs: ImportJobs | undefined;
  input: PlanInput;
  plan: ReimportPlan;
  /** Whatever speaks against it; with an empty list it may be done. */
  faults: PoolFault[];
  warnings: string[];
}

/** Users from which on an import job is worth the wait for it. */
const CSV_WORTHWHILE = 1_000;

/** Reads set, target and journal, and works the plan out; writes nothing. */
export async function findReimport(
  places: ReimportPlaces,
  order: ReimportOrder,
  context: ReimportContext,
): Promise<ReimportFindings> {
  const { manifest, source, work, facts } = places;
  const set = await openSet(source, manifest);
  const target = await readTargetPool(places.target);
  const journal = await openJournal(work, journalFolder(target.id, manifest), context.runId);
  const standing = await listStanding(places, target, context);
  const input = createInput({ places, order, set, target, standing, journal });
  const described = describedPool(set.pool, set.groups);
  // Whose attributes are put back was in this very pool, and keeps password and factors.
  const comparison =
    order.scope.kind === "attributes"
      ? undefined
      : {
          source: described,
          target,
          tally: await tallyUsers(input, described),
          groups: set.groups,
          choices: { ...order, withMfa: order.restoresFactors },
        };
  const jobs = places.openJobs(target.name);
  const { plan, engine } = await planWithEngine(input, order, jobs);
  refuseUnknownUsers(plan);
  const present = { users: standing.size(), known: standing.size() - plan.strangers };
  const wrongTarget = findWrongTarget({
    ...facts,
    manifest,
    target,
    present,
    unfinished: await findUnfinished(work, target.id, context.runId),
    isSamePool: order.isSamePool,
    now: context.now(),
  });
  return {
    set,
    target,
    standing,
    journal,
    input: { ...input, rules: { ...input.rules, engine } },
    plan,
    jobs,
    faults: [
      ...wrongTarget,
      ...(comparison ? findPoolFaults(comparison) : []),
      ...findPlanFaults(plan, order, jobs),
    ],
    warnings: comparison ? findPoolWarnings(comparison) : [],
  };
}

/** Sets that other runs began to bring into the target, as `<pool id>/<set>`, and did not finish. */
async function findUnfinished(work: SetStore, targetId: string, runId: string): Promise<string[]> {
  const unfinished: string[] = [];
  for (const pool of await work.listFolders(`reimports/${targetId}/`)) {
    for (const set of await work.listFolders(`reimports/${targetId}/${pool}/`)) {
      const { state, pages } = await openJournal(work, `reimports/${targetId}/${pool}/${set}/`, runId);
      if (pages() > 0 && state.open.size > 0) unfinished.push(`${pool}/${set}`);
    }
  }
  return unfinished;
}

/** Where the journal of one set into one target lies. */
export function journalFolder(targetId: string, { pool, set }: Pick<ManifestBody, "pool" | "set">): string {
  return `reimports/${targetId}/${pool.id}/${set}/`;
}

/** Reads the target's users into memory, to know who is there. */
export async function listStanding(
  { target: source }: Pick<ReimportPlaces, "target">,
  target: TargetPool,
  { now, progress }: Pick<ReimportContext, "now" | "progress">,
): Promise<StandingUsers> {
  const counter = createProgress({
    noun: "users of the target read",
    expected: target.estimatedUsers,
    now,
    writeLine: progress,
  });
  return indexStandingUsers(target, count(listTargetUsers(source), counter.add));
}

async function* count<Item>(pages: AsyncIterable<Item[]>, add: (items: number) => void) {
  for await (const page of pages) {
    add(page.length);
    yield page;
  }
}

function createInput({
  places,
  order,
  set,
  target,
  standing,
  journal,
}: {
  places: ReimportPlaces;
  order: ReimportOrder;
  set: SetContents;
  target: TargetPool;
  standing: StandingUsers;
  journal: Journal;
}): PlanInput {
  return {
    set,
    target,
    standing,
    journal: journal.state,
    scope: order.scope,
    existing: order.existing,
    isSamePool: places.manifest.pool.id === target.id,
    rules: {
      target,
      restoresUnconfirmed: order.restoresUnconfirmed,
      restoresFactors: order.restoresFactors,
      engine: order.engine,
      leftOut: acceptedOmissions(order.accepted),
      isErased: places.erased.isErased,
    },
  };
}

/**
 * Counts those who are to come back, and those whom an earlier run has brought back: what was accepted for them is
 * accepted still. What others have is no fault of the target.
 */
async function tallyUsers(input: PlanInput, source: TargetPool) {
  const tally = createSetTally({ source, target: input.target });
  for await (const action of planActions(input)) {
    if (action.kind === "skip") continue;
    if (action.kind === "none" && action.decision !== "done") continue;
    tally.add(action.setUser);
  }
  return tally.read();
}

async function planWithEngine(
  input: PlanInput,
  order: ReimportOrder,
  jobs: ImportJobs | undefined,
): Promise<{ plan: ReimportPlan; engine: ReimportOrder["engine"] }> {
  const withEngine = (engine: ReimportOrder["engine"]) =>
    planReimport({ ...input, rules: { ...input.rules, engine } });
  const plan = await withEngine(order.engine);
  const isCsvIdle = order.engine === "auto" && (jobs === undefined || plan.engines.csv < CSV_WORTHWHILE);
  return isCsvIdle ? { plan: await withEngine("api"), engine: "api" } : { plan, engine: order.engine };
}

function refuseUnknownUsers({ named }: ReimportPlan): void {
  const [unknown, ...others] = Object.keys(named).filter((name) => named[name] === 0);
  if (unknown === undefined) return;
  const more = others.length > 0 ? `, nor ${formatCount(others.length)} others of those named` : "";
  throw new NotFoundError(`The set has no user ${unknown}${more}.`, {
    remedy: "Name people by user name, sub, address or number, as they were then; or take another set.",
  });
}

/** What speaks against a plan that the pools alone do not tell. */
function findPlanFaults(
  { decisions, skipped, clashes, engines, named }: ReimportPlan,
  { scope, engine }: ReimportOrder,
  jobs: ImportJobs | undefined,
): PoolFault[] {
  const faults: PoolFault[] = [];
  const firm = (...fault: Parameters<typeof firmFault>) => faults.push(firmFault(...fault));
  if (decisions.clash > 0) {
    const more = decisions.clash > clashes.length ? ", …" : "";
    firm(
      "existing-users",
      `${users(decisions.clash)} in the target already: ${clashes.join(", ")}${more}.`,
      "Give --existing skip to leave them alone, or --existing overwrite to put the set's values over theirs.",
    );
  }
  for (const [name, count] of Object.entries(named)) {
    if (count < 2) continue;
    firm(
      "several-users",
      `${name} fits ${formatCount(count)} users of the set.`,
      "Name them by user name or sub.",
    );
  }
  if (scope.kind === "users" && decisions.standing > 0) {
    firm(
      "standing-user",
      "A user that was named is not missing.",
      "--attributes-of <user> puts attributes back; leave those out who are there.",
    );
  }
  if (scope.kind === "users" && skipped.erased + skipped.unconfirmed > 0) {
    firm(
      "left-out-user",
      "A user that was named is left out: erased, or never confirmed.",
      "--unconfirmed restore brings the latter back; nothing brings back the former.",
    );
  }
  if (scope.kind === "attributes" && decisions.gone > 0) {
    firm(
      "missing-user",
      "The user that was named is missing from the pool.",
      "--user <name> brings them back.",
    );
  }
  if (engine === "csv" && jobs === undefined && engines.csv > 0) {
    firm("import-role", "The stack has no role for import jobs.", "Deploy it again, or give --engine api.");
  }
  return faults;
}

function users(count: number): string {
  return count === 1 ? "1 user stands" : `${formatCount(count)} users stand`;
}
