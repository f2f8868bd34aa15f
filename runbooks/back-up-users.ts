import { parseShards } from "./backup/shards.ts";
import { backUpStack } from "./backup/stack-backup.ts";
import { createAwsCaller } from "./runtime/aws-calls.ts";
import { formatCount, formatDuration } from "./runtime/progress.ts";
import { parseRaisedQuotas, parseShare, quotaOptions } from "./runtime/quotas.ts";
import { defineRunbook, runRunbook } from "./runtime/runbook.ts";
import {
  checkStackChoice,
  describeStackChoice,
  loadStackOutputs,
  stackOptions,
} from "./runtime/stack-outputs.ts";
import { showText } from "./runtime/terminal-text.ts";

export const backUpUsersRunbook = defineRunbook({
  name: "back-up-users",
  summary:
    "Backs up every user, group and membership of a stack's user pool to its backup bucket, as a new set.",
  options: {
    ...stackOptions,
    ...quotaOptions,
    shards: { type: "string", value: "auto|1..16", help: "lists of users read side by side (default: auto)" },
    "with-mfa": {
      type: "boolean",
      help: "read second factors too: one request per user, whom AWS then bills",
    },
    "allow-shrink": {
      type: "boolean",
      help: "accept that over a tenth of the users, groups or memberships is gone",
    },
    "ignore-lease": {
      type: "boolean",
      help: "back up although another backup may be under way, and without the work bucket",
    },
  },
  examples: [
    "npm run back-up-users -- --stack dev",
    "npm run back-up-users -- --stack prod --region ap-northeast-1 --share 1",
    "npm run --silent back-up-users -- --stack prod --with-mfa --json",
  ],
  exitCodes: {
    10: "no such stack, pool or bucket",
    11: "another backup of the pool is under way",
    12: "credentials missing, expired, or without the right",
    13: "the answers of AWS contradict each other, or users are gone; no set was made",
    15: "AWS did not answer as it should, retries included; no set was made",
    16: "the --outputs file, or the output, could not be read or written",
  },
  // As long as the role for this command lets a person work (infra/runbook-access/runbook-roles.ts).
  deadlineMinutes: 240,
  run: async ({ values, ...context }) => {
    const { now, warn } = context;
    const startedAt = now();
    checkStackChoice(values);
    const order = {
      share: parseShare(values.share),
      raised: parseRaisedQuotas(values.quota),
      shards: parseShards(values.shards),
      withMfa: values["with-mfa"] ?? false,
      allowShrink: values["allow-shrink"] ?? false,
      holder: values["ignore-lease"] ? undefined : "Another back-up-users",
    };
    const outputs = await loadStackOutputs(values, { ...context, call: createAwsCaller(context.signal) });
    if (order.withMfa) warn("--with-mfa reads every user one by one; AWS bills each as active this month.");

    const { manifest, set, storedBytes } = await backUpStack(outputs, order, context);
    const seconds = (now().getTime() - startedAt.getTime()) / 1_000;
    const { counts, parts, warnings } = manifest;
    return {
      json: { ok: true, set, ...counts, parts: parts.length, bytes: storedBytes, seconds, warnings },
      text: [
        `Backed up ${describeCounts(counts)} in ${formatDuration(seconds)}:`,
        `${parts.length} parts, ${formatCount(storedBytes)} bytes, in ${set}`,
        ...(counts.users === 0
          ? ["The pool holds no users: this is a complete backup of an empty pool."]
          : []),
        `Check it: npm run verify-backup -- ${describeStackChoice(values)} --set ${manifest.set}`,
      ].map(showText),
    };
  },
});

function describeCounts(counts: {
  users: number;
  groups: number;
  memberships: number;
  mfa?: number | undefined;
}) {
  const { users, groups, memberships, mfa } = counts;
  const factors =
    mfa === undefined ? "without second factors" : `second factors of ${formatCount(mfa)} users`;
  return `${formatCount(users)} users, ${formatCount(groups)} groups, ${formatCount(memberships)} memberships (${factors})`;
}

// Undefined on a Node that is too old, which runRunbook then says.
if (import.meta.main !== false) await runRunbook(backUpUsersRunbook);
