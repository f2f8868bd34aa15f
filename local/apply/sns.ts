import { GetSMSAttributesCommand, SetSMSAttributesCommand } from "@aws-sdk/client-sns";
import type { PropertyMap } from "../engine/property-values.ts";
import type { Maker, Makers } from "./maker.ts";

// Input of the provider -> attribute of SNS.
const ATTRIBUTES = {
  defaultSenderId: "DefaultSenderID",
  defaultSmsType: "DefaultSMSType",
  deliveryStatusIamRoleArn: "DeliveryStatusIAMRole",
  deliveryStatusSuccessSamplingRate: "DeliveryStatusSuccessSamplingRate",
  monthlySpendLimit: "MonthlySpendLimit",
  usageReportS3Bucket: "UsageReportS3Bucket",
} as const;

/** The SMS settings of an account in one Region: there is one of it, and deleting it empties every setting. */
const smsPreferences: Maker = {
  async create({ inputs, aws }) {
    await aws.sns.send(new SetSMSAttributesCommand({ attributes: givenAttributes(inputs) }));
    return "aws_sns_sms_id";
  },
  async read({ aws }) {
    const { attributes } = await aws.sns.send(new GetSMSAttributesCommand({}));
    return attributes && {};
  },
  async update({ inputs, aws }) {
    await aws.sns.send(
      new SetSMSAttributesCommand({ attributes: { ...emptyAttributes(), ...givenAttributes(inputs) } }),
    );
  },
  async delete({ aws }) {
    await aws.sns.send(new SetSMSAttributesCommand({ attributes: emptyAttributes() }));
  },
};

export const snsMakers: Makers = { "aws:sns/smsPreferences:SmsPreferences": smsPreferences };

function givenAttributes(inputs: PropertyMap): Record<string, string> {
  return Object.fromEntries(
    Object.entries(ATTRIBUTES).flatMap(([input, attribute]) => {
      const value = inputs[input];
      return value === undefined ? [] : [[attribute, String(value)]];
    }),
  );
}

function emptyAttributes(): Record<string, string> {
  return Object.fromEntries(Object.values(ATTRIBUTES).map((attribute) => [attribute, ""]));
}
