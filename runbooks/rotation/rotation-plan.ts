import { createHash } from "node:crypto";
import { BadInputError, LockedError, NotConfirmedError, type RunbookError } from "../runtime/errors.ts";
import { formatDuration } from "../runtime/progress.ts";
import type { ClientUse } from "./client-uses.ts";
import type { ConsumerProof } from "./consumer-proof.ts";
import { consumerLabel, isGraceLabel, PENDING, ROLLED_BACK, replacesLabel } from "./rotation-labels.ts";
import { type RotationOrder, refuseManyConsumers } from "./rotation-order.ts";
import type { BegunRotation, RotationState } from "./rotation-state.ts";

/** Which of a rotation's two versions, and which of the client's two secrets. */
export type Side = "old" | "new";

/** One step of a rotation. Each may be done again: what was done already stays as it is. */
export type RotationStep =
  /** Puts a new value into Secrets Manager, under these labels. */
  | { do: "store"; labels: readonly string[] }
  /** Adds the stored value to the client. */
  | { do: "add" }
  /** Waits until Cognito takes the secrets of these sides. */
  | { do: "prove"; sides: readonly Side[] }
  /** Writes the authenticate-oidc rules again with the secret of this side, nothing else in them changed. */
  | { do: "write-rules"; side: Side }
  /** Moves AWSCURRENT to the version of this side. */
  | { do: "move-current"; to: Side }
  /** Puts labels on the new version. */
  | { do: "label"; labels: readonly string[] }
  /** Takes labels off the new version, in this order. */
  | { do: "take-labels-off"; labels: readonly string[] }
  /** Writes down, on the new version, until when both secrets stay. */
  | { do: "begin-grace"; seconds: number }
  /** Deletes a secret of the client, by its id. */
  | { do: "delete"; secretId: string };

/** What a rotation is planned from. */
export interface RotationInput {
  state: RotationState;
  order: Pick<RotationOrder, "mode" | "consumers" | "graceSeconds" | "isCompromised" | "proofs">;
  uses: readonly ClientUse[];
  /** The stack's own listener, whose rules alone the command's roles may write. */
  ownListenerArn: string | undefined;
  /** Whoever reads the secret by themselves, with their proofs. */
  proofs: readonly ConsumerProof[];
  /** AWS's own time. */
  now: Date;
}

export interface RotationPlan {
  /** Empty = nothing is left to do. */
  steps: readonly RotationStep[];
  /** What is missing before the old secret may go; with an empty list it may. */
  missing: readonly string[];
  /** What to know before the steps are carried out, in sentences without their full stops. */
  warnings: readonly string[];
  /** SHA-256 of state and steps. */
  hash: string;
}

/**
 * What is to be done. Throws BadInputError where the two-secret way cannot be gone or too many consumers are named, LockedError where another thing has
 * to be finished first, NotConfirmedError where there is nothing yet that could be finished, or nothing any more to go
 * back to.
 */
export function planRotation(input: RotationInput): RotationPlan {
  const { state, order } = input;
  if (order.mode === "rotate" || order.mode === "finish") refuseCognitoUses(input.uses);
  const hasRules = input.uses.some(({ kind }) => kind === "authenticate-oidc");
  const planned = order.mode === "status" ? [] : PLANNERS[order.mode](input);
  const steps = planned.filter((step) => step.do !== "write-rules" || hasRules);
  const missing = order.mode === "finish" ? findMissing(input) : [];
  const described = JSON.stringify({ state: { ...state, graceUntil: undefined }, steps });
  const warnings = [
    ...(order.mode === "finish" && order.isCompromised ? warnOfReturn(state) : []),
    ...(steps.some((step) => step.do === "write-rules") ? warnOfForeignRules(input) : []),
  ];
  return { steps, missing, warnings, hash: createHash("sha256").update(described).digest("hex") };
}

/** Throws BadInputError where the load balancer itself asks Cognito for the secret. */
export function refuseCognitoUses(uses: readonly ClientUse[]): void {
  const use = uses.find(({ kind }) => kind === "authenticate-cognito");
  if (use === undefined) return;
  throw new BadInputError(
    `The load balancer reads the secret of ${use.where} through DescribeUserPoolClient, which shows the original one only, and nothing once that is deleted.`,
    { remedy: "Use --way client-swap." },
  );
}

