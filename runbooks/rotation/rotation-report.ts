import { countOf, formatDuration } from "../runtime/progress.ts";
import type { RunbookResult } from "../runtime/runbook.ts";
import { describeStackChoice, quoteWord, type StackChoice } from "../runtime/stack-outputs.ts";
import { showText } from "../runtime/terminal-text.ts";
import { wrapLine } from "../runtime/text-table.ts";
import { fingerprintCommand } from "./consumer-proof.ts";
import type { RotatedStack } from "./rotated-stack.ts";
import { type RotationFindings, stayingVersion } from "./rotation-findings.ts";
import { ROLLED_BACK } from "./rotation-labels.ts";
import type { RotationOrder } from "./rotation-order.ts";
import type { RotationStep } from "./rotation-plan.ts";
import type { RotationState } from "./rotation-state.ts";
import type { ChosenWay } from "./rotation-way.ts";
import type { RotationCounts } from "./two-secrets.ts";

/** A rotation of the two-secret way, to show. */
export interface ShownRotation {
  stack: RotatedStack;
  order: RotationOrder;
  chosen: ChosenWay;
  findings: RotationFindings;
  /** Of the plan, which what is found afterwards no longer has. */
  warnings: readonly string[];
  /** What the command line says about the stack. */
  choice: StackChoice;
}

/** What a run ends with that changes nothing: who uses the client, how far it is, what comes next. */
export function describePlanned(shown: ShownRotation, columns: number): RunbookResult {
  const { findings, order } = shown;
  const { steps, missing } = findings.plan;
  const isRefused = missing.length > 0;
  const next = order.mode === "status" || steps.length === 0 ? describeNext(shown) : [];
  const isToApply = !isRefused && steps.length > 0;
  return {
    json: { ok: !isRefused, applied: false, ...factsOf(shown) },
    text: [
      ...describePlan(shown, columns),
      ...next.map(showText),
      ...(isToApply
        ? ["Nothing was changed. To carry it out:", `  ${applyCommand(shown)}`].map(showText)
        : []),
    ],
    ...(isRefused && { exitCode: 14 }),
  };
}

/** Who uses the client, how far it is, and either the steps or what is missing for them, in lines of so many characters. */
export function describePlan(shown: ShownRotation, columns: number): string[] {
  const isRefused = shown.findings.plan.missing.length > 0;
  const lines = [...describeFacts(shown), ...(isRefused ? describeMissing(shown) : describeSteps(shown))];
  return lines.flatMap((line) => wrapLine(showText(line), columns, INDENT));
}

/** What became of a rotation that was carried out. */
export function describeApplied(
  shown: ShownRotation,
  counts: RotationCounts,
  columns: number,
): RunbookResult {
  const { stack, findings } = shown;
  const done = [
    counts.added > 0 ? "a secret was added" : "",
    counts.rules > 0 ? `${countOf(counts.rules, "rule")} written again` : "",
    counts.deleted > 0 ? "the other secret was deleted" : "",
  ].filter((text) => text !== "");
  const lines = [
    `Done for client ${stack.name}${done.length > 0 ? `: ${done.join(", ")}` : ""}.`,
    `state           ${describeState(findings.state)}`,
    ...describeWarnings(shown),
    ...("newVersion" in findings.state ? describeConsumers(shown) : []),
  ];
  return {
    json: { ok: true, applied: true, done: counts, ...factsOf(shown) },
    text: [
      ...lines.flatMap((line) => wrapLine(showText(line), columns, INDENT)),
      // Commands that a person copies are never broken.
      ...describeNext(shown).map(showText),
    ],
  };
}

const INDENT = " ".repeat(16);

function describeFacts(shown: ShownRotation): string[] {
  const { stack, order, chosen, findings } = shown;
  const { stack: name } = stack.outputs.stack;
  return [
    `The secret of client ${stack.name} (${stack.kind}, ${stack.identity.clientId}) of stack ${name}:`,
    `way             ${chosen.way}: ${chosen.why}`,
    ...findings.uses.map(({ where, kind }) => `used by         ${where} (${kind}): ${EFFECT[kind]}`),
    ...(findings.uses.length === 0 ? ["used by         no load balancer of this Region"] : []),
    `read from       Secrets Manager, ${stack.secretName}`,
    ...describeConsumers(shown),
    `state           ${describeState(findings.state)}`,
    ...(order.mode === "rotate" || order.mode === "roll-back" ? describeGrace(order) : []),
    ...(order.isCompromised ? describeLeak(shown) : []),
    ...describeWarnings(shown),
  ];
}

