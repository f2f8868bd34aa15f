import { describe, expect, it } from "vitest";
import { checkSpendQuota, type QuotaReader } from "../../../infra/sms/sms-spend-quota.ts";
import { goodSettings } from "../../support/sample-settings.ts";

const LIMIT = "sekisho:sms.monthlySpendLimitUsd";

/** An account that may spend this much, and what it was asked. */
function account(value: number | Error): { reader: QuotaReader; asked: unknown[] } {
  const asked: unknown[] = [];
  const reader: QuotaReader = {
    getService: async (args) => {
      asked.push(args);
      if (value instanceof Error) throw value;
      return { serviceCode: "messaging" };
    },
    getServiceQuota: async (args) => {
      asked.push(args);
      return { value: Number(value) };
    },
  };
  return { reader, asked };
}

describe("the spending limit for text messages", () => {
  it.each([30, 31, 10_000])("is good with a quota of %d USD", async (quota) => {
    const { reader, asked } = account(quota);
    expect(await checkSpendQuota(goodSettings(), reader)).toEqual({ faults: [], warnings: [] });
    expect(asked).toEqual([
      { serviceName: "AWS End User Messaging" },
      { serviceCode: "messaging", quotaName: "TextMessageMonthlySpend" },
    ]);
  });

  it("is refused above the quota, with the raise that must be asked for first", async () => {
    const { reader } = account(1);
    expect(await checkSpendQuota(goodSettings(), reader)).toEqual({
      faults: [
        {
          path: LIMIT,
          message:
            "is 30, but the account may spend 1 USD a month on text messages in ap-northeast-1, and SNS sends nothing with a limit above that; have TextMessageMonthlySpend raised to 30 first (Service Quotas, AWS End User Messaging), or lower it",
        },
      ],
      warnings: [],
    });
  });

  it("is a warning when AWS does not say the quota: what is not known, and which right is missing", async () => {
    const { reader } = account(new Error("AccessDeniedException: not authorized."));
    expect(await checkSpendQuota(goodSettings(), reader)).toEqual({
      faults: [],
      warnings: [
        {
          path: LIMIT,
          message:
            "could not be compared with the quota TextMessageMonthlySpend of the account, and SNS sends nothing when it is above; see that the deploying role may call servicequotas:ListServices, servicequotas:ListAWSDefaultServiceQuotas, servicequotas:GetServiceQuota. AWS said: AccessDeniedException: not authorized",
        },
      ],
    });
  });

  it.each([
    ["the account's settings belong to another stack", goodSettings([["sms", "ownAccountSettings"], false])],
    ["the stack sends no text messages", goodSettings([["mfa", "factors"], ["totp"]], [["sms"], undefined])],
  ])("is asked about nobody when %s", async (_title, settings) => {
    const { reader, asked } = account(1);
    expect(await checkSpendQuota(settings, reader)).toEqual({ faults: [], warnings: [] });
    expect(asked).toEqual([]);
  });
});
