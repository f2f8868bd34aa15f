import { describe, expect, test } from "vitest";
import { ThreatProtection, threatProtectionInputs } from "../../../infra/users/threat-protection.ts";
import { declare } from "../../support/pulumi-mocks.ts";
import { users } from "../../support/users-settings.ts";

describe("threat protection", () => {
  test.each(["lite", "essentials"] as const)("is not asked of the plan %s, which has none", (tier) => {
    expect(threatProtectionInputs({ users: users({ tier }), preset: "baseline" })).toEqual({});
  });

  test.each([
    ["watches, and locks nobody out, with the preset baseline", "baseline", "AUDIT"],
    ["acts, on custom sign-in flows too, with the preset strict", "strict", "ENFORCED"],
  ] as const)("%s", (_title, preset, mode) => {
    expect(threatProtectionInputs({ users: users({ tier: "plus" }), preset })).toEqual({
      userPoolAddOns: {
        advancedSecurityMode: mode,
        advancedSecurityAdditionalFlows: { customAuthMode: mode },
      },
    });
  });

  test("blocks risky sign-ins and passwords known from elsewhere, and writes to nobody", async () => {
    const declared = await declare(() => {
      new ThreatProtection("threat-protection", { userPoolId: "pool" });
      return {};
    });
    const block = { eventAction: "BLOCK", notify: false };
    expect(declared.one("aws:cognito/riskConfiguration:RiskConfiguration").inputs).toEqual({
      userPoolId: "pool",
      accountTakeoverRiskConfiguration: {
        actions: { lowAction: block, mediumAction: block, highAction: block },
      },
      compromisedCredentialsRiskConfiguration: {
        actions: { eventAction: "BLOCK" },
        eventFilters: ["PASSWORD_CHANGE", "SIGN_IN", "SIGN_UP"],
      },
    });
  });
});
