import type { AlarmDefinition } from "./alarm-definition.ts";

/** The metric that the watching function writes, for its namespace `Sekisho` and the dimension `Stack`. */
export const SECRET_AGE = "OldestClientSecretDays";

/**
 * Alarms about the age of clients' secrets. AWS has no metric of it: a function looks every twelve hours, and says
 * when it could not.
 */
export function secretAlarms<Text>({
  stack,
  functionName,
  secretAgeDays,
}: {
  stack: Text;
  functionName: Text;
  secretAgeDays: number;
}): AlarmDefinition<Text>[] {
  return [
    {
      name: "secret-age",
      says: `a client's secret is ${secretAgeDays} days old or older; rotate it.`,
      watched: {
        metric: {
          namespace: "Sekisho",
          name: SECRET_AGE,
          dimensions: { Stack: stack },
          statistic: "Maximum",
        },
      },
      comparison: "at least",
      threshold: secretAgeDays,
      periodSeconds: 86_400,
      periods: 1,
      alarmingPeriods: 1,
      silence: "keep",
    },
    {
      name: "secret-age-unknown",
      says: "the function that looks how old clients' secrets are has failed.",
      watched: {
        metric: {
          namespace: "AWS/Lambda",
          name: "Errors",
          dimensions: { FunctionName: functionName },
          statistic: "Sum",
        },
      },
      comparison: "at least",
      threshold: 1,
      periodSeconds: 3600,
      periods: 1,
      alarmingPeriods: 1,
      silence: "fine",
    },
  ];
}
