import "./node-version.ts";
import * as pulumi from "@pulumi/pulumi";
import { declareAlarms, declareSecretWatch } from "./alarms/declared-alarms.ts";
import { SignInAudit } from "./audit/sign-in-audit.ts";
import { IdentityAccess } from "./aws-access/identity-access.ts";
import { chooseBackupPlace, describeSchedule, type KnownPool } from "./backups/backup-place.ts";
import { SCHEDULED_BACKUP_ENTRY, ScheduledBackup } from "./backups/scheduled-backup.ts";
import { UserBackups } from "./backups/user-backups.ts";
import { AppClients } from "./clients/app-clients.ts";
import { ClientSecrets } from "./clients/client-secrets.ts";
import { SECRET_WATCH_ENTRY } from "./clients/secret-watch.ts";
import { findAccount } from "./deployment/account.ts";
import { checkAccount } from "./deployment/account-check.ts";
import { checkDeployment } from "./deployment/deployment-check.ts";
import { countUsers, type DeploymentState } from "./deployment/deployment-state.ts";
import { EmailSender } from "./email/email-sender.ts";
import { lookUpSender, type SenderReadiness } from "./email/sender-readiness.ts";
import { EncryptionKeys } from "./encryption-keys.ts";
import { bundleFunction, type FunctionBundle } from "./functions/function-bundle.ts";
import { bundleTriggers, type TriggerBundles } from "./functions/trigger-bundles.ts";
import { wantedTriggers } from "./functions/trigger-functions.ts";
import { SignInGuard } from "./guard/sign-in-guard.ts";
import type { RunbookResources } from "./iam-policies/runbook-resources.ts";
import { loadSettings } from "./load-settings.ts";
import { loadMessages } from "./messages/load-messages.ts";
import { messageTemplates } from "./messages/message-templates.ts";
import { pendingOutputs, recordsToCreate } from "./outputs/pending-outputs.ts";
import { StackParameters } from "./outputs/stack-parameters.ts";
import { ProtectedRoutes } from "./routes/protected-routes.ts";
import { RunbookAccess } from "./runbook-access/runbook-access.ts";
import { runbookResources } from "./runbook-access/runbook-resources.ts";
import type { Settings } from "./settings.ts";
import { SignInDomain } from "./sign-in-page/sign-in-domain.ts";
import { lookUpSmsLogGroups } from "./sms/sms-log-groups.ts";
import { SmsSender } from "./sms/sms-sender.ts";
import { deployedSms } from "./sms/sms-state.ts";
import { PoolTriggers } from "./users/pool-triggers.ts";
import { ThreatProtection } from "./users/threat-protection.ts";
import { UserDirectory } from "./users/user-directory.ts";

/**
 * The whole stack: settings, what must be asked before anything is declared, components in the order they need each
 * other, and where everything is. Pulumi runs the default export of this file and keeps what it returns as outputs.
 */
export default async function declareStack() {
  const { settings, warnings } = loadSettings(process.env);
  for (const { path, message } of warnings) await pulumi.log.warn(`${path} ${message}`);
  const messages = await loadMessages(settings);
  const account = await findAccount();
  const deployed = await checkDeployment(settings);
  await checkAccount(settings);
  const { isReady, message } = await askSender(settings, deployed);
  const existingLogGroups = await askLogGroups(settings, account);
  const secretWatchBundle = settings.alarms && (await bundleFunction(SECRET_WATCH_ENTRY));

  const backupBundle = settings.backup.schedule && (await bundleFunction(SCHEDULED_BACKUP_ENTRY));
  const knownPool = await askPool(settings, deployed);
  const triggerBundles = await bundleTriggers(settings, messages);

  const sender = declareSender(settings);
  if (message !== undefined) await pulumi.log.warn(message);
  if (!isReady) return { dnsRecordsToCreate: recordsToCreate({ sender }) };

  const keys = declareKeys(settings, account);
  const triggers = declareTriggers(settings, { account, bundles: triggerBundles, keys });
  const users = new UserDirectory("user-directory", {
    settings,
    account,
    triggers: triggers?.arns,
    templates: messageTemplates(messages),
    ...senderIdentity(settings, sender),
    deployedSms: deployedSms(deployed, settings),
  });
  triggers?.serve([{ generation: settings.users.generation, userPoolId: users.userPoolId }, ...users.kept]);
  declareThreatProtection(settings, users);
  const clients = new AppClients("app-clients", { settings, userPoolId: users.userPoolId, kept: users.kept });
  const signIn = declareSignIn(settings, { users, clients });
  const secrets = declareSecrets(settings, { users, clients, keys });
  const access = declareAccess(settings, { users, clients });
  const sms = declareSms(settings, { account, existingLogGroups, keys });
  const backups = new UserBackups("user-backups", { settings, account });
  const resources = runbookResources(settings, { account, users, backups, access });
  const scheduled = await declareScheduledBackup(settings, {
    account,
    bundle: backupBundle,
    knownPool,
    resources,
    backups,
    keys,
  });
  const runbookAccess = declareRunbookAccess(settings, resources);
  const audit = declareAudit(settings, { account, users, backups, triggers });
  const routes = declareRoutes(settings, { users, clients, signIn, secrets, audit });

  declareGuard(settings, { users, routes, keys });

  const secretWatch = declareSecretWatch(settings, { account, secrets, keys, bundle: secretWatchBundle });
  const watched = {
    users,
    clients,
    backups,
    scheduled,
    sms,
    routes,
    audit,
    secretWatch,
    signInLogGroup: triggers?.signInLogGroup,
  };
  const alarms = declareAlarms(settings, account, watched);

  const components = {
    sender,
    users,
    clients,
    signIn,
    secrets,
    access,
    sms,
    routes,
    backups,
    scheduled,
    runbookAccess,
    audit,
    alarms,
    triggers,
  };
  const outputs = pendingOutputs(settings, account, components);
  new StackParameters("stack-parameters", { settings, outputs, work: backups.work });
  return { ...outputs, dnsRecordsToCreate: recordsToCreate(components) };
}

