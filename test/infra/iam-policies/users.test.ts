import { describe, expect, test } from "vitest";
import {
  denyEverything,
  identityRoleTrust,
  smsRolePolicy,
  smsRoleTrust,
} from "../../../infra/iam-policies/users.ts";

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

describe("the roles of the identity pool", () => {
  test("are given only to people who signed in through this identity pool", () => {
    const [trust, ...more] = identityRoleTrust("ap-northeast-1:11111111-2222").Statement;
    expect(more).toEqual([]);
    expect(trust?.Principal).toEqual({ Federated: ["cognito-identity.amazonaws.com"] });
    expect(trust?.Action).toEqual(["sts:AssumeRoleWithWebIdentity"]);
    expect(trust?.Condition).toEqual({
      StringEquals: { "cognito-identity.amazonaws.com:aud": "ap-northeast-1:11111111-2222" },
      "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": "authenticated" },
    });
  });

  test("leave those whom no rule matches with nothing, even if somebody attaches a policy", () => {
    expect(denyEverything().Statement).toEqual([
      { Sid: "NoRuleMatched", Effect: "Deny", Action: ["*"], Resource: ["*"] },
    ]);
  });
});
