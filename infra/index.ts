import "./node-version.ts";
import * as pulumi from "@pulumi/pulumi";
import { declareAlarms, declareSecretWatch } from "./alarms/declared-alarms.ts";
import { SCHEDULED_BACKUP_ENTRY } from "./backups/scheduled-backup.ts";
import { UserBackups } from "./backups/user-backups.ts";
import { AppClients } from "./clients/app-clients.ts";
import { SECRET_WATCH_ENTRY } from "./clients/secret-watch.ts";
import {
  declareAccess,
  declareAudit,
  declareGuard,
  declareKeys,
  declareRoutes,
  declareRunbookAccess,
  declareScheduledBackup,
  declareSecrets,
  declareSender,
  declareSignIn,
  declareSms,
  declareThreatProtection,
  declareTriggers,
  senderIdentity,
} from "./declared-parts.ts";
import { findAccount } from "./deployment/account.ts";
import { checkAccount } from "./deployment/account-check.ts";
import { askLogGroups, askPool, askSecrets, askSender } from "./deployment/asked-first.ts";
import { checkDeployment } from "./deployment/deployment-check.ts";
import { bundleFunction } from "./functions/function-bundle.ts";
import { bundleTriggers } from "./functions/trigger-bundles.ts";
import { loadSettings } from "./load-settings.ts";
import { loadMessages } from "./messages/load-messages.ts";
import { messageTemplates } from "./messages/message-templates.ts";
import { pendingOutputs, recordsToCreate } from "./outputs/pending-outputs.ts";
import { pendingSignInFile } from "./outputs/sign-in-file.ts";
import { StackParameters } from "./outputs/stack-parameters.ts";
import { UserRestores } from "./restores/user-restores.ts";
import { RunbookLog } from "./runbook-access/runbook-log.ts";
import { runbookResources } from "./runbook-access/runbook-resources.ts";
import { SignOutTable } from "./sign-outs/sign-out-table.ts";
import { deployedSms } from "./sms/sms-state.ts";
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
  const returning = await askSecrets(settings, deployed);
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
  const secrets = declareSecrets(settings, { users, clients, keys, returning });
  const access = declareAccess(settings, { users, clients });
  const sms = declareSms(settings, { account, existingLogGroups, keys });
  const backups = new UserBackups("user-backups", { settings, account });
  const runbookLog = new RunbookLog("runbook-log", { settings, logKeyArn: keys?.logKeyArn });
  const restores = new UserRestores("user-restores", {
    settings,
    account,
    work: backups.work,
    secretKeyArn: keys?.secretKeyArn,
  });
  const signOuts = new SignOutTable("sign-outs", { settings });
  const resources = runbookResources(settings, {
    account,
    users,
    backups,
    access,
    runbookLog,
    restores,
    keys,
  });
  const scheduled = await declareScheduledBackup(settings, {
    account,
    bundle: backupBundle,
    knownPool,
    resources,
    backups,
    keys,
  });
  const audit = declareAudit(settings, { account, users, backups, triggers });
  const routes = declareRoutes(settings, { users, clients, signIn, secrets, audit });
  const runbookAccess = declareRunbookAccess(settings, { resources, routes });

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
    triggers,
    keys,
    runbookLog,
    restores,
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
    runbookLog,
    restores,
    signOuts,
    audit,
    alarms,
    triggers,
  };
  const outputs = pendingOutputs(settings, account, components);
  new StackParameters("stack-parameters", { settings, outputs, work: backups.work });
  const signInFile = pendingSignInFile(settings, components);
  return {
    ...outputs,
    ...(signInFile && { signInFile }),
    dnsRecordsToCreate: recordsToCreate(components),
  };
}
