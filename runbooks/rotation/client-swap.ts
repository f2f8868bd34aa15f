import type { HeldLease } from "../lease/lease.ts";
import { type ChangeChoice, confirmChange } from "../runtime/confirmation.ts";
import { BadInputError, LockedError, RunbookError } from "../runtime/errors.ts";
import type { RunbookResult } from "../runtime/runbook.ts";
import type { StackChoice } from "../runtime/stack-outputs.ts";
import type { ClientUse, DescribedListener } from "./client-uses.ts";
import { type RotatedStack, type RotationContext, readBack } from "./rotated-stack.ts";
import { consumerLabel, graceLabel, isGraceLabel } from "./rotation-labels.ts";
import type { RotationOrder } from "./rotation-order.ts";
import { chooseWay } from "./rotation-way.ts";
import type { PulumiCli } from "./swap/pulumi-cli.ts";
import { deployEdit, waitForEdit } from "./swap/swap-deployment.ts";
import { findSwap, readStanding, type SwapFindings, type SwapSearch } from "./swap/swap-findings.ts";
import { type SwapTools, swapTools } from "./swap/swap-places.ts";
import { isDone } from "./swap/swap-plan.ts";
import {
  describeAppliedSwap,
  describeEdit,
  describePlannedSwap,
  type ShownSwap,
  type SwapCounts,
} from "./swap/swap-report.ts";
import { orderGenerations, type SwapState } from "./swap/swap-state.ts";

/** A rotation by a second generation of the client. */
export interface ClientSwap {
  stack: RotatedStack;
  order: RotationOrder;
  /** Every listener of the Region, to look for all generations of the client. */
  listeners: readonly DescribedListener[];
  /** Where the generation in use is carried. */
  uses: readonly ClientUse[];
  /** What the command line says about the stack and about changing anything. */
  choice: StackChoice & ChangeChoice;
}

/**
 * Shows, carries out, takes back, or finishes a rotation by a second generation of the client, as the order says. It is
 * deployed by the Pulumi CLI; where there is none, it is shown what to type. Whatever stops it, a run that follows goes on
 * from there.
 */
export async function runClientSwap(
  { stack, order, listeners, uses, choice }: ClientSwap,
  context: RotationContext,
  tools: SwapTools = swapTools,
): Promise<RunbookResult> {
  const places = tools.openPlaces(stack, { ...context, mayWrite: refuseWrites });
  const search = { stack, order, places, projectDir: tools.projectDir };
  const findings = await findSwap(search, listeners);
  const cli = await tools.findPulumi(context.env);
  const others = Object.keys(stack.outputs.clients[stack.name]?.others ?? {});
  const chosen = chooseWay(order, uses, others);
  const { plan } = findings;
  const { warnings } = plan;
  const shown = { stack, order, chosen, findings, warnings, choice, hasCli: cli !== undefined };
  const planned = describePlannedSwap(shown, context.columns);
  if (!choice.apply || isDone(plan) || plan.missing.length > 0) return planned;

  for (const line of planned.text) context.progress(line);
  if (plan.edits.length > 0 && cli === undefined) throw missingCli();
  const change = await confirmChange(context, choice, { name: stack.name, noun: "client" });
  if (change === undefined) return planned;
  return applySwap({ shown, search, ticket: change.ticket, command: cli }, context, tools);
}

interface SwapRun {
  shown: ShownSwap;
  search: SwapSearch;
  ticket: string;
  /** The path of the Pulumi CLI; undefined only where nothing is deployed. */
  command: string | undefined;
}

/** Carries the plan out while nobody else can, between two records in the runbook log. */
async function applySwap(
  { shown, search, ticket, command }: SwapRun,
  context: RotationContext,
  tools: SwapTools,
): Promise<RunbookResult> {
  const { stack, findings: planned } = shown;
  const counts: SwapCounts = { deployments: 0, labels: 0 };
  const change = {
    ticket,
    plan: planned.plan.hash,
    planned: { deployments: planned.plan.edits.length, rules: planned.rules.length },
    done: () => ({ ...counts }),
  };
  return tools.withRotation(ofOneSwap(stack, planned.state), change, context, async (held) => {
    const leased = { ...context, signal: held.signal };
    const places = tools.openPlaces(stack, { ...leased, mayWrite: held.check });
    const leasedSearch = { ...search, places };
    const found = await findSwap(leasedSearch);
    refuseOtherPlan(found, planned);
    const openCli = () => openCliFor(search, { command, context: leased, tools });
    const work: SwapWork = { search: leasedSearch, found, counts, held, context: leased, openCli };
    await nameConsumers(work);
    await deployAll(work);
    if (found.plan.beginsGrace) await beginGrace(work);
    if (found.plan.leftLabels.length > 0) await takeLabelsOff(work);
    const after = { ...search.order, mode: "status", proofs: new Map<string, string>() } as const;
    const findings = await readBack(() => findSwap({ ...leasedSearch, order: after }));
    return describeAppliedSwap({ ...shown, findings }, counts, context.columns);
  });
}

