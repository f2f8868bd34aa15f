import { runDrill } from "./drill/drill.ts";
import { describeDrill } from "./drill/drill-report.ts";
import { parseReimportOrder } from "./reimport/reimport-order.ts";
import { createAwsCaller } from "./runtime/aws-calls.ts";
import { readTicket } from "./runtime/confirmation.ts";
import { quotaOptions } from "./runtime/quotas.ts";
import { defineRunbook, runRunbook } from "./runtime/runbook.ts";
import { checkStackChoice, loadStackOutputs, stackOptions } from "./runtime/stack-outputs.ts";

export const rehearseRestoreRunbook = defineRunbook({
  name: "rehearse-restore",
  summary:
    "Brings a backup set into a pool that is made for it, compares every user, tells how long it took, and deletes the pool.",
  options: {
    ...stackOptions,
    from: {
      type: "string",
      value: "set",
      help: "latest, a set's name, or <pool id>/<name>",
      default: "latest",
    },
    engine: {
      type: "string",
      value: "auto|csv|api",
      help: "CSV import jobs (free), the API (AWS bills its users), or whichever suits each user",
      default: "auto",
    },
    accept: {
      type: "string",
      value: "code",
      multiple: true,
      help: "let a fault of the plan pass, by its code",
    },
    ...quotaOptions,
    "keep-pool": { type: "boolean", help: "leave the pool for a look at it; a drill after a day deletes it" },
    ticket: {
      type: "string",
      value: "id",
      help: "the change that this is for, for the runbook log",
      default: "drill",
    },
  },
  examples: [
    "npm run rehearse-restore -- --stack dev",
    "npm run rehearse-restore -- --stack prod --engine csv --share 0.2",
    "npm run --silent rehearse-restore -- --stack prod --json",
  ],
  exitCodes: {
    0: "everybody came back as planned",
    2: "bad input, or the plan has faults; nobody was restored",
    3: "done but for some users, who are in rejects.ndjson with the reasons",
    10: "no such stack or set",
    11: "another import job of the account is under way",
    12: "credentials missing, expired, or without the right",
    13: "the set is damaged, or somebody did not come back as planned",
    15: "AWS did not answer as it should, retries included, or the pool could not be deleted",
    16: "the --outputs file, or the output, could not be read or written",
  },
  // As long as the role for this command lets a person work (infra/runbook-access/runbook-roles.ts).
  deadlineMinutes: 720,
  run: async ({ values, ...context }) => {
    const startedAt = context.now();
    checkStackChoice(values);
    const reimport = parseReimportOrder({
      from: values.from,
      engine: values.engine,
      accept: values.accept,
      share: values.share,
      quota: values.quota,
      existing: "fail",
      unconfirmed: "skip",
      // They are of the real pool, and nobody gets credentials in a throw-away one.
      "without-group-roles": true,
    });
    const ticket = readTicket({ apply: true, ticket: values.ticket }) ?? values.ticket;
    const outputs = await loadStackOutputs(values, { ...context, call: createAwsCaller(context.signal) });
    const run = { ...context, runId: context.randomBytes(8).toString("hex") };
    const drill = await runDrill(outputs, { reimport, ticket, keepsPool: values["keep-pool"] ?? false }, run);
    return describeDrill(drill, { startedAt, now: context.now(), columns: context.columns });
  },
});

// Undefined on a Node that is too old, which runRunbook then says.
if (import.meta.main !== false) await runRunbook(rehearseRestoreRunbook);
