import { randomUUID } from "node:crypto";
import { JsonRefusal, type JsonService } from "./json-service.ts";

/** A version of a secret as it is kept: what it holds, and the labels it has. */
export interface SecretVersion {
  id: string;
  value: string;
  labels: string[];
  createdAt: Date;
}

/** The secrets of an account by name, each with its versions, oldest first. Tests read and alter them directly. */
export class SecretStore {
  readonly #versions = new Map<string, SecretVersion[]>();

  /** Puts a value as the current one, past the API; a secret that is not there is made. */
  set(name: string, value: string): void {
    const version = { id: randomUUID(), value, labels: [], createdAt: new Date() };
    const versions = this.#versions.get(name) ?? [];
    this.#versions.set(name, [...versions, version]);
    moveLabel(this.versionsOf(name), CURRENT, version);
  }

  /** The current value; undefined where there is no such secret. */
  get(name: string): string | undefined {
    return this.#versions.get(name)?.find(({ labels }) => labels.includes(CURRENT))?.value;
  }

  delete(name: string): void {
    this.#versions.delete(name);
  }

  /** Every version of a secret, those without a label too. Throws AWS's refusal where there is no such secret. */
  versionsOf(name: string): SecretVersion[] {
    const versions = this.#versions.get(name);
    if (versions !== undefined) return versions;
    throw new JsonRefusal("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
  }
}

const CURRENT = "AWSCURRENT";
const PREVIOUS = "AWSPREVIOUS";

/** "Staging labels attached across all versions of a secret: 20" (Secrets Manager User Guide, Quotas). */
const MOST_LABELS = 20;
/** Small pages, so that a list of versions has several. */
const PAGE = 2;

/**
 * Secrets Manager as far as runbooks use it, refusing what AWS documents to be refused (AWS Secrets Manager API
 * Reference: GetSecretValue, PutSecretValue, UpdateSecretVersionStage, ListSecretVersionIds, DescribeSecret).
 */
export function secretService(secrets: SecretStore): JsonService {
  return (operation, input) => {
    const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    if (run === undefined) throw new JsonRefusal("UnknownOperationException", `no ${operation} here`);
    const name = nameOf(String(input.SecretId));
    const versions = secrets.versionsOf(name);
    return { ...describeName(name), ...run(versions, input) };
  };
}

type Operation = (versions: SecretVersion[], input: Record<string, unknown>) => object;

const operations: Record<string, Operation> = {
  GetSecretValue: (versions, { VersionId, VersionStage }) => {
    const stage = VersionStage ?? (VersionId === undefined ? CURRENT : undefined);
    const found = versions.find(
      ({ id, labels }) =>
        (VersionId === undefined || id === VersionId) &&
        (stage === undefined || labels.includes(String(stage))),
    );
    if (found === undefined) {
      throw new JsonRefusal(
        "ResourceNotFoundException",
        "Secrets Manager can't find the specified secret value.",
      );
    }
    return {
      VersionId: found.id,
      SecretString: found.value,
      VersionStages: found.labels,
      CreatedDate: found.createdAt.getTime() / 1_000,
    };
  },

  // "If a version with this value already exists and the values are the same, the request is ignored; if they are
  // different, the request fails because you can't modify a secret version."
  PutSecretValue: (versions, { ClientRequestToken, SecretString, VersionStages = [CURRENT] }) => {
    const labels = VersionStages as string[];
    const id = String(ClientRequestToken ?? randomUUID());
    const value = String(SecretString);
    if (id.length < 32 || id.length > 64)
      throw invalidParameter("ClientRequestToken must have 32 to 64 characters.");
    if (labels.length === 0 || labels.length > MOST_LABELS) {
      throw invalidParameter(`VersionStages must have 1 to ${MOST_LABELS} labels.`);
    }
    const standing = versions.find((version) => version.id === id);
    if (standing !== undefined) {
      if (standing.value !== value) {
        throw new JsonRefusal(
          "ResourceExistsException",
          "You can't modify a secret version. You can only create new versions to store new secret values.",
        );
      }
      return { VersionId: id, VersionStages: standing.labels };
    }
    refuseTooManyLabels(versions, labels);
    const version: SecretVersion = { id, value, labels: [], createdAt: new Date() };
    versions.push(version);
    for (const label of labels) moveLabel(versions, label, version);
    return { VersionId: id, VersionStages: version.labels };
  },

  // "If the label is attached and you either do not specify RemoveFromVersionId, or the version ID does not match, then
  // the operation fails."
  UpdateSecretVersionStage: (versions, { VersionStage, MoveToVersionId, RemoveFromVersionId }) => {
    const label = String(VersionStage);
    const holder = versions.find(({ labels }) => labels.includes(label));
    const target = MoveToVersionId === undefined ? undefined : requireVersion(versions, MoveToVersionId);
    if (RemoveFromVersionId !== undefined) {
      const named = requireVersion(versions, RemoveFromVersionId);
      if (named !== holder) {
        throw invalidParameter(`The version ${named.id} does not have the staging label ${label}.`);
      }
    }
    if (target === undefined) {
      if (RemoveFromVersionId === undefined) {
        throw invalidParameter("You must specify MoveToVersionId or RemoveFromVersionId.");
      }
      if (label === CURRENT) {
        throw invalidParameter("You can only move staging label AWSCURRENT to a different secret version.");
      }
      removeLabel(versions, label);
      return {};
    }
    if (holder !== undefined && holder !== target && RemoveFromVersionId === undefined) {
      throw invalidParameter(
        `The parameter RemoveFromVersionId can't be empty. Staging label ${label} is currently attached to version ${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
      );
    }
    refuseTooManyLabels(versions, [label]);
    moveLabel(versions, label, target);
    return {};
  },

  // "Versions that don't have staging labels are considered deprecated": they are listed only on demand.
  ListSecretVersionIds: (versions, { IncludeDeprecated, NextToken }) => {
    const listed = versions.filter(({ labels }) => IncludeDeprecated === true || labels.length > 0);
    const start = Number(NextToken ?? 0);
    const more = start + PAGE < listed.length ? { NextToken: String(start + PAGE) } : {};
    return {
      Versions: listed.slice(start, start + PAGE).map(({ id, labels, createdAt }) => ({
        VersionId: id,
        ...(labels.length > 0 && { VersionStages: labels }),
        CreatedDate: createdAt.getTime() / 1_000,
      })),
      ...more,
    };
  },

  DescribeSecret: (versions) => ({
    VersionIdsToStages: Object.fromEntries(
      versions.flatMap(({ id, labels }) => (labels.length > 0 ? [[id, labels]] : [])),
    ),
  }),
};

/** "Whenever you move AWSCURRENT, AWSPREVIOUS moves to the version that AWSCURRENT was removed from." */
function moveLabel(versions: readonly SecretVersion[], label: string, target: SecretVersion): void {
  const holder = versions.find(({ labels }) => labels.includes(label));
  if (holder === target) return;
  removeLabel(versions, label);
  target.labels.push(label);
  if (label !== CURRENT || holder === undefined) return;
  removeLabel(versions, PREVIOUS);
  holder.labels.push(PREVIOUS);
}

function removeLabel(versions: readonly SecretVersion[], label: string): void {
  for (const version of versions) version.labels = version.labels.filter((standing) => standing !== label);
}

function refuseTooManyLabels(versions: readonly SecretVersion[], added: readonly string[]): void {
  const labels = new Set([...versions.flatMap((version) => version.labels), ...added]);
  if (labels.size <= MOST_LABELS) return;
  throw new JsonRefusal(
    "LimitExceededException",
    `A secret can't have more than ${MOST_LABELS} staging labels attached across all its versions.`,
  );
}

function requireVersion(versions: readonly SecretVersion[], id: unknown): SecretVersion {
  const found = versions.find((version) => version.id === id);
  if (found !== undefined) return found;
  throw new JsonRefusal(
    "ResourceNotFoundException",
    "Secrets Manager can't find the specified secret version.",
  );
}

function invalidParameter(message: string): JsonRefusal {
  return new JsonRefusal("InvalidParameterException", message);
}

function describeName(name: string): { ARN: string; Name: string } {
  return { ARN: `arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:${name}-AbCdEf`, Name: name };
}

/** A secret is asked for by its name or by its ARN, which ends with six characters of AWS's own. */
function nameOf(id: string): string {
  return id.startsWith("arn:") ? id.split(":").slice(6).join(":").slice(0, -7) : id;
}