/** Throws LockedError where somebody was at it since the plan was shown. */
function refuseOtherPlan({ plan }: SwapFindings, planned: SwapFindings): void {
  if (plan.hash === planned.plan.hash && plan.missing.length === 0) return;
  throw new LockedError("The swap is not where it was when the plan was made: somebody was at it.", {
    remedy: "Nothing was changed; run it again and read the new plan.",
  });
}

/** The log names one client from the first deployment of a swap to the last. */
function ofOneSwap(stack: RotatedStack, state: SwapState): RotatedStack {
  const { clientId } = orderGenerations(state)?.older ?? state.inUse;
  return { ...stack, identity: { ...stack.identity, clientId } };
}

interface SwapWork {
  search: SwapSearch;
  found: SwapFindings;
  counts: SwapCounts;
  held: HeldLease;
  context: RotationContext;
  openCli: () => PulumiCli;
}

/** Writes down who has to prove what they read, where it outlasts this run. */
async function nameConsumers({ search, found, counts }: SwapWork): Promise<void> {
  const { consumers, mode } = search.order;
  if (mode !== "rotate") return;
  for (const label of consumers.map(consumerLabel)) {
    if (found.versions.some(({ stages }) => stages.includes(label))) continue;
    await search.places.versions.addLabel(found.state.current.versionId, label);
    counts.labels += 1;
  }
}

async function deployAll(work: SwapWork): Promise<void> {
  const { search, found, counts, held, context, openCli } = work;
  const { edits } = found.plan;
  if (edits.length === 0) return;
  const cli = openCli();
  for (const [place, edit] of edits.entries()) {
    context.progress(`${place + 1} of ${edits.length}: ${describeEdit(edit, found.state)}`);
    const { stack, projectDir } = search;
    await deployEdit({ stack, edit, cli, projectDir, progress: context.progress, confirm: held.confirm });
    counts.deployments += 1;
    await waitForEdit(edit, () => readStanding(search), context.pause);
  }
}

function openCliFor(
  { stack, projectDir }: SwapSearch,
  { command, context, tools }: Pick<SwapRun, "command"> & { context: RotationContext; tools: SwapTools },
): PulumiCli {
  if (command === undefined) throw missingCli();
  return tools.openPulumiCli({
    command,
    stack: stack.outputs.stack.stack,
    projectDir,
    env: context.env,
    progress: (line) => context.progress(`  ${line}`),
    signal: context.signal,
  });
}

/** Writes down, on the version that consumers read, until when both generations stay at least. */
async function beginGrace({ search, counts }: SwapWork): Promise<void> {
  const { versions } = search.places;
  const standing = await readStanding(search);
  // A return that began before anybody had got the other secret needs none.
  if ("strange" in standing || (standing.state.stage !== "moved" && standing.state.stage !== "returned"))
    return;
  for (const { versionId, stages } of standing.versions) {
    for (const label of stages.filter(isGraceLabel)) await versions.removeLabel(versionId, label);
  }
  const until = new Date(versions.readTime().getTime() + search.order.graceSeconds * 1_000);
  await versions.addLabel(standing.state.current.versionId, graceLabel(until));
  counts.labels += 1;
}

/** Only those that the plan found: whatever came meanwhile is not this swap's. */
async function takeLabelsOff({ search, found, counts }: SwapWork): Promise<void> {
  for (const { versionId, labels } of found.plan.leftLabels) {
    for (const label of labels) {
      await search.places.versions.removeLabel(versionId, label);
      counts.labels += 1;
    }
  }
}

function refuseWrites(): never {
  throw new RunbookError("A write was about to happen while the plan is made.", { exitCode: 1 });
}

function missingCli(): BadInputError {
  return new BadInputError("There is no pulumi on the PATH to deploy with; nothing was changed.", {
    remedy: "Make the edits shown above and deploy them, or install the Pulumi CLI.",
  });
}
