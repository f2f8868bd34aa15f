import { CURRENT, ownLabels, PENDING, PREVIOUS, readRotationLabels } from "./rotation-labels.ts";

/** A version of the client's secret in Secrets Manager, without what it holds. */
export interface StoredVersion {
  id: string;
  labels: readonly string[];
  /** What is known of its value; only for versions that matter (mattersToState). */
  value?: StoredValue | undefined;
}

export interface StoredValue {
  /** The client that it says it is a secret of. */
  clientId: string;
  /** SHA-256 of the secret, to tell two apart. */
  digest: string;
  /** Whether Cognito takes it. */
  isLive: boolean;
}

/** Everything that a rotation's state is read from. */
export interface RotationFacts {
  clientId: string;
  /** Ids of the client's secrets, in Cognito. */
  secretIds: readonly string[];
  /** Versions with a label. */
  versions: readonly StoredVersion[];
}

/** A rotation that has begun: two versions, and the secrets of the client that belong to them. */
export interface BegunRotation {
  /** The version with the secret that stood there before. */
  oldVersion: string;
  /** The version with the secret that this rotation adds. Its id is the rotation's id. */
  newVersion: string;
  /** Id of the old secret, in Cognito. */
  oldSecret: string;
  /** Id of the new one; undefined as long as it was not added. */
  newSecret: string | undefined;
  /** Which of the two is AWSCURRENT. */
  current: "old" | "new";
  /** Labels of the new version that this rotation has to take off again, in their order. */
  labels: string[];
  consumers: string[];
  graceUntil: Date | undefined;
}

/** How far a rotation is, told by Cognito and Secrets Manager alone. */
export type RotationState =
  /** One secret, which AWSCURRENT holds; nothing else. */
  | { kind: "idle"; secretId: string; version: string }
  /** The new value is in Secrets Manager, and not on the client. */
  | ({ kind: "stored" } & BegunRotation)
  /** It is on the client, too, and AWSCURRENT is the old one. */
  | ({ kind: "added" } & BegunRotation)
  /** AWSCURRENT is the new one, and the old one is still good. */
  | ({ kind: "promoted" } & BegunRotation)
  /** It was given up, and both are still good. */
  | ({ kind: "rolled-back"; isMarked: boolean } & BegunRotation)
  /** One secret is left, and a version still has labels of the rotation that is over. */
  | { kind: "labels-left"; secretId: string; version: string; leftOn: string; labels: string[] };

/** Something that no rotation leaves behind: nothing is done until a person has looked. */
export interface StrangeState {
  kind: "strange";
  /** A sentence. */
  why: string;
  /** What to do, as a sentence. */
  remedy: string;
}

/** Whether the value of this version has to be known to tell the state. */
export function mattersToState(
  { labels }: StoredVersion,
  { secretIds }: Pick<RotationFacts, "secretIds">,
): boolean {
  if (labels.includes(CURRENT) || labels.includes(PENDING)) return true;
  if (readRotationLabels(labels).replaces.length > 0) return true;
  return labels.includes(PREVIOUS) && secretIds.length > 1;
}

/** Reads the state; every version that matters must come with its value. */
export function readRotationState(facts: RotationFacts): RotationState | StrangeState {
  const { clientId, secretIds, versions } = facts;
  const current = versions.find(({ labels }) => labels.includes(CURRENT));
  const pending = versions.find(({ labels }) => labels.includes(PENDING));
  const marked = versions.filter(({ labels }) => readRotationLabels(labels).replaces.length > 0);
  const [next, another] = marked;

  if (secretIds.length === 0) return strange("The client has no secret to rotate.", "Check --client.");
  if (secretIds.length > 2) return strange(`The client has ${secretIds.length} secrets.`, LOOK);
  if (current === undefined) return strange("No version of the secret is AWSCURRENT.", LOOK);
  if (pending !== undefined && !marked.includes(pending)) {
    return strange(`The version ${pending.id} is AWSPENDING, and no rotation of ours made it.`, LOOK);
  }
  if (another !== undefined) return strange("Two versions say that they replace a secret.", LOOK);
  for (const version of next === undefined ? [current] : [current, next]) {
    if (version.value?.clientId === clientId) continue;
    return strange(`The version ${version.id} holds the secret of another client.`, LOOK);
  }
  if (!current.value?.isLive) {
    return strange("Cognito refuses the secret that is AWSCURRENT, so it is not the client's.", LOOK);
  }

  const [first = "", second] = secretIds;
  if (next !== undefined) return readBegun({ current, next, versions, secretIds });
  if (second === undefined) return { kind: "idle", secretId: first, version: current.id };
  return strange("The client has two secrets, and nothing says which of them is whose.", LOOK);
}

