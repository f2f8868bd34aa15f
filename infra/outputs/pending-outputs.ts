import * as pulumi from "@pulumi/pulumi";
import type { StackAlarms } from "../alarms/stack-alarms.ts";
import type { SignInAudit } from "../audit/sign-in-audit.ts";
import type { IdentityAccess } from "../aws-access/identity-access.ts";
import type { ScheduledBackup } from "../backups/scheduled-backup.ts";
import type { UserBackups } from "../backups/user-backups.ts";
import type { AppClients } from "../clients/app-clients.ts";
import type { ClientSecrets } from "../clients/client-secrets.ts";
import { fixedPart, groupsPart } from "../deployment/fixed-part.ts";
import type { EmailSender } from "../email/email-sender.ts";
import type { UserRestores } from "../restores/user-restores.ts";
import type { ProtectedRoutes } from "../routes/protected-routes.ts";
import type { RunbookAccess } from "../runbook-access/runbook-access.ts";
import type { RunbookLog } from "../runbook-access/runbook-log.ts";
import type { Settings } from "../settings.ts";
import type { SignInDomain } from "../sign-in-page/sign-in-domain.ts";
import type { SignOutTable } from "../sign-outs/sign-out-table.ts";
import type { SmsSender } from "../sms/sms-sender.ts";
import type { PoolTriggers } from "../users/pool-triggers.ts";
import type { UserDirectory } from "../users/user-directory.ts";
import { signInFileFits } from "./output-sizes.ts";
import { OUTPUTS_VERSION, type StackOutputs } from "./outputs.ts";
import { pendingSignInFile } from "./sign-in-file.ts";

/** The components of a stack; those its settings do not name are absent. */
export interface StackComponents {
  sender: EmailSender | undefined;
  users: UserDirectory;
  clients: AppClients;
  signIn: SignInDomain | undefined;
  secrets: ClientSecrets;
  access: IdentityAccess | undefined;
  sms: SmsSender | undefined;
  routes: ProtectedRoutes | undefined;
  backups: UserBackups;
  scheduled: ScheduledBackup | undefined;
  runbookAccess: RunbookAccess | undefined;
  runbookLog: RunbookLog;
  restores: UserRestores;
  signOuts: SignOutTable;
  audit: SignInAudit | undefined;
  triggers: PoolTriggers | undefined;
  alarms: StackAlarms | undefined;
}

/** The stack's outputs while AWS still makes them: every value may come later, which parts there are may not. */
export type PendingOutputs = PendingParts & {
  clients: Record<string, pulumi.Input<StackOutputs["clients"][string]>>;
};

type PendingParts = {
  [Part in keyof Omit<StackOutputs, "clients">]:
    | pulumi.Input<NonNullable<StackOutputs[Part]>>
    | Extract<StackOutputs[Part], undefined>;
};

/** Where everything is, in the shape that runbooks read; ids and names, never a secret. */
export function pendingOutputs(
  settings: Settings,
  account: string,
  components: StackComponents,
): PendingOutputs {
  const { sender, users, clients, signIn, secrets, access, sms, routes, backups, audit, triggers, alarms } =
    components;
  const { scheduled, runbookAccess, runbookLog, restores, signOuts } = components;
  const signInFile = signInFileFits(settings) ? pendingSignInFile(settings, components) : undefined;
  const groups = groupsPart(settings.users);
  return {
    stack: stackOutput(settings, account),
    users: pulumi.output({
      userPoolId: users.userPoolId,
      userPoolArn: users.userPoolArn,
      userPoolName: users.userPoolName,
      generation: settings.users.generation,
    }),
    clients: clientOutputs(clients, secrets),
    ...(signIn && { "sign-in-page": pulumi.output({ host: signIn.host }) }),
    ...(routes && settings.routes && { routes: routesOutput(settings.routes, routes) }),
    ...(access && settings.awsAccess && { "aws-access": accessOutput(settings.awsAccess, access) }),
    ...(sms && { sms: sms.part }),
    ...emailOutput(settings, sender),
    backup: backups.part,
    ...(scheduled && { "backup-schedule": scheduled.part }),
    ...(runbookAccess && { "runbook-access": runbookAccess.part }),
    "runbook-log": runbookLog.part,
    restore: restores.part,
    ...(audit && { audit: audit.part }),
    ...(alarms && { alarms: alarms.part }),
    ...(triggers?.questions && { questions: triggers.questions }),
    "sign-outs": signOuts.part,
    ...(signInFile && { "sign-in-file": signInFile }),
    fixed: fixedPart(settings, users.sms),
    ...(groups && { groups }),
    ...(settings.letGo && { "let-go": settings.letGo }),
  };
}

/** The DNS records that somebody has to make because the zone is not in Route 53 here; empty when all are made. */
export function recordsToCreate({ sender, signIn }: Partial<Pick<StackComponents, "sender" | "signIn">>) {
  return pulumi
    .all([sender?.dnsRecordsToCreate ?? [], signIn?.pendingRecords ?? []])
    .apply(([mail, pages]) => [...mail, ...pages]);
}

function emailOutput(
  { email }: Settings,
  sender: EmailSender | undefined,
): { email?: pulumi.Input<NonNullable<StackOutputs["email"]>> } {
  if (sender) return { email: sender.part };
  if (email?.identityArn === undefined) return {};
  const { domain, from, identityArn } = email;
  return { email: { domain, from, identityArn, isReferenced: true } };
}

function stackOutput(
  { stack, region, disposable, backup }: Settings,
  account: string,
): StackOutputs["stack"] {
  const { copyTo } = backup;
  return {
    version: OUTPUTS_VERSION,
    stack,
    account,
    region,
    ...(copyTo !== undefined && { copyRegion: copyTo }),
    disposable,
  };
}

function clientOutputs(clients: AppClients, { names }: ClientSecrets): PendingOutputs["clients"] {
  return Object.fromEntries(
    Object.entries(clients.byName).map(([name, { kind, generation, clientId, others }]) => {
      const secretName = names[name];
      const part = {
        kind,
        clientId,
        ...(secretName !== undefined && { secretName }),
        ...(generation !== 1 && { generation }),
        ...(Object.keys(others).length > 0 && { others: { ...others } }),
      };
      return [name, pulumi.output(part)];
    }),
  );
}

function routesOutput({ firstPriority }: NonNullable<Settings["routes"]>, { listenerArn }: ProtectedRoutes) {
  return pulumi.output({ listenerArn, firstPriority });
}

function accessOutput({ client }: NonNullable<Settings["awsAccess"]>, access: IdentityAccess) {
  return pulumi.output({
    identityPoolId: access.identityPoolId,
    provider: access.providerName,
    client,
    roles: access.roleArns,
  });
}
