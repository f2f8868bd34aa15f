/** `sekisho:email`: the SES identity that mails are sent from. */
export interface EmailSettings {
  /** `Name <address>` or a bare address, as users see it. */
  from: string;
  /** The bare address in `from`. */
  fromAddress: string;
  domain: string;
  mailFrom: string;
  hostedZoneId?: string;
  replyTo?: string;
  dmarc: { policy: "none" | "quarantine" | "reject"; reports?: string };
}
