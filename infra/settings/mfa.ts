/** `sekisho:mfa`: the second factor. */
export interface MfaSettings {
  mode: "off" | "optional" | "required";
  factors: ("sms" | "totp" | "email")[];
}
