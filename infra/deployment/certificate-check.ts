import { X509Certificate } from "node:crypto";
import * as aws from "@pulumi/aws";
import { failureText } from "../failure-text.ts";
import { regionOfArn } from "../settings/formats.ts";
import type { Settings } from "../settings.ts";
import { type AccountFindings, joinFindings, notChecked } from "./account-findings.ts";

/** A certificate that the stack file names, and the hosts that browsers will ask it for. */
export interface CertificateUse {
  /** The setting that names it. */
  path: string;
  arn: string;
  hosts: readonly string[];
}

export interface CertificateReader {
  getCertificate(args: {
    domain: string;
    region: string;
    statuses: string[];
    keyTypes: string[];
    mostRecent: boolean;
  }): Promise<FoundCertificate & { arn: string }>;
}

export interface FoundCertificate {
  status: string;
  /** The certificate in PEM; empty unless it is issued. */
  certificate: string;
}

/**
 * Whether the certificates of the stack file are issued and cover their hosts. The provider finds certificates by
 * their first name only, so one that is not found is a warning.
 */
export async function checkCertificates(
  settings: Pick<Settings, "signInPage" | "routes">,
  reader: CertificateReader = aws.acm,
): Promise<AccountFindings> {
  return joinFindings(await Promise.all(certificateUses(settings).map((use) => checkUse(use, reader))));
}

/** Refuses a certificate that is not issued, or lacks a host. */
export function judgeCertificate(
  use: CertificateUse,
  { status, certificate }: FoundCertificate,
): AccountFindings {
  const { path, arn, hosts } = use;
  if (status !== "ISSUED") {
    const message = `is ${arn}, which is ${status}, and AWS takes only one that is ISSUED; finish its validation, or name another`;
    return { faults: [{ path, message }], warnings: [] };
  }
  const read = readCertificate(certificate);
  if ("problem" in read) {
    const message = `is ${arn}, whose names could not be read (${read.problem}); see that it covers ${hosts.join(", ")}`;
    return { faults: [], warnings: [{ path, message }] };
  }
  const missing = hosts.filter((host) => read.checkHost(host) === undefined);
  if (missing.length === 0) return { faults: [], warnings: [] };
  const names = read.subjectAltName?.replaceAll("DNS:", "") ?? read.subject;
  const message = `is ${arn}, which does not cover ${missing.join(", ")} but ${names}; request one for all hosts`;
  return { faults: [{ path, message }], warnings: [] };
}

function certificateUses({ signInPage, routes }: Pick<Settings, "signInPage" | "routes">): CertificateUse[] {
  const page =
    signInPage?.kind === "custom"
      ? [
          {
            path: "sekisho:signInPage.certificateArn",
            arn: signInPage.certificateArn,
            hosts: [signInPage.domain],
          },
        ]
      : [];
  const hosts = [...new Set(routes?.rules.flatMap((rule) => rule.hosts))].sort();
  const listener =
    routes?.listener.kind === "create"
      ? [{ path: "sekisho:routes.create.certificateArn", arn: routes.listener.certificateArn, hosts }]
      : [];
  return [...page, ...listener];
}

async function checkUse(use: CertificateUse, reader: CertificateReader): Promise<AccountFindings> {
  const { path, arn, hosts } = use;
  try {
    const found = await findCertificate(use, reader);
    if (found) return judgeCertificate(use, found);
  } catch (failure) {
    const rights = ["ListCertificates", "DescribeCertificate", "GetCertificate", "ListTagsForCertificate"];
    const what = `is ${arn}, and whether it is issued and covers ${hosts.join(", ")} could not be checked`;
    return notChecked(path, what, { failure, rights: rights.map((right) => `acm:${right}`) });
  }
  const message = `is ${arn}, which ACM does not list under the names of the stack file; see that it is ISSUED and covers ${hosts.join(", ")}: aws acm describe-certificate --region ${regionOfArn(arn)} --certificate-arn ${arn}`;
  return { faults: [], warnings: [{ path, message }] };
}

/** Every kind of key, because ACM lists only RSA keys of 2,048 bits by itself (API reference, ListCertificates). */
const KEY_TYPES = [
  ...["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096"],
  ...["EC_prime256v1", "EC_secp384r1", "EC_secp521r1"],
];

/** Looked for apart: the provider does not compare certificates that are issued with those that are not. */
const STATUSES = [
  ["ISSUED"],
  ["PENDING_VALIDATION", "EXPIRED", "REVOKED", "FAILED", "VALIDATION_TIMED_OUT", "INACTIVE"],
];

async function findCertificate(
  { arn, hosts }: CertificateUse,
  reader: CertificateReader,
): Promise<FoundCertificate | undefined> {
  const names = [...new Set(hosts.flatMap(likelyNames))];
  for (const statuses of STATUSES) {
    for (const domain of names) {
      const question = { domain, region: regionOfArn(arn), statuses, keyTypes: KEY_TYPES, mostRecent: true };
      const found = await unlessNone(reader.getCertificate(question));
      if (found?.arn === arn) return found;
    }
  }
  return undefined;
}

/** What a certificate that covers a host is usually called. */
function likelyNames(host: string): string[] {
  const parent = host.slice(host.indexOf(".") + 1);
  return [host, `*.${parent}`, parent];
}

// The engine hands a provider's failure on as text only. These are the provider's words for "there is none", and for
// several that it cannot choose from.
async function unlessNone<Found>(answer: Promise<Found>): Promise<Found | undefined> {
  try {
    return await answer;
  } catch (failure) {
    if (/no ACM Certificate|multiple ACM Certificates|most_recent filtering/.test(failureText(failure))) {
      return undefined;
    }
    throw failure;
  }
}

function readCertificate(pem: string): X509Certificate | { problem: string } {
  try {
    return new X509Certificate(pem);
  } catch (failure) {
    return { problem: failureText(failure) };
  }
}
