import * as pulumi from "@pulumi/pulumi";
import { SignInAudit } from "./audit/sign-in-audit.ts";
import { IdentityAccess } from "./aws-access/identity-access.ts";
import { chooseBackupPlace, describeSchedule, type KnownPool } from "./backups/backup-place.ts";
import { ScheduledBackup } from "./backups/scheduled-backup.ts";
import type { UserBackups } from "./backups/user-backups.ts";
import { type AppClients, acceptedIds } from "./clients/app-clients.ts";
import { ClientSecrets, type ReturningSecrets } from "./clients/client-secrets.ts";
import { EmailSender } from "./email/email-sender.ts";
import { EncryptionKeys } from "./encryption-keys.ts";
import type { FunctionBundle } from "./functions/function-bundle.ts";
import type { TriggerBundles } from "./functions/trigger-bundles.ts";
import { wantedTriggers } from "./functions/trigger-functions.ts";
import { SignInGuard } from "./guard/sign-in-guard.ts";
import type { RunbookResources } from "./iam-policies/runbook-resources.ts";
import { ProtectedRoutes } from "./routes/protected-routes.ts";
import { RunbookAccess } from "./runbook-access/runbook-access.ts";
import { withListener } from "./runbook-access/runbook-resources.ts";
import type { Settings } from "./settings.ts";
import { SignInDomain } from "./sign-in-page/sign-in-domain.ts";
import { SmsSender } from "./sms/sms-sender.ts";
import { PoolTriggers } from "./users/pool-triggers.ts";
import { ThreatProtection } from "./users/threat-protection.ts";
import type { UserDirectory } from "./users/user-directory.ts";

/** The sender of mails, unless others made it or nobody sends. */
export function declareSender(settings: Settings): EmailSender | undefined {
  const { email } = settings;
  if (!email || email.identityArn !== undefined) return undefined;
  return new EmailSender("email-sender", { settings: { ...settings, email } });
}

/** The stack's own sender, or the one that others made. */
export function senderIdentity({ email }: Settings, sender: EmailSender | undefined) {
  const senderIdentityArn = sender?.identityArn ?? email?.identityArn;
  return senderIdentityArn === undefined ? {} : { senderIdentityArn };
}

/** Keys of our own where AWS's would do are part of the preset strict. */
export function declareKeys(settings: Settings, account: string): EncryptionKeys | undefined {
  return settings.preset === "strict"
    ? new EncryptionKeys("encryption-keys", { settings, account })
    : undefined;
}

/** The functions that Cognito calls; none where the settings want none. */
export function declareTriggers(
  settings: Settings,
  { account, bundles, keys }: { account: string; bundles: TriggerBundles; keys: EncryptionKeys | undefined },
): PoolTriggers | undefined {
  if (wantedTriggers(settings).length === 0) return undefined;
  const logKeyArn = keys?.logKeyArn;
  return new PoolTriggers("pool-triggers", { settings, account, bundles, logKeyArn });
}

/** What is done about sign-ins that look taken over; the preset baseline only watches them. */
export function declareThreatProtection({ preset }: Settings, { userPoolId }: UserDirectory): void {
  if (preset === "strict") new ThreatProtection("threat-protection", { userPoolId });
}

interface PoolAndClients {
  users: UserDirectory;
  clients: AppClients;
}

/** The page people sign in on, with its domain. */
export function declareSignIn(
  settings: Settings,
  { users, clients }: PoolAndClients,
): SignInDomain | undefined {
  const { signInPage: page } = settings;
  const { userPoolId } = users;
  return page && new SignInDomain("sign-in-domain", { settings, page, userPoolId, clients: clients.byName });
}

/** The secrets of the clients that have one. */
export function declareSecrets(
  settings: Settings,
  {
    users,
    clients,
    keys,
    returning,
  }: PoolAndClients & { keys: EncryptionKeys | undefined; returning: ReturningSecrets },
): ClientSecrets {
  return new ClientSecrets("client-secrets", {
    settings,
    clients: clients.byName,
    userPoolId: users.userPoolId,
    returning,
    ...(keys && { keyArn: keys.secretKeyArn }),
  });
}

