import type { AlarmDefinition, Metric } from "./alarm-definition.ts";

export interface WatchedPool<Text> {
  userPoolId: Text;
  /** The ids of clients that people sign in with, by the client's name. */
  clientIds: Readonly<Record<string, Text>>;
  /** Fewer sign-ins through one client than this succeed: an alarm. */
  signInSuccessPercent: number;
}

/**
 * Alarms about sign-ins (Amazon Cognito Developer Guide, "User pool metrics in CloudWatch"): each attempt is a sample
 * of `SignInSuccesses`, 1 when it succeeded, by pool and client. No attempts are no fault.
 */
export function signInAlarms<Text>(pool: WatchedPool<Text>): AlarmDefinition<Text>[] {
  const clients = Object.entries(pool.clientIds);
  return [
    ...clients.map(([client, clientId]) => failureAlarm(client, clientId, pool)),
    ...chunksOf(clients, CLIENTS_AN_ALARM).map((chunk, place) => throttleAlarm(chunk, place, pool)),
  ];
}

/** An alarm reads ten metrics at most (Amazon CloudWatch User Guide, "Using metric math"); each client has two. */
const CLIENTS_AN_ALARM = 5;

/** People mistype: it takes ten attempts within a quarter of an hour. */
function failureAlarm<Text>(
  client: string,
  clientId: Text,
  { userPoolId, signInSuccessPercent }: WatchedPool<Text>,
): AlarmDefinition<Text> {
  const successes = {
    namespace: "AWS/Cognito",
    name: "SignInSuccesses",
    dimensions: { UserPool: userPoolId, UserPoolClient: clientId },
  };
  return {
    name: `sign-in-failures-${client}`,
    page: "sign-in-failures",
    says: `fewer than ${signInSuccessPercent} % of the sign-ins through client ${client} succeeded: something is broken, or somebody is guessing.`,
    watched: {
      expression: "IF(FILL(attempts, 0) >= 10, 100 * FILL(succeeded, 0) / FILL(attempts, 1), 100)",
      label: "Sign-ins that succeeded, %",
      metrics: {
        attempts: { ...successes, statistic: "SampleCount" },
        succeeded: { ...successes, statistic: "Sum" },
      },
    },
    comparison: "below",
    threshold: signInSuccessPercent,
    periodSeconds: 900,
    periods: 1,
    alarmingPeriods: 1,
    silence: "fine",
  };
}

function throttleAlarm<Text>(
  clients: readonly (readonly [string, Text])[],
  place: number,
  { userPoolId }: WatchedPool<Text>,
): AlarmDefinition<Text> {
  const throttles = (name: string, clientId: Text): Metric<Text> => ({
    namespace: "AWS/Cognito",
    name,
    dimensions: { UserPool: userPoolId, UserPoolClient: clientId },
    statistic: "Sum",
  });
  const metrics = Object.fromEntries(
    clients.flatMap(([, clientId], index) => [
      [`signins${index}`, throttles("SignInThrottles", clientId)],
      [`refreshes${index}`, throttles("TokenRefreshThrottles", clientId)],
    ]),
  );
  return {
    name: place === 0 ? "sign-in-throttles" : `sign-in-throttles-${place + 1}`,
    page: "sign-in-throttles",
    says: "Cognito turned sign-ins away because the account asks more often than its quota allows.",
    watched: {
      expression: Object.keys(metrics)
        .map((id) => `FILL(${id}, 0)`)
        .join(" + "),
      label: "Requests that were turned away",
      metrics,
    },
    comparison: "at least",
    threshold: 1,
    periodSeconds: 300,
    periods: 1,
    alarmingPeriods: 1,
    silence: "fine",
  };
}

function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, place) =>
    items.slice(place * size, (place + 1) * size),
  );
}
