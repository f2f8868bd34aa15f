import type { HeldLease } from "../lease/lease.ts";
import { type ExitCode, LockedError, RemoteError, RunbookError } from "../runtime/errors.ts";
import { generateRotationId, generateSecret } from "./new-secret.ts";
import type { RotatedStack, RotationContext } from "./rotated-stack.ts";
import { readBack, withRotation } from "./rotated-stack.ts";
import {
  findRotation,
  openRotationPlaces,
  type RotationFindings,
  type RotationPlaces,
} from "./rotation-findings.ts";
import { CURRENT, graceLabel } from "./rotation-labels.ts";
import type { RotationOrder } from "./rotation-order.ts";
import type { RotationStep, Side } from "./rotation-plan.ts";
import { describeStep } from "./rotation-report.ts";
import type { ClientSecretValue } from "./secret-versions.ts";

/** What a run has done. */
export interface RotationCounts {
  /** Versions stored. */
  stored: number;
  /** Secrets added to the client, and deleted from it. */
  added: number;
  deleted: number;
  /** Rules and default actions written again. */
  rules: number;
  [count: string]: number;
}

/** A rotation whose steps were carried out, and what it is like now. */
export interface AppliedRotation {
  findings: RotationFindings;
  counts: RotationCounts;
  exitCode?: ExitCode;
}

/** Reads everything once, without the right to write. */
export function openForReading(stack: RotatedStack, context: RotationContext): RotationPlaces {
  const mayWrite = () => {
    throw new RunbookError("A write was about to happen while the plan is made.", { exitCode: 1 });
  };
  return openRotationPlaces(stack, { ...context, mayWrite });
}

/**
 * Carries the plan out while nobody else can, between two records in the runbook log. Throws LockedError when somebody
 * else is at it, or was since the plan was made; whatever stops it, a run that follows goes on from there.
 */
export function applyRotation(
  { stack, order, planned }: { stack: RotatedStack; order: RotationOrder; planned: RotationFindings },
  ticket: string,
  context: RotationContext,
): Promise<AppliedRotation> {
  const counts: RotationCounts = { stored: 0, added: 0, deleted: 0, rules: 0 };
  const change = {
    ticket,
    plan: planned.plan.hash,
    planned: { steps: planned.plan.steps.length, uses: planned.uses.length },
    done: () => ({ ...counts }),
  };
  return withRotation(stack, change, context, async (held): Promise<AppliedRotation> => {
    const leased = { ...context, signal: held.signal };
    const places = openRotationPlaces(stack, { ...leased, mayWrite: held.check });
    const found = await findRotation(places, stack, order);
    if (found.plan.hash !== planned.plan.hash || found.plan.missing.length > 0) {
      throw new LockedError("The rotation is not where it was when the plan was made: somebody was at it.", {
        remedy: "Nothing was changed; run it again and read the new plan.",
      });
    }
    const sides = sidesOf(found);
    if (found.state.kind === "stored" && order.mode === "roll-back") {
      await refuseAdded({ places, found, sides });
    }
    const work: RotationWork = { places, found, held, counts, context: leased, sides };
    for (const [place, step] of found.plan.steps.entries()) {
      context.progress(`${place + 1} of ${found.plan.steps.length}: ${describeStep(step, found)}`);
      leased.signal.throwIfAborted();
      await carryOut(work, step);
    }
    const end = { ...order, mode: "status", proofs: new Map<string, string>() } as const;
    return { findings: await readBack(() => findRotation(places, stack, end)), counts };
  });
}

interface RotationWork {
  places: RotationPlaces;
  found: RotationFindings;
  held: HeldLease;
  counts: RotationCounts;
  context: RotationContext;
  sides: Partial<Record<Side, HeldVersion | undefined>>;
}

/** A version with what it holds. */
interface HeldVersion {
  id: string;
  value: ClientSecretValue;
}

