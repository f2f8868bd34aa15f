import { invalidParameter } from "./faults.ts";
import { refuseContradictions, refuseSmsConfiguration } from "./pool-rules.ts";
import type { SetUserPoolMfaConfigInput } from "./shapes/user-pools.ts";
import type { Pool, PoolMfa } from "./state.ts";

/**
 * SetUserPoolMfaConfig: the request states the whole MFA configuration. Off together with a factor, on without one, and
 * leaving out a configured SMS are refused; SMS, once configured, stays for ever (Developer Guide, "Updating user pool and
 * app client configuration").
 */
export function changeMfaConfig(pool: Pool, input: SetUserPoolMfaConfigInput): void {
  const mode = input.MfaConfiguration ?? "OFF";
  const isTotpEnabled = input.SoftwareTokenMfaConfiguration?.Enabled === true;
  const asksForSms = input.SmsMfaConfiguration !== undefined;
  const hasFactor = asksForSms || isTotpEnabled || input.EmailMfaConfiguration !== undefined;
  if (mode === "OFF" && (hasFactor || input.SoftwareTokenMfaConfiguration !== undefined)) {
    throw invalidParameter(
      "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
    );
  }
  if (mode !== "OFF" && !hasFactor) {
    throw invalidParameter(
      "Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration.",
    );
  }
  if (mode !== "OFF" && !asksForSms && pool.mfa.sms !== undefined) {
    throw invalidParameter("Can't turn off SMS_MFA when SMS configuration is set for the user pool");
  }
  const requested = input.SmsMfaConfiguration?.SmsConfiguration;
  refuseSmsConfiguration(requested);
  const sms = requested ?? pool.mfa.sms;
  if (asksForSms && sms === undefined) {
    throw invalidParameter(
      "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
    );
  }
  const mfa: PoolMfa = {
    mode,
    sms,
    smsMessage:
      input.SmsMfaConfiguration?.SmsAuthenticationMessage ?? (asksForSms ? undefined : pool.mfa.smsMessage),
    isTotpEnabled,
    email: input.EmailMfaConfiguration,
    webAuthn: input.WebAuthnConfiguration ?? pool.mfa.webAuthn,
  };
  refuseContradictions({ settings: pool.settings, tier: pool.tier, mfa });
  pool.mfa = mfa;
}

/** The configuration as Set- and GetUserPoolMfaConfig show it. */
export function describeMfaConfig(pool: Pool): object {
  const { mfa } = pool;
  return {
    ...(mfa.sms === undefined
      ? {}
      : {
          SmsMfaConfiguration: {
            ...(mfa.smsMessage === undefined ? {} : { SmsAuthenticationMessage: mfa.smsMessage }),
            SmsConfiguration: mfa.sms,
          },
        }),
    ...(mfa.mode === "OFF" ? {} : { SoftwareTokenMfaConfiguration: { Enabled: mfa.isTotpEnabled } }),
    ...(mfa.email === undefined ? {} : { EmailMfaConfiguration: mfa.email }),
    MfaConfiguration: mfa.mode,
    ...(mfa.webAuthn === undefined ? {} : { WebAuthnConfiguration: mfa.webAuthn }),
  };
}
