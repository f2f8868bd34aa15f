import type { AlarmDefinition, Metric } from "./alarm-definition.ts";
import type { LogCount } from "./sms-alarms.ts";

const NOT_SENT = "MessagesNotSent";

/** Whatever Cognito writes into the log of its notifications is a message that it could not send. */
export function notificationCount(logGroup: string): LogCount {
  return { metric: NOT_SENT, logGroup, pattern: "" };
}

/** An alarm about messages that Cognito tried to send and could not; the log says which and why. */
export function notificationAlarm(countsIn: string): AlarmDefinition {
  return {
    name: "messages-not-sent",
    says: "Cognito could not send a mail or a text message: somebody waits for a code or an invitation.",
    watched: { metric: { namespace: countsIn, name: NOT_SENT, dimensions: {}, statistic: "Sum" } },
    comparison: "at least",
    threshold: 1,
    periodSeconds: 300,
    periods: 1,
    alarmingPeriods: 1,
    silence: "fine",
  };
}

/** CloudWatch looks back a week at most, and reads ten metrics: this many clients and the log itself. */
const MOST_CLIENTS = 9;

/**
 * An alarm about a log that is silent while people sign in: six hours with sign-ins and not one entry
 * (Amazon CloudWatch Logs User Guide, "Monitoring with CloudWatch metrics": IncomingLogEvents).
 */
export function silentLogAlarm<Text>({
  name,
  what,
  logGroup,
  userPoolId,
  clientIds,
}: {
  name: string;
  /** What the log holds, as it stands in a sentence. */
  what: string;
  logGroup: Text;
  userPoolId: Text;
  clientIds: readonly Text[];
}): AlarmDefinition<Text> {
  const signIns = Object.fromEntries(
    clientIds.slice(0, MOST_CLIENTS).map((clientId, place): [string, Metric<Text>] => [
      `signins${place}`,
      {
        namespace: "AWS/Cognito",
        name: "SignInSuccesses",
        dimensions: { UserPool: userPoolId, UserPoolClient: clientId },
        statistic: "Sum",
      },
    ]),
  );
  const entries: Metric<Text> = {
    namespace: "AWS/Logs",
    name: "IncomingLogEvents",
    dimensions: { LogGroupName: logGroup },
    statistic: "Sum",
  };
  const total = Object.keys(signIns)
    .map((id) => `FILL(${id}, 0)`)
    .join(" + ");
  return {
    name,
    says: `people have signed in for six hours, and ${what} says nothing of them.`,
    watched: {
      expression: `IF(${total} > 0 AND FILL(entries, 0) == 0, 1, 0)`,
      label: "Sign-ins without an entry",
      metrics: { ...signIns, entries },
    },
    comparison: "at least",
    threshold: 1,
    periodSeconds: 21_600,
    periods: 1,
    alarmingPeriods: 1,
    silence: "fine",
  };
}
