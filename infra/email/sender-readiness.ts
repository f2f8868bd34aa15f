import * as aws from "@pulumi/aws";
import { RunError } from "@pulumi/pulumi";
import { failureText } from "../failure-text.ts";
import type { EmailSettings } from "../settings.ts";

/** Whether the rest of the stack may be declared behind the e-mail sender. */
export interface SenderReadiness {
  isReady: boolean;
  /** What the operator must know; present whenever SES does not send for the domain now. */
  message?: string;
}

/** SES could not be asked about the sender: no rights, no credentials, no network. Whether it exists is unknown. */
export class SenderLookUpError extends RunError {
  constructor(domain: string, cause: unknown) {
    super(
      `Cannot tell whether Amazon SES has verified ${domain}: ${failureText(cause)}. ` +
        "See that the deploying role may call ses:GetEmailIdentity in this Region, then deploy again.",
      { cause },
    );
  }
}

export type GetEmailIdentity = (args: {
  emailIdentity: string;
}) => Promise<Pick<aws.sesv2.GetEmailIdentityResult, "verifiedForSendingStatus">>;

/**
 * Asks SES whether the sender is verified, before anything is declared. With a hosted zone there is nothing to
 * ask: the deployment makes the DNS records and waits. Throws `SenderLookUpError` for every failure except that
 * the identity is not there yet.
 */
export async function lookUpSender(
  email: Pick<EmailSettings, "domain" | "hostedZoneId">,
  { isDeployed }: { isDeployed: boolean },
  getEmailIdentity: GetEmailIdentity = aws.sesv2.getEmailIdentity,
): Promise<SenderReadiness> {
  if (email.hostedZoneId !== undefined) return { isReady: true };
  const { domain } = email;
  return decideReadiness({ domain, isDeployed, identity: await stateOf(domain, getEmailIdentity) });
}

/**
 * Pure: a first deployment stops behind an unverified sender, because Cognito refuses a pool whose sender is not
 * verified. A stack that stands already goes on: declaring less than before would tear the rest down.
 */
export function decideReadiness({
  domain,
  isDeployed,
  identity,
}: {
  domain: string;
  isDeployed: boolean;
  identity: "missing" | "unverified" | "verified";
}): SenderReadiness {
  if (identity === "verified") return { isReady: true };
  if (isDeployed) {
    return {
      isReady: true,
      message:
        `Amazon SES does not send for ${domain}: its identity is ${identity}. Codes and invitations by mail fail ` +
        "until the records of the output dnsRecordsToCreate are in DNS, and Cognito refuses changes to the pool.",
    };
  }
  return {
    isReady: false,
    message:
      `Amazon SES has not verified ${domain} yet, so only the e-mail sender is deployed now. Create the records of ` +
      "the output dnsRecordsToCreate in your DNS, wait until SES has found them (minutes, at most 72 hours), " +
      "then deploy again for the rest.",
  };
}

async function stateOf(domain: string, getEmailIdentity: GetEmailIdentity) {
  try {
    const { verifiedForSendingStatus } = await getEmailIdentity({ emailIdentity: domain });
    return verifiedForSendingStatus ? "verified" : "unverified";
  } catch (failure) {
    if (isNotFound(failure)) return "missing";
    throw new SenderLookUpError(domain, failure);
  }
}

/**
 * The engine hands a provider's failure on as text only, without class or code. The provider says "couldn't find
 * resource" for SES's NotFoundException and for nothing else; a later version may show the exception itself.
 */
function isNotFound(failure: unknown): boolean {
  return /\bcouldn't find resource\b|\bNotFoundException\b/.test(failureText(failure));
}
