import { RunError } from "@pulumi/pulumi";
import type { EmailSettings } from "../settings.ts";

/** One DNS record that mail from the domain needs; `value` as a DNS console takes it, without quotes. */
export interface DnsRecord {
  name: string;
  type: "CNAME" | "MX" | "TXT";
  ttl: number;
  value: string;
}

/** The Region is not known to sign mail under any DKIM domain. */
export class UnknownDkimDomainError extends RunError {
  constructor(region: string) {
    super(
      `sekisho:email: the DKIM domain of Amazon SES in ${region} is not known here; ` +
        "look it up in AWS General Reference, Amazon SES endpoints, and add it to infra/email/email-records.ts",
    );
  }
}

/** Short enough that a mistake is gone within the hour. */
const TTL = 3600;

/**
 * The domain under which SES keeps the public keys of a Region. Throws `UnknownDkimDomainError` for a Region
 * where SES is not known to be.
 */
export function dkimDomainOf(region: string): string {
  if (SHARED_DKIM_REGIONS.has(region)) return "dkim.amazonses.com";
  if (OWN_DKIM_REGIONS.has(region)) return `dkim.${region}.amazonses.com`;
  throw new UnknownDkimDomainError(region);
}

/**
 * Proof that SES may sign for the domain (Amazon SES Developer Guide, Easy DKIM); `token` is one of the three
 * that SES gives out for an identity.
 */
export function dkimRecord({
  domain,
  dkimDomain,
  token,
}: {
  domain: string;
  dkimDomain: string;
  token: string;
}): DnsRecord {
  return { name: `${token}._domainkey.${domain}`, type: "CNAME", ttl: TTL, value: `${token}.${dkimDomain}` };
}

/**
 * Where bounces return to and who may send in that subdomain's name (Amazon SES Developer Guide, Using a custom MAIL
 * FROM domain).
 */
export function mailFromRecords({
  mailFrom,
  region,
}: {
  mailFrom: string;
  region: string;
}): [mx: DnsRecord, spf: DnsRecord] {
  return [
    { name: mailFrom, type: "MX", ttl: TTL, value: `10 feedback-smtp.${region}.amazonses.com` },
    { name: mailFrom, type: "TXT", ttl: TTL, value: "v=spf1 include:amazonses.com ~all" },
  ];
}

/** What receivers do with mail that fails SPF and DKIM (Amazon SES Developer Guide, Complying with DMARC). */
export function dmarcRecord({ domain, dmarc }: Pick<EmailSettings, "domain" | "dmarc">): DnsRecord {
  const reports = dmarc.reports === undefined ? "" : `;rua=mailto:${dmarc.reports}`;
  return {
    name: `_dmarc.${domain}`,
    type: "TXT",
    ttl: TTL,
    // Alignment stays relaxed, the default: bounces return to a subdomain, which strict alignment would refuse.
    value: `v=DMARC1;p=${dmarc.policy}${reports}`,
  };
}

/** AWS General Reference, Amazon Simple Email Service endpoints and quotas, DKIM domains. */
const OWN_DKIM_REGIONS = new Set([
  "af-south-1",
  "ap-northeast-3",
  "ap-south-2",
  "ap-southeast-3",
  "ap-southeast-5",
  "ca-west-1",
  "eu-central-2",
  "eu-south-1",
  "il-central-1",
  "me-central-1",
  "us-gov-east-1",
]);

/** The other Regions of the same page. */
const SHARED_DKIM_REGIONS = new Set([
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-south-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "ca-central-1",
  "eu-central-1",
  "eu-north-1",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "me-south-1",
  "sa-east-1",
  "us-east-1",
  "us-east-2",
  "us-gov-west-1",
  "us-west-1",
  "us-west-2",
]);
