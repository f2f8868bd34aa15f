import { DMARC_POLICY } from "../defaults.ts";
import { domainName, hostedZoneId, isMailAddress, mailAddress, sesIdentityArn } from "./formats.ts";
import { group, oneOf, textThat } from "./schema.ts";

/** `sekisho:email`: the SES identity that mails are sent from. */
export interface EmailSettings {
  /** `Name <address>` or a bare address, as users see it; the name may be Japanese. */
  from: string;
  /** The bare address in `from`. */
  fromAddress: string;
  domain: string;
  /** The subdomain that bounces return to. */
  mailFrom: string;
  hostedZoneId?: string;
  /** An identity in SES that others made and keep: it is used, and nothing of SES is made. */
  identityArn?: string;
  replyTo?: string;
  dmarc: { policy: "none" | "quarantine" | "reject"; reports?: string };
}

export function emailSchema() {
  return group({
    from: textThat(
      (value) => isMailAddress(addressIn(value)),
      'a sender such as "Example Support <support@example.com>"',
    ),
    domain: domainName().optional(),
    identityArn: sesIdentityArn().optional(),
    mailFrom: domainName().optional(),
    hostedZoneId: hostedZoneId().optional(),
    replyTo: mailAddress().optional(),
    dmarc: group({
      policy: oneOf(["none", "quarantine", "reject"]).default(DMARC_POLICY),
      reports: mailAddress().optional(),
    }).prefault({}),
  }).transform((input, context): EmailSettings => {
    const fromAddress = addressIn(input.from);
    const host = fromAddress.slice(fromAddress.lastIndexOf("@") + 1);
    const domain = input.domain ?? host;
    const mailFrom = input.mailFrom ?? `mail.${domain}`;
    const refuse = (key: string, message: string) =>
      context.addIssue({ code: "custom", path: [key], message });
    if (input.identityArn === undefined && input.domain === undefined) {
      refuse("domain", "is missing; give a domain name in lower case, such as example.com");
    }
    if (input.identityArn !== undefined) {
      for (const key of ["mailFrom", "hostedZoneId"] as const) {
        if (input[key] !== undefined)
          refuse(key, "only goes with an identity of the stack's own; take it or identityArn out");
      }
    }
    if (host !== domain && !host.endsWith(`.${domain}`)) {
      refuse("from", `must be an address at ${domain}, the domain that SES verifies, not at ${host}`);
    }
    if (!mailFrom.endsWith(`.${domain}`)) {
      refuse("mailFrom", `must be a subdomain of ${domain}, such as mail.${domain}`);
    }
    // Amazon SES Developer Guide, Using a custom MAIL FROM domain: it must not send mail of its own.
    if (mailFrom === host) refuse("mailFrom", `is the domain that mail is sent from; take another subdomain`);
    const { hostedZoneId: zone, replyTo, dmarc, identityArn } = input;
    return {
      from: input.from,
      fromAddress,
      domain,
      mailFrom,
      ...(identityArn === undefined ? {} : { identityArn }),
      ...(zone === undefined ? {} : { hostedZoneId: zone }),
      ...(replyTo === undefined ? {} : { replyTo }),
      dmarc: {
        policy: dmarc.policy,
        ...(dmarc.reports === undefined ? {} : { reports: dmarc.reports }),
      },
    };
  });
}

function addressIn(sender: string): string {
  return /^[^<>"\p{Cc}]{1,200} <([^<>]+)>$/u.exec(sender)?.[1] ?? sender;
}
