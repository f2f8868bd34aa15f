import { log, RunError } from "@pulumi/pulumi";
import { checkWebAcl, type WebAclReader } from "../guard/web-acl-check.ts";
import { formatFaults } from "../load-settings.ts";
import type { Settings } from "../settings.ts";
import { checkSpendQuota, type QuotaReader } from "../sms/sms-spend-quota.ts";
import { type AccountFindings, joinFindings } from "./account-findings.ts";
import { type CertificateReader, checkCertificates } from "./certificate-check.ts";
import { checkListener, type ListenerReader } from "./listener-check.ts";

/** What the stack file asks for does not fit the account that it would be deployed to. */
export class AccountMismatchError extends RunError {}

export interface AccountReaders {
  quotas?: QuotaReader;
  certificates?: CertificateReader;
  listeners?: ListenerReader;
  webAcls?: WebAclReader;
}

/**
 * Asks AWS what a stack file cannot know, before anything is declared: spending quota, certificates, the listener that
 * others made and what guards it. Throws one `AccountMismatchError` that lists every fault; logs as a warning what AWS did not answer.
 */
export async function checkAccount(settings: Settings, readers: AccountReaders = {}): Promise<void> {
  const { faults, warnings } = await askAccount(settings, readers);
  if (faults.length > 0) throw new AccountMismatchError(formatFaults(settings.stack, faults));
  for (const { path, message } of warnings) await log.warn(`${path} ${message}`);
}

async function askAccount(
  settings: Settings,
  { quotas, certificates, listeners, webAcls }: AccountReaders,
): Promise<AccountFindings> {
  return joinFindings(
    await Promise.all([
      checkSpendQuota(settings, quotas),
      checkCertificates(settings, certificates),
      checkListener(settings, listeners),
      checkWebAcl(settings, webAcls),
    ]),
  );
}
