import { describe, expect, test } from "vitest";
import { denyEverything, identityRoleTrust } from "../../../infra/iam-policies/identity-roles.ts";

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