interface BegunFacts extends Pick<RotationFacts, "secretIds" | "versions"> {
  current: StoredVersion;
  next: StoredVersion;
}

function readBegun({ current, next, versions, secretIds }: BegunFacts): RotationState | StrangeState {
  const { replaces, consumers, graceUntil, isRolledBack } = readRotationLabels(next.labels);
  const [oldSecret = "", otherName] = replaces;
  if (otherName !== undefined)
    return strange(`The version ${next.id} says that it replaces two secrets.`, LOOK);
  const labels = ownLabels(next.labels);
  const isPending = next.labels.includes(PENDING);
  const isCurrent = next === current;
  const rotation = { newVersion: next.id, oldSecret, labels, consumers, graceUntil };

  if (secretIds.length === 1) {
    const [secretId = ""] = secretIds;
    const hasOld = secretId === oldSecret;
    if (isCurrent) {
      if (hasOld)
        return strange(`${oldSecret} is the only secret, and AWSCURRENT says it replaced it.`, LOOK);
      return { kind: "labels-left", secretId, version: current.id, leftOn: next.id, labels };
    }
    if (next.value?.isLive) {
      return strange("Cognito takes the new secret and lists only the old one.", "Run it again in a minute.");
    }
    if (!isPending || isRolledBack) {
      return { kind: "labels-left", secretId, version: current.id, leftOn: next.id, labels };
    }
    if (!hasOld) return strange(`The new version replaces ${oldSecret}, which the client has not.`, LOOK);
    return { kind: "stored", ...rotation, oldVersion: current.id, newSecret: undefined, current: "old" };
  }

  const newSecret = secretIds.find((id) => id !== oldSecret);
  if (!secretIds.includes(oldSecret)) {
    return strange(`The new version replaces ${oldSecret}, which the client has not.`, LOOK);
  }
  if (!next.value?.isLive) {
    return strange("The client has a second secret, and it is not the one that was stored for it.", LOOK);
  }
  if (isCurrent) {
    const previous = versions.find(({ labels: standing }) => standing.includes(PREVIOUS));
    if (previous?.value === undefined)
      return strange("No version is AWSPREVIOUS, so nobody has the old secret.", LOOK);
    if (!previous.value.isLive || !isOther(previous, next)) {
      return strange("AWSPREVIOUS does not hold the second secret of the client.", LOOK);
    }
    const promoted = { ...rotation, newSecret, oldVersion: previous.id, current: "new" } as const;
    return isRolledBack
      ? { kind: "rolled-back", isMarked: true, ...promoted }
      : { kind: "promoted", ...promoted };
  }
  if (!isOther(current, next)) return strange("AWSCURRENT and the new version hold the same secret.", LOOK);
  const added = { ...rotation, newSecret, oldVersion: current.id, current: "old" } as const;
  if (isPending && !isRolledBack) return { kind: "added", ...added };
  return { kind: "rolled-back", isMarked: isRolledBack, ...added };
}

function isOther(one: StoredVersion, other: StoredVersion): boolean {
  return one.value?.digest !== other.value?.digest;
}

function strange(why: string, remedy: string): StrangeState {
  return { kind: "strange", why, remedy };
}

const LOOK = 'Nothing was changed; see "Strange states" in docs/rotation.md.';