/** AWS roles for people who have signed in. Throws when the settings name a client there is none of. */
export function declareAccess(
  settings: Settings,
  { users, clients }: PoolAndClients,
): IdentityAccess | undefined {
  const { awsAccess: access } = settings;
  if (!access) return undefined;
  const client = clients.byName[access.client];
  if (!client) {
    throw new pulumi.RunError(
      `sekisho:awsAccess.client names ${access.client}, which is not under sekisho:clients.`,
    );
  }
  const { providerName } = users;
  const clientIds = acceptedIds(client);
  return new IdentityAccess("identity-access", { settings, access, providerName, clientIds });
}

/** The SMS settings of the account, or what they are where another stack owns them. */
export function declareSms(
  settings: Settings,
  { keys, ...found }: { account: string; existingLogGroups: string[]; keys: EncryptionKeys | undefined },
): SmsSender | undefined {
  const { sms } = settings;
  const logKeyArn = keys && { logKeyArn: keys.logKeyArn };
  return sms && new SmsSender("sms-sender", { settings: { ...settings, sms }, ...found, ...logKeyArn });
}

/** The backup that runs by itself, where its size lets it run; says which and how long it takes. */
export async function declareScheduledBackup(
  settings: Settings,
  {
    account,
    bundle,
    knownPool,
    resources,
    backups,
    keys,
  }: {
    account: string;
    bundle: FunctionBundle | undefined;
    knownPool: KnownPool;
    resources: pulumi.Output<RunbookResources>;
    backups: UserBackups;
    keys: EncryptionKeys | undefined;
  },
): Promise<ScheduledBackup | undefined> {
  const { schedule } = settings.backup;
  if (!schedule || !bundle) return undefined;
  const { place, warning } = chooseBackupPlace(schedule, knownPool);
  if (warning !== undefined) await pulumi.log.warn(warning);
  await pulumi.log.info(describeSchedule(schedule, place, knownPool.users));
  return new ScheduledBackup("scheduled-backup", {
    settings,
    schedule,
    account,
    place,
    bundle,
    resources,
    workBucket: backups.part.workBucket,
    logKeyArn: keys?.logKeyArn,
  });
}

/** A role for each runbook. */
export function declareRunbookAccess(
  settings: Settings,
  { resources, routes }: { resources: pulumi.Output<RunbookResources>; routes: ProtectedRoutes | undefined },
): RunbookAccess | undefined {
  const { runbookAccess: access } = settings;
  if (!access) return undefined;
  return new RunbookAccess("runbook-access", {
    settings,
    access,
    resources: withListener(resources, routes),
  });
}

/** The evidence of who signed in. */
export function declareAudit(
  settings: Settings,
  {
    account,
    users,
    backups,
    triggers,
  }: {
    account: string;
    users: UserDirectory;
    backups: UserBackups;
    triggers: PoolTriggers | undefined;
  },
): SignInAudit | undefined {
  const { audit } = settings;
  if (!audit) return undefined;
  return new SignInAudit("sign-in-audit", {
    settings: { ...settings, audit },
    account,
    userPoolId: users.userPoolId,
    backup: backups.part,
    signInLogGroup: triggers?.signInLogGroup,
  });
}

/** The rules of the load balancer. */
export function declareRoutes(
  settings: Settings,
  {
    users,
    clients,
    signIn,
    secrets,
    audit,
  }: PoolAndClients & {
    signIn: SignInDomain | undefined;
    secrets: ClientSecrets;
    audit: SignInAudit | undefined;
  },
): ProtectedRoutes | undefined {
  const { routes } = settings;
  if (!routes) return undefined;
  return new ProtectedRoutes("routes", {
    settings: { ...settings, routes },
    userPool: { arn: users.userPoolArn, issuer: users.issuer },
    clientIds: Object.fromEntries(
      Object.entries(clients.byName).map(([name, client]) => [name, acceptedIds(client)]),
    ),
    signIn,
    currentSecret: (client) => secrets.currentSecret(client),
    accessLogsBucket: audit?.accessLogsBucket,
  });
}

/** AWS WAF before the sign-in page, and before a load balancer of our own. */
export function declareGuard(
  settings: Settings,
  {
    users,
    routes,
    keys,
  }: { users: UserDirectory; routes: ProtectedRoutes | undefined; keys: EncryptionKeys | undefined },
): SignInGuard | undefined {
  const { guard } = settings;
  if (!guard) return undefined;
  return new SignInGuard("sign-in-guard", {
    settings: { ...settings, guard },
    userPoolArn: users.userPoolArn,
    loadBalancerArn: routes?.loadBalancerArn,
    logKeyArn: keys?.logKeyArn,
  });
}
