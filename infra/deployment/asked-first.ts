import type { KnownPool } from "../backups/backup-place.ts";
import { findComingClients, type KnownSecret, lookUpReturningSecrets } from "../clients/returning-secrets.ts";
import { lookUpSender, type SenderReadiness } from "../email/sender-readiness.ts";
import type { Settings } from "../settings.ts";
import { lookUpSmsLogGroups } from "../sms/sms-log-groups.ts";
import { countUsers, type DeploymentState } from "./deployment-state.ts";

/** Whether mail can be sent, as far as SES has to be asked: a sender that others made is theirs. */
export async function askSender({ email }: Settings, { parts }: DeploymentState): Promise<SenderReadiness> {
  if (!email || email.identityArn !== undefined) return { isReady: true };
  return lookUpSender(email, { isDeployed: parts.users !== undefined });
}

/** The logs of text messages that SNS made already, for a stack that owns the SMS settings. */
export async function askLogGroups({ stack, region, sms }: Settings, account: string): Promise<string[]> {
  return sms?.ownAccountSettings ? lookUpSmsLogGroups({ stack, account, region }) : [];
}

/** What is known of the secrets of clients that come back into use, by name. */
export async function askSecrets(
  settings: Settings,
  deployed: DeploymentState,
): Promise<Record<string, KnownSecret[]>> {
  return lookUpReturningSecrets(findComingClients(deployed, settings));
}

/** How large the pool is, where that decides anything. */
export async function askPool({ backup }: Settings, { parts }: DeploymentState): Promise<KnownPool> {
  const users = backup.schedule ? await countUsers(parts) : undefined;
  return { users, runsOn: parts["backup-schedule"]?.runsOn };
}
