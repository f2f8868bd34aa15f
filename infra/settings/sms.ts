/** `sekisho:sms`: text messages through SNS. */
export interface SmsSettings {
  monthlySpendLimitUsd: number;
  successSamplingPercent: number;
  logRetentionDays: number;
  ownAccountSettings: boolean;
  senderId?: string;
}
