import { describe, expect, test } from "vitest";
import {
  dkimDomainOf,
  dkimRecord,
  dmarcRecord,
  mailFromRecords,
} from "../../../infra/email/email-records.ts";

describe("the DNS records of the e-mail sender", () => {
  test.each([
    ["ap-northeast-1", "dkim.amazonses.com"],
    ["us-east-1", "dkim.amazonses.com"],
    ["ap-northeast-3", "dkim.ap-northeast-3.amazonses.com"],
    ["eu-south-1", "dkim.eu-south-1.amazonses.com"],
  ])("in %s the signing keys are found under %s", (region, domain) => {
    expect(dkimDomainOf(region)).toBe(domain);
  });

  test("refuses to guess where a Region keeps its keys: a wrong record is waited for in vain", () => {
    expect(() => dkimDomainOf("mx-central-1")).toThrow(
      "sekisho:email: the DKIM domain of Amazon SES in mx-central-1 is not known here; look it up in AWS General " +
        "Reference, Amazon SES endpoints, and add it to infra/email/email-records.ts",
    );
  });

  test("prove by one CNAME per token that SES may sign", () => {
    expect(dkimRecord({ domain: "example.com", dkimDomain: "dkim.amazonses.com", token: "abc123" })).toEqual({
      name: "abc123._domainkey.example.com",
      type: "CNAME",
      ttl: 3600,
      value: "abc123.dkim.amazonses.com",
    });
  });

  test("send bounces back to SES in the stack's own Region and allow only SES to use the subdomain", () => {
    expect(mailFromRecords({ mailFrom: "mail.example.com", region: "ap-northeast-1" })).toEqual([
      {
        name: "mail.example.com",
        type: "MX",
        ttl: 3600,
        value: "10 feedback-smtp.ap-northeast-1.amazonses.com",
      },
      { name: "mail.example.com", type: "TXT", ttl: 3600, value: "v=spf1 include:amazonses.com ~all" },
    ]);
  });

  test.each([
    [{ policy: "none" }, "v=DMARC1;p=none"],
    [
      { policy: "quarantine", reports: "dmarc@example.com" },
      "v=DMARC1;p=quarantine;rua=mailto:dmarc@example.com",
    ],
    [{ policy: "reject" }, "v=DMARC1;p=reject"],
  ] as const)("tell receivers by DMARC what to do with forged mail: %o", (dmarc, value) => {
    expect(dmarcRecord({ domain: "example.com", dmarc })).toEqual({
      name: "_dmarc.example.com",
      type: "TXT",
      ttl: 3600,
      value,
    });
  });
});
