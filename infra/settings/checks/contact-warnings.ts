import { needing } from "../cross-check.ts";
import type { Fault } from "../fault.ts";
import type { UsersSettings } from "../users.ts";

type Channel = "email" | "phone";

const CONTACT = { email: "email", phone: "phone_number" } as const;

/** Over what a code of this factor comes; an authenticator app needs no contact. */
const CHANNEL = { sms: "phone", email: "email" } as const;

/**
 * Whoever has no contact for any factor of a pool that requires one cannot sign in (Amazon Cognito Developer Guide,
 * Adding MFA to a user pool).
 */
export const factorsReachEverybody = needing(["mfa", "users"], ({ mfa, users }): Fault[] => {
  const channels = mfa.factors.flatMap((factor) => (factor === "totp" ? [] : [CHANNEL[factor]]));
  const isAppPossible = channels.length < mfa.factors.length;
  if (mfa.mode !== "required" || isAppPossible || channels.some((channel) => isSure(channel, users)))
    return [];
  const contacts = channels.map((channel) => CONTACT[channel]).join(" or ");
  const message = `has only ${mfa.factors.join(", ")}, and sekisho:users.attributes does not require ${contacts}: users without it cannot sign in; require it while there is no pool yet, or add totp`;
  return [{ path: "sekisho:mfa.factors", message }];
});

/**
 * A password cannot be reset over the channel that carries the second factor (Developer Guide, Passwords, account
 * recovery, and password policies), so each user needs another contact.
 */
export const recoveryReachesEverybody = needing(["mfa", "users"], ({ mfa, users }): Fault[] => {
  const recovery = users.recovery.filter((way) => way !== "admin");
  if (recovery.length === 0) return [];
  const used = mfa.factors.map((factor) => (factor === "totp" ? undefined : CHANNEL[factor]));
  const groups = mfa.mode === "required" ? used : [undefined, ...used];
  const lost = groups.filter((own) => !recovery.some((way) => way !== own && isSure(way, users)));
  if (lost.length === 0) return [];
  const needed = [...new Set(lost.flatMap((own) => recovery.filter((way) => way !== own)))];
  const contacts = needed.map((way) => CONTACT[way]).join(" or ");
  const message = `is ${recovery.join(", ")}, and sekisho:users.attributes does not require ${contacts}: some users could never reset a password; require it while there is no pool yet, or see that everybody has one`;
  return [{ path: "sekisho:users.recovery", message }];
});

/** Whether every user has this contact: it is required, or the only name to sign in with. */
function isSure(channel: Channel, { attributes, usernameAttributes }: UsersSettings): boolean {
  const contact = CONTACT[channel];
  const isRequired = attributes.some(({ name, required }) => name === contact && required);
  return isRequired || (usernameAttributes.length === 1 && usernameAttributes[0] === contact);
}
