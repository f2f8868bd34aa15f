import { describe, expect, test } from "vitest";
import { goodSettings } from "../../support/sample-settings.ts";
import { describeRefusals } from "../../support/settings-refusals.ts";

const IDENTITY = "arn:aws:ses:ap-northeast-1:123456789012:identity/example.com";

describe("a sender that others made", () => {
  test("is named by its ARN, and its domain follows from the address", () => {
    const { email } = goodSettings([
      ["email"],
      { from: "Help <help@mail.example.com>", identityArn: IDENTITY },
    ]);
    expect(email).toMatchObject({ domain: "mail.example.com", identityArn: IDENTITY });
  });
});

describeRefusals("a sender that others made", [
  [
    "records for it, which are the others' to make",
    [
      [["email", "identityArn"], IDENTITY],
      [["email", "mailFrom"], undefined],
    ],
    "sekisho:email.hostedZoneId",
    "only goes with an identity of the stack's own; take it or identityArn out",
  ],
  [
    "something that is no identity",
    [[["email"], { from: "help@example.com", identityArn: "example.com" }]],
    "sekisho:email.identityArn",
    'must be the ARN of an identity in Amazon SES, not "example.com"',
  ],
  [
    "neither a domain nor an identity",
    [[["email"], { from: "help@example.com" }]],
    "sekisho:email.domain",
    "is missing; give a domain name in lower case, such as example.com",
  ],
]);

describeRefusals("senders of mails and text messages", [
  [
    "a sender without an address",
    [[["email", "from"], "Example Support"]],
    "sekisho:email.from",
    'must be a sender such as "Example Support <support@example.com>", not "Example Support"',
  ],
  [
    "a sender at another domain",
    [[["email", "from"], "support@example.org"]],
    "sekisho:email.from",
    "must be an address at example.com, the domain that SES verifies, not at example.org",
  ],
  [
    "bounces to another domain",
    [[["email", "mailFrom"], "mail.example.org"]],
    "sekisho:email.mailFrom",
    "must be a subdomain of example.com, such as mail.example.com",
  ],
  [
    "bounces to the domain that sends",
    [[["email", "from"], "support@mail.example.com"]],
    "sekisho:email.mailFrom",
    "is the domain that mail is sent from; take another subdomain",
  ],
  [
    "a hosted zone by its name",
    [[["email", "hostedZoneId"], "example.com"]],
    "sekisho:email.hostedZoneId",
    'must be the id of a Route 53 hosted zone such as Z0123456789ABC, not "example.com"',
  ],
  [
    "a DMARC policy that does not exist",
    [[["email", "dmarc", "policy"], "block"]],
    "sekisho:email.dmarc.policy",
    'must be one of none, quarantine, reject, not "block"',
  ],
  [
    "no spend limit",
    [[["sms", "monthlySpendLimitUsd"], undefined]],
    "sekisho:sms.monthlySpendLimitUsd",
    "is missing; give a whole number of USD per month, 0 or more",
  ],
  [
    "a negative spend limit",
    [[["sms", "monthlySpendLimitUsd"], -1]],
    "sekisho:sms.monthlySpendLimitUsd",
    "must be a whole number of USD per month, 0 or more, not -1",
  ],
  [
    "a spend limit with cents",
    [[["sms", "monthlySpendLimitUsd"], 1.5]],
    "sekisho:sms.monthlySpendLimitUsd",
    "must be a whole number of USD per month, 0 or more, not 1.5",
  ],
  [
    "a sample of 101 percent",
    [[["sms", "successSamplingPercent"], 101]],
    "sekisho:sms.successSamplingPercent",
    "must be a whole number from 0 to 100, not 101",
  ],
  [
    "half a percent",
    [[["sms", "successSamplingPercent"], 0.5]],
    "sekisho:sms.successSamplingPercent",
    "must be a whole number from 0 to 100, not 0.5",
  ],
  [
    "a retention CloudWatch does not have",
    [[["sms", "logRetentionDays"], 100]],
    "sekisho:sms.logRetentionDays",
    "must be a retention that CloudWatch Logs has: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653, not 100",
  ],
  [
    "a sender's name of digits",
    [[["sms", "senderId"], "12345"]],
    "sekisho:sms.senderId",
    'must be 1 to 11 letters and digits with at least one letter, not "12345"',
  ],
  [
    "a sender's name that would be ignored",
    [
      [["sms", "senderId"], "Example"],
      [["sms", "ownAccountSettings"], false],
    ],
    "sekisho:sms.senderId",
    "is a setting of the whole account; add ownAccountSettings: true, or take senderId out",
  ],
]);
