import { describe, expect, test } from "vitest";
import { deployedSms, NO_SMS, type SmsState, smsState } from "../../../infra/sms/sms-state.ts";
import { deployedState } from "../../support/deployed-parts.ts";
import { goodSettings } from "../../support/sample-settings.ts";
import { users } from "../../support/users-settings.ts";

const SMS = { mode: "required" as const, factors: ["sms" as const] };
const TOTP = { mode: "required" as const, factors: ["totp" as const] };
const OFF = { mode: "off" as const, factors: [] };
const SENDS: SmsState = { sendsSms: true, hasSmsRole: true };

describe("whether a pool can send text messages", () => {
  test.each<[string, typeof SMS | typeof TOTP | typeof OFF, number[], SmsState, SmsState]>([
    ["a new pool with SMS codes can", SMS, [], NO_SMS, SENDS],
    ["a new pool without them never could", TOTP, [], NO_SMS, NO_SMS],
    ["one that could keeps it while MFA is off, because AWS never takes it off", OFF, [], SENDS, SENDS],
    ["one that never could gets it by nothing else", OFF, [], NO_SMS, NO_SMS],
    [
      "a new pool without them leaves the role to the pool that is kept",
      TOTP,
      [1],
      { sendsSms: false, hasSmsRole: true },
      { sendsSms: false, hasSmsRole: true },
    ],
    [
      "the role goes with the last pool that is kept",
      TOTP,
      [],
      { sendsSms: false, hasSmsRole: true },
      NO_SMS,
    ],
  ])("%s", (_what, mfa, keep, deployed, expected) => {
    const settings = { users: users({ generation: keep.length + 1, keep }), mfa };
    expect(smsState(settings, deployed)).toEqual(expected);
  });
});

describe("what is deployed of it", () => {
  const deployed = deployedState(goodSettings());

  test("counts for the pool that the settings still describe", () => {
    expect(deployedSms(deployed, goodSettings())).toEqual(SENDS);
  });

  test.each([
    ["the settings describe another pool", deployed, 2],
    ["the pool is lost", { ...deployed, isPoolThere: false }, 1],
  ])("is only the role when %s", (_what, state, generation) => {
    const settings = goodSettings([["users", "generation"], generation]);
    expect(deployedSms(state, settings)).toEqual({ sendsSms: false, hasSmsRole: true });
  });

  test("is nothing before the first deployment", () => {
    expect(deployedSms({ parts: {}, isPoolThere: false }, goodSettings())).toEqual(NO_SMS);
  });
});
