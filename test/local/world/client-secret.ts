import { randomUUID } from "node:crypto";
import {
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { z } from "zod";

const value = z.object({ clientId: z.string(), clientSecret: z.string(), userPoolId: z.string() });

/** What consumers read of a client's secret. */
export type ClientSecret = z.infer<typeof value>;

export async function readCurrent(secrets: SecretsManagerClient, SecretId: string): Promise<ClientSecret> {
  const { SecretString = "" } = await secrets.send(new GetSecretValueCommand({ SecretId }));
  return value.parse(JSON.parse(SecretString));
}

/** The labels of every version that has one, by the version. */
export async function readLabels(
  secrets: SecretsManagerClient,
  SecretId: string,
): Promise<Record<string, string[]>> {
  const { Versions = [] } = await secrets.send(new ListSecretVersionIdsCommand({ SecretId }));
  return Object.fromEntries(
    Versions.map(({ VersionId = "", VersionStages = [] }) => [VersionId, VersionStages.toSorted()]),
  );
}

/** What a rotation with two secrets does to the secret that consumers read: stored as pending, then promoted. */
export async function rotateSecret(
  secrets: SecretsManagerClient,
  SecretId: string,
  next: ClientSecret,
): Promise<void> {
  const VersionId = randomUUID();
  const before = await holderOf(secrets, SecretId, "AWSCURRENT");
  await secrets.send(
    new PutSecretValueCommand({
      SecretId,
      ClientRequestToken: VersionId,
      SecretString: JSON.stringify(next),
      VersionStages: ["AWSPENDING", `sekisho-replaces-${next.clientId}--1700000000`],
    }),
  );
  const move = { SecretId, MoveToVersionId: VersionId, RemoveFromVersionId: before };
  await secrets.send(new UpdateSecretVersionStageCommand({ ...move, VersionStage: "AWSCURRENT" }));
  await secrets.send(
    new UpdateSecretVersionStageCommand({
      SecretId,
      VersionStage: "AWSPENDING",
      RemoveFromVersionId: VersionId,
    }),
  );
}

async function holderOf(secrets: SecretsManagerClient, SecretId: string, label: string): Promise<string> {
  const found = Object.entries(await readLabels(secrets, SecretId)).find(([, labels]) =>
    labels.includes(label),
  );
  if (!found) throw new Error(`no version of ${SecretId} is labelled ${label}`);
  return found[0];
}
