import { hash } from "node:crypto";
import { z } from "zod";
import { BadInputError, IntegrityError } from "../runtime/errors.ts";
import {
  FORMAT_VERSION,
  type ManifestBody,
  manifestBody,
  type PartKind,
  partKindOf,
  partName,
  stampOf,
} from "./format.ts";

/** A newer version of the project wrote the set: nothing is wrong with it, but this version cannot read it. */
export class NewerFormatError extends BadInputError {}

/** The text of `manifest.json`: the body on one line, closed by the SHA-256 over the JSON without that field. */
export function sealManifest(body: ManifestBody): string {
  return `${JSON.stringify({ ...body, sha256: hash("sha256", JSON.stringify(body)) })}\n`;
}

/**
 * Reads `manifest.json` of the set `where` (`<pool id>/<set name>`). Throws IntegrityError when it is not, byte for
 * byte, what was sealed for that set, and NewerFormatError when a newer version of the format wrote it.
 */
export function openManifest(text: string, where: string): ManifestBody {
  const { sha256, ...body } = parseSealed(text, where);
  if (
    hash("sha256", JSON.stringify(body)) !== sha256 ||
    text !== `${JSON.stringify({ ...body, sha256 })}\n`
  ) {
    throw new IntegrityError(
      `${where}/manifest.json was altered: it does not match its own hash.`,
      TAKE_ANOTHER,
    );
  }
  const version = z.object({ formatVersion: z.int() }).safeParse(body).data?.formatVersion;
  if (version !== undefined && version > FORMAT_VERSION) {
    throw new NewerFormatError(
      `${where} has format version ${version}; this command reads up to ${FORMAT_VERSION}.`,
      {
        remedy: "Use the version of the project that made it, or a newer one.",
      },
    );
  }
  const read = manifestBody.safeParse(body);
  if (!read.success) {
    const [issue] = read.error.issues;
    const path = issue?.path.join(".") ?? "";
    throw new IntegrityError(
      `${where}/manifest.json is wrong at "${path}": ${issue?.message}.`,
      TAKE_ANOTHER,
    );
  }
  checkConsistency(read.data, where);
  return read.data;
}

/** What a person does with a set that is damaged. */
export const TAKE_ANOTHER = { remedy: "Take another set, or the copy in the other Region." };

function parseSealed(text: string, where: string): Record<string, unknown> & { sha256: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new IntegrityError(`${where}/manifest.json is not JSON.`, { ...TAKE_ANOTHER, cause });
  }
  const read = z.looseObject({ sha256: z.string() }).safeParse(value);
  if (!read.success)
    throw new IntegrityError(`${where}/manifest.json carries no hash of itself.`, TAKE_ANOTHER);
  return read.data;
}

/** The order in which a manifest lists its parts. */
const WRITING_ORDER: readonly PartKind[] = ["users", "groups", "memberships", "mfa", "pool"];

/** The manifest must belong to where it lies, list every part once and in order, and add up. */
function checkConsistency(manifest: ManifestBody, where: string): void {
  const fail = (what: string): never => {
    throw new IntegrityError(`${where}/manifest.json ${what}.`, TAKE_ANOTHER);
  };
  const place = `${manifest.pool.id}/${manifest.set}`;
  if (place !== where) fail(`belongs to ${place}`);
  const startedAt = new Date(manifest.startedAt);
  if (!manifest.set.startsWith(`${stampOf(startedAt)}-`)) fail(`says it was begun ${manifest.startedAt}`);
  if (new Date(manifest.finishedAt) < startedAt) {
    fail(`says it was finished ${manifest.finishedAt}, before it was begun ${manifest.startedAt}`);
  }
  const records: Record<PartKind, number> = { users: 0, groups: 0, memberships: 0, mfa: 0, pool: 0 };
  const parts: Record<PartKind, number> = { users: 0, groups: 0, memberships: 0, mfa: 0, pool: 0 };
  let last: PartKind = "users";
  for (const part of manifest.parts) {
    const kind = partKindOf(part.name) ?? fail(`lists ${part.name}, which is no part`);
    if (WRITING_ORDER.indexOf(kind) < WRITING_ORDER.indexOf(last))
      fail(`lists ${part.name} twice or out of order`);
    last = kind;
    if (part.name !== partName(kind, parts[kind])) fail(`lists ${part.name} twice or out of order`);
    parts[kind] += 1;
    records[kind] += part.records;
  }
  for (const kind of ["users", "groups", "memberships", "pool"] as const) {
    if (parts[kind] === 0) fail(`lists no part of ${kind}`);
  }
  if (records.pool !== 1) fail(`lists ${records.pool} descriptions of the pool instead of 1`);
  const { users, groups, memberships, mfa } = manifest.counts;
  if (records.users !== users) fail(`counts ${users} users, but its parts hold ${records.users}`);
  if (records.groups !== groups) fail(`counts ${groups} groups, but its part holds ${records.groups}`);
  if (records.memberships !== memberships) {
    fail(`counts ${memberships} memberships, but its parts hold ${records.memberships}`);
  }
  if (records.mfa !== (mfa ?? 0))
    fail(`counts ${mfa ?? 0} users' factors, but its parts hold ${records.mfa}`);
}
