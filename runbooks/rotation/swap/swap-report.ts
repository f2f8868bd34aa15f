import { countOf, formatDuration } from "../../runtime/progress.ts";
import type { RunbookResult } from "../../runtime/runbook.ts";
import type { StackChoice } from "../../runtime/stack-outputs.ts";
import { showText } from "../../runtime/terminal-text.ts";
import { wrapLine } from "../../runtime/text-table.ts";
import { fingerprintCommand } from "../consumer-proof.ts";
import type { RotatedStack } from "../rotated-stack.ts";
import type { RotationOrder } from "../rotation-order.ts";
import { commandOf, describeWarnings, NOTHING_TO_TAKE_BACK } from "../rotation-report.ts";
import type { ChosenWay } from "../rotation-way.ts";
import { showEdit } from "./swap-deployment.ts";
import type { SwapEdit } from "./swap-edits.ts";
import type { SwapFindings } from "./swap-findings.ts";
import { graceOf, isDone, stopsBeside } from "./swap-plan.ts";
import type { Generation, SwapState } from "./swap-state.ts";

/** A swap, to show. */
export interface ShownSwap {
  stack: RotatedStack;
  order: RotationOrder;
  chosen: ChosenWay;
  findings: SwapFindings;
  /** Of the plan, which what is found afterwards no longer has. */
  warnings: readonly string[];
  choice: StackChoice;
  /** Whether there is a Pulumi CLI that could deploy. */
  hasCli: boolean;
}

/** What a run has done. */
export interface SwapCounts {
  deployments: number;
  labels: number;
  [count: string]: number;
}

/** What a run ends with that changes nothing: who uses the client, how far it is, what is deployed next, what it costs. */
export function describePlannedSwap(shown: ShownSwap, columns: number): RunbookResult {
  const { plan } = shown.findings;
  const isRefused = plan.missing.length > 0;
  const isToApply = !isRefused && !isDone(plan);
  const needsHands = isToApply && plan.edits.length > 0 && !shown.hasCli;
  return {
    json: { ok: !isRefused, applied: false, ...factsOf(shown) },
    text: [
      ...wrap([...describeFacts(shown), ...(isToApply ? describeCosts(shown) : [])], columns),
      ...(isRefused ? describeMissing(shown, columns) : describeSteps(shown)),
      ...(isToApply && !needsHands
        ? ["Nothing was changed. To carry it out:", `  ${applyCommand(shown)}`].map(showText)
        : []),
      ...(needsHands ? wrap(BY_HAND, columns) : []),
      ...(isToApply ? [] : describeNext(shown)),
    ],
    ...(isRefused && { exitCode: 14 }),
  };
}

/** What became of a swap that was carried out. */
export function describeAppliedSwap(shown: ShownSwap, counts: SwapCounts, columns: number): RunbookResult {
  const { stack, findings, order } = shown;
  const done = counts.deployments === 0 ? "" : `: ${countOf(counts.deployments, "deployment")}`;
  const isWaiting = findings.state.stage === "beside" && order.mode === "rotate" && stopsBeside(order);
  return {
    json: { ok: true, applied: true, done: counts, ...factsOf(shown) },
    text: [
      ...wrap(
        [
          `Done for client ${stack.name}${done}.`,
          ...describeGenerations(findings.state),
          `state           ${describeSwapState(findings.state)}`,
          ...describeWarnings(shown),
          ...describeForeignRules(findings.state),
          ...(isWaiting ? [describeWaiting(findings.state, order)] : []),
        ],
        columns,
      ),
      ...describeNext(shown),
    ],
  };
}

const INDENT = " ".repeat(16);

function wrap(lines: readonly string[], columns: number): string[] {
  return lines.flatMap((line) => wrapLine(showText(line), columns, INDENT));
}