function sidesOf({ state, values }: RotationFindings): RotationWork["sides"] {
  const hold = (id: string): HeldVersion | undefined => {
    const value = values.get(id);
    return value && { id, value };
  };
  if ("newVersion" in state) return { old: hold(state.oldVersion), new: hold(state.newVersion) };
  if (state.kind === "idle") return { old: hold(state.version) };
  // Labels go off the version that has them; a rotation that follows makes a new one.
  return { old: hold(state.version), new: hold(state.leftOn) };
}

async function carryOut(work: RotationWork, step: RotationStep): Promise<void> {
  const { places, counts, context, sides } = work;
  switch (step.do) {
    case "store": {
      const id = generateRotationId(context.randomBytes);
      const value = { ...sideOf(work, "old").value, clientSecret: generateSecret(context.randomBytes) };
      await places.versions.put(id, value, step.labels);
      sides.new = { id, value };
      counts.stored += 1;
      return;
    }
    case "add":
      await places.secrets.add(sideOf(work, "new").value.clientSecret);
      counts.added += 1;
      return;
    case "prove":
      for (const side of step.sides) await prove(work, side);
      return;
    case "write-rules":
      return writeRules(work, sideOf(work, step.side).value.clientSecret);
    case "move-current": {
      const from = step.to === "new" ? "old" : "new";
      await places.versions.moveLabel(CURRENT, sideOf(work, from).id, sideOf(work, step.to).id);
      return;
    }
    case "label":
      for (const label of step.labels) await places.versions.addLabel(sideOf(work, "new").id, label);
      return;
    case "take-labels-off":
      for (const label of step.labels) await places.versions.removeLabel(sideOf(work, "new").id, label);
      return;
    case "begin-grace": {
      const until = new Date(places.versions.readTime().getTime() + step.seconds * 1_000);
      await places.versions.addLabel(sideOf(work, "new").id, graceLabel(until));
      return;
    }
    case "delete":
      return deleteSecret(work, step.secretId);
  }
}

function sideOf({ sides }: RotationWork, side: Side): HeldVersion {
  const version = sides[side];
  if (version !== undefined) return version;
  throw new RunbookError(`The plan needs the ${side} version, which was not read.`, { exitCode: 1 });
}

async function prove(work: RotationWork, side: Side): Promise<void> {
  const { clientSecret } = sideOf(work, side).value;
  if (await work.found.probe.staysLive(clientSecret)) return;
  throw side === "new"
    ? new RemoteError("Cognito does not take the new secret, a minute after it was added.", {
        remedy: "The old one is good and in use; run it again, or --rollback.",
      })
    : new LockedError("Cognito does not take the old secret any more: somebody removed it meanwhile.", {
        remedy: "Run it with --status.",
      });
}

/**
 * A run before may have sent the new secret, and Cognito may take it and list it a while later. Once the labels are off, nobody
 * could tell any more whose it is.
 */
async function refuseAdded({
  places,
  found,
  sides,
}: Pick<RotationWork, "places" | "found" | "sides">): Promise<void> {
  const isTaken = sides.new !== undefined && (await found.probe.becomesLive(sides.new.value.clientSecret));
  if (!isTaken && (await places.secrets.list()).length < 2) return;
  throw new LockedError("The new secret was added after all; its labels stay.", {
    remedy: "Nothing was changed; run it again in a minute.",
  });
}

async function writeRules({ places, found, counts, context }: RotationWork, secret: string): Promise<void> {
  for (const use of found.uses) {
    if (use.kind !== "authenticate-oidc") continue;
    if (await places.rules.write(use, secret)) counts.rules += 1;
    else context.warn(`${use.where} does not carry the client any more, and was left alone.`);
  }
}

/** The one step that nothing brings back: the lease is asked for again, and so is the list. */
async function deleteSecret({ places, held, counts }: RotationWork, secretId: string): Promise<void> {
  const standing = await places.secrets.list();
  if (standing.length !== 2 || !standing.includes(secretId)) {
    throw new LockedError("The client's secrets changed meanwhile; none was deleted.", {
      remedy: "Run it with --status.",
    });
  }
  await held.confirm();
  await places.secrets.remove(secretId);
  counts.deleted += 1;
}
