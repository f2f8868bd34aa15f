import { z } from "zod";
import { SECRET_AGE_DAYS, SIGN_IN_SUCCESS_PERCENT, SMS_SUCCESS_PERCENT } from "../defaults.ts";
import { mailAddress } from "./formats.ts";
import { group, list, wholeNumber } from "./schema.ts";

/** `sekisho:alarms`: who is told when something is wrong, and when it is. */
export interface AlarmSettings {
  /** Each address gets a mail from AWS with a link to confirm; until then it hears nothing. */
  emails: string[];
  /** Fewer of the text messages than this arrive: an alarm. */
  smsSuccessPercent: number;
  /** Fewer of the sign-ins through one client than this succeed: an alarm. */
  signInSuccessPercent: number;
  /** A client's secret is older than this: an alarm. */
  secretAgeDays: number;
}

export function alarmsSchema() {
  const percent = () => wholeNumber(1, 100);
  return group({
    email: z.preprocess(
      (value) => (typeof value === "string" ? [value] : value),
      list(mailAddress(), "e-mail addresses", { max: 10 }),
    ),
    smsSuccessPercent: percent().default(SMS_SUCCESS_PERCENT),
    signInSuccessPercent: percent().default(SIGN_IN_SUCCESS_PERCENT),
    secretAgeDays: wholeNumber(1, 3650).default(SECRET_AGE_DAYS),
  }).transform(({ email, ...rest }): AlarmSettings => ({ emails: email, ...rest }));
}
