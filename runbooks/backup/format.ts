import { z } from "zod";
import { BadInputError } from "../runtime/errors.ts";

/** The version of the backup set format that this code writes; it reads all versions up to this one. */
export const FORMAT_VERSION = 1;
/** Plain bytes after which a part is closed. */
export const PART_BYTES = 4 * 1024 * 1024;
/** The most bytes a part may have as it is stored. */
export const STORED_LIMIT = 16 * 1024 * 1024;
/** The most bytes a part may have when unpacked; a reader unpacks no more. */
export const PLAIN_LIMIT = 128 * 1024 * 1024;
export const MANIFEST_KEY = "manifest.json";

/** The kinds of parts a set is made of: what they hold, and how their objects are named. */
export const partKinds = {
  users: { name: /^users-\d{5}\.ndjson\.gz$/, isNumbered: true },
  groups: { name: /^groups\.ndjson\.gz$/, isNumbered: false },
  memberships: { name: /^memberships-\d{5}\.ndjson\.gz$/, isNumbered: true },
  mfa: { name: /^mfa-\d{5}\.ndjson\.gz$/, isNumbered: true },
  pool: { name: /^pool\.json\.gz$/, isNumbered: false },
} as const;

export type PartKind = keyof typeof partKinds;

/** `users`, 3 -> `users-00003.ndjson.gz`; kinds without numbers have one part. */
export function partName(kind: PartKind, index: number): string {
  if (kind === "pool") return "pool.json.gz";
  return partKinds[kind].isNumbered
    ? `${kind}-${String(index).padStart(5, "0")}.ndjson.gz`
    : `${kind}.ndjson.gz`;
}

/** The kind a part's name tells, or undefined when it is no name of a part. */
export function partKindOf(name: string): PartKind | undefined {
  const kinds = Object.keys(partKinds) as PartKind[];
  return kinds.find((kind) => partKinds[kind].name.test(name));
}

/**
 * `20261121T030000Z-0a1b2c3d`: when the set was begun, and by which run. Throws BadInputError for a moment whose name
 * would not be found again as a set's.
 */
export function setName(startedAt: Date, runId: Buffer): string {
  const name = Number.isNaN(startedAt.getTime()) ? "" : `${stampOf(startedAt)}-${runId.toString("hex")}`;
  if (SET_NAME.test(name)) return name;
  throw new BadInputError("This machine's clock shows no date that a set can be named after.", {
    remedy: "Set it, then run again.",
  });
}

/** The id of a user pool: at most 55 characters (Amazon Cognito user pools API reference, UserPoolId). */
export const POOL_ID = /^(?=.{1,55}$)[\w-]+_[0-9a-zA-Z]+$/;

export const SET_NAME = /^\d{8}T\d{6}Z-[0-9a-f]{8}$/;

/** `20261121T030000Z`, to the second: what the name of a set begun then starts with. */
export function stampOf(moment: Date): string {
  return moment.toISOString().replace(/[-:]|\.\d{3}/g, "");
}

/** Milliseconds by which two clocks may differ before one of them counts as wrong; AWS tolerates as much. */
export const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** Whether a set's name tells of a moment that is still to come. */
export function isFromFuture(set: string, now: Date): boolean {
  return set.slice(0, set.indexOf("-")) > stampOf(new Date(now.getTime() + CLOCK_TOLERANCE_MS));
}

const instant = z.iso.datetime();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().nonnegative();

/** One user, as ListUsers tells it. Attributes keep their order; a value is null where AWS sent none. */
export const userRecord = z.strictObject({
  kind: z.literal("user"),
  sub: z.string().min(1),
  username: z.string().min(1),
  enabled: z.boolean(),
  status: z.string(),
  created: instant,
  modified: instant,
  attributes: z.array(z.tuple([z.string(), z.string().nullable()])),
});

export const groupRecord = z.strictObject({
  kind: z.literal("group"),
  name: z.string().min(1),
  description: z.string().optional(),
  precedence: z.int().optional(),
  roleArn: z.string().optional(),
  created: instant.optional(),
  modified: instant.optional(),
});

export const membershipRecord = z.strictObject({
  kind: z.literal("membership"),
  group: z.string().min(1),
  sub: z.string().min(1),
  username: z.string().min(1),
});

/** The second factors of one user, as AdminGetUser tells them. */
export const mfaRecord = z.strictObject({
  kind: z.literal("mfa"),
  sub: z.string().min(1),
  username: z.string().min(1),
  preferred: z.string().optional(),
  factors: z.array(z.string()),
});

/** The last line of every part but `pool.json.gz`: how many records came before it. */
export const endRecord = z.strictObject({ kind: z.literal("end"), records: count });

export type UserRecord = z.infer<typeof userRecord>;
export type GroupRecord = z.infer<typeof groupRecord>;
export type MembershipRecord = z.infer<typeof membershipRecord>;
export type MfaRecord = z.infer<typeof mfaRecord>;

/** What `pool.json.gz` holds: the answers of AWS as they came, without any secret value. */
export const poolDocument = z.strictObject({
  userPool: z.looseObject({ Id: z.string() }),
  mfaConfig: z.looseObject({}),
  domains: z.array(z.looseObject({})),
  clients: z.array(z.looseObject({})),
  identityProviders: z.array(z.looseObject({})),
  resourceServers: z.array(z.looseObject({})),
  identityPool: z.looseObject({}).optional(),
});

export type PoolDocument = z.infer<typeof poolDocument>;

/** One part as the manifest lists it. `records` leaves the end record out; `pool.json.gz` counts as one. */
export const partEntry = z.strictObject({
  name: z.string().refine((name) => partKindOf(name) !== undefined, "is not the name of a part"),
  records: count,
  storedBytes: count.max(STORED_LIMIT),
  plainBytes: count.max(PLAIN_LIMIT),
  storedSha256: sha256,
  plainSha256: sha256,
});

export type PartEntry = z.infer<typeof partEntry>;

export const counts = z.strictObject({
  users: count,
  groups: count,
  memberships: count,
  /** Users whose second factors were read; absent when the set was made without them. */
  mfa: count.optional(),
});

/** `manifest.json`, without the hash over itself. */
export const manifestBody = z.strictObject({
  format: z.literal("sekisho-backup"),
  formatVersion: z.literal(FORMAT_VERSION),
  set: z.string().regex(SET_NAME),
  stack: z.string(),
  pool: z.strictObject({ id: z.string().min(1), name: z.string() }),
  account: z.string(),
  region: z.string(),
  toolVersion: z.string(),
  startedAt: instant,
  finishedAt: instant,
  /** What DescribeUserPool estimated when the run began; an estimate, often behind. */
  estimatedUsers: count,
  counts,
  /** How the memberships were read. */
  membershipsReadBy: z.enum(["group", "user"]),
  parts: z.array(partEntry),
  warnings: z.array(z.string()),
});

export type ManifestBody = z.infer<typeof manifestBody>;
