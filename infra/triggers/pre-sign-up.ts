import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PreSignUpTriggerEvent } from "aws-lambda";
import { isAllowedAddress } from "../email/mail-domains.ts";
import { type PreSignUpSettings, TRIGGER_SETTINGS_FILE } from "../functions/trigger-settings.ts";

/** Cognito's pre sign-up trigger, with the domains that were put beside it when it was bundled. */
export const handler = createHandler(() =>
  readFileSync(join(import.meta.dirname, TRIGGER_SETTINGS_FILE), "utf8"),
);

/**
 * Refuses whoever signs up with an address outside the allowed domains. Users whom an administrator makes pass
 * unread: inviting somebody, and restoring everybody from a backup, must never fail here (Amazon Cognito Developer
 * Guide, Pre sign-up Lambda trigger).
 */
export function createHandler(readText: () => string) {
  return async (event: PreSignUpTriggerEvent): Promise<PreSignUpTriggerEvent> => {
    switch (event.triggerSource) {
      case "PreSignUp_AdminCreateUser":
        return event;
      case "PreSignUp_SignUp":
      case "PreSignUp_ExternalProvider": {
        const { mailDomains }: PreSignUpSettings = JSON.parse(readText());
        if (isAllowedAddress(event.request.userAttributes.email, mailDomains)) return event;
        throw new SignUpRefusedError();
      }
      default:
        throw new SignUpRefusedError();
    }
  };
}

/** What the user is shown, after Cognito's own "PreSignUp failed with error". It names no domain. */
class SignUpRefusedError extends Error {
  override name = "SignUpRefusedError";

  constructor() {
    super("このメールアドレスでは登録できません。This mail address cannot sign up.");
  }
}
