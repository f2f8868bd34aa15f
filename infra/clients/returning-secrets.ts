import * as aws from "@pulumi/aws";
import { RunError } from "@pulumi/pulumi";
import { z } from "zod";
import type { DeploymentState } from "../deployment/deployment-state.ts";
import { failureText } from "../failure-text.ts";
import type { Settings } from "../settings.ts";

/** A generation of a client that this deployment puts into use, beside which another was in use up to now. */
export interface ComingGeneration {
  client: string;
  generation: number;
  clientId: string;
  /** Name of the client's secret. */
  secretName: string;
  /** The generation that is in use up to now. */
  before: number;
}

/** What is asked of Secrets Manager, as the provider's functions answer it. */
export interface SecretLookUps {
  getSecretVersions: (args: { secretId: string }) => Promise<{ versions: { versionStages: string[] }[] }>;
  getSecretVersion: (args: { secretId: string; versionStage: string }) => Promise<{ secretString: string }>;
}

/** Which secret of a client is live cannot be told, so nothing may be written for it. */
export class ReturningSecretError extends RunError {}

/** The generations that come into use; with a lost pool their clients are gone, and new ones have first secrets. */
export function findComingGenerations(
  { parts, isPoolThere }: DeploymentState,
  { clients }: Pick<Settings, "clients">,
): ComingGeneration[] {
  if (!isPoolThere) return [];
  return clients.flatMap(({ name, generation }): ComingGeneration[] => {
    const { generation: before = 1, others = {}, secretName } = parts.clients?.[name] ?? {};
    const clientId = others[generation];
    if (clientId === undefined || secretName === undefined) return [];
    return [{ client: name, generation, clientId, secretName, before }];
  });
}

/**
 * The live secrets, by the client's name, of generations that were in use before: the one that a client was born with
 * may be dead by then, because a rotation put another in its place. What was current when a generation went out of use
 * is Secrets Manager's previous version. Throws `ReturningSecretError` where that is not to be found, or not readable.
 */
export async function lookUpReturningSecrets(
  coming: readonly ComingGeneration[],
  lookUps: SecretLookUps = awsLookUps,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const generation of coming) {
    const secret = await lookUpSecret(generation, lookUps);
    if (secret !== undefined) found[generation.client] = secret;
    else if (generation.generation < generation.before)
      throw new ReturningSecretError(nothingSays(generation));
  }
  return found;
}

const awsLookUps: SecretLookUps = {
  getSecretVersions: aws.secretsmanager.getSecretVersions,
  getSecretVersion: aws.secretsmanager.getSecretVersion,
};

// The current one too: a deployment that stopped half-way may have come as far as the secret.
const STAGES = ["AWSCURRENT", "AWSPREVIOUS"];

const secretValue = z.object({ clientId: z.string(), clientSecret: z.string().min(1) });

async function lookUpSecret(
  { client, clientId, secretName }: ComingGeneration,
  { getSecretVersions, getSecretVersion }: SecretLookUps,
): Promise<string | undefined> {
  try {
    const { versions } = await getSecretVersions({ secretId: secretName });
    const labels = versions.flatMap(({ versionStages }) => versionStages);
    for (const versionStage of STAGES.filter((stage) => labels.includes(stage))) {
      const { secretString } = await getSecretVersion({ secretId: secretName, versionStage });
      const value = readValue(secretString);
      if (value?.clientId === clientId) return value.clientSecret;
    }
    return undefined;
  } catch (cause) {
    throw new ReturningSecretError(
      `Cannot tell which secret of client ${client} is live; see that the deploying role may call ` +
        `secretsmanager:ListSecretVersionIds and secretsmanager:GetSecretValue on ${secretName}, then deploy again. ` +
        `AWS said: ${failureText(cause)}.`,
      { cause },
    );
  }
}

/** Undefined for what is no secret of a client: it may be anybody's, and is not repeated. */
function readValue(text: string): z.infer<typeof secretValue> | undefined {
  try {
    return secretValue.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function nothingSays({ client, generation, before, secretName }: ComingGeneration): string {
  return (
    `sekisho:clients.${client}.generation cannot go back to ${generation}: neither the current nor the previous version ` +
    `of ${secretName} is of that client, so its live secret is unknown. Put ${before} back; for another client than that ` +
    `of ${before}, take a new number in alsoAccept (docs/rotation.md).`
  );
}
