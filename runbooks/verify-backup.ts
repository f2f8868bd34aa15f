import { S3Client } from "@aws-sdk/client-s3";
import { ageInHours, findCopyDifference, mayStillArrive } from "./backup/copy-check.ts";
import { isFromFuture } from "./backup/format.ts";
import { type ChosenSet, findSet, parseSetChoice } from "./backup/set-choice.ts";
import { openSetStore, ownChecksums, type SetStore } from "./backup/set-store.ts";
import { verifySet } from "./backup/set-verification.ts";
import { findNewestSet, listSets, readManifest } from "./backup/sets.ts";
import { type AwsCaller, createAwsCaller } from "./runtime/aws-calls.ts";
import { clientSettings } from "./runtime/aws-clients.ts";
import {
  BadInputError,
  CredentialsError,
  IntegrityError,
  NotFoundError,
  RemoteError,
} from "./runtime/errors.ts";
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
    copy: { type: "boolean", help: "verify the copy in the other Region, and compare it with the original" },
  },
  examples: [
    "npm run verify-backup -- --stack dev",
    "npm run verify-backup -- --stack prod --set 20261121T030000Z-0a1b2c3d",
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
  run: async ({ values, signal, now, pause, progress, warn }) => {
    const startedAt = now();
    checkStackChoice(values);
    const calls = { call: createAwsCaller(signal), pause };
    const outputs = await loadStackOutputs(values, calls);
    const { account, region } = outputs.stack;
    const { bucket, copy } = outputs.backup;
    if (values.copy && !copy) {
      throw new BadInputError(`The stack ${outputs.stack.stack} keeps no copy in another Region.`, {
        remedy: "Set copyTo under sekisho:backup and deploy it.",
      });
    }
    const original = openStore({ region, bucket, account }, calls);
    const store = values.copy && copy ? openStore({ ...copy, account }, calls) : original;
    const choice = parseSetChoice(values.set, outputs.users.userPoolId);
    const found = await findSet(
      store,
      choice,
      (manifest) => store !== original && mayStillArrive(manifest, now()),
    );
    const { manifest } = found;
    const place = `s3://${store.bucket}/${manifest.pool.id}/${manifest.set}/`;
    progress(`Verifying ${place} (${manifest.parts.length} parts)`);
    await verifySet({ store, manifest, now, progress, signal });

    const warnings = [...describeFuture(manifest.set, now()), ...describeSkipped(found)];
    if (store !== original) warnings.push(...(await compareWithOriginal(original, found)));
    for (const warning of warnings) warn(warning);
    const { counts, parts } = manifest;
    const age = ageInHours(manifest, now());
    const bytes = parts.reduce((sum, part) => sum + part.storedBytes, 0);
    const seconds = (now().getTime() - startedAt.getTime()) / 1_000;
    return {
      json: {
        ok: true,
        set: place,
        copy: store !== original,
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

function openStore(
  place: { region: string; bucket: string; account: string },
  calls: { call: AwsCaller; pause: (milliseconds: number) => Promise<void> },
): SetStore {
  const client = new S3Client({ ...clientSettings({ region: place.region }), ...ownChecksums });
  return openSetStore({ client, bucket: place.bucket, account: place.account, ...calls });
}

/** A set from the future stays `latest` until its time has come, whatever is backed up meanwhile. */
function describeFuture(set: string, now: Date): string[] {
  return isFromFuture(set, now)
    ? [
        `${set} says it was made in the future: a clock was wrong; newer sets may exist, name them with --set.`,
      ]
    : [];
}

function describeSkipped({ skipped }: ChosenSet): string[] {
  return skipped.length === 0
    ? []
    : [`${skipped.length} newer sets are not finished (${skipped[0]} is the newest).`];
}

/** Differences are damage; an original that cannot be reached is why copies exist, and only worth a warning. */
async function compareWithOriginal(original: SetStore, { manifest }: ChosenSet): Promise<string[]> {
  const poolId = manifest.pool.id;
  try {
    const twin = await readManifest(original, poolId, manifest.set);
    if (!twin) return [`the original of ${manifest.set} is no longer in ${original.bucket}.`];
    const difference = findCopyDifference(twin, manifest);
    if (difference !== undefined) {
      throw new IntegrityError(`${poolId}/${manifest.set}: ${difference}.`, { remedy: "Take another set." });
    }
    const newest = await findNewestSet(original, poolId, await listSets(original, poolId));
    if (!newest || newest.manifest.set <= manifest.set) return [];
    return [`the copy is behind: ${newest.manifest.set} is not whole there yet.`];
  } catch (error) {
    const isOutOfReach = [CredentialsError, NotFoundError, RemoteError].some((type) => error instanceof type);
    if (isOutOfReach && error instanceof Error)
      return [`the original could not be compared: ${error.message}`];
    throw error;
  }
}

// Undefined on a Node that is too old, which runRunbook then says.
if (import.meta.main !== false) await runRunbook(verifyBackupRunbook);
