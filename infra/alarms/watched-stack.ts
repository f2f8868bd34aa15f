import type * as pulumi from "@pulumi/pulumi";
import type { SignInAudit } from "../audit/sign-in-audit.ts";
import { userPoolLogNames } from "../audit/user-pool-logs.ts";
import type { ScheduledBackup } from "../backups/scheduled-backup.ts";
import type { UserBackups } from "../backups/user-backups.ts";
import { type AppClients, generationsOf } from "../clients/app-clients.ts";
import type { SecretWatch } from "../clients/secret-watch.ts";
import type { EncryptionKeys } from "../encryption-keys.ts";
import type { UserRestores } from "../restores/user-restores.ts";
import type { ProtectedRoutes } from "../routes/protected-routes.ts";
import type { RunbookLog } from "../runbook-access/runbook-log.ts";
import type { Settings } from "../settings.ts";
import type { SmsSender } from "../sms/sms-sender.ts";
import type { PoolTriggers } from "../users/pool-triggers.ts";
import type { UserDirectory } from "../users/user-directory.ts";
import { balancerName } from "./balancer-alarms.ts";
import { notificationCount } from "./log-alarms.ts";
import { smsLogCounts } from "./sms-alarms.ts";
import type { StackAlarmsArgs } from "./stack-alarms.ts";

export interface WatchedComponents {
  users: UserDirectory;
  clients: AppClients;
  backups: UserBackups;
  /** What backs up by itself. */
  scheduled: ScheduledBackup | undefined;
  sms: SmsSender | undefined;
  routes: ProtectedRoutes | undefined;
  audit: SignInAudit | undefined;
  secretWatch: SecretWatch | undefined;
  triggers: PoolTriggers | undefined;
  /** Keys of the preset strict. */
  keys: EncryptionKeys | undefined;
  runbookLog: RunbookLog;
  restores: UserRestores;
}

/** What of a stack the alarms watch, by what was declared of it. */
export function watchStack(
  { stack, sms: smsSettings, audit: auditSettings }: Pick<Settings, "stack" | "sms" | "audit">,
  components: WatchedComponents,
): Pick<
  StackAlarmsArgs,
  "watched" | "logCounts" | "logs" | "keyArns" | "buckets" | "runbookLogGroup" | "erasedKey"
> {
  const { users, clients, backups, scheduled, sms, routes, audit, secretWatch, triggers } = components;
  const { runbookLog, restores } = components;
  const poolLogs = auditSettings && userPoolLogNames(stack, auditSettings);
  const ownsSms = sms !== undefined && smsSettings?.ownAccountSettings === true;
  return {
    watched: {
      userPoolId: users.userPoolId,
      clientIds: peoplesClients(clients),
      balancer: routes?.listenerArn.apply(balancerName),
      backup: scheduled?.watched,
      secretWatch: secretWatch?.functionName,
      signInLog: triggers?.signInLogGroup,
      userEventLog: poolLogs?.userEvents,
    },
    logCounts: [
      ...(ownsSms
        ? smsLogCounts({ success: sms.part.successLogGroup, failure: sms.part.failureLogGroup })
        : []),
      ...(poolLogs ? [notificationCount(poolLogs.notifications)] : []),
    ],
    logs: [...(ownsSms ? [sms] : []), ...(audit ? [audit] : [])],
    keyArns: keysOf(components),
    buckets: [
      backups.part.bucket,
      backups.part.workBucket,
      ...[audit?.evidence?.bucket, audit?.accessLogsBucket].filter((bucket) => bucket !== undefined),
    ],
    runbookLogGroup: runbookLog.part.logGroup,
    erasedKey: [restores.part.erasedKeySecret, restores.erasedKeySecretArn],
  };
}

/** Every key in the stack's own Region but that of the alarms' topic, which comes later. */
function keysOf({ backups, audit, triggers, keys }: WatchedComponents): pulumi.Output<string>[] {
  return [
    backups.part.keyArn,
    backups.part.workKeyArn,
    audit?.evidence?.keyArn,
    audit?.answersKeyArn,
    triggers?.questions?.keyArn,
    keys?.secretKeyArn,
    keys?.logKeyArn,
  ].filter((arn) => arn !== undefined);
}

/** By the names of their generations, those in use first. Programs without a person sign nobody in. */
function peoplesClients(clients: AppClients): Record<string, pulumi.Output<string>> {
  const generations = Object.entries(clients.byName)
    .filter(([, { kind }]) => kind !== "machine")
    .map(([client, ids]) => generationsOf(client, ids));
  const ordered = [
    ...generations.flatMap(([inUse]) => inUse ?? []),
    ...generations.flatMap((all) => all.slice(1)),
  ];
  return Object.fromEntries(ordered.map(({ name, clientId }) => [name, clientId]));
}
