import { createHash } from "node:crypto";
import {
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { z } from "zod";
import type { AwsCaller } from "../runtime/aws-calls.ts";
import { watchTime } from "../runtime/aws-clock.ts";
import { AwsRefusalError, foreignAnswer, isLimitReached } from "../runtime/aws-errors.ts";
import { IntegrityError, RemoteError } from "../runtime/errors.ts";
import { MalformedPageError, readPages } from "../runtime/pages.ts";

/** A version with its labels. */
export interface ListedVersion {
  id: string;
  labels: string[];
}

/** What a client's secret holds, as JSON; fields that this version does not know are kept. */
export interface ClientSecretValue {
  clientId: string;
  clientSecret: string;
  [field: string]: unknown;
}

/** The versions of one client's secret in Secrets Manager. */
export interface SecretVersions {
  /** The secret's name. */
  where: string;
  /** Every version with a label. */
  list: () => Promise<ListedVersion[]>;
  /** Throws IntegrityError where it holds no client's secret; the error repeats nothing of it. */
  read: (versionId: string) => Promise<ClientSecretValue>;
  /** Stores a version under an id of ours: said twice it is stored once. */
  put: (versionId: string, value: ClientSecretValue, labels: readonly string[]) => Promise<void>;
  /** Puts a label that no other version has on a version. */
  addLabel: (versionId: string, label: string) => Promise<void>;
  removeLabel: (versionId: string, label: string) => Promise<void>;
  moveLabel: (label: string, from: string, to: string) => Promise<void>;
  /** AWS's own time, by the latest answer. Throws RemoteError where no answer told it. */
  readTime: () => Date;
}

export interface SecretVersionsSource {
  client: SecretsManagerClient;
  /** The secret's name. */
  secret: string;
  call: AwsCaller;
  pause: (milliseconds: number) => Promise<void>;
  /** Throws when nothing may be written any more. */
  mayWrite: () => void;
}

/** Secrets Manager API Reference: ListSecretVersionIds, GetSecretValue, PutSecretValue, UpdateSecretVersionStage. */
export function openSecretVersions(source: SecretVersionsSource): SecretVersions {
  const { client, secret, call, mayWrite } = source;
  const latest = watchTime(client);
  const changeLabel = (label: string, change: LabelChange) => updateLabel(source, label, change);
  return {
    where: secret,
    list: () => listVersions(source),
    read: async (versionId) => {
      const what = `GetSecretValue ${secret}`;
      const { SecretString, VersionId } = await call(what, (abortSignal) =>
        client.send(new GetSecretValueCommand({ SecretId: secret, VersionId: versionId }), { abortSignal }),
      );
      if (VersionId !== versionId) throw foreignAnswer(what);
      return parseValue(SecretString ?? "", `The version ${versionId} of ${secret}`);
    },
    put: async (versionId, value, labels) => {
      const what = `PutSecretValue ${secret}`;
      const input = {
        SecretId: secret,
        ClientRequestToken: versionId,
        SecretString: JSON.stringify(value),
        VersionStages: [...labels],
      };
      mayWrite();
      const answer = await call(
        what,
        (abortSignal) => client.send(new PutSecretValueCommand(input), { abortSignal }),
        [value.clientSecret],
      ).catch((error) => {
        throw explainLimit(error, what);
      });
      if (answer.VersionId !== versionId) throw foreignAnswer(what);
    },
    addLabel: (versionId, label) => changeLabel(label, { to: versionId }),
    removeLabel: (versionId, label) => changeLabel(label, { from: versionId }),
    moveLabel: (label, from, to) => changeLabel(label, { from, to }),
    readTime: () => {
      const time = latest();
      if (time !== undefined) return time;
      throw new RemoteError("No answer of Secrets Manager told the time.", {
        remedy: "Check for a proxy in between, and run it again.",
      });
    },
  };
}

/** SHA-256 of a secret: it tells two apart and nothing else. */
export function digestSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

interface LabelChange {
  from?: string;
  to?: string;
}

async function listVersions({ client, secret, call, pause }: SecretVersionsSource): Promise<ListedVersion[]> {
  const what = `ListSecretVersionIds ${secret}`;
  const pages = readPages({
    what,
    pause,
    fetchPage: async (token) => {
      const input = { SecretId: secret, MaxResults: 100, ...(token && { NextToken: token }) };
      const answer = await call(what, (abortSignal) =>
        client.send(new ListSecretVersionIdsCommand(input), { abortSignal }),
      );
      return { items: answer.Versions, nextToken: answer.NextToken };
    },
    readItem: (item): ListedVersion => {
      const read = listedVersion.safeParse(item);
      if (!read.success) throw new MalformedPageError(`${what}: a version came without its id.`);
      return { id: read.data.VersionId, labels: read.data.VersionStages };
    },
  });
  const versions = new Map<string, ListedVersion>();
  for await (const page of pages) for (const version of page) versions.set(version.id, version);
  return [...versions.values()].filter(({ labels }) => labels.length > 0);
}

const listedVersion = z.object({
  VersionId: z.string().min(1),
  VersionStages: z.array(z.string()).default([]),
});

/** What was refused may have been done before by a request of ours whose answer was lost: the labels tell. */
async function updateLabel(
  source: SecretVersionsSource,
  label: string,
  { from, to }: LabelChange,
): Promise<void> {
  const { client, secret, call, mayWrite } = source;
  const input = {
    SecretId: secret,
    VersionStage: label,
    ...(from !== undefined && { RemoveFromVersionId: from }),
    ...(to !== undefined && { MoveToVersionId: to }),
  };
  const what = `UpdateSecretVersionStage ${label} of ${secret}`;
  mayWrite();
  try {
    await call(what, (abortSignal) =>
      client.send(new UpdateSecretVersionStageCommand(input), { abortSignal }),
    );
  } catch (error) {
    const holder = (await listVersions(source)).find(({ labels }) => labels.includes(label));
    if (holder?.id !== to) throw explainLimit(error, what);
  }
}

/** A secret has 20 labels and 100 versions at most (Secrets Manager User Guide, "AWS Secrets Manager quotas"). */
function explainLimit(error: unknown, what: string): unknown {
  if (!isLimitReached(error)) return error;
  return new AwsRefusalError("LimitExceededException", `${what}: the secret has all that AWS allows it.`, {
    remedy: "Take labels off that nobody needs (20 are the most).",
    cause: error,
  });
}

const clientSecretValue = z.looseObject({ clientId: z.string().min(1), clientSecret: z.string().min(1) });

function parseValue(text: string, where: string): ClientSecretValue {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own words would repeat a part of the secret.
    value = undefined;
  }
  const read = clientSecretValue.safeParse(value);
  if (read.success) return read.data;
  throw new IntegrityError(`${where} does not hold { clientId, clientSecret, … }.`, {
    remedy: "Put the live secret there as JSON, then run it again.",
  });
}
