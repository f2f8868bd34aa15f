import { CALLBACK_PATH } from "../settings/clients.ts";
import type { Decision, Outcome } from "./access-outcome.ts";
import type { ListenerRequest, Mismatch, TriedRule } from "./request-matching.ts";

/** A decision in sentences: the rules that were passed and why, then the one that decided and what it does. */
export function explainDecision(decision: Decision, request: ListenerRequest): string[] {
  const { tried, rule, outcome } = decision;
  const passed = tried.filter(({ mismatches }) => mismatches.length > 0);
  return [
    ...passed.map((one) => explainPassed(one, request)),
    rule === undefined
      ? explainUnmatched(outcome, request)
      : `Rule ${rule.label} (priority ${rule.priority}) matches: ${explainOutcome(outcome)}`,
    ...explainCallback(outcome, request),
  ];
}

/** An outcome in a few words, for a table. */
export function nameOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case "no-connection":
      return "no connection";
    case "refused":
      return "403";
    case "sent-to-sign-in":
      return `sign-in (${outcome.client})`;
    case "token-refused":
      return `token (${[outcome.client, outcome.scope].filter(Boolean).join(", ")})`;
    case "let-through":
      return outcome.proof === "none" ? "open" : `let through (${outcome.client ?? ""})`;
    case "not-ours":
      return "not ours";
  }
}

function explainPassed({ rule, mismatches }: TriedRule, request: ListenerRequest): string {
  const why = mismatches.map((mismatch) => explainMismatch(mismatch, request)).join(", and ");
  return `Rule ${rule.label} (priority ${rule.priority}) does not match: ${why}.`;
}

function explainMismatch({ about, wanted }: Mismatch, { source, host, path }: ListenerRequest): string {
  const [only = "", ...others] = wanted;
  const list = wanted.join(", ");
  switch (about) {
    case "source":
      return `${addressOf(source.text)} is ${others.length === 0 ? `not in ${only}` : `in none of ${list}`}`;
    case "host":
      return `${host || "the host"} is ${others.length === 0 ? `not ${only}` : `none of ${list}`}`;
    case "path":
      return `${path} ${others.length === 0 ? `does not fit ${only}` : `fits none of ${list}`}`;
  }
}

function explainUnmatched(outcome: Outcome, { source }: ListenerRequest): string {
  if (outcome.kind === "no-connection") {
    return `${addressOf(source.text)} cannot connect: it is in no source of a rule that lets anybody in, and the load balancer's security group has no others.`;
  }
  if (outcome.kind === "not-ours") {
    return "No rule of this stack matches: the listener's other rules and its default action decide, which are not this stack's.";
  }
  return "No rule matches: the listener's default action answers 403.";
}

function explainOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case "sent-to-sign-in":
      return `the browser is sent to the sign-in page (client ${outcome.client}), and let through once it has signed in.`;
    case "token-refused":
      return `the answer is 401, because it takes an access token of the client ${outcome.client}${
        outcome.scope === undefined ? "" : ` with the scope ${outcome.scope}`
      }.`;
    case "let-through":
      return `the request is let through to ${outcome.target}, ${proofOf(outcome)}.`;
    default:
      return "the answer is 403, whoever asks.";
  }
}

function proofOf({ proof, client = "" }: Extract<Outcome, { kind: "let-through" }>): string {
  switch (proof) {
    case "sign-in":
      return `because it has signed in with the client ${client}`;
    case "token":
      return `because it shows a token of the client ${client}`;
    case "none":
      return "without sign-in, as the rule spells";
  }
}

// Application Load Balancers, Authenticate users: the balancer serves the way back from sign-in itself.
function explainCallback(outcome: Outcome, { path }: ListenerRequest): string[] {
  if (path !== CALLBACK_PATH || outcome.kind !== "sent-to-sign-in") return [];
  return [`On ${CALLBACK_PATH} the load balancer itself finishes a sign-in that comes back from the page.`];
}

/** An address without the prefix length of a block of one. */
export function addressOf(block: string): string {
  return block.replace(/\/(32|128)$/, "");
}
