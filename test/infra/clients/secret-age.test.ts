import { describe, expect, test } from "vitest";
import { METRIC_NAMESPACE } from "../../../infra/backups/backup-metrics.ts";
import { NoCurrentVersionError, oldestSecretDays, secretAgeLine } from "../../../infra/clients/secret-age.ts";

const now = new Date("2026-11-21T12:00:00Z");
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);

describe("the age of clients' secrets", () => {
  test("is that of the oldest one in use, not of what rotation has put aside", () => {
    const secrets = [
      {
        name: "web",
        versions: [
          { stages: ["AWSPREVIOUS"], created: daysAgo(400) },
          { stages: ["AWSCURRENT"], created: daysAgo(10) },
        ],
      },
      { name: "api", versions: [{ stages: ["AWSCURRENT", "sekisho-first"], created: daysAgo(90.5) }] },
    ];
    expect(oldestSecretDays(secrets, now)).toBe(90);
  });

  test("is none without secrets, and never less than none", () => {
    expect(oldestSecretDays([], now)).toBe(0);
    const ahead = [{ name: "web", versions: [{ stages: ["AWSCURRENT"], created: daysAgo(-1) }] }];
    expect(oldestSecretDays(ahead, now)).toBe(0);
  });

  test("cannot be told of a secret whose version in use is missing", () => {
    const secrets = [
      { name: "sekisho/dev/clients/web", versions: [{ stages: ["AWSPENDING"], created: now }] },
    ];
    expect(() => oldestSecretDays(secrets, now)).toThrow(NoCurrentVersionError);
    expect(() => oldestSecretDays(secrets, now)).toThrow(
      "Secret sekisho/dev/clients/web has no version labelled AWSCURRENT; rotate it, or deploy again if it is new.",
    );
  });

  test("becomes a metric of the stack by the line that is logged", () => {
    expect(JSON.parse(secretAgeLine("dev", now, 90))).toEqual({
      _aws: {
        Timestamp: now.getTime(),
        CloudWatchMetrics: [
          {
            Namespace: METRIC_NAMESPACE,
            Dimensions: [["Stack"]],
            Metrics: [{ Name: "OldestClientSecretDays", Unit: "Count" }],
          },
        ],
      },
      Stack: "dev",
      OldestClientSecretDays: 90,
    });
  });
});
