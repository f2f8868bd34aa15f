import { z } from "zod";
import {
  OWN_ACCOUNT_SMS_SETTINGS,
  SMS_LOG_RETENTION_DAYS,
  SMS_SUCCESS_SAMPLING_PERCENT,
} from "../defaults.ts";
import { logRetention } from "./log-retention.ts";
import { expecting, group, text, wholeNumber, yesNo } from "./schema.ts";

/** `sekisho:sms`: text messages through SNS. */
export interface SmsSettings {
  /** SNS stops sending when a month has cost this much, in whole USD. */
  monthlySpendLimitUsd: number;
  /** Share of successful deliveries that are logged, 0 to 100; failures always are. */
  successSamplingPercent: number;
  logRetentionDays: number;
  /** Whether this stack sets the SMS preferences of the whole account and Region. */
  ownAccountSettings: boolean;
  /** What phones show as the sender. */
  senderId?: string;
}

export function smsSchema() {
  return group({
    monthlySpendLimitUsd: dollars(),
    successSamplingPercent: wholeNumber(0, 100).default(SMS_SUCCESS_SAMPLING_PERCENT),
    logRetentionDays: logRetention().default(SMS_LOG_RETENTION_DAYS),
    ownAccountSettings: yesNo().default(OWN_ACCOUNT_SMS_SETTINGS),
    senderId: text(
      /^(?=.*[A-Za-z])[A-Za-z0-9]{1,11}$/,
      "1 to 11 letters and digits with at least one letter",
    ).optional(),
  }).transform(({ senderId, ...rest }, context): SmsSettings => {
    if (senderId !== undefined && !rest.ownAccountSettings) {
      const message = "is a setting of the whole account; add ownAccountSettings: true, or take senderId out";
      context.addIssue({ code: "custom", path: ["senderId"], message });
    }
    return senderId === undefined ? rest : { ...rest, senderId };
  });
}

function dollars() {
  // The provider takes no cents.
  const error = expecting("a whole number of USD per month, 0 or more");
  return z.int({ error }).min(0, { error });
}
