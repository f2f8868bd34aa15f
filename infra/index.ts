import "./node-version.ts";
import * as pulumi from "@pulumi/pulumi";
import { findAccount } from "./account.ts";
import { checkAccount } from "./account-check.ts";
import { AppClients } from "./app-clients.ts";
import { ClientSecrets } from "./client-secrets.ts";
import { checkDeployment } from "./deployment-check.ts";
import type { DeploymentState } from "./deployment-state.ts";
import { EmailSender } from "./email-sender.ts";
import { EncryptionKeys } from "./encryption-keys.ts";
import { IdentityAccess } from "./identity-access.ts";
import { loadMessages } from "./load-messages.ts";
import { loadSettings } from "./load-settings.ts";
import { messageTemplates } from "./message-templates.ts";
import { pendingOutputs, recordsToCreate } from "./pending-outputs.ts";
import { ProtectedRoutes } from "./protected-routes.ts";
import { lookUpSender, type SenderReadiness } from "./sender-readiness.ts";
import type { Settings } from "./settings.ts";
import { SignInAudit } from "./sign-in-audit.ts";
import { SignInDomain } from "./sign-in-domain.ts";
import { SignInGuard } from "./sign-in-guard.ts";
import { lookUpSmsLogGroups } from "./sms-log-groups.ts";
import { SmsSender } from "./sms-sender.ts";
import { deployedSms } from "./sms-state.ts";
import { StackParameters } from "./stack-parameters.ts";
import { ThreatProtection } from "./threat-protection.ts";
import { UserBackups } from "./user-backups.ts";
import { UserDirectory } from "./user-directory.ts";

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

  const sender = declareSender(settings);
  if (message !== undefined) await pulumi.log.warn(message);
  if (!isReady) return { dnsRecordsToCreate: recordsToCreate({ sender }) };

  const keys = declareKeys(settings, account);
  const users = new UserDirectory("user-directory", {
    settings,
    account,
    templates: messageTemplates(messages),
    ...(sender && { senderIdentityArn: sender.identityArn }),
    deployedSms: deployedSms(deployed, settings),
  });
  declareThreatProtection(settings, users);
  const clients = new AppClients("app-clients", { settings, userPoolId: users.userPoolId, kept: users.kept });
  const signIn = declareSignIn(settings, { users, clients });
  const secrets = declareSecrets(settings, { users, clients, keys });
  const access = declareAccess(settings, { users, clients });
  const sms = declareSms(settings, { account, existingLogGroups, keys });
  const backups = new UserBackups("user-backups", { settings, account });
  const audit = declareAudit(settings, { account, users, backups });
  const routes = declareRoutes(settings, { users, clients, signIn, secrets, audit });

  declareGuard(settings, { users, routes, keys });

  const components = { sender, users, clients, signIn, secrets, access, sms, routes, backups, audit };
  const outputs = pendingOutputs(settings, account, components);
  new StackParameters("stack-parameters", { settings, outputs, work: backups.work });
  return { ...outputs, dnsRecordsToCreate: recordsToCreate(components) };
}

async function askSender({ email }: Settings, { parts }: DeploymentState): Promise<SenderReadiness> {
  return email ? lookUpSender(email, { isDeployed: parts.users !== undefined }) : { isReady: true };
}

async function askLogGroups({ stack, region, sms }: Settings, account: string): Promise<string[]> {
  return sms?.ownAccountSettings ? lookUpSmsLogGroups({ stack, account, region }) : [];
}

function declareSender(settings: Settings): EmailSender | undefined {
  const { email } = settings;
  return email && new EmailSender("email-sender", { settings: { ...settings, email } });
}

/** Keys of our own where AWS's would do are part of the preset strict. */
function declareKeys(settings: Settings, account: string): EncryptionKeys | undefined {
  return settings.preset === "strict"
    ? new EncryptionKeys("encryption-keys", { settings, account })
    : undefined;
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

function declareAudit(
  settings: Settings,
  { account, users, backups }: { account: string; users: UserDirectory; backups: UserBackups },
): SignInAudit | undefined {
  const { audit } = settings;
  if (!audit) return undefined;
  return new SignInAudit("sign-in-audit", {
    settings: { ...settings, audit },
    account,
    userPoolId: users.userPoolId,
    backup: backups.part,
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
