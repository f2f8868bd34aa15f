import { describe, expect, test } from "vitest";
import { smsRolePolicy, smsRoleTrust } from "../../../infra/iam-policies/sms-role.ts";

describe("the SMS role", () => {
  const [trust] = smsRoleTrust({
    account: "123456789012",
    region: "ap-northeast-1",
    externalId: "sekisho-dev",
  }).Statement;

  test("is given to Cognito alone, for pools of this account and Region, and only with the external id", () => {
    expect(trust?.Principal).toEqual({ Service: ["cognito-idp.amazonaws.com"] });
    expect(trust?.Condition).toEqual({
      StringEquals: { "sts:ExternalId": "sekisho-dev", "aws:SourceAccount": "123456789012" },
      ArnLike: { "aws:SourceArn": "arn:aws:cognito-idp:ap-northeast-1:123456789012:userpool/*" },
    });
  });

  test("may send text messages and nothing else, on the resource Cognito insists on", () => {
    expect(smsRolePolicy().Statement).toEqual([
      { Sid: "SendTextMessages", Effect: "Allow", Action: ["sns:Publish"], Resource: ["*"] },
    ]);
  });
});
