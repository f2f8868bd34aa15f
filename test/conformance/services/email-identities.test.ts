import {
  CreateConfigurationSetCommand,
  CreateEmailIdentityCommand,
  DeleteConfigurationSetCommand,
  DeleteEmailIdentityCommand,
  GetAccountCommand,
  GetConfigurationSetCommand,
  GetEmailIdentityCommand,
  ListEmailIdentitiesCommand,
  PutEmailIdentityConfigurationSetAttributesCommand,
  PutEmailIdentityMailFromAttributesCommand,
} from "@aws-sdk/client-sesv2";
import { expect } from "vitest";
import { describeConformance, expectRefusal } from "./conformance.ts";
import type { Place } from "./places.ts";

const EmailIdentity = "conformance.sekisho.example.com";

async function withIdentity({ email }: Place, use: () => Promise<void>): Promise<void> {
  await email.send(new CreateEmailIdentityCommand({ EmailIdentity }));
  try {
    await use();
  } finally {
    await email.send(new DeleteEmailIdentityCommand({ EmailIdentity }));
  }
}

const read = ({ email }: Place) => email.send(new GetEmailIdentityCommand({ EmailIdentity }));

const mailFrom = ({ email }: Place, MailFromDomain: string) =>
  email.send(
    new PutEmailIdentityMailFromAttributesCommand({
      EmailIdentity,
      MailFromDomain,
      BehaviorOnMxFailure: "REJECT_MESSAGE",
    }),
  );

describeConformance("E-mail identities", [
  {
    title: "are pending with three tokens and a zone of their own until their DNS records are found",
    source: "Amazon SES API v2 reference, CreateEmailIdentity and DkimAttributes",
    differs: { ministack: "verifies them at once" },
    run: (place) =>
      withIdentity(place, async () => {
        const identity = await read(place);
        expect(identity).toMatchObject({
          IdentityType: "DOMAIN",
          VerifiedForSendingStatus: false,
          VerificationStatus: "PENDING",
        });
        expect(identity.DkimAttributes).toMatchObject({
          Status: "PENDING",
          SigningAttributesOrigin: "AWS_SES",
        });
        expect(new Set(identity.DkimAttributes?.Tokens).size).toBe(3);
        expect(identity.DkimAttributes?.SigningHostedZone).toMatch(/^dkim\.(.+\.)?amazonses\.com$/);
        expect((await read(place)).DkimAttributes?.Tokens).toEqual(identity.DkimAttributes?.Tokens);
      }),
  },
  {
    title: "are verified when SES finds the records, their MAIL FROM domain too",
    source: "Amazon SES Developer Guide, Verified identities",
    needsControl: true,
    run: (place) =>
      withIdentity(place, async () => {
        await mailFrom(place, `mail.${EmailIdentity}`);
        await place.control?.post(`email-identities/${EmailIdentity}/verify`, {});
        expect(await read(place)).toMatchObject({
          VerifiedForSendingStatus: true,
          VerificationStatus: "SUCCESS",
          DkimAttributes: { Status: "SUCCESS" },
          MailFromAttributes: { MailFromDomainStatus: "SUCCESS" },
        });
        await place.control?.post(`email-identities/${EmailIdentity}/verify`, { status: "FAILED" });
        expect(await read(place)).toMatchObject({
          VerifiedForSendingStatus: false,
          VerificationStatus: "FAILED",
        });
      }),
  },
  {
    title: "take a MAIL FROM domain below their own, and no other",
    source: "Amazon SES Developer Guide, Using a custom MAIL FROM domain",
    differs: { ministack: "has no MAIL FROM" },
    run: (place) =>
      withIdentity(place, async () => {
        await mailFrom(place, `mail.${EmailIdentity}`);
        expect((await read(place)).MailFromAttributes).toEqual({
          MailFromDomain: `mail.${EmailIdentity}`,
          MailFromDomainStatus: "PENDING",
          BehaviorOnMxFailure: "REJECT_MESSAGE",
        });
        await expectRefusal(mailFrom(place, "mail.example.net"), "BadRequestException");
        await expectRefusal(mailFrom(place, EmailIdentity), "BadRequestException");
        await mailFrom(place, "");
        expect((await read(place)).MailFromAttributes).toBeUndefined();
      }),
  },
  {
    title: "exist once, and are missed when they are gone",
    source: "Amazon SES API v2 reference, CreateEmailIdentity and GetEmailIdentity",
    differs: { ministack: "makes it anew" },
    async run(place) {
      const list = async () =>
        (await place.email.send(new ListEmailIdentitiesCommand({}))).EmailIdentities?.map(
          ({ IdentityName }) => IdentityName,
        );
      await withIdentity(place, async () => {
        await expectRefusal(
          place.email.send(new CreateEmailIdentityCommand({ EmailIdentity })),
          "AlreadyExistsException",
        );
        expect(await list()).toContain(EmailIdentity);
      });
      await expectRefusal(read(place), "NotFoundException");
      expect(await list()).not.toContain(EmailIdentity);
    },
  },
  {
    title: "refuse what is no domain or address",
    source: "Amazon SES API v2 reference, CreateEmailIdentity, BadRequestException",
    differs: { ministack: "takes anything" },
    async run({ email }) {
      for (const wrong of ["", "no domain", "example", "https://example.com", "a b@example.com"]) {
        await expectRefusal(
          email.send(new CreateEmailIdentityCommand({ EmailIdentity: wrong })),
          "BadRequestException",
        );
      }
    },
  },
  {
    title: "use configuration sets that exist",
    source: "Amazon SES API v2 reference, PutEmailIdentityConfigurationSetAttributes",
    differs: { ministack: "has no such call" },
    run: (place) =>
      withIdentity(place, async () => {
        const { email } = place;
        const ConfigurationSetName = "sekisho-conformance";
        const use = () =>
          email.send(
            new PutEmailIdentityConfigurationSetAttributesCommand({ EmailIdentity, ConfigurationSetName }),
          );
        await expectRefusal(use(), "NotFoundException");
        await email.send(
          new CreateConfigurationSetCommand({
            ConfigurationSetName,
            SendingOptions: { SendingEnabled: true },
          }),
        );
        try {
          await use();
          expect((await read(place)).ConfigurationSetName).toBe(ConfigurationSetName);
          await expectRefusal(
            email.send(new CreateConfigurationSetCommand({ ConfigurationSetName })),
            "AlreadyExistsException",
          );
          const set = await email.send(new GetConfigurationSetCommand({ ConfigurationSetName }));
          expect(set).toMatchObject({ ConfigurationSetName, SendingOptions: { SendingEnabled: true } });
        } finally {
          await email.send(new DeleteConfigurationSetCommand({ ConfigurationSetName }));
        }
      }),
  },
  {
    title: "belong to an account that starts in the sandbox",
    source: "Amazon SES API v2 reference, GetAccount",
    needsControl: true,
    async run({ email, control }) {
      expect(await email.send(new GetAccountCommand({}))).toMatchObject({
        ProductionAccessEnabled: false,
        SendQuota: { Max24HourSend: 200 },
      });
      await control?.post("email-account", { isInSandbox: false });
      expect(await email.send(new GetAccountCommand({}))).toMatchObject({ ProductionAccessEnabled: true });
    },
  },
]);