const PLANNERS = { rotate: planNew, finish: planEnd, "roll-back": planWayBack } as const;

function planNew({ state, order }: RotationInput): RotationStep[] {
  const grace: RotationStep[] = order.isCompromised
    ? []
    : [{ do: "begin-grace", seconds: order.graceSeconds }];
  const promote: RotationStep[] = [
    { do: "prove", sides: ["new", "old"] },
    { do: "write-rules", side: "new" },
    { do: "move-current", to: "new" },
    { do: "take-labels-off", labels: [PENDING] },
    ...grace,
  ];
  const store = (secretId: string): RotationStep => ({
    do: "store",
    labels: [PENDING, replacesLabel(secretId), ...order.consumers.map(consumerLabel)],
  });
  switch (state.kind) {
    case "idle":
      return [store(state.secretId), { do: "add" }, ...promote];
    case "labels-left":
      return [
        { do: "take-labels-off", labels: state.labels },
        store(state.secretId),
        { do: "add" },
        ...promote,
      ];
    case "stored":
      return [...nameConsumers(state, order), { do: "add" }, ...promote];
    case "added":
      return [...nameConsumers(state, order), ...promote];
    case "promoted":
      return [
        ...nameConsumers(state, order),
        ...takeOff(state, [PENDING]),
        ...(state.graceUntil === undefined ? grace : []),
      ];
    case "rolled-back":
      throw new LockedError("A rollback has begun, and the secret that was added is still on the client.", {
        remedy: "Finish it first: --rollback if it was cut off, then --finish.",
      });
  }
}

function planWayBack({ state, order }: RotationInput): RotationStep[] {
  const grace: RotationStep = { do: "begin-grace", seconds: order.graceSeconds };
  switch (state.kind) {
    case "idle":
      return [];
    case "labels-left":
      if (state.version === state.leftOn) throw noWayBack("The old secret is deleted");
      return [{ do: "take-labels-off", labels: state.labels }];
    case "stored":
      return [{ do: "take-labels-off", labels: state.labels }];
    case "added":
    case "promoted":
      return [...markGivenUp(state), ...goBack(state), grace];
    case "rolled-back": {
      const mark = state.isMarked ? [] : markGivenUp(state);
      const isDone = state.isMarked && state.graceUntil !== undefined && isBack(state);
      return isDone ? [] : [...mark, ...goBack(state), grace];
    }
  }
}

/** The grace that runs is the new secret's; that of the way back begins at its end, so it goes before the mark comes. */
function markGivenUp(state: BegunRotation): RotationStep[] {
  const graces = state.labels.filter(isGraceLabel);
  return [...takeOff(state, graces), { do: "label", labels: [ROLLED_BACK] }];
}

function goBack(state: BegunRotation): RotationStep[] {
  return [
    { do: "prove", sides: ["old"] },
    ...(state.current === "new" ? [{ do: "move-current", to: "old" } as const] : []),
    { do: "write-rules", side: "old" },
    ...takeOff(state, [PENDING]),
  ];
}

function isBack({ current, labels }: BegunRotation): boolean {
  return current === "old" && !labels.includes(PENDING);
}

function planEnd({ state }: RotationInput): RotationStep[] {
  switch (state.kind) {
    case "idle":
      return [];
    case "labels-left":
      return [{ do: "take-labels-off", labels: state.labels }];
    case "stored":
    case "added":
      throw notYet("The new secret is not in use yet, so there is no old one to remove.", "--apply");
    case "promoted":
    case "rolled-back": {
      const isForward = state.kind === "promoted";
      if (isForward ? state.labels.includes(PENDING) : !isBack(state) || !state.isMarked) {
        throw notYet("The step before this one was cut off.", isForward ? "--apply" : "--rollback");
      }
      const stays = isForward ? "new" : "old";
      const goes = isForward ? state.oldSecret : state.newSecret;
      return [
        { do: "prove", sides: [stays] },
        { do: "write-rules", side: stays },
        ...(goes === undefined ? [] : [{ do: "delete", secretId: goes } as const]),
        { do: "take-labels-off", labels: state.labels },
      ];
    }
  }
}

