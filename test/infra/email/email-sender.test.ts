import * as aws from "@pulumi/aws";
import { describe, expect, test } from "vitest";
import { EmailSender } from "../../../infra/email/email-sender.ts";
import type { EmailSettings } from "../../../infra/settings.ts";
import { type DeclareOptions, declare } from "../../support/pulumi-mocks.ts";

const RECORD = "aws:route53/record:Record";
const IDENTITY = "aws:sesv2/emailIdentity:EmailIdentity";
const VERIFICATION = "aws:ses/domainIdentityVerification:DomainIdentityVerification";

function identityOutputs({ type }: { type: string }): object {
  if (type !== IDENTITY) return {};
  return {
    arn: "arn:aws:ses:ap-northeast-1:123456789012:identity/example.com",
    dkimSigningAttributes: { tokens: ["one", "two", "three"] },
  };
}

function declareSender(
  email: Partial<EmailSettings> = {},
  {
    disposable = false,
    region = "ap-northeast-1",
    ...options
  }: DeclareOptions & { disposable?: boolean } = {},
) {
  return declare(
    () => {
      const settings = {
        stack: "dev",
        region,
        disposable,
        letGo: undefined,
        email: {
          from: "サポート <support@example.com>",
          fromAddress: "support@example.com",
          domain: "example.com",
          mailFrom: "mail.example.com",
          dmarc: { policy: "none" },
          ...email,
        } as const,
      };
      const { identityArn, dnsRecordsToCreate, part } = new EmailSender("email", { settings });
      // Stands for the user pool: whatever takes the sender's ARN.
      new aws.ssm.Parameter("pool", { type: "String", value: identityArn });
      return { identityArn, dnsRecordsToCreate, part };
    },
    { outputs: identityOutputs, ...options },
  );
}

const zoned = { hostedZoneId: "Z0123456789ABC" };

describe("the sender of codes and invitations", () => {
  test("is the whole domain, signed with a 2,048-bit key that SES looks after", async () => {
    const declared = await declareSender();
    expect(declared.one(IDENTITY).inputs).toEqual({
      emailIdentity: "example.com",
      configurationSetName: "sekisho-dev",
      dkimSigningAttributes: { nextSigningKeyLength: "RSA_2048_BIT" },
      tags: { "sekisho:stack": "dev" },
    });
  });

  test("hands mail over encrypted or not at all", async () => {
    const declared = await declareSender();
    expect(declared.one("aws:sesv2/configurationSet:ConfigurationSet").inputs).toMatchObject({
      configurationSetName: "sekisho-dev",
      deliveryOptions: { tlsPolicy: "REQUIRE" },
      sendingOptions: { sendingEnabled: true },
    });
  });

  test("takes bounces at a subdomain of its own, and still sends while that is not set up", async () => {
    const declared = await declareSender();
    expect(
      declared.one("aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes").inputs,
    ).toEqual({
      emailIdentity: "example.com",
      mailFromDomain: "mail.example.com",
      behaviorOnMxFailure: "USE_DEFAULT_VALUE",
    });
  });

  test("tells runbooks which domain and which name it sends with", async () => {
    const declared = await declareSender(zoned);
    const identityArn = "arn:aws:ses:ap-northeast-1:123456789012:identity/example.com";
    expect(declared.outputs.part).toEqual({
      domain: "example.com",
      from: "サポート <support@example.com>",
      identityArn,
    });
    expect(declared.outputs.identityArn).toBe(identityArn);
  });
});

describe("with a hosted zone in Route 53", () => {
  test("makes all six DNS records and leaves none to the operator", async () => {
    const declared = await declareSender({
      ...zoned,
      dmarc: { policy: "reject", reports: "dmarc@example.com" },
    });
    expect(declared.all(RECORD).map(({ inputs }) => [inputs.name, inputs.type, inputs.records])).toEqual([
      ["one._domainkey.example.com", "CNAME", ["one.dkim.amazonses.com"]],
      ["two._domainkey.example.com", "CNAME", ["two.dkim.amazonses.com"]],
      ["three._domainkey.example.com", "CNAME", ["three.dkim.amazonses.com"]],
      ["mail.example.com", "MX", ["10 feedback-smtp.ap-northeast-1.amazonses.com"]],
      ["mail.example.com", "TXT", ["v=spf1 include:amazonses.com ~all"]],
      ["_dmarc.example.com", "TXT", ["v=DMARC1;p=reject;rua=mailto:dmarc@example.com"]],
    ]);
    for (const { inputs } of declared.all(RECORD)) {
      expect(inputs).toMatchObject({ zoneId: "Z0123456789ABC", ttl: 3600, allowOverwrite: false });
    }
    expect(declared.outputs.dnsRecordsToCreate).toEqual([]);
  });

  test("waits for SES only after the three signing records are there", async () => {
    const declared = await declareSender(zoned);
    const verification = declared.one(VERIFICATION);
    expect(verification.inputs).toEqual({ domain: "example.com" });
    expect(verification.options.dependsOn).toEqual(["email-dkim-0", "email-dkim-1", "email-dkim-2"]);
  });

  test("does not name the sender to a pool before SES has verified it", async () => {
    const registered: string[] = [];
    await declareSender(zoned, {
      outputs: (resource) => {
        registered.push(resource.name);
        return identityOutputs(resource);
      },
    });
    expect(registered.indexOf("pool")).toBeGreaterThan(registered.indexOf("email-verified"));
    expect(registered).toContain("email-verified");
  });

  test("signs under the DKIM domain of Osaka there", async () => {
    const declared = await declareSender(zoned, { region: "ap-northeast-3" });
    expect(declared.one(RECORD, "email-dkim-0").inputs.records).toEqual([
      "one.dkim.ap-northeast-3.amazonses.com",
    ]);
  });
});

describe("with another DNS", () => {
  test("lists the six records for the operator, makes none and waits for nothing", async () => {
    const declared = await declareSender();
    expect(declared.all(RECORD)).toEqual([]);
    expect(declared.all(VERIFICATION)).toEqual([]);
    expect(declared.outputs.dnsRecordsToCreate).toMatchObject([
      { name: "one._domainkey.example.com", type: "CNAME", value: "one.dkim.amazonses.com" },
      { name: "two._domainkey.example.com", type: "CNAME", value: "two.dkim.amazonses.com" },
      { name: "three._domainkey.example.com", type: "CNAME", value: "three.dkim.amazonses.com" },
      { name: "mail.example.com", type: "MX" },
      { name: "mail.example.com", type: "TXT" },
      { name: "_dmarc.example.com", type: "TXT" },
    ]);
  });
});

describe("the loss of the sender, which would lock out everybody who gets codes by mail", () => {
  test("is refused for the identity, its signing records and its configuration", async () => {
    const declared = await declareSender(zoned);
    const guarded = [
      declared.one(IDENTITY),
      declared.one("aws:sesv2/configurationSet:ConfigurationSet"),
      ...[0, 1, 2].map((number) => declared.one(RECORD, `email-dkim-${number}`)),
    ];
    for (const { options } of guarded) expect(options).toMatchObject({ protect: true, retainOnDelete: true });
    expect(declared.one(RECORD, "email-dmarc").options).toMatchObject({
      protect: false,
      retainOnDelete: false,
    });
  });

  test("is allowed in a disposable stack", async () => {
    const declared = await declareSender(zoned, { disposable: true });
    for (const { options } of declared.resources) {
      expect(options).toMatchObject({ protect: false, retainOnDelete: false });
    }
  });
});
