/** What a pool is given to offer second factors, as SetUserPoolMfaConfig takes it. */
export const SMS_FACTOR = {
  SmsMfaConfiguration: {
    SmsConfiguration: {
      SnsCallerArn: "arn:aws:iam::123456789012:role/sms",
      ExternalId: "sekisho",
      SnsRegion: "ap-northeast-1",
    },
  },
};
export const TOTP_FACTOR = { SoftwareTokenMfaConfiguration: { Enabled: true } };
export const EMAIL_FACTOR = {
  EmailMfaConfiguration: { Message: "確認コード: {####}", Subject: "確認コード" },
};

/** A pool that may send mail from an address of its own, and resets no password by a factor's channel. */
export const FACTOR_POOL = {
  AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "admin_only", Priority: 1 }] },
  EmailConfiguration: {
    EmailSendingAccount: "DEVELOPER",
    SourceArn: "arn:aws:ses:ap-northeast-1:123456789012:identity/example.com",
    From: "サポート <support@example.com>",
  },
};
