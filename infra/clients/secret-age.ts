import { SECRET_AGE } from "../alarms/secret-alarms.ts";
import { METRIC_NAMESPACE } from "../backups/backup-metrics.ts";

/** The versions of one secret, as Secrets Manager lists them. */
export interface SecretVersions {
  name: string;
  versions: readonly { stages?: readonly string[] | undefined; created?: Date | undefined }[];
}

/** A secret without a version in use: whoever needs it cannot sign anybody in. */
export class NoCurrentVersionError extends Error {
  override readonly name = "NoCurrentVersionError";

  constructor(secret: string) {
    super(`Secret ${secret} has no version labelled ${CURRENT}; rotate it, or deploy again if it is new.`);
  }
}

/** How old the oldest secret in use is, in whole days. Throws `NoCurrentVersionError`. */
export function oldestSecretDays(secrets: readonly SecretVersions[], now: Date): number {
  const ages = secrets.map((secret) => now.getTime() - currentSince(secret).getTime());
  return Math.floor(Math.max(0, ...ages) / DAY);
}

/**
 * The line of a log that CloudWatch makes a metric of (Amazon CloudWatch User Guide, "Specification: Embedded metric
 * format").
 */
export function secretAgeLine(stack: string, at: Date, days: number): string {
  return JSON.stringify({
    _aws: {
      Timestamp: at.getTime(),
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [["Stack"]],
          Metrics: [{ Name: SECRET_AGE, Unit: "Count" }],
        },
      ],
    },
    Stack: stack,
    [SECRET_AGE]: days,
  });
}

const CURRENT = "AWSCURRENT";
const DAY = 86_400_000;

function currentSince({ name, versions }: SecretVersions): Date {
  const created = versions.find(({ stages }) => stages?.includes(CURRENT))?.created;
  if (created === undefined) throw new NoCurrentVersionError(name);
  return created;
}
