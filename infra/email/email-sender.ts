import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type LossGuards, lossGuards } from "../loss-guards.ts";
import type { StackOutputs } from "../outputs/outputs.ts";
import { isLetGo } from "../settings/let-go.ts";
import type { EmailSettings, Settings } from "../settings.ts";
import { stackTags, type Tags } from "../stack-tags.ts";
import { type DnsRecord, dkimDomainOf, dkimRecord, dmarcRecord, mailFromRecords } from "./email-records.ts";

export interface EmailSenderArgs {
  settings: Pick<Settings, "stack" | "region" | "disposable" | "letGo"> & { email: EmailSettings };
}

/**
 * The SES domain that codes and invitations come from: signed by DKIM, with a MAIL FROM domain of its own, SPF
 * and DMARC. With a hosted zone the DNS records are made and SES's verification is awaited; without one they are
 * listed in `dnsRecordsToCreate`.
 */
export class EmailSender extends pulumi.ComponentResource {
  /** Known only once SES has verified the domain: Cognito refuses a pool whose sender is not verified. */
  readonly identityArn: pulumi.Output<string>;
  readonly configurationSetName: pulumi.Output<string>;
  /** For a DNS that is not Route 53; empty when the records are made here. */
  readonly dnsRecordsToCreate: pulumi.Output<DnsRecord[]>;
  /** What runbooks need to know, for `/sekisho/<stack>/email`. */
  readonly part: pulumi.Output<NonNullable<StackOutputs["email"]>>;

  constructor(name: string, args: EmailSenderArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:EmailSender", name, {}, opts);
    const { stack, region, email } = args.settings;
    const guards = lossGuards(args.settings, isLetGo(args.settings.letGo, "email"));
    const tags = stackTags(stack);
    const dkimDomain = dkimDomainOf(region);

    const configurationSet = mailConfiguration(this, { name, stack, guards, tags });
    const identity = domainIdentity(this, { name, email, configurationSet, guards, tags });
    mailFromDomain(this, { name, email, identity, guards });
    const dkim = dkimRecords(identity, { domain: email.domain, dkimDomain });
    const [mx, spf] = mailFromRecords({ mailFrom: email.mailFrom, region });
    const dmarc = dmarcRecord(email);

    if (email.hostedZoneId === undefined) {
      this.identityArn = identity.arn;
      this.dnsRecordsToCreate = pulumi.all(dkim).apply((records) => [...records, mx, spf, dmarc]);
    } else {
      const zoneId = email.hostedZoneId;
      const signing = dkim.map((record, number) =>
        // Without these SES takes the verification back, so they stay as long as the identity.
        dnsRecord(this, `${name}-dkim-${number}`, { zoneId, record, guards }),
      );
      dnsRecord(this, `${name}-mail-from-mx`, { zoneId, record: mx });
      dnsRecord(this, `${name}-mail-from-spf`, { zoneId, record: spf });
      dnsRecord(this, `${name}-dmarc`, { zoneId, record: dmarc });
      const verified = verification(this, { name, identity, signing });
      this.identityArn = pulumi.all([identity.arn, verified.id]).apply(([arn]) => arn);
      this.dnsRecordsToCreate = pulumi.output([]);
    }
    this.configurationSetName = configurationSet.configurationSetName;
    this.part = pulumi.output({ domain: email.domain, from: email.from, identityArn: this.identityArn });
    this.registerOutputs({ part: this.part, dnsRecordsToCreate: this.dnsRecordsToCreate });
  }
}

/** How many tokens Easy DKIM gives out (Amazon SES Developer Guide, Easy DKIM). */
const DKIM_TOKENS = 3;

function mailConfiguration(
  parent: pulumi.Resource,
  { name, stack, guards, tags }: { name: string; stack: string; guards: LossGuards; tags: Tags },
): aws.sesv2.ConfigurationSet {
  return new aws.sesv2.ConfigurationSet(
    `${name}-mail`,
    {
      configurationSetName: `sekisho-${stack}`,
      // A code must not cross the network in clear. A mail server without TLS gets no mail at all.
      deliveryOptions: { tlsPolicy: "REQUIRE" },
      reputationOptions: { reputationMetricsEnabled: true },
      sendingOptions: { sendingEnabled: true },
      tags,
    },
    { parent, protect: guards.protect, retainOnDelete: guards.retainOnDelete },
  );
}

function domainIdentity(
  parent: pulumi.Resource,
  {
    name,
    email,
    configurationSet,
    guards,
    tags,
  }: {
    name: string;
    email: EmailSettings;
    configurationSet: aws.sesv2.ConfigurationSet;
    guards: LossGuards;
    tags: Tags;
  },
): aws.sesv2.EmailIdentity {
  return new aws.sesv2.EmailIdentity(
    `${name}-domain`,
    {
      emailIdentity: email.domain,
      configurationSetName: configurationSet.configurationSetName,
      dkimSigningAttributes: { nextSigningKeyLength: "RSA_2048_BIT" },
      tags,
    },
    // A new identity has new DKIM tokens: until DNS has them nobody gets a code and nobody signs in.
    { parent, protect: guards.protect, retainOnDelete: guards.retainOnDelete },
  );
}

function mailFromDomain(
  parent: pulumi.Resource,
  {
    name,
    email,
    identity,
    guards,
  }: { name: string; email: EmailSettings; identity: aws.sesv2.EmailIdentity; guards: LossGuards },
): aws.sesv2.EmailIdentityMailFromAttributes {
  return new aws.sesv2.EmailIdentityMailFromAttributes(
    `${name}-mail-from`,
    {
      emailIdentity: identity.emailIdentity,
      mailFromDomain: email.mailFrom,
      // While the MX record is missing mail still goes out, and DKIM alone satisfies DMARC.
      behaviorOnMxFailure: "USE_DEFAULT_VALUE",
    },
    { parent, retainOnDelete: guards.retainOnDelete },
  );
}

function dkimRecords(
  identity: aws.sesv2.EmailIdentity,
  { domain, dkimDomain }: { domain: string; dkimDomain: string },
): pulumi.Output<DnsRecord>[] {
  return Array.from({ length: DKIM_TOKENS }, (_, number) =>
    identity.dkimSigningAttributes.apply(({ tokens }) => {
      const token = tokens[number];
      if (token === undefined) {
        throw new Error(`Amazon SES gave ${tokens.length} DKIM tokens for ${domain}, not ${DKIM_TOKENS}`);
      }
      return dkimRecord({ domain, dkimDomain, token });
    }),
  );
}

function dnsRecord(
  parent: pulumi.Resource,
  logicalName: string,
  { zoneId, record, guards }: { zoneId: string; record: pulumi.Input<DnsRecord>; guards?: LossGuards },
): aws.route53.Record {
  const { name, type, ttl, value } = pulumi.output(record);
  return new aws.route53.Record(
    logicalName,
    // A record that somebody else made is theirs: the deployment stops rather than overwrite it.
    { zoneId, name, type, ttl, records: [value], allowOverwrite: false },
    { parent, protect: guards?.protect ?? false, retainOnDelete: guards?.retainOnDelete ?? false },
  );
}

function verification(
  parent: pulumi.Resource,
  {
    name,
    identity,
    signing,
  }: { name: string; identity: aws.sesv2.EmailIdentity; signing: aws.route53.Record[] },
): aws.ses.DomainIdentityVerification {
  return new aws.ses.DomainIdentityVerification(
    `${name}-verified`,
    { domain: identity.emailIdentity },
    // It waits for 45 minutes at most, in vain when the records are not there yet.
    { parent, dependsOn: signing },
  );
}
