import { needing } from "../cross-check.ts";
import type { Fault } from "../fault.ts";

const FACTORS = "sekisho:mfa.factors";
const RECOVERY = "sekisho:users.recovery";

/** Cognito refuses factors without MFA, and MFA without a factor keeps everybody out or asks nobody. */
export const factorsFitMode = needing(["mfa"], ({ mfa }) => {
  if (mfa.mode === "off" && mfa.factors.length > 0) {
    return [{ path: FACTORS, message: "has factors, but sekisho:mfa.mode is off; empty it or change mode" }];
  }
  if (mfa.mode !== "off" && mfa.factors.length === 0) {
    const message = `is empty, but sekisho:mfa.mode is ${mfa.mode}; give sms, totp or email, or set mode: off`;
    return [{ path: FACTORS, message }];
  }
  return [];
});

/** A code by SMS needs somebody to send it. */
export const smsFactorHasSender = needing(["mfa", "sms"], ({ mfa, sms }) =>
  mfa.factors.includes("sms") && sms === undefined
    ? [
        {
          path: FACTORS,
          message: "has sms, but nothing sends text messages; add sekisho:sms or take sms out",
        },
      ]
    : [],
);

/**
 * A pool that can send text messages offers them as a factor as soon as it has MFA, wanted or not, and can never
 * lose them again (Amazon Cognito Developer Guide, SMS and email message MFA; Updating user pools).
 */
export const smsSenderIsFactor = needing(["mfa", "sms"], ({ mfa, sms }) =>
  sms !== undefined && mfa.mode !== "off" && mfa.factors.length > 0 && !mfa.factors.includes("sms")
    ? [
        {
          path: FACTORS,
          message:
            "lacks sms, but with sekisho:sms Cognito offers it as a factor anyway and can never stop; add sms, or take sekisho:sms out",
        },
      ]
    : [],
);

/**
 * Cognito sends codes by mail as a factor only through a sender of one's own (Developer Guide, SMS and email message
 * MFA).
 */
export const emailFactorHasSender = needing(["mfa", "email"], ({ mfa, email }) =>
  mfa.factors.includes("email") && email === undefined
    ? [
        {
          path: FACTORS,
          message:
            "has email, which Cognito allows only with a sender of your own; add sekisho:email or take email out",
        },
      ]
    : [],
);

/** The lite plan has no mail as a factor (Developer Guide, Feature plans). */
export const emailFactorFitsTier = needing(["mfa", "users"], ({ mfa, users }) =>
  mfa.factors.includes("email") && users.tier === "lite"
    ? [
        {
          path: FACTORS,
          message:
            "has email, which sekisho:users.tier: lite does not include; take essentials or plus, or take email out",
        },
      ]
    : [],
);

/**
 * Users cannot reset a password over the channel that carries their second factor (Developer Guide, Passwords,
 * account recovery, and password policies): with one channel for both, whoever forgets the password is locked out.
 */
export const recoveryIsNotTheFactor = needing(["mfa", "users"], ({ mfa, users }) => {
  const [channel, ...others] = users.recovery;
  if (channel === undefined || channel === "admin" || others.length > 0) return [];
  const factor = channel === "phone" ? "sms" : "email";
  if (!mfa.factors.includes(factor)) return [];
  const other = channel === "phone" ? "email" : "phone";
  const ways = `add ${other} to recovery, set it to [admin], or take ${factor} out of sekisho:mfa.factors`;
  return [
    {
      path: RECOVERY,
      message: `is only ${channel}, and sekisho:mfa.factors has ${factor}: who is asked for that code can never reset a password; ${ways}`,
    },
  ];
});

/** Codes to a phone need somebody to send them, for sign-in and recovery as for MFA. */
export const phoneHasSender = needing(["users", "sms"], ({ users, sms }) => {
  if (sms !== undefined) return [];
  const uses: [string, boolean][] = [
    ["sekisho:users.signInWith", users.usernameAttributes.includes("phone_number")],
    ["sekisho:users.aliases", users.aliasAttributes.includes("phone_number")],
    [RECOVERY, users.recovery.includes("phone")],
  ];
  return uses.flatMap(([path, isUsed]): Fault[] =>
    isUsed
      ? [{ path, message: "has phone, but nothing sends text messages; add sekisho:sms or take phone out" }]
      : [],
  );
});

/**
 * Cognito in Seoul sends text messages only through SNS in Tokyo, where this stack sets nothing up (API reference,
 * SmsConfigurationType, SnsRegion).
 */
export const smsIsSentHere = needing(["sms", "region"], ({ sms, region }) =>
  sms !== undefined && region === "ap-northeast-2"
    ? [
        {
          path: "sekisho:sms",
          message:
            "cannot be used in ap-northeast-2, where Cognito sends text messages only through another Region; take it out, or take another aws:region",
        },
      ]
    : [],
);

/** Who signs up alone is confirmed by a code to a contact; without one every account waits for an administrator. */
export const signUpIsConfirmed = needing(["users"], ({ users }) =>
  users.selfSignUp && users.autoVerify.length === 0
    ? [
        {
          path: "sekisho:users.selfSignUp",
          message:
            "is true, but no mail address or phone is verified, so nobody could confirm an account; add email or phone to sekisho:users.recovery or aliases",
        },
      ]
    : [],
);