const EFFECT = {
  "authenticate-cognito": "reads the secret from Cognito itself",
  "authenticate-oidc": "its secret is written again, nothing else of it",
  "jwt-validation": "has no secret",
} as const;

function describeConsumers({ findings, order }: ShownRotation): string[] {
  return findings.proofs.map(
    ({ name, isProven }) =>
      `consumer        ${name}: ${isProven ? "has proven what it reads" : order.isCompromised ? "is not waited for" : "has to prove what it reads before --finish"}`,
  );
}

function describeGrace({ isCompromised, graceSeconds }: RotationOrder): string[] {
  if (isCompromised) return ["grace           none: the secret has leaked"];
  return [`grace           ${formatDuration(graceSeconds)}, in which both secrets are good`];
}

/** What a leak costs, and what a new secret does not mend. */
function describeLeak({ findings }: ShownRotation): string[] {
  const { access, id } = findings.client.tokenSeconds;
  const unproven = findings.proofs.map(({ name }) => name);
  const names = unproven.length === 0 ? "whoever keeps a copy of the old secret" : unproven.join(", ");
  return [
    `breaks          ${names}: every sign-in and refresh fails from the deletion on, until the new value is read`,
    "sessions        those at the load balancer go on: its rules have the new secret first; a back end's go on until it refreshes them",
    `tokens          issued already: access tokens live for up to ${formatDuration(access)}, ID tokens for up to ${formatDuration(id)}`,
    "refresh tokens  stay good with the new secret: they belong to the client; sign users out to end them",
  ];
}

/** What somebody has to know of the one that stays, in lines. */
export function describeWarnings({ warnings }: Pick<ShownRotation, "warnings">): string[] {
  return warnings.map((warning) => `look            ${warning}`);
}

/** The state as a sentence. */
export function describeState(state: RotationState): string {
  switch (state.kind) {
    case "idle":
      return `idle: one secret, ${state.secretId}, which is AWSCURRENT`;
    case "stored":
      return "stored: a new value is AWSPENDING, and not on the client yet";
    case "added":
      return "added: the client has two secrets, and AWSCURRENT is the old one";
    case "promoted":
      return state.graceUntil === undefined
        ? "promoted: AWSCURRENT is the new secret, the old one is still good, and no grace has begun"
        : `promoted: AWSCURRENT is the new secret; the old one stays good until ${showTime(state.graceUntil)}, and then until --finish`;
    case "rolled-back":
      return state.graceUntil === undefined
        ? "rolling back: cut off on the way"
        : `rolled back: AWSCURRENT is the old secret; the other one stays good until ${showTime(state.graceUntil)}, and then until --finish`;
    case "labels-left":
      return "finished, but for labels that are left";
  }
}

function showTime(time: Date): string {
  return time.toISOString().replace(/\.\d+/, "");
}

/** What a rollback says that has found no rotation. */
export const NOTHING_TO_TAKE_BACK = "No rotation is under way, so nothing was taken back.";

function describeSteps(shown: ShownRotation): string[] {
  const { plan, state } = shown.findings;
  const { steps } = plan;
  const { mode } = shown.order;
  if (mode === "status") return [];
  if (mode === "roll-back" && state.kind === "idle") return [NOTHING_TO_TAKE_BACK];
  if (steps.length === 0) return ["Nothing is left to do."];
  return [
    "The steps:",
    ...steps.map((step, place) => `  ${place + 1}  ${describeStep(step, shown.findings)}`),
  ];
}

/** One step as a line. */
export function describeStep(step: RotationStep, { uses }: Pick<RotationFindings, "uses">): string {
  switch (step.do) {
    case "store":
      return "store a new value in Secrets Manager, as AWSPENDING";
    case "add":
      return "add it to the client";
    case "prove":
      return `prove that Cognito takes the ${step.sides.join(" and the ")} secret`;
    case "write-rules": {
      const rules = uses.filter(({ kind }) => kind === "authenticate-oidc").length;
      return `write ${countOf(rules, "rule")} again with the ${step.side} secret`;
    }
    case "move-current":
      return `make the ${step.to} secret AWSCURRENT, for whoever reads Secrets Manager`;
    case "label":
      return step.labels.includes(ROLLED_BACK)
        ? "mark the new secret as given up"
        : "note who has to prove what they read";
    case "take-labels-off":
      return `take ${countOf(step.labels.length, "label")} off the new version`;
    case "begin-grace":
      return `let both secrets stay good for ${formatDuration(step.seconds)}`;
    case "delete":
      return `delete the secret ${step.secretId} from the client`;
  }
}