function describeFacts({ stack, order, chosen, findings, warnings }: ShownSwap): string[] {
  const { state, rules, proofs } = findings;
  const numbers = new Map(
    [state.inUse, state.other].map((generation) => [generation?.clientId, generation?.number]),
  );
  return [
    `The secret of client ${stack.name} (${stack.kind}) of stack ${stack.outputs.stack.stack}:`,
    `way             ${chosen.way}: ${chosen.why}`,
    ...describeGenerations(state),
    ...rules.map(
      ({ where, clientId }) => `used by         ${where}: signs in with generation ${numbers.get(clientId)}`,
    ),
    ...(rules.length === 0 ? ["used by         no load balancer of this Region"] : []),
    `read from       Secrets Manager, ${stack.secretName}`,
    ...proofs.map(
      ({ name, isProven }) =>
        `consumer        ${name}: ${isProven ? "has proven what it reads" : order.isCompromised ? "is not waited for" : "has to prove what it reads before --finish"}`,
    ),
    `state           ${describeSwapState(state)}`,
    ...describeWarnings({ warnings }),
    ...describeForeignRules(state),
  ];
}

function describeGenerations({ inUse, other }: SwapState): string[] {
  const describe = (generation: Generation, what: string) =>
    `${`generation ${generation.number}`.padEnd(16)}${generation.clientId}, ${what}`;
  return [describe(inUse, "in use"), ...(other === undefined ? [] : [describe(other, "beside it")])];
}

/** The state as a sentence. */
export function describeSwapState(state: SwapState): string {
  const { stage, inUse, other, leftovers } = state;
  const grace = graceOf(state);
  const until =
    grace === undefined ? "" : ` until ${grace.toISOString().replace(/\.\d+/, "")}, and then until --finish`;
  switch (stage) {
    case "alone":
      return leftovers.length === 0
        ? `alone: generation ${inUse.number} is the only one`
        : `alone: generation ${inUse.number}; ${leftovers.map(({ number, clientId }) => `the pool still has ${clientId}, by its name generation ${number}`).join(", ")}`;
    case "beside":
      return `beside: generation ${other?.number} is accepted and not in use yet`;
    case "moving":
      return `moving: a deployment between generation ${inUse.number} and ${other?.number} was cut off`;
    case "moved":
      return `moved: generation ${inUse.number} is in use; generation ${other?.number} stays${until || ", and no grace has begun"}`;
    case "returned":
      return `returned: generation ${inUse.number} is in use again; generation ${other?.number} stays${until || ", and no grace has begun"}`;
    case "leaving":
      return `leaving: the client of generation ${other?.number} is deleted, and a deployment was cut off`;
  }
}

function describeForeignRules({ foreignRules, inUse }: SwapState): string[] {
  return foreignRules.map(
    ({ where }) => `by hand         ${where} is not of this stack: give it ${inUse.clientId} before --finish`,
  );
}

/** What it costs the people who are signed in, and what goes on as it was. */
function describeCosts({ findings, order }: ShownSwap): string[] {
  const moves = findings.plan.edits.map(({ move }) => move);
  const removes = moves.includes("remove");
  const { access, id } = findings.tokenSeconds;
  const tokens = `access tokens for up to ${formatDuration(access)}, ID tokens for up to ${formatDuration(id)}`;
  return [
    ...(moves.some((move) => move === "move" || move === "return") ? describeMove(findings) : []),
    ...(removes
      ? [
          "refresh tokens  of the generation that goes end with it: whoever has one signs in once more",
          `tokens          issued already live on, ${tokens}; load balancer and identity pool take those of the generation that goes no more`,
        ]
      : moves.length > 0
        ? [
            `tokens          issued already stay good (${tokens}): both generations are accepted until --finish`,
          ]
        : []),
    ...(findings.plan.beginsGrace
      ? [`grace           ${formatDuration(order.graceSeconds)}, in which both generations are good`]
      : []),
    ...(order.isCompromised ? describeLeak(findings) : []),
  ];
}

