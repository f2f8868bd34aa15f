import { invalidParameter } from "./faults.ts";
import type { AdminSetUserMfaPreferenceInput } from "./shapes/users.ts";
import type { MfaFactor, Pool, User } from "./state.ts";

/**
 * AdminSetUserMFAPreference. Settings left out stay as they are; an enabled factor must be one the user can really use, only one can be
 * preferred, and where MFA is required no factor can be switched off.
 */
export function changeMfaPreference(
  pool: Pool,
  user: User,
  input: Omit<AdminSetUserMfaPreferenceInput, "UserPoolId" | "Username">,
): void {
  if (input.WebAuthnMfaSettings?.Enabled === true) {
    throw invalidParameter("Passkey MFA is not configured for the user pool.");
  }
  const requests: [MfaFactor, FactorRequest | undefined][] = [
    ["SMS_MFA", input.SMSMfaSettings],
    ["SOFTWARE_TOKEN_MFA", input.SoftwareTokenMfaSettings],
    ["EMAIL_OTP", input.EmailMfaSettings],
  ];
  const enabled = new Set(user.mfa?.enabled);
  let preferred = user.mfa?.preferred;
  const wished = requests.filter(([, request]) => request?.PreferredMfa === true);
  if (wished.length > 1) throw invalidParameter("Only one factor can be set as preferred.");
  for (const [factor, request] of requests) {
    if (request === undefined) continue;
    if (request.Enabled === true) {
      refuseUnusableFactor(pool, user, factor);
      enabled.add(factor);
    } else {
      if (enabled.has(factor) && pool.mfa.mode === "ON") {
        throw invalidParameter(`${factor} can't be deactivated because MFA is required in the user pool.`);
      }
      if (request.PreferredMfa === true) {
        throw invalidParameter(`${factor} can't be preferred because it isn't enabled.`);
      }
      enabled.delete(factor);
    }
    if (preferred === factor) preferred = undefined;
    if (request.PreferredMfa === true) preferred = factor;
  }
  user.mfa = enabled.size === 0 ? undefined : { enabled: [...enabled], preferred };
}

/** A user's MFA settings as AdminGetUser and GetUser show them; absent when there are none. */
export function describeMfa(user: User): {
  UserMFASettingList?: readonly MfaFactor[];
  PreferredMfaSetting?: MfaFactor;
} {
  if (user.mfa === undefined) return {};
  return {
    UserMFASettingList: user.mfa.enabled,
    ...(user.mfa.preferred === undefined ? {} : { PreferredMfaSetting: user.mfa.preferred }),
  };
}

interface FactorRequest {
  Enabled?: boolean | undefined;
  PreferredMfa?: boolean | undefined;
}

function refuseUnusableFactor(pool: Pool, user: User, factor: MfaFactor): void {
  const isOffered = {
    SMS_MFA: pool.mfa.sms !== undefined,
    SOFTWARE_TOKEN_MFA: pool.mfa.isTotpEnabled,
    EMAIL_OTP: pool.mfa.email !== undefined,
  }[factor];
  if (!isOffered || pool.mfa.mode === "OFF")
    throw invalidParameter(`${factor} is not enabled for the user pool.`);
  const canReceive = {
    SMS_MFA: user.attributes.phone_number !== undefined,
    SOFTWARE_TOKEN_MFA: user.totp?.isVerified === true,
    EMAIL_OTP: user.attributes.email !== undefined,
  }[factor];
  if (!canReceive) {
    throw invalidParameter(`User does not have delivery config set to turn on ${factor}`);
  }
}
