import { S3Client } from "@aws-sdk/client-s3";
import type { StackOutputs } from "../../infra/outputs/outputs.ts";
import { type AwsCaller, createAwsCaller } from "../runtime/aws-calls.ts";
import { clientSettings } from "../runtime/aws-clients.ts";
import {
  BadInputError,
  CredentialsError,
  IntegrityError,
  NotFoundError,
  RemoteError,
} from "../runtime/errors.ts";
import { findCopyDifference, mayStillArrive } from "./copy-check.ts";
import { isFromFuture, MANIFEST_KEY, type ManifestBody } from "./format.ts";
import { NewerFormatError } from "./manifest.ts";
import { type ChosenSet, findSet, parseSetChoice } from "./set-choice.ts";
import { openSetStore, ownChecksums, type SetStore } from "./set-store.ts";
import { verifySet } from "./set-verification.ts";
import { findNewestSet, findStorageFaults, listSetObjects, listSets, readManifest } from "./sets.ts";
import type { RunContext } from "./stack-backup.ts";

/** Which set of a stack is verified, and where. */
export interface VerificationOrder {
  /** latest, a set's name, or `<pool id>/<name>`; undefined = latest. */
  set: string | undefined;
  /** The copy in the other Region instead of the original. */
  inCopy: boolean;
  /** Whether the copy is compared with the original, which takes the home Region. */
  withOriginal: boolean;
}

export interface StackVerification {
  manifest: ManifestBody;
  /** `s3://<bucket>/<pool id>/<set name>/`. */
  place: string;
  warnings: string[];
}

/**
 * Reads one set of a stack back and proves that it is whole; changes nothing. Asks only the Region of the bucket it
 * reads, unless the copy is to be compared with the original. Throws BadInputError when the stack keeps no copy, and
 * what findSet and verifySet throw.
 */
export async function verifyStackBackup(
  outputs: StackOutputs,
  order: VerificationOrder,
  context: Pick<RunContext, "signal" | "now" | "pause" | "progress">,
): Promise<StackVerification> {
  const { now, progress, signal } = context;
  const store = order.inCopy ? openCopy(outputs, context) : openOriginal(outputs, context);
  const choice = parseSetChoice(order.set, outputs.users.userPoolId);
  const found = await findSet(store, choice, (manifest) => order.inCopy && mayStillArrive(manifest, now()));
  const { manifest } = found;
  const place = `s3://${store.bucket}/${manifest.pool.id}/${manifest.set}/`;
  progress(`Verifying ${place} (${manifest.parts.length} parts)`);
  await verifySet({ store, manifest, now, progress, signal });

  const warnings = [...describeFuture(manifest.set, now()), ...describeSkipped(found)];
  if (order.inCopy && order.withOriginal) {
    warnings.push(...(await compareWithOriginal(openOriginal(outputs, context), found)));
  }
  return { manifest, place, warnings };
}

/** Whether a person who asked the parameters of this Region means the copy that lies there. */
export function isCopyRegion({ stack, backup }: StackOutputs, region: string | undefined): boolean {
  return region !== undefined && region !== stack.region && region === backup.copy?.region;
}

/** Whether every object of a set has arrived in the copy, its manifest included. */
export async function isCopyComplete(
  outputs: StackOutputs,
  manifest: ManifestBody,
  context: StoreContext,
): Promise<boolean> {
  const objects = await listSetObjects(openCopy(outputs, context), manifest);
  const hasManifest = objects.some(({ key }) => key.endsWith(`/${MANIFEST_KEY}`));
  return hasManifest && findStorageFaults(manifest, objects).length === 0;
}

type StoreContext = Pick<RunContext, "signal" | "pause">;

function openOriginal({ stack, backup }: StackOutputs, context: StoreContext): SetStore {
  return openStore({ region: stack.region, bucket: backup.bucket, account: stack.account }, context);
}

function openCopy({ stack, backup }: StackOutputs, context: StoreContext): SetStore {
  if (backup.copy) return openStore({ ...backup.copy, account: stack.account }, context);
  throw new BadInputError(`The stack ${stack.stack} keeps no copy in another Region.`, {
    remedy: "Set copyTo under sekisho:backup and deploy it.",
  });
}

function openStore(
  { region, bucket, account }: { region: string; bucket: string; account: string },
  { signal, pause }: StoreContext,
): SetStore {
  const client = new S3Client({ ...clientSettings({ region }), ...ownChecksums });
  const call: AwsCaller = createAwsCaller(signal);
  return openSetStore({ client, bucket, account, call, pause });
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
    return await describeLag(original, manifest);
  } catch (error) {
    const isOutOfReach = [CredentialsError, NotFoundError, RemoteError].some((type) => error instanceof type);
    if (isOutOfReach && error instanceof Error)
      return [`the original could not be compared: ${error.message}`];
    throw error;
  }
}

/** What the copy still lacks. A newer original that cannot be read says nothing about the copy, which is whole. */
async function describeLag(original: SetStore, manifest: ManifestBody): Promise<string[]> {
  const poolId = manifest.pool.id;
  const newer = (await listSets(original, poolId)).filter((set) => set > manifest.set);
  try {
    const newest = await findNewestSet(original, poolId, newer);
    return newest ? [`the copy is behind: ${newest.manifest.set} is not whole there yet.`] : [];
  } catch (error) {
    if (!(error instanceof IntegrityError || error instanceof NewerFormatError)) throw error;
    return [`a newer original than this copy cannot be read: ${error.message}`];
  }
}
