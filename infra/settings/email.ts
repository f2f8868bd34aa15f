import { DMARC_POLICY } from "../defaults.ts";
import { domainName, hostedZoneId, isMailAddress, mailAddress } from "./formats.ts";
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
  replyTo?: string;
  dmarc: { policy: "none" | "quarantine" | "reject"; reports?: string };
}

export function emailSchema() {
  return group({
    from: textThat(
      (value) => isMailAddress(addressIn(value)),
      'a sender such as "Example Support <support@example.com>"',
    ),
    domain: domainName(),
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
    const mailFrom = input.mailFrom ?? `mail.${input.domain}`;
    const refuse = (key: string, message: string) =>
      context.addIssue({ code: "custom", path: [key], message });
    if (host !== input.domain && !host.endsWith(`.${input.domain}`)) {
      refuse("from", `must be an address at ${input.domain}, the domain that SES verifies, not at ${host}`);
    }
    if (!mailFrom.endsWith(`.${input.domain}`)) {
      refuse("mailFrom", `must be a subdomain of ${input.domain}, such as mail.${input.domain}`);
    }
    // Amazon SES Developer Guide, Using a custom MAIL FROM domain: it must not send mail of its own.
    if (mailFrom === host) refuse("mailFrom", `is the domain that mail is sent from; take another subdomain`);
    const { hostedZoneId: zone, replyTo, dmarc } = input;
    return {
      from: input.from,
      fromAddress,
      domain: input.domain,
      mailFrom,
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