async function askSender({ email }: Settings, { parts }: DeploymentState): Promise<SenderReadiness> {
  if (!email || email.identityArn !== undefined) return { isReady: true };
  return lookUpSender(email, { isDeployed: parts.users !== undefined });
}

async function askLogGroups({ stack, region, sms }: Settings, account: string): Promise<string[]> {
  return sms?.ownAccountSettings ? lookUpSmsLogGroups({ stack, account, region }) : [];
}

/** How large the pool is, where that decides anything. */
async function askPool({ backup }: Settings, { parts }: DeploymentState): Promise<KnownPool> {
  const users = backup.schedule ? await countUsers(parts) : undefined;
  return { users, runsOn: parts["backup-schedule"]?.runsOn };
}

function declareSender(settings: Settings): EmailSender | undefined {
  const { email } = settings;
  if (!email || email.identityArn !== undefined) return undefined;
  return new EmailSender("email-sender", { settings: { ...settings, email } });
}

/** The stack's own sender, or the one that others made. */
function senderIdentity({ email }: Settings, sender: EmailSender | undefined) {
  const senderIdentityArn = sender?.identityArn ?? email?.identityArn;
  return senderIdentityArn === undefined ? {} : { senderIdentityArn };
}

/** Keys of our own where AWS's would do are part of the preset strict. */
function declareKeys(settings: Settings, account: string): EncryptionKeys | undefined {
  return settings.preset === "strict"
    ? new EncryptionKeys("encryption-keys", { settings, account })
    : undefined;
}

function declareTriggers(
  settings: Settings,
  { account, bundles, keys }: { account: string; bundles: TriggerBundles; keys: EncryptionKeys | undefined },
): PoolTriggers | undefined {
  if (wantedTriggers(settings).length === 0) return undefined;
  const logKeyArn = keys?.logKeyArn;
  return new PoolTriggers("pool-triggers", { settings, account, bundles, logKeyArn });
}

/** What is done about sign-ins that look taken over; the preset baseline only watches them. */
function declareThreatProtection({ preset }: Settings, { userPoolId }: UserDirectory): void {
  if (preset === "strict") new ThreatProtection("threat-protection", { userPoolId });
}

interface PoolAndClients {
  users: UserDirectory;
  clients: AppClients;
}

function declareSignIn(settings: Settings, { users, clients }: PoolAndClients): SignInDomain | undefined {
  const { signInPage: page } = settings;
  const { userPoolId } = users;
  return page && new SignInDomain("sign-in-domain", { settings, page, userPoolId, clients: clients.byName });
}

function declareSecrets(
  settings: Settings,
  { users, clients, keys }: PoolAndClients & { keys: EncryptionKeys | undefined },
): ClientSecrets {
  return new ClientSecrets("client-secrets", {
    settings,
    clients: clients.byName,
    userPoolId: users.userPoolId,
    ...(keys && { keyArn: keys.secretKeyArn }),
  });
}

function declareAccess(settings: Settings, { users, clients }: PoolAndClients): IdentityAccess | undefined {
  const { awsAccess: access } = settings;
  if (!access) return undefined;
  const client = clients.byName[access.client];
  if (!client) {
    throw new pulumi.RunError(
      `sekisho:awsAccess.client names ${access.client}, which is not under sekisho:clients.`,
    );
  }
  const { providerName } = users;
  return new IdentityAccess("identity-access", { settings, access, providerName, clientId: client.clientId });
}

function declareSms(
  settings: Settings,
  { keys, ...found }: { account: string; existingLogGroups: string[]; keys: EncryptionKeys | undefined },
): SmsSender | undefined {
  const { sms } = settings;
  const logKeyArn = keys && { logKeyArn: keys.logKeyArn };
  return sms && new SmsSender("sms-sender", { settings: { ...settings, sms }, ...found, ...logKeyArn });
}

async function declareScheduledBackup(
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

function declareRunbookAccess(
  settings: Settings,
  resources: pulumi.Output<RunbookResources>,
): RunbookAccess | undefined {
  const { runbookAccess: access } = settings;
  return access && new RunbookAccess("runbook-access", { settings, access, resources });
}

function declareAudit(
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

function declareRoutes(
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
      Object.entries(clients.byName).map(([name, { clientId }]) => [name, clientId]),
    ),
    signIn,
    currentSecret: (client) => secrets.currentSecret(client),
    accessLogsBucket: audit?.accessLogsBucket,
  });
}

function declareGuard(
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
