import { ListSecretVersionIdsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { z } from "zod";
import { oldestSecretDays, type SecretVersions, secretAgeLine } from "../clients/secret-age.ts";

/** What the function is told: the stack, and the names of its secrets as JSON. */
const environmentShape = z.object({
  STACK: z.string(),
  SECRETS: z.string().transform((text) => z.array(z.string()).parse(JSON.parse(text))),
});

export interface SecretAgeContext {
  environment: Record<string, string | undefined>;
  listVersions: (secret: string) => Promise<SecretVersions>;
  now: () => Date;
  write: (line: string) => void;
}

/** Looks how old the secrets of the stack's clients are and writes it down. Throws when it cannot: Lambda counts that. */
export async function lookAtSecrets({
  environment,
  listVersions,
  now,
  write,
}: SecretAgeContext): Promise<void> {
  const { STACK, SECRETS } = environmentShape.parse(environment);
  const secrets: SecretVersions[] = [];
  for (const secret of SECRETS) secrets.push(await listVersions(secret));
  const at = now();
  write(secretAgeLine(STACK, at, oldestSecretDays(secrets, at)));
}

const client = new SecretsManagerClient({});

export async function handler(): Promise<void> {
  await lookAtSecrets({
    environment: process.env,
    listVersions,
    now: () => new Date(),
    write: (line) => process.stdout.write(`${line}\n`),
  });
}

/** Versions that carry a label: a hundred at most, so they are on one page. */
async function listVersions(name: string): Promise<SecretVersions> {
  const { Versions = [] } = await client.send(
    new ListSecretVersionIdsCommand({ SecretId: name, MaxResults: 100 }),
  );
  return {
    name,
    versions: Versions.map(({ VersionStages, CreatedDate }) => ({
      stages: VersionStages,
      created: CreatedDate,
    })),
  };
}
