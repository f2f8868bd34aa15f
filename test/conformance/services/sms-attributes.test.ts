import {
  GetSMSAttributesCommand,
  GetSMSSandboxAccountStatusCommand,
  SetSMSAttributesCommand,
} from "@aws-sdk/client-sns";
import { expect } from "vitest";
import { describeConformance, expectRefusal } from "./conformance.ts";
import type { Place } from "./places.ts";

const missing = { differs: { ministack: "has no SMS attributes" } };

const set = ({ sns }: Place, attributes: Record<string, string>) =>
  sns.send(new SetSMSAttributesCommand({ attributes }));

async function get({ sns }: Place, attributes?: string[]): Promise<Record<string, string>> {
  return (await sns.send(new GetSMSAttributesCommand({ attributes }))).attributes ?? {};
}

const SETTINGS = {
  MonthlySpendLimit: "30",
  DeliveryStatusIAMRole: "arn:aws:iam::123456789012:role/sekisho-dev-sms",
  DeliveryStatusSuccessSamplingRate: "100",
  DefaultSMSType: "Transactional",
};

describeConformance("SMS settings of an account and Region", [
  {
    title: "are kept, key by key",
    source: "Amazon SNS API reference, SetSMSAttributes",
    ...missing,
    async run(place) {
      await set(place, SETTINGS);
      await set(place, { DefaultSenderID: "Example" });
      expect(await get(place)).toMatchObject({ ...SETTINGS, DefaultSenderID: "Example" });
      expect(await get(place, ["DefaultSMSType"])).toEqual({ DefaultSMSType: "Transactional" });
    },
  },
  {
    title: "are taken away by an empty value",
    source: "hashicorp/terraform-provider-aws, resource aws_sns_sms_preferences, delete",
    ...missing,
    async run(place) {
      await set(place, SETTINGS);
      await set(place, { DefaultSMSType: "", MonthlySpendLimit: "" });
      expect(await get(place, ["DefaultSMSType", "MonthlySpendLimit"])).toEqual({});
    },
  },
  {
    title: "take a spend limit above the account's quota: deliveries stop, this call does not",
    source: "Amazon SNS Developer Guide, Setting SMS messaging preferences",
    ...missing,
    async run(place) {
      await set(place, { MonthlySpendLimit: "100000" });
      expect(await get(place, ["MonthlySpendLimit"])).toEqual({ MonthlySpendLimit: "100000" });
    },
  },
  {
    title: "are all or nothing, and refuse what makes no sense",
    source: "Amazon SNS API reference, SetSMSAttributes",
    ...missing,
    async run(place) {
      const before = await get(place);
      for (const wrong of [
        { Colour: "red" },
        { DeliveryStatusSuccessSamplingRate: "101" },
        { DefaultSMSType: "Urgent" },
        { DefaultSenderID: "12345" },
        { DefaultSenderID: "TwelveLetters" },
        { MonthlySpendLimit: "1.5" },
        { DeliveryStatusIAMRole: "sekisho" },
      ]) {
        await expectRefusal(set(place, { UsageReportS3Bucket: "reports", ...wrong }), "InvalidParameter");
      }
      expect(await get(place)).toEqual(before);
    },
  },
  {
    title: "say whether the account is still in the sandbox",
    source: "Amazon SNS Developer Guide, Using the SMS sandbox",
    needsControl: true,
    async run({ sns, control }) {
      const status = async () => (await sns.send(new GetSMSSandboxAccountStatusCommand({}))).IsInSandbox;
      expect(await status()).toBe(true);
      await control?.post("sms-account", { isInSandbox: false });
      expect(await status()).toBe(false);
    },
  },
]);
