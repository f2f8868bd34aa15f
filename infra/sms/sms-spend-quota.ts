import * as aws from "@pulumi/aws";
import { type AccountFindings, notChecked } from "../deployment/account-findings.ts";
import type { Settings } from "../settings.ts";

/** Where AWS lists what an account may spend (AWS End User Messaging SMS User Guide, Requesting spending increases). */
const SERVICE = "AWS End User Messaging";
const QUOTA = "TextMessageMonthlySpend";

const LIMIT = "sekisho:sms.monthlySpendLimitUsd";

export interface QuotaReader {
  getService(args: { serviceName: string }): Promise<{ serviceCode: string }>;
  getServiceQuota(args: { serviceCode: string; quotaName: string }): Promise<{ value: number }>;
}

/**
 * Whether the account may spend as much on text messages as the stack wants to set: SNS stops sending when the limit
 * is above the quota (Amazon SNS Developer Guide, Setting SMS preferences). Asks nothing where the stack sets no limit.
 */
export async function checkSpendQuota(
  { sms, region }: Pick<Settings, "sms" | "region">,
  reader: QuotaReader = aws.servicequotas,
): Promise<AccountFindings> {
  if (!sms?.ownAccountSettings) return { faults: [], warnings: [] };
  try {
    const { serviceCode } = await reader.getService({ serviceName: SERVICE });
    const { value } = await reader.getServiceQuota({ serviceCode, quotaName: QUOTA });
    return judgeSpendLimit({ limit: sms.monthlySpendLimitUsd, quota: value, region });
  } catch (failure) {
    const rights = ["ListServices", "ListAWSDefaultServiceQuotas", "GetServiceQuota"];
    const what = `could not be compared with the quota ${QUOTA} of the account, and SNS sends nothing when it is above`;
    return notChecked(LIMIT, what, { failure, rights: rights.map((right) => `servicequotas:${right}`) });
  }
}

/** Refuses a limit above the quota, both in USD a month. */
export function judgeSpendLimit({
  limit,
  quota,
  region,
}: {
  limit: number;
  quota: number;
  region: string;
}): AccountFindings {
  if (limit <= quota) return { faults: [], warnings: [] };
  const ways = `have ${QUOTA} raised to ${limit} first (Service Quotas, ${SERVICE}), or lower it`;
  const message = `is ${limit}, but the account may spend ${quota} USD a month on text messages in ${region}, and SNS sends nothing with a limit above that; ${ways}`;
  return { faults: [{ path: LIMIT, message }], warnings: [] };
}
