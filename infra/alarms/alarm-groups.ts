import { wantedTriggers } from "../functions/trigger-functions.ts";
import { webAclName } from "../guard/web-acl-name.ts";
import type { Settings } from "../settings.ts";
import type { AlarmDefinition } from "./alarm-definition.ts";
import { backupAlarms, type WatchedBackup } from "./backup-alarms.ts";
import { balancerAlarms } from "./balancer-alarms.ts";
import { functionAlarms } from "./function-alarms.ts";
import { notificationAlarm, silentLogAlarm } from "./log-alarms.ts";
import { mailAlarms } from "./mail-alarms.ts";
import { secretAlarms } from "./secret-alarms.ts";
import { signInAlarms } from "./sign-in-alarms.ts";
import { smsAlarms } from "./sms-alarms.ts";
import { webAclAlarms } from "./web-acl-alarms.ts";

/** Alarms that stand together on the dashboard. */
export interface AlarmGroup<Text = string> {
  title: string;
  alarms: AlarmDefinition<Text>[];
}

/** What of a stack can be watched; what it has not got is absent. */
export interface WatchedStack<Text> {
  userPoolId: Text;
  /** The ids of clients that people sign in with, by the client's name. */
  clientIds: Readonly<Record<string, Text>>;
  /** The load balancer, as metrics call it. */
  balancer?: Text | undefined;
  /** What backs up by itself. */
  backup?: WatchedBackup<Text> | undefined;
  /** The function that looks how old secrets are. */
  secretWatch?: Text | undefined;
  /** The log in which a trigger writes down sign-ins. */
  signInLog?: Text | undefined;
  /** The log in which Cognito itself does. */
  userEventLog?: Text | undefined;
}

export type AlarmingSettings = Pick<
  Settings,
  "stack" | "region" | "sms" | "email" | "guard" | "triggers" | "audit" | "alarms"
>;

/** Every alarm of a stack that watches a number, in the order of the dashboard; none without the section alarms. */
export function alarmGroups<Text>(
  settings: AlarmingSettings,
  watched: WatchedStack<Text | string>,
): AlarmGroup<Text | string>[] {
  const { stack, region, sms, email, guard, audit, alarms } = settings;
  if (!alarms) return [];
  const countsIn = logCountNamespace(stack);
  const { smsSuccessPercent, signInSuccessPercent, secretAgeDays } = alarms;
  const { userPoolId, clientIds, balancer, backup, secretWatch } = watched;
  const groups: AlarmGroup<Text | string>[] = [
    { title: "Sign-ins", alarms: signInAlarms({ userPoolId, clientIds, signInSuccessPercent }) },
    { title: "Functions", alarms: functionAlarms(stack, wantedTriggers(settings)) },
    {
      title: "Web ACL",
      alarms: guard ? webAclAlarms({ metric: webAclName(stack, "sign-in"), region }) : [],
    },
    { title: "Load balancer", alarms: balancer === undefined ? [] : balancerAlarms(balancer) },
    {
      title: "Text messages",
      alarms: sms?.ownAccountSettings ? smsAlarms(sms, { smsSuccessPercent, countsIn }) : [],
    },
    {
      title: "Mails",
      alarms: [...(email ? mailAlarms() : []), ...(audit ? [notificationAlarm(countsIn)] : [])],
    },
    { title: "Backups", alarms: backup === undefined ? [] : backupAlarms({ stack, backup }) },
    { title: "Logs", alarms: silentLogs(watched) },
    {
      title: "Secrets",
      alarms:
        secretWatch === undefined ? [] : secretAlarms({ stack, functionName: secretWatch, secretAgeDays }),
    },
  ];
  return groups.filter((group) => group.alarms.length > 0);
}

/** Where numbers lie that are read out of logs: such metrics have no dimension to tell stacks apart. */
export function logCountNamespace(stack: string): string {
  return `Sekisho/${stack}`;
}

function silentLogs<Text>({
  userPoolId,
  clientIds,
  signInLog,
  userEventLog,
}: WatchedStack<Text>): AlarmDefinition<Text>[] {
  const logs: [string, string, Text | undefined][] = [
    ["sign-in-log-silence", "the log of sign-ins", signInLog],
    ["user-event-silence", "Cognito's log of user events", userEventLog],
  ];
  const ids = Object.values(clientIds);
  return logs.flatMap(([name, what, logGroup]) =>
    logGroup === undefined || ids.length === 0
      ? []
      : [silentLogAlarm({ name, what, logGroup, userPoolId, clientIds: ids })],
  );
}
