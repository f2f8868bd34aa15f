import * as aws from "@pulumi/aws";
import { RunError } from "@pulumi/pulumi";
import { z } from "zod";
import type { DeploymentState } from "../deployment/deployment-state.ts";
import { failureText } from "../failure-text.ts";
import type { Settings } from "../settings.ts";

/**
 * A client that this deployment puts into use in place of another of the same name, or may have to put back into use, and
 * that is there already.
 */
export interface ComingClient {
  /** The name. */
  client: string;
  /** Name of the secret that both share. */
  secretName: string;
  /** Which generations they are, with the id of the one that comes; absent where a pool that was kept comes back. */
  generations?: { coming: number; before: number; clientId: string };
}

/** What a version of a client's secret says. */
export type KnownSecret = z.infer<typeof secretValue>;

/** What is asked of Secrets Manager, as the provider's functions answer it. */
export interface SecretLookUps {
  getSecretVersions: (args: { secretId: string }) => Promise<{ versions: { versionStages: string[] }[] }>;
  getSecretVersion: (args: { secretId: string; versionStage: string }) => Promise<{ secretString: string }>;
}

/** Which secret of a client is live cannot be told, so nothing may be written for it. */
export class ReturningSecretError extends RunError {}

/** The clients that come into use; with a lost pool they are gone, and new ones have first secrets. */
export function findComingClients(
  { parts, isPoolThere }: DeploymentState,
  { clients, users }: { clients: Settings["clients"]; users: Pick<Settings["users"], "generation"> },
): ComingClient[] {
  if (!isPoolThere) return [];
  const isKeptPool = parts.fixed?.keep.includes(users.generation) === true;
  return clients.flatMap(({ name, generation: coming }): ComingClient[] => {
    const { generation: before = 1, others = {}, secretName, clientId: inUse } = parts.clients?.[name] ?? {};
    if (secretName === undefined) return [];
    if (isKeptPool) return [{ client: name, secretName }];
    // A deployment that stopped half-way may have put the other one's secret into use, and told nobody.
    const mayComeBack = coming === before && Object.keys(others).length > 0;
    const clientId = mayComeBack ? inUse : others[coming];
    return clientId === undefined
      ? []
      : [{ client: name, secretName, generations: { coming, before, clientId } }];
  });
}

/**
 * What is known, by the client's name, of the secrets of clients that come into use: the one that a client was born with
 * may be dead by then, because a rotation put another in its place. What was current when a client went out of use is
 * Secrets Manager's previous version. Throws `ReturningSecretError` where a generation that was in use before is not to
 * be found there, and where AWS does not answer.
 */
export async function lookUpReturningSecrets(
  coming: readonly ComingClient[],
  lookUps: SecretLookUps = awsLookUps,
): Promise<Record<string, KnownSecret[]>> {
  const found: Record<string, KnownSecret[]> = {};
  for (const client of coming) {
    const known = await lookUpSecrets(client, lookUps);
    const refusal = refuseUnknown(client, known);
    if (refusal !== undefined) throw new ReturningSecretError(refusal);
    found[client.client] = known;
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

async function lookUpSecrets(
  { client, secretName }: ComingClient,
  { getSecretVersions, getSecretVersion }: SecretLookUps,
): Promise<KnownSecret[]> {
  try {
    const { versions } = await getSecretVersions({ secretId: secretName });
    const labels = versions.flatMap(({ versionStages }) => versionStages);
    const known: KnownSecret[] = [];
    for (const versionStage of STAGES.filter((stage) => labels.includes(stage))) {
      const { secretString } = await getSecretVersion({ secretId: secretName, versionStage });
      const value = readValue(secretString);
      if (value) known.push(value);
    }
    return known;
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
function readValue(text: string): KnownSecret | undefined {
  try {
    return secretValue.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function refuseUnknown(
  { client, secretName, generations }: ComingClient,
  known: readonly KnownSecret[],
): string | undefined {
  // One that was never in use has the secret it was born with.
  if (generations === undefined || generations.coming > generations.before) return undefined;
  const { coming, before, clientId } = generations;
  if (known.some((secret) => secret.clientId === clientId)) return undefined;
  const isStaying = coming === before;
  const remedy = isStaying
    ? "Put it there as JSON ({ clientId, clientSecret, userPoolId, domain }), then deploy again"
    : `Put ${before} back; for another client than that of ${before}, take a new number in alsoAccept (docs/client-swap.md)`;
  return (
    `sekisho:clients.${client}.generation cannot ${isStaying ? "stay" : "go back to"} ${coming}: neither the current nor ` +
    `the previous version of ${secretName} is of that client, so its live secret is unknown. ${remedy}.`
  );
}