/** The error for a rollback after the end; `what` says what is gone, for good. */
export function noWayBack(what: string): NotConfirmedError {
  return new NotConfirmedError(`${what}; there is no way back.`, { remedy: "Rotate again." });
}

function notYet(message: string, option: string): RunbookError {
  return new NotConfirmedError(message, { remedy: `Run it with ${option} first.` });
}

/** A rule that cannot be written stops a rotation half-way; better to know before anything is stored. */
function warnOfForeignRules({ uses, ownListenerArn }: RotationInput): string[] {
  return uses.flatMap(({ kind, listenerArn, where }) =>
    kind === "authenticate-oidc" && listenerArn !== ownListenerArn
      ? [
          `${where} is not on the stack's listener; the role of this command may not write it, so use one that may`,
        ]
      : [],
  );
}

/** After a rollback it is the newer secret that goes, which need not be the one that leaked. */
function warnOfReturn(state: RotationState): string[] {
  if (state.kind === "rolled-back") return [warnOfOld(`the secret ${state.oldSecret}`)];
  const isReturned = state.kind === "labels-left" && state.version !== state.leftOn;
  return isReturned ? [warnOfOld(`the secret ${state.secretId}`)] : [];
}

/** The sentence about the one of two that stays, and was there before the rotation. */
export function warnOfOld(what: string): string {
  return `${what} STAYS, which is from before the rotation; if that one leaked, --apply --compromised must follow`;
}

/** What stands against deleting a secret, in sentences. */
function findMissing({ state, order, proofs, now }: RotationInput): string[] {
  if (state.kind !== "promoted" && state.kind !== "rolled-back") return [];
  refuseForeignProofs(order.proofs, proofs);
  if (order.isCompromised) return [];
  const begin = state.kind === "promoted" ? "--apply" : "--rollback";
  return [...findMissingGrace(state.graceUntil, begin, now), ...proofs.flatMap(describeMissing)];
}

/** What is missing of a grace, as a sentence; `begin` is the option that begins it. */
export function findMissingGrace(graceUntil: Date | undefined, begin: string, now: Date): string[] {
  if (graceUntil === undefined) return [`the grace has not begun: run it with ${begin} again`];
  const seconds = (graceUntil.getTime() - now.getTime()) / 1_000;
  if (seconds <= 0) return [];
  return [`the grace ends in ${formatDuration(seconds)}, at ${graceUntil.toISOString().replace(".000", "")}`];
}

/** What is missing of a consumer's proof, as a sentence. */
export function describeMissing({ name, given, isProven }: ConsumerProof): string[] {
  if (isProven) return [];
  return [
    given === undefined
      ? `${name} has not proven that it reads the secret that stays`
      : `${name} does not read the secret that stays: its fingerprint is another one`,
  ];
}

/** Throws BadInputError for a proof of somebody who has nothing to prove: a name was misspelled. */
export function refuseForeignProofs(
  given: ReadonlyMap<string, string>,
  proofs: readonly ConsumerProof[],
): void {
  for (const name of given.keys()) {
    if (proofs.some((proof) => proof.name === name)) continue;
    const names = proofs.map((proof) => proof.name).join(", ");
    throw new BadInputError(`--proof names ${name}, of which no proof is asked.`, {
      remedy: names === "" ? "Leave it out." : `Proofs are asked of ${names}.`,
    });
  }
}

/** Consumers who are named only now. */
function nameConsumers(
  { consumers }: BegunRotation,
  order: Pick<RotationOrder, "consumers">,
): RotationStep[] {
  refuseManyConsumers(consumers, order.consumers);
  const labels = order.consumers.filter((name) => !consumers.includes(name)).map(consumerLabel);
  return labels.length === 0 ? [] : [{ do: "label", labels }];
}

function takeOff({ labels }: BegunRotation, unwanted: readonly string[]): RotationStep[] {
  const standing = labels.filter((label) => unwanted.includes(label));
  return standing.length === 0 ? [] : [{ do: "take-labels-off", labels: standing }];
}
