import { type SecretsManagerClient, UpdateSecretVersionStageCommand } from "@aws-sdk/client-secrets-manager";
import { z } from "zod";

const putSecretValueShape = z.object({ VersionStages: z.array(z.string()).default([]) });
const putSecretValueAnswer = z.looseObject({
  ARN: z.string(),
  VersionId: z.string(),
  VersionStages: z.array(z.string()),
});

export interface LabelledVersion {
  secretArn: string;
  versionId: string;
  /** Labels the caller asked for and the version has not got. */
  missing: string[];
  /** What the caller shall see: the labels of the version once the missing ones are there. */
  answer: object;
}

/**
 * Compares what PutSecretValue was asked with what it answered: MiniStack keeps AWSCURRENT only, and drops labels of
 * one's own beside it. Undefined when nothing is missing.
 */
export function findMissingLabels(input: unknown, output: unknown): LabelledVersion | undefined {
  const asked = putSecretValueShape.safeParse(input);
  const given = putSecretValueAnswer.safeParse(output);
  if (!asked.success || !given.success) return undefined;
  const { ARN, VersionId, VersionStages } = given.data;
  const missing = asked.data.VersionStages.filter((label) => !VersionStages.includes(label));
  if (missing.length === 0) return undefined;
  const answer = { ...given.data, VersionStages: [...VersionStages, ...missing] };
  return { secretArn: ARN, versionId: VersionId, missing, answer };
}

/** Gives a version the labels it lacks, taking each from the version that has it now. */
export async function addLabels(
  client: SecretsManagerClient,
  { secretArn, versionId, missing }: LabelledVersion,
  holders: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  for (const label of missing) {
    const holder = Object.entries(holders).find(([, labels]) => labels.includes(label))?.[0];
    await client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: secretArn,
        VersionStage: label,
        MoveToVersionId: versionId,
        ...(holder === undefined ? {} : { RemoveFromVersionId: holder }),
      }),
    );
  }
}
