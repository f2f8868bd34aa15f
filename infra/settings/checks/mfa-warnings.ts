import { needing } from "../cross-check.ts";
import { settingPath } from "../fault.ts";

const MODE = "sekisho:mfa.mode";

/**
 * With optional MFA Cognito asks only those for a code who have registered a factor and prefer it (API reference,
 * SetUserPoolMfaConfig, MfaConfiguration): offering several factors does not make anybody choose one.
 */
export const optionalFactorsAreChosen = needing(["mfa"], ({ mfa }) =>
  mfa.mode === "optional" && mfa.factors.length > 1
    ? [
        {
          path: MODE,
          message: `is optional and sekisho:mfa.factors has ${mfa.factors.join(", ")}: users without a preferred factor get in on the password alone; set a factor when you invite them, or take mode: required`,
        },
      ]
    : [],
);

/**
 * Managed login lets users register an authenticator app only while MFA is required (Amazon Cognito Developer Guide,
 * Adding MFA to a user pool).
 */
export const optionalTotpCanBeEnrolled = needing(["mfa", "clients"], ({ mfa, clients }) => {
  const pages = clients.filter(({ kind }) => kind === "alb").map(({ name }) => name);
  if (mfa.mode !== "optional" || !mfa.factors.includes("totp") || pages.length === 0) return [];
  const kinds = pages.map((name) => settingPath("sekisho:clients", name)).join(", ");
  const message = `is optional and sekisho:mfa.factors has totp: the sign-in page of ${kinds} never offers to register an authenticator app; let people register it by a client of kind cli or server, or take mode: required`;
  return [{ path: MODE, message }];
});
