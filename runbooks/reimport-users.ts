import { isCopyRegion } from "./backup/stack-verification.ts";
import { parseReimportOrder } from "./reimport/reimport-order.ts";
import {
  describeFaults,
  describeFinished,
  describePlan,
  describePlanned,
} from "./reimport/reimport-report.ts";
import {
  applyPrepared,
  checkPrepared,
  isNothingLeft,
  prepareReimport,
  type ReimportStacks,
} from "./reimport/stack-reimport.ts";
import { createAwsCaller } from "./runtime/aws-calls.ts";
import { changeOptions, confirmChange, readTicket } from "./runtime/confirmation.ts";
import { quotaOptions } from "./runtime/quotas.ts";
import { defineRunbook, runRunbook } from "./runtime/runbook.ts";
import { checkStackChoice, loadStackOutputs, stackOptions } from "./runtime/stack-outputs.ts";

export const reimportUsersRunbook = defineRunbook({
  name: "reimport-users",
  summary:
    "Brings the users of a backup set back into a user pool, and proves that they are all there. Nobody is mailed.",
  options: {
    ...stackOptions,
    from: {
      type: "string",
      value: "set",
      help: "latest, a set's name, or <pool id>/<name> (default: latest; with --same-pool it has to be spelled)",
    },
    "from-region": {
      type: "string",
      value: "name",
      help: "take the set that the stack keeps in this Region: its copy, after a loss of the other",
    },
    "from-stack": {
      type: "string",
      value: "name",
      help: "the stack that made the set, if it is another one",
    },
    pool: { type: "string", value: "id", help: "the pool to write to (default: the stack's own)" },
    "same-pool": {
      type: "boolean",
      help: "write to the very pool that the set was made of; needs one of the next three",
    },
    "only-missing": { type: "boolean", help: "bring back whoever is missing, and touch nobody else" },
    user: {
      type: "string",
      value: "name",
      multiple: true,
      help: "bring back this user; who is not missing is a fault",
    },
    "attributes-of": {
      type: "string",
      value: "name",
      help: "put this user's attributes back, and nothing else of them; only with --same-pool",
    },
    existing: {
      type: "string",
      value: "fail|skip|overwrite",
      help: "what happens to users of the set who stand there already",
      default: "fail",
    },
    engine: {
      type: "string",
      value: "auto|csv|api",
      help: "CSV import jobs (free, slow to begin), the API, or whichever suits each user",
      default: "auto",
    },
    unconfirmed: {
      type: "string",
      value: "skip|restore",
      help: "people who never confirmed their sign-up",
      default: "skip",
    },
    "with-mfa": {
      type: "boolean",
      help: "switch codes by mail and text message on again, where the set tells",
    },
    "group-role": {
      type: "string",
      value: "old=new",
      multiple: true,
      help: "the role that a group with the old role's ARN is to have",
    },
    "without-group-roles": { type: "boolean", help: "make groups without the roles they had" },
    accept: {
      type: "string",
      value: "code",
      multiple: true,
      help: "let a fault of the plan pass, by its code",
    },
    "no-erased-list": {
      type: "boolean",
      help: "bring people back although the list of the erased is not there",
    },
    "max-rejects": {
      type: "string",
      value: "n",
      help: "users whom AWS may refuse before the run stops (default: 100, or 5 % of the set where that is more)",
    },
    ...quotaOptions,
    ...changeOptions,
  },
  examples: [
    "npm run reimport-users -- --stack prod",
    "npm run reimport-users -- --stack prod --apply --ticket INC-1 --confirm sekisho-prod",
    "npm run reimport-users -- --stack prod --same-pool --user ann@example.com",
    "npm run reimport-users -- --stack osaka --from-stack prod --from-region ap-northeast-3",
  ],
  exitCodes: {
    0: "everybody is there as planned, or the plan was shown",
    2: "bad input, or the plan has faults; nothing was written",
    3: "done but for some users, who are in rejects.ndjson with the reasons",
    10: "no such stack, set, pool or user",
    11: "somebody else is at it, or another import job of the account runs",
    12: "credentials missing, expired, or without the right",
    13: "the set is damaged, or somebody is not in the target as planned",
    14: "not confirmed; nothing was written",
    15: "AWS did not answer as it should, retries included; run it again to go on",
    16: "the --outputs file, or the output, could not be read or written",
  },
  // As long as the role for this command lets a person work (infra/runbook-access/runbook-roles.ts).
  deadlineMinutes: 720,
  run: async ({ values, columns, ...context }) => {
    const startedAt = context.now();
    checkStackChoice(values);
    const order = parseReimportOrder(values);
    readTicket(values);
    const run = { ...context, runId: context.randomBytes(8).toString("hex") };
    const prepared = await prepareReimport(await loadStacks(values, context), order, run);
    const plan = describePlan(prepared, context.now(), columns);
    const { faults, warnings, target } = prepared.findings;
    for (const warning of warnings) context.warn(warning);
    if (faults.length > 0) return describeFaults(prepared, plan, faults);
    if (!values.apply) return describePlanned(prepared, plan);

    if (isNothingLeft(prepared.findings)) {
      return describeFinished(prepared, await checkPrepared(prepared, run), {
        startedAt,
        now: context.now(),
      });
    }
    for (const line of plan) context.progress(line);
    const change = await confirmChange(context, values, { name: target.name, noun: "pool" });
    if (change === undefined) return describePlanned(prepared, plan);
    const finished = await applyPrepared(prepared, change.ticket, run);
    return describeFinished(prepared, finished, { startedAt, now: context.now() });
  },
});

/** The stack that takes the users, and the one whose bucket they come from. */
async function loadStacks(
  values: {
    stack?: string | undefined;
    outputs?: string | undefined;
    region?: string | undefined;
    "from-region"?: string | undefined;
    "from-stack"?: string | undefined;
  },
  context: Parameters<typeof loadStackOutputs>[1] extends infer Calls
    ? Omit<Calls, "call"> & { signal: AbortSignal }
    : never,
): Promise<ReimportStacks> {
  const calls = { ...context, call: createAwsCaller(context.signal) };
  const outputs = await loadStackOutputs(values, calls);
  const { "from-region": fromRegion, "from-stack": fromStack } = values;
  if (fromRegion === undefined && fromStack === undefined) {
    return { outputs, source: outputs, fromCopy: false, runbook: "reimport-users" };
  }
  const stack = fromStack ?? outputs.stack.stack;
  const source = await loadStackOutputs({ stack, region: fromRegion ?? outputs.stack.region }, calls);
  return { outputs, source, fromCopy: isCopyRegion(source, fromRegion), runbook: "reimport-users" };
}

// Undefined on a Node that is too old, which runRunbook then says.
if (import.meta.main !== false) await runRunbook(reimportUsersRunbook);