function describeMissing(shown: ShownRotation): string[] {
  const { missing } = shown.findings.plan;
  return [
    "The other secret stays; nothing was deleted:",
    ...missing.map((sentence) => `  ${sentence}`),
    ...describeProofs(shown),
  ];
}

/** How a consumer that has not yet proven what it reads does so. */
function describeProofs({ findings }: ShownRotation): string[] {
  const { state, proofs } = findings;
  if (!("newVersion" in state) || proofs.every(({ isProven }) => isProven)) return [];
  return [
    "Where each consumer runs, with the secret it uses in CLIENT_SECRET:",
    `  ${fingerprintCommand(stayingVersion(state))}`,
  ];
}

function describeNext(shown: ShownRotation): string[] {
  const next = nextCommand(shown);
  return [
    ...(shown.findings.state.kind === "promoted" || shown.findings.state.kind === "rolled-back"
      ? describeProofs(shown)
      : []),
    ...(next === undefined ? [] : ["Next:", `  ${next}`]),
  ];
}

/** The command that leads on from this state; undefined where nothing is under way. */
export function nextCommand(shown: ShownRotation): string | undefined {
  const { state, proofs } = shown.findings;
  const proof = proofs.map(({ name }) => ` --proof ${name}=<fingerprint>`).join("");
  const isLeak = shown.order.isCompromised;
  const finish = isLeak ? "--finish --compromised" : `--finish${proof}`;
  switch (state.kind) {
    case "idle":
      return undefined;
    case "stored":
    case "added":
      return commandOf(shown, "");
    case "promoted":
      return commandOf(shown, state.graceUntil === undefined && !isLeak ? "" : finish);
    case "rolled-back":
      return commandOf(shown, state.graceUntil === undefined ? "--rollback" : finish);
    case "labels-left":
      return commandOf(shown, "--finish");
  }
}

function applyCommand(shown: ShownRotation): string {
  const { order, findings } = shown;
  const proofs = findings.proofs.flatMap(({ name, given }) =>
    given === undefined ? [] : [`--proof ${name}=${given}`],
  );
  const words = [
    ...(order.way === undefined ? [] : [`--way ${order.way}`]),
    ...order.consumers.map((name) => `--consumer ${name}`),
    ...{ rotate: [], finish: ["--finish"], "roll-back": ["--rollback"], status: [] }[order.mode],
    ...(order.isCompromised ? ["--compromised"] : []),
    ...(order.mode === "rotate" && !order.isCompromised ? [`--grace ${order.graceSeconds / 60}m`] : []),
    ...proofs,
  ];
  return commandOf(shown, words.join(" "));
}

/** The command for this client with more words, as a person types it to change something. */
export function commandOf({ stack, choice }: Pick<ShownRotation, "stack" | "choice">, words: string): string {
  const client = quoteWord(stack.name);
  return [
    "npm run rotate-client-secret --",
    describeStackChoice(choice),
    `--client ${client}`,
    words,
    `--apply --ticket <id> --confirm ${client}`,
  ]
    .filter((part) => part !== "")
    .join(" ");
}

/** What `--json` tells. Neither a secret nor a fingerprint is in it. */
function factsOf(shown: ShownRotation): object {
  const { stack, order, chosen, findings } = shown;
  const { state, uses, proofs, plan, client } = findings;
  return {
    client: stack.name,
    clientId: stack.identity.clientId,
    kind: stack.kind,
    way: chosen.way,
    why: chosen.why,
    mode: order.mode,
    compromised: order.isCompromised,
    secret: stack.secretName,
    state: {
      kind: state.kind,
      ...("newVersion" in state && {
        rotation: state.newVersion,
        reads: stayingVersion(state),
        ...(state.graceUntil && { graceUntil: showTime(state.graceUntil) }),
      }),
    },
    uses: uses.map(({ kind, where, ruleArn, listenerArn }) => ({
      kind,
      where,
      arn: ruleArn ?? listenerArn,
    })),
    consumers: proofs.map(({ name, isProven }) => ({ name, isProven })),
    graceSeconds: order.graceSeconds,
    tokenSeconds: client.tokenSeconds,
    steps: plan.steps.map((step) => describeStep(step, findings)),
    missing: plan.missing,
    warnings: shown.warnings,
    next: nextCommand(shown) ?? null,
  };
}