function describeMove({ rules }: SwapFindings): string[] {
  const whose =
    rules.length === 0 ? "by back ends that signed people in" : `through ${countOf(rules.length, "rule")}`;
  return [
    `sessions        everybody who signed in ${whose} signs in once more: the cookie is another one, and so is the client`,
    "sign-ins        under way at that moment may have to begin again",
    "back ends       that compare the client's id (aud, client_id, x-amzn-oidc-data) must take both ids before that; name them with --consumer, and the first run stops in between",
  ];
}

/** What a leak costs, and what another client does not mend. */
function describeLeak({ proofs }: SwapFindings): string[] {
  const names = proofs.map(({ name }) => name).join(", ") || "whoever keeps a copy of the old id and secret";
  return [
    "grace           none: the secret has leaked",
    `breaks          ${names}: every sign-in and refresh fails from --finish on, until the new values are read`,
    "leak            whoever has the secret can use it until --finish --compromised has deleted the client: do that at once",
  ];
}

/** What is done, with what is typed where nobody does it. */
function describeSteps({ stack, findings, order }: ShownSwap): string[] {
  const { plan, file } = findings;
  if (order.mode === "status") return [];
  if (isDone(plan)) {
    const isUnbegun = order.mode === "roll-back" && findings.state.stage === "alone";
    return [isUnbegun ? NOTHING_TO_TAKE_BACK : "Nothing is left to do."];
  }
  const { stack: name } = stack.outputs.stack;
  let at = file;
  const deployments = plan.edits.flatMap((edit, place) => {
    const shown = at && showEdit(at, stack.name, edit);
    at = at && shown && { ...at, text: shown.text };
    const lines = shown?.lines ?? [];
    return [
      `  ${place + 1}  ${describeEdit(edit, findings.state)}`,
      ...(lines.length === 0 ? [`     ${file?.name} says so already`] : lines.map((line) => `     ${line}`)),
      `     npm run up -- --stack ${name}`,
    ];
  });
  const rest = [
    ...(plan.beginsGrace ? [`let both stay good for ${formatDuration(order.graceSeconds)}`] : []),
    ...(plan.leftLabels.length > 0 ? ["take the labels of this swap off the secret"] : []),
  ].map((text, place) => `  ${plan.edits.length + place + 1}  ${text}`);
  return [`The steps${plan.edits.length > 0 ? `, in ${file?.name}` : ""}:`, ...deployments, ...rest].map(
    showText,
  );
}

/** One deployment as a line. */
export function describeEdit({ move, generation }: SwapEdit, { inUse }: Pick<SwapState, "inUse">): string {
  switch (move) {
    case "add":
      return `make generation ${generation} beside ${inUse.number}: everything accepts both, nothing uses it yet`;
    case "move":
      return `put generation ${generation} into use: rules and secret are its own, with a cookie of another name`;
    case "return":
      return `put generation ${generation} into use again: rules and secret are its own`;
    case "remove":
      return `delete the client of generation ${generation}`;
  }
}

const BY_HAND = [
  "There is no pulumi on the PATH, so nobody deploys this from here. Make each edit and deploy it, one after the other; run this again in between and afterwards: it says where it stands, and begins the grace with --apply.",
];

function describeWaiting({ other }: SwapState, { consumers }: RotationOrder): string {
  return `waiting         ${consumers.join(", ")} must accept tokens of ${other?.clientId} before it is put into use`;
}

function describeMissing(shown: ShownSwap, columns: number): string[] {
  return [
    ...wrap(["The other generation stays; nothing was changed:"], columns),
    ...wrap(
      shown.findings.plan.missing.map((sentence) => `  ${sentence}`),
      columns,
    ),
    ...describeProofs(shown),
  ];
}

function describeProofs({ findings: { proofs, state } }: ShownSwap): string[] {
  if (proofs.every(({ isProven }) => isProven)) return [];
  return [
    "Where each consumer runs, with the secret it uses in CLIENT_SECRET:",
    `  ${fingerprintCommand(state.current.versionId)}`,
  ].map(showText);
}

