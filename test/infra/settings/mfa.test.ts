import { expect, it } from "vitest";
import { readSettings } from "../../../infra/settings.ts";
import { describeRefusals } from "../../support/settings-refusals.ts";

const NOT_OFFERED = "is not offered (docs/decisions.md says why); take it out of the stack file";

describeRefusals("the second factor", [
  [
    "no MFA setting at all",
    [[["mfa"], undefined]],
    "sekisho:mfa.mode",
    "is missing; give one of off, optional, required",
  ],
  [
    "a mode read as a boolean",
    [[["mfa", "mode"], true]],
    "sekisho:mfa.mode",
    "must be one of off, optional, required, not true",
  ],
  [
    "passkeys",
    [
      [
        ["mfa", "factors"],
        ["sms", "passkey"],
      ],
    ],
    "sekisho:mfa.factors[1]",
    `passkey ${NOT_OFFERED}`,
  ],
  [
    "required MFA without a factor",
    [[["mfa", "factors"], []]],
    "sekisho:mfa.factors",
    "is empty, but sekisho:mfa.mode is required; give sms, totp or email, or set mode: off",
  ],
  [
    "factors while MFA is off",
    [[["mfa", "mode"], "off"]],
    "sekisho:mfa.factors",
    "has factors, but sekisho:mfa.mode is off; empty it or change mode",
  ],
  [
    "codes by SMS without a sender",
    [[["sms"], undefined]],
    "sekisho:mfa.factors",
    "has sms, but nothing sends text messages; add sekisho:sms or take sms out",
  ],
  [
    "a sender of SMS that would become a factor unasked",
    [[["mfa", "factors"], ["totp"]]],
    "sekisho:mfa.factors",
    "lacks sms, but with sekisho:sms Cognito offers it as a factor anyway and can never stop; add sms, or take sekisho:sms out",
  ],
  [
    "codes by mail from Cognito's own address",
    [
      [
        ["mfa", "factors"],
        ["sms", "email"],
      ],
      [
        ["users", "recovery"],
        ["email", "phone"],
      ],
      [["email"], undefined],
      [["triggers"], undefined],
    ],
    "sekisho:mfa.factors",
    "has email, which Cognito allows only with a sender of your own; add sekisho:email or take email out",
  ],
  [
    "codes by mail on the lite plan",
    [
      [
        ["mfa", "factors"],
        ["sms", "email"],
      ],
      [
        ["users", "recovery"],
        ["email", "phone"],
      ],
      [["users", "tier"], "lite"],
    ],
    "sekisho:mfa.factors",
    "has email, which sekisho:users.tier: lite does not include; take essentials or plus, or take email out",
  ],
  [
    "mail as the only recovery and a factor",
    [
      [
        ["mfa", "factors"],
        ["sms", "email"],
      ],
    ],
    "sekisho:users.recovery",
    "is only email, and sekisho:mfa.factors has email: who is asked for that code can never reset a password; add phone to recovery, set it to [admin], or take email out of sekisho:mfa.factors",
  ],
  [
    "the phone as the only recovery and a factor",
    [[["users", "recovery"], ["phone"]]],
    "sekisho:users.recovery",
    "is only phone, and sekisho:mfa.factors has sms: who is asked for that code can never reset a password; add email to recovery, set it to [admin], or take sms out of sekisho:mfa.factors",
  ],
  [
    "recovery by phone without a sender",
    [
      [
        ["users", "recovery"],
        ["email", "phone"],
      ],
      [["mfa", "factors"], ["totp"]],
      [["sms"], undefined],
    ],
    "sekisho:users.recovery",
    "has phone, but nothing sends text messages; add sekisho:sms or take phone out",
  ],
  [
    "sign-in by phone without a sender",
    [
      [
        ["users", "signInWith"],
        ["email", "phone"],
      ],
      [["mfa", "factors"], ["totp"]],
      [["sms"], undefined],
    ],
    "sekisho:users.signInWith",
    "has phone, but nothing sends text messages; add sekisho:sms or take phone out",
  ],
  [
    "sign-up that nobody could confirm",
    [
      [["users", "signInWith"], "username"],
      [["users", "recovery"], ["admin"]],
      [["users", "selfSignUp"], true],
      [["awsAccess"], undefined],
    ],
    "sekisho:users.selfSignUp",
    "is true, but no mail address or phone is verified, so nobody could confirm an account; add email or phone to sekisho:users.recovery or aliases",
  ],
]);

it("refuses text messages in Seoul, where Cognito sends them through Tokyo", () => {
  const config = {
    users: { signInWith: "email" },
    mfa: { mode: "required", factors: ["sms"] },
    sms: { monthlySpendLimitUsd: 1 },
    backup: { copyTo: "none" },
  };
  expect(readSettings({ stack: "dev", region: "ap-northeast-2", config })).toEqual({
    faults: [
      {
        path: "sekisho:sms",
        message:
          "cannot be used in ap-northeast-2, where Cognito sends text messages only through another Region; take it out, or take another aws:region",
      },
    ],
  });
  expect(readSettings({ stack: "dev", region: "ap-northeast-1", config })).toHaveProperty("settings");
});
