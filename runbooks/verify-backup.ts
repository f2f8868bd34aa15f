import { ageInHours } from "./backup/copy-check.ts";
import { isCopyRegion, verifyStackBackup } from "./backup/stack-verification.ts";
import { createAwsCaller } from "./runtime/aws-calls.ts";
import { formatCount, formatDuration } from "./runtime/progress.ts";
import { defineRunbook, runRunbook } from "./runtime/runbook.ts";
import { checkStackChoice, loadStackOutputs, stackOptions } from "./runtime/stack-outputs.ts";
import { showText } from "./runtime/terminal-text.ts";

export const verifyBackupRunbook = defineRunbook({
  name: "verify-backup",
  summary: "Reads a backup set back and recomputes every hash and count of it; changes nothing.",
  options: {
    ...stackOptions,
    set: {
      type: "string",
      value: "name",
      help: "latest, a set's name, or <pool id>/<name>",
      default: "latest",
    },
    region: {
      type: "string",
      value: "name",
      help: "where the outputs are read; the copy's Region verifies the copy, and asks nothing of the stack's own",
    },
    copy: { type: "boolean", help: "verify the copy in the other Region, and compare it with the original" },
  },
  examples: [
    "npm run verify-backup -- --stack dev",
    "npm run verify-backup -- --stack prod --set 20261121T030000Z-0a1b2c3d",
    "npm run verify-backup -- --stack prod --region ap-northeast-3",
    "npm run --silent verify-backup -- --stack prod --copy --json",
  ],
  exitCodes: {
    0: "the set is whole: every byte, hash and count is as it was written",
    10: "no such stack, bucket or set, or no finished set at all",
    12: "credentials missing, expired, or without the right",
    13: "the set is incomplete or altered; the message names the part",
    15: "AWS did not answer as it should, retries included; this says nothing about the set",
    16: "the --outputs file, or the output, could not be read or written",
  },
  // As long as the role for this command lets a person work (infra/runbook-access/runbook-roles.ts).
  deadlineMinutes: 60,
  run: async ({ values, ...context }) => {
    const { now, warn } = context;
    const startedAt = now();
    checkStackChoice(values);
    const outputs = await loadStackOutputs(values, { ...context, call: createAwsCaller(context.signal) });
    const withOriginal = values.copy ?? false;
    const inCopy = withOriginal || isCopyRegion(outputs, values.region);
    const order = { set: values.set, inCopy, withOriginal };
    const { manifest, place, warnings } = await verifyStackBackup(outputs, order, context);

    for (const warning of warnings) warn(warning);
    const { counts, parts } = manifest;
    const age = ageInHours(manifest, now());
    const bytes = parts.reduce((sum, part) => sum + part.storedBytes, 0);
    const seconds = (now().getTime() - startedAt.getTime()) / 1_000;
    return {
      json: {
        ok: true,
        set: place,
        copy: inCopy,
        ...counts,
        parts: parts.length,
        bytes,
        startedAt: manifest.startedAt,
        finishedAt: manifest.finishedAt,
        ageHours: Number(age.toFixed(2)),
        seconds,
        warnings,
      },
      text: [
        `Whole: ${place}`,
        `${formatCount(counts.users)} users, ${formatCount(counts.groups)} groups, ${formatCount(counts.memberships)} memberships`,
        counts.mfa === undefined
          ? "Second factors are not in this set (made without --with-mfa)."
          : `Second factors of ${formatCount(counts.mfa)} users.`,
        `${parts.length} parts, ${formatCount(bytes)} bytes; finished ${manifest.finishedAt}, ${formatDuration(age * 3_600)} ago`,
      ].map(showText),
    };
  },
});

// Undefined on a Node that is too old, which runRunbook then says.
if (import.meta.main !== false) await runRunbook(verifyBackupRunbook);