function describeNext(shown: ShownSwap): string[] {
  const { state, plan } = shown.findings;
  const next = nextSwapCommand(shown);
  const asksProof = plan.missing.length === 0 && (state.stage === "moved" || state.stage === "returned");
  return [
    ...(asksProof && !shown.order.isCompromised ? describeProofs(shown) : []),
    ...(next === undefined ? [] : ["Next:", `  ${showText(next)}`]),
  ];
}

/** The command that leads on from this state; undefined where nothing is under way. */
export function nextSwapCommand(shown: ShownSwap): string | undefined {
  const { order, findings } = shown;
  const { state, proofs } = findings;
  const proof = proofs.map(({ name }) => ` --proof ${name}=<fingerprint>`).join("");
  const finish = order.isCompromised ? "--finish --compromised" : `--finish${proof}`;
  const hasGrace = graceOf(state) !== undefined;
  switch (state.stage) {
    case "alone":
      return state.leftovers.length === 0 ? undefined : wayCommand(shown, "--finish");
    case "beside":
    case "moving":
      return wayCommand(shown, order.isCompromised ? "--compromised" : "");
    case "moved":
      return wayCommand(shown, hasGrace || order.isCompromised ? finish : "");
    case "returned":
      return wayCommand(shown, hasGrace ? finish : "--rollback");
    case "leaving":
      return wayCommand(shown, "--finish");
  }
}

function applyCommand(shown: ShownSwap): string {
  const { order, findings } = shown;
  const mode = { rotate: [], finish: ["--finish"], "roll-back": ["--rollback"], status: [] }[order.mode];
  const proofs = findings.proofs.flatMap(({ name, given }) =>
    given === undefined ? [] : [`--proof ${name}=${given}`],
  );
  const grace = findings.plan.beginsGrace ? [`--grace ${order.graceSeconds / 60}m`] : [];
  return wayCommand(
    shown,
    [
      ...order.consumers.map((name) => `--consumer ${name}`),
      ...mode,
      ...(order.isCompromised ? ["--compromised"] : []),
      ...grace,
      ...proofs,
    ].join(" "),
  );
}

function wayCommand(shown: ShownSwap, words: string): string {
  const way = shown.order.way === undefined ? [] : [`--way ${shown.order.way}`];
  return commandOf(shown, [...way, words].filter((part) => part !== "").join(" "));
}

/** What `--json` tells. Neither a secret nor a fingerprint is in it. */
function factsOf(shown: ShownSwap): object {
  const { stack, order, chosen, findings, hasCli } = shown;
  const { state, rules, proofs, plan, tokenSeconds, file } = findings;
  const grace = graceOf(state);
  let at = file;
  return {
    client: stack.name,
    clientId: state.inUse.clientId,
    kind: stack.kind,
    way: chosen.way,
    why: chosen.why,
    mode: order.mode,
    compromised: order.isCompromised,
    secret: stack.secretName,
    state: {
      kind: state.stage,
      inUse: state.inUse,
      other: state.other ?? null,
      reads: state.current.versionId,
      ...(grace && { graceUntil: grace.toISOString().replace(/\.\d+/, "") }),
    },
    rules,
    byHand: state.foreignRules.map(({ where }) => where),
    consumers: proofs.map(({ name, isProven }) => ({ name, isProven })),
    graceSeconds: order.graceSeconds,
    tokenSeconds,
    hasPulumi: hasCli,
    deployments: plan.edits.map((edit) => {
      const edited = at && showEdit(at, stack.name, edit);
      at = at && edited && { ...at, text: edited.text };
      return { ...edit, file: file?.name ?? null, lines: edited?.lines ?? [] };
    }),
    missing: plan.missing,
    warnings: shown.warnings,
    next: nextSwapCommand(shown) ?? null,
  };
}
