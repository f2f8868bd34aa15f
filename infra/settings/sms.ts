import { z } from "zod";
import {
  OWN_ACCOUNT_SMS_SETTINGS,
  SMS_LOG_RETENTION_DAYS,
  SMS_SUCCESS_SAMPLING_PERCENT,
} from "../defaults.ts";
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

/** What CloudWatch Logs takes as retention (API reference, PutRetentionPolicy). */
const RETENTION_DAYS = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731],
  ...[1096, 1827, 2192, 2557, 2922, 3288, 3653],
];

export function smsSchema() {
  return group({
    monthlySpendLimitUsd: dollars(),
    successSamplingPercent: wholeNumber(0, 100).default(SMS_SUCCESS_SAMPLING_PERCENT),
    logRetentionDays: retention().default(SMS_LOG_RETENTION_DAYS),
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

function retention() {
  const error = expecting(`a retention that CloudWatch Logs has: ${RETENTION_DAYS.join(", ")}`);
  return z.number({ error }).refine((days) => RETENTION_DAYS.includes(days), { error });
}
