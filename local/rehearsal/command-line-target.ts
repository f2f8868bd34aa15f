import { signInClient } from "../../infra/outputs/sign-in-file.ts";
import type { AccessRuleSettings } from "../../infra/settings/aws-access.ts";
import type { Settings } from "../../infra/settings.ts";

/** Somebody who can sign in at the command line, and the role they get by the stack's own rules. */
export interface CommandLineTarget {
  /** Whether they make their account themselves; otherwise ops invite them. */
  signsUp: boolean;
  /** Whether they set up an authenticator app. */
  hasAuthenticator: boolean;
  /** Of their mail address. */
  mailDomain: string;
  /** What ops write down of them, so that the rule matches: an attribute, or a group. */
  standing: { attribute: string; value: string } | { group: string };
  /** The role's name in the settings. */
  role: string;
}

/** The target, or why there is none, as the end of a sentence that begins with "because". */
export function findCommandLineTarget(settings: Settings): CommandLineTarget | { obstacle: string } {
  const { awsAccess, users, mfa, triggers } = settings;
  if (awsAccess === undefined) return { obstacle: "the stack gives nobody AWS credentials" };
  const client = signInClient(settings);
  if (client === undefined) return { obstacle: "credentials are not given at the command line" };
  if (!client.flows.includes("srp"))
    return { obstacle: "a question would be asked that only a person can answer" };
  for (const rule of awsAccess.rules) {
    const standing = findStanding(rule);
    if (standing === undefined) continue;
    return {
      signsUp: users.selfSignUp,
      hasAuthenticator: mfa.mode !== "off" && mfa.factors.includes("totp"),
      mailDomain: triggers?.allowMailDomains?.[0] ?? "example.com",
      standing,
      role: rule.role,
    };
  }
  return { obstacle: "no rule gives a role for an attribute or a group" };
}

/** What somebody is whom a rule matches; undefined for a rule about what somebody is not, or a claim that is nobody's. */
function findStanding({
  claim,
  match,
  value,
}: AccessRuleSettings): CommandLineTarget["standing"] | undefined {
  if (match === "notEqual") return undefined;
  if (claim === "cognito:groups") return match === "contains" ? { group: value } : undefined;
  return claim.startsWith("custom:") ? { attribute: claim, value } : undefined;
}
