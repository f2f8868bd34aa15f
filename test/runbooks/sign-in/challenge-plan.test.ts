import { describe, expect, test } from "vitest";
import { planChallenge } from "../../../runbooks/sign-in/challenge-plan.ts";

const ops = "Ask whoever runs the stack.";

describe("what a challenge asks of a person", () => {
  test.each<[string, Record<string, string>, object]>([
    ["PASSWORD_VERIFIER", {}, { kind: "prove-password" }],
    [
      "NEW_PASSWORD_REQUIRED",
      { requiredAttributes: '["userAttributes.name","userAttributes.custom:shop"]' },
      { kind: "new-password", attributes: ["name", "custom:shop"] },
    ],
    ["NEW_PASSWORD_REQUIRED", {}, { kind: "new-password", attributes: [] }],
    ["NEW_PASSWORD_REQUIRED", { requiredAttributes: "{" }, { kind: "new-password", attributes: [] }],
    [
      "SMS_MFA",
      { CODE_DELIVERY_DESTINATION: "+********5678" },
      { kind: "code", factor: "SMS_MFA", sentTo: "+********5678" },
    ],
    [
      "EMAIL_OTP",
      { CODE_DELIVERY_DESTINATION: "h***@e***" },
      { kind: "code", factor: "EMAIL_OTP", sentTo: "h***@e***" },
    ],
    ["SOFTWARE_TOKEN_MFA", {}, { kind: "code", factor: "SOFTWARE_TOKEN_MFA", sentTo: undefined }],
    [
      "SELECT_MFA_TYPE",
      { MFAS_CAN_CHOOSE: '["SMS_MFA","SOMETHING_NEW","SOFTWARE_TOKEN_MFA"]' },
      { kind: "choose-factor", factors: ["SMS_MFA", "SOFTWARE_TOKEN_MFA"] },
    ],
    ["MFA_SETUP", { MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]' }, { kind: "set-up-authenticator" }],
    ["CUSTOM_CHALLENGE", { step: "register" }, { kind: "register-question" }],
    ["CUSTOM_CHALLENGE", { step: "answer", question: "犬?" }, { kind: "answer-question", question: "犬?" }],
  ])("%s with %j", (name, parameters, plan) => {
    expect(planChallenge({ name, parameters })).toEqual(plan);
  });

  test.each<[string, Record<string, string>, string, string]>([
    ["SELECT_MFA_TYPE", {}, "The sign-in offers no second factor that this command knows.", ops],
    [
      "MFA_SETUP",
      { MFAS_CAN_SETUP: '["EMAIL_OTP"]' },
      "The sign-in needs a second factor that only ops can set up for you.",
      ops,
    ],
    [
      "CUSTOM_CHALLENGE",
      { captcha: "…" },
      "The sign-in asks a question that is none of this project's.",
      ops,
    ],
    [
      "DEVICE_SRP_AUTH",
      {},
      "The sign-in asks for a remembered device, and this command remembers none.",
      ops,
    ],
    [
      "WEB_AUTHN",
      {},
      "The sign-in wants a passkey, or a choice, that a terminal cannot give.",
      "Sign in with login --browser.",
    ],
    ["SOMETHING_NEW", {}, "The sign-in asks for SOMETHING_NEW, which this command does not know.", ops],
  ])("%s with %j is refused in words", (name, parameters, why, remedy) => {
    expect(planChallenge({ name, parameters })).toEqual({ kind: "refuse", why, remedy });
  });
});
