import { runClientSwap } from "./rotation/client-swap.ts";
import { findClientUses } from "./rotation/client-uses.ts";
import { readListeners } from "./rotation/load-balancer-reader.ts";
import { findRotatedStack } from "./rotation/rotated-stack.ts";
import { findRotation } from "./rotation/rotation-findings.ts";
import { parseRotationOrder } from "./rotation/rotation-order.ts";
import { describeApplied, describePlan, describePlanned } from "./rotation/rotation-report.ts";
import { chooseWay } from "./rotation/rotation-way.ts";
import { applyRotation, openForReading } from "./rotation/two-secrets.ts";
import { createAwsCaller } from "./runtime/aws-calls.ts";
import { changeOptions, confirmChange, readTicket } from "./runtime/confirmation.ts";
import { defineRunbook, runRunbook } from "./runtime/runbook.ts";
import { checkStackChoice, loadStackOutputs, stackOptions } from "./runtime/stack-outputs.ts";

export const rotateClientSecretRunbook = defineRunbook({
  name: "rotate-client-secret",
  summary:
    "Gives an app client a new secret without one failed sign-in: adds it, proves it, puts it into use; removes the old one later, on demand.",
  options: {
    ...stackOptions,
    client: {
      type: "string",
      value: "name",
      required: true,
      help: "the client, by its name in the settings",
    },
    way: {
      type: "string",
      value: "two-secrets|client-swap",
      help: "how (default: whichever suits the uses of the client)",
    },
    consumer: {
      type: "string",
      value: "name",
      multiple: true,
      help: "somebody else who reads the secret, and has to prove that they read the new one before the old one goes",
    },
    grace: {
      type: "string",
      value: "time",
      help: "how long both secrets stay good at least, 15m to 30d (default: 1h)",
    },
    finish: { type: "boolean", help: "remove the secret that is not in use, after the grace" },
    proof: {
      type: "string",
      value: "consumer=fingerprint",
      multiple: true,
      help: "with --finish: what a consumer printed by the command that --status shows",
    },
    rollback: { type: "boolean", help: "put the old secret back into use" },
    status: { type: "boolean", help: "say how far it is and what comes next" },
    compromised: {
      type: "boolean",
      help: "the secret leaked: neither the grace nor consumers are waited for, and some of them break",
    },
    ...changeOptions,
  },
  examples: [
    "npm run rotate-client-secret -- --stack prod --client web",
    "npm run rotate-client-secret -- --stack prod --client web --apply --ticket CHG-1 --confirm web",
    "npm run rotate-client-secret -- --stack prod --client web --status",
    "npm run rotate-client-secret -- --stack prod --client api --finish --proof api=0123456789abcdef --apply --ticket CHG-1 --confirm api",
    "npm run rotate-client-secret -- --stack prod --client web --rollback --apply --ticket CHG-1 --confirm web",
  ],
  exitCodes: {
    0: "done, or the plan was shown",
    2: "bad input, or this client cannot be rotated that way; nothing was changed",
    10: "no such stack or client",
    11: "somebody else is at it, or something stands there that no rotation leaves behind",
    12: "credentials missing, expired, or without the right",
    13: "a rule or a stored secret is not as it should be",
    14: "not confirmed, or the old secret must not go yet",
    15: "AWS did not answer as it should, retries included; run it again to go on",
    16: "the --outputs file, or the output, could not be read or written",
  },
  // As long as a session of the command's role, unless it was asked for longer.
  deadlineMinutes: 60,
  run: async ({ values, columns, ...context }) => {
    checkStackChoice(values);
    const order = parseRotationOrder(values);
    readTicket(values);
    const run = { ...context, columns, runId: context.randomBytes(8).toString("hex") };
    const outputs = await loadStackOutputs(values, { ...run, call: createAwsCaller(run.signal) });
    const stack = await findRotatedStack(outputs, order.client, run);
    const places = openForReading(stack, run);
    const listeners = await readListeners(places.balancers);
    const uses = findClientUses(listeners, stack.identity);
    const chosen = chooseWay(order, uses, Object.keys(outputs.clients[stack.name]?.others ?? {}));
    if (chosen.way === "client-swap") {
      return runClientSwap({ stack, order, listeners, uses, choice: values }, run);
    }

    const findings = await findRotation(places, stack, order, listeners);
    const { steps, missing, warnings } = findings.plan;
    const shown = { stack, order, chosen, findings, warnings, choice: values };
    const planned = describePlanned(shown, columns);
    if (!values.apply || steps.length === 0 || missing.length > 0) return planned;

    for (const line of describePlan(shown, columns)) context.progress(line);
    const change = await confirmChange(context, values, { name: stack.name, noun: "client" });
    if (change === undefined) return planned;
    const applied = await applyRotation({ stack, order, planned: findings }, change.ticket, run);
    return describeApplied({ ...shown, findings: applied.findings }, applied.counts, columns);
  },
});

// Undefined on a Node that is too old, which runRunbook then says.
if (import.meta.main !== false) await runRunbook(rotateClientSecretRunbook);
