import type { DeploymentState } from "../deployment/deployment-state.ts";
import type { Settings } from "../settings.ts";
import { needsSms } from "../users/user-pool-inputs.ts";

/** Whether the pool can send text messages, and whether the role for it is in the stack. */
export interface SmsState {
  sendsSms: boolean;
  hasSmsRole: boolean;
}

export const NO_SMS: SmsState = { sendsSms: false, hasSmsRole: false };

/**
 * What the pool is to have. A pool that could send text messages once can never stop (Amazon Cognito Developer Guide,
 * SMS and email message MFA), so while MFA is off it keeps its configuration, and the role stays as long as a kept
 * generation may still use it. `deployed` is what the same pool has now; a new one has nothing.
 */
export function smsState(
  { users, mfa }: Pick<Settings, "users" | "mfa">,
  deployed: SmsState = NO_SMS,
): SmsState {
  const sendsSms = needsSms(users, mfa) || (mfa.mode === "off" && deployed.sendsSms);
  return { sendsSms, hasSmsRole: sendsSms || (users.keep.length > 0 && deployed.hasSmsRole) };
}

/** What is deployed of it. What the pool can send counts only while the settings still describe that pool. */
export function deployedSms(
  { parts: { users, fixed }, isPoolThere }: DeploymentState,
  settings: Pick<Settings, "users">,
): SmsState {
  if (!fixed) return NO_SMS;
  const isSamePool = isPoolThere && users?.generation === settings.users.generation;
  return { sendsSms: isSamePool && fixed.sendsSms, hasSmsRole: fixed.hasSmsRole };
}
