import { createHash } from "node:crypto";
import { BadInputError, NotConfirmedError } from "../../runtime/errors.ts";
import type { ConsumerProof } from "../consumer-proof.ts";
import { isGraceLabel, readRotationLabels, swapLabels } from "../rotation-labels.ts";
import { type RotationMode, type RotationOrder, refuseManyConsumers } from "../rotation-order.ts";
import {
  describeMissing,
  findMissingGrace,
  noWayBack,
  refuseForeignProofs,
  warnOfOld,
} from "../rotation-plan.ts";
import { chooseEdit, type SwapEdit, type SwapGoal, type SwapSettings } from "./swap-edits.ts";
import type { SwapState, SwapVersion } from "./swap-state.ts";

/** What a swap is planned from. */
export interface SwapInput {
  state: SwapState;
  versions: readonly SwapVersion[];
  order: Pick<RotationOrder, "mode" | "consumers" | "isCompromised" | "proofs">;
  /** What the stack file says. */
  found: SwapSettings;
  /** Whoever reads the secret by themselves, with their proofs. */
  proofs: readonly ConsumerProof[];
  /** AWS's own time. */
  now: Date;
}

export interface SwapPlan {
  /** The deployments, in their order. */
  edits: readonly SwapEdit[];
  /** Whether it ends by writing down until when both generations stay. */
  beginsGrace: boolean;
  /** Labels that are taken off at the end, because it is over. */
  leftLabels: readonly { versionId: string; labels: readonly string[] }[];
  /** What is missing before the generation that is not in use may go; with an empty list it may. */
  missing: readonly string[];
  /** What somebody whose secret leaked has to know of the client that stays, in sentences without their full stops. */
  warnings: readonly string[];
  /** SHA-256 of state and deployments. */
  hash: string;
}

/** Where each mode of the command leads; `status` nowhere. */
const GOALS: Readonly<Partial<Record<RotationMode, SwapGoal>>> = {
  rotate: "forward",
  "roll-back": "rollback",
  finish: "finish",
};

/**
 * What is to be done. Throws NotConfirmedError where there is nothing yet that could be finished or nothing any more to go
 * back to, BadInputError where there is no way to the goal, for too many consumers, and for proofs that nobody asked for.
 */
export function planSwap(input: SwapInput): SwapPlan {
  const { state, order, versions } = input;
  const noted = versions.flatMap(({ stages }) => readRotationLabels(stages).consumers);
  refuseManyConsumers(noted, order.consumers);
  const edits = planEdits(input);
  if (order.mode === "roll-back" && edits.length === 0) refuseAfterEnd(input);
  const missing = order.mode === "finish" ? findMissing(input) : [];
  const end = edits.at(-1)?.move;
  const isOver = (order.mode === "finish" || order.mode === "roll-back") && endsAlone(state, end);
  const { stage, inUse, other } = state;
  const described = JSON.stringify({ stage, inUse, other, edits });
  return {
    edits,
    beginsGrace: beginsGrace(input, end),
    leftLabels: isOver ? findLeftLabels(versions) : [],
    missing,
    warnings: order.mode === "finish" && order.isCompromised ? warnOfReturn(state) : [],
    hash: createHash("sha256").update(described).digest("hex"),
  };
}

/** Whether nothing is left to do. */
export function isDone({ edits, beginsGrace, leftLabels }: SwapPlan): boolean {
  return edits.length === 0 && !beginsGrace && leftLabels.length === 0;
}

/** Until when the generation that is not in use stays at least; undefined where no grace has begun. */
export function graceOf({ current }: Pick<SwapState, "current">): Date | undefined {
  return readRotationLabels(current.stages).graceUntil;
}

/**
 * Whoever was named has to accept tokens of the new client before any are issued, and its id is known once it is there:
 * the first deployment ends such a run.
 */
export function stopsBeside({ consumers, isCompromised }: SwapInput["order"]): boolean {
  return consumers.length > 0 && !isCompromised;
}

function planEdits({ state, order, found }: SwapInput): SwapEdit[] {
  const goal = GOALS[order.mode];
  if (goal === undefined) return [];
  const next = chooseEdit(state, goal, found);
  if ("reached" in next) return [];
  if ("refusal" in next) {
    const { refusal, remedy } = next;
    throw goal === "finish"
      ? new NotConfirmedError(refusal, { remedy })
      : new BadInputError(refusal, { remedy });
  }
  const { edit } = next;
  if (edit.move !== "add" || stopsBeside(order)) return [edit];
  const { generation } = edit;
  const settings = { generation, alsoAccept: [edit.settings.generation] };
  return [edit, { move: "move", generation, settings }];
}

/** A grace begins when both have been in use: one that is alone with it has outlived the other. */
function refuseAfterEnd({ state, versions }: SwapInput): void {
  const hasGrace = versions.some(({ stages }) => stages.some(isGraceLabel));
  if (state.stage === "alone" && hasGrace) throw noWayBack("The other client is deleted");
}

function beginsGrace({ state, order }: SwapInput, end: SwapEdit["move"] | undefined): boolean {
  const hasNone = end !== undefined || graceOf(state) === undefined;
  if (order.mode === "rotate") {
    const isMoved = end === undefined ? state.stage === "moved" : end === "move";
    return isMoved && hasNone && !order.isCompromised;
  }
  const isBack = end === undefined ? state.stage === "returned" : end === "return";
  return order.mode === "roll-back" && isBack && hasNone;
}

function endsAlone({ stage }: SwapState, end: SwapEdit["move"] | undefined): boolean {
  return end === undefined ? stage === "alone" : end === "remove";
}

function findLeftLabels(versions: readonly SwapVersion[]): SwapPlan["leftLabels"] {
  return versions
    .map(({ versionId, stages }) => ({ versionId, labels: swapLabels(stages) }))
    .filter(({ labels }) => labels.length > 0);
}

/** After a rollback it is the newer client that goes, which need not be the one whose secret leaked. */
function warnOfReturn({ inUse, other }: SwapState): string[] {
  if (other === undefined || other.number < inUse.number) return [];
  return [warnOfOld(`the client ${inUse.clientId} of generation ${inUse.number}`)];
}

/** What stands against deleting a client, in sentences. */
function findMissing({ state, order, proofs, now }: SwapInput): string[] {
  refuseForeignProofs(order.proofs, proofs);
  const { stage, inUse, foreignRules } = state;
  if ((stage !== "moved" && stage !== "returned") || order.isCompromised) return [];
  return [
    ...foreignRules.map(
      ({ where }) =>
        `${where} is not of this stack and signs in with the other one: give it ${inUse.clientId}`,
    ),
    ...findMissingGrace(graceOf(state), stage === "moved" ? "--apply" : "--rollback", now),
    ...proofs.flatMap(describeMissing),
  ];
}
