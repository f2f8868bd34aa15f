import { expect, test } from "vitest";
import { DeployError } from "../../local/deploy.ts";
import { renderStack } from "../../local/render-stack.ts";
import { sampleConfig } from "../support/sample-settings.ts";

test("a spending limit above the account's quota stops a deployment before anything is made, and says what to have raised", async () => {
  const config = sampleConfig([["sms", "monthlySpendLimitUsd"], 5_000]);
  const refusal = renderStack({ stack: "dev", region: "ap-northeast-1", config });
  await expect(refusal).rejects.toThrow(DeployError);
  await expect(refusal).rejects.toThrow(
    /sekisho:sms\.monthlySpendLimitUsd is 5000, but the account may spend 1000 USD .+ have TextMessageMonthlySpend raised to 5000 first/,
  );
}, 60_000);
